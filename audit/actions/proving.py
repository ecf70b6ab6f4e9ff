"""Record that the log was verified, exported, or put back from a backup."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from django.conf import settings

from audit import alarm, domain, restoring, verifying
from audit.restoring import Restore
from audit.witness import FileWitness, lines_of
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from audit.findings import Report
    from counselling.access import Actor
from audit.actions.recording import record


def record_verification(
    *, actor: Actor, report: Report, doubted: bool = False, stops: bool = True
) -> None:
    """Record that the log was verified, keep what came of it, and tell people what is new (BR-03).

    A finding that is still `doubted` stops nothing and tells nobody: it is looked for again at
    once. In transactions of its own, and the worst first: what was found is kept, and disclosures
    are stopped, even if nobody could be told.
    """
    require(actor, Permission.RUN_JOB)
    told = not report.whole and not doubted and verifying.told_already(report)
    stops = stops and not (report.whole or doubted) and verifying.is_new(report)
    if stops:
        verifying.freeze(report)
    try:
        _say(actor, report, doubted=doubted, stops=stops)
        if not (report.whole or doubted or told):
            with db.as_actor(actor):
                alarm.sound(actor)
            told = True
    finally:
        verifying.keep(report, told=told, doubted=doubted)
    if report.whole and not report.since:
        _let_go_on(actor, "whole")


def _say(actor: Actor, report: Report, *, doubted: bool, stops: bool) -> None:
    with db.as_actor(actor):
        record(
            actor=actor,
            kind=domain.TRAIL_VERIFIED,
            outcome="ok" if report.whole else "failed",
            reason="looked-for-again" if doubted else "",
            purpose="since-the-last" if report.since else "",
            detail={"events": report.events, "findings": len(report.findings)},
        )
        if stops:
            record(actor=actor, kind=domain.LOG_FROZEN, reason="not-whole")


def _let_go_on(actor: Actor, why: str) -> None:
    """End what a finding stopped, never in silence; a killed verifier leaves it for the next."""
    if not verifying.is_frozen():
        return
    with db.as_actor(actor):
        record(actor=actor, kind=domain.LOG_THAWED, reason=why)
    verifying.thaw(actor.id, why)


def record_export(*, actor: Actor, client: UUID | None = None, part: str = "") -> None:
    """Record that the log, or a part of it, is about to be exported (AT-01).

    In a transaction of its own. `part` says of what sort: of a client, an account, a period.
    """
    require(actor, Permission.RUN_JOB)
    with db.as_actor(actor):
        record(actor=actor, kind=domain.TRAIL_EXPORTED, client=client, reason=part)


def record_proof(*, actor: Actor, event: UUID) -> None:
    """Record that a proof of an event is about to be made, in a transaction of its own."""
    require(actor, Permission.RUN_JOB)
    with db.as_actor(actor):
        record(actor=actor, kind=domain.EVENT_PROVEN, about=("audit_event", event))


def acknowledge_restore(*, actor: Actor, reason: str) -> Restore:
    """Say that the log is older than its witness because a backup was put back (EN-15).

    To be called after every restore, best before the sealer starts again: then the size of what
    was restored is known exactly. Needs the sealer's login, the signing key and the witness file.
    It proves first that the log as it is now is whole and begins what the witness saw; raises
    Invalid, having done nothing, where it is not or where nothing is missing. From then on every
    verification says what is not here, and finds any other cut as before.
    """
    require(actor, Permission.RUN_JOB)
    if reason not in domain.RESTORE_REASONS:
        raise Invalid(f"The reason is one of {', '.join(domain.RESTORE_REASONS)}.", "reason")
    path = pathlib.Path(settings.WITNESS_FILE)
    signer = vault.signing.checkpoint_signer()
    lost = verifying.lost_by_restore(
        *verifying.log_key(), vault.signing.verify_ed25519, lines_of(path)
    )
    roots = {"kept_root": lost.kept_root.hex(), "seen_root": lost.seen.root.hex()}
    with db.as_actor(actor) as at:
        grant = record(
            actor=actor,
            kind=domain.LOG_RESTORED,
            reason=reason,
            detail={"kept": lost.kept, "seen": lost.seen.size, **roots},
        )
    restore = Restore(
        signer.name, lost.kept, lost.kept_root, lost.seen.size, lost.seen.root, grant.event, at
    )
    FileWitness(path).tell(restoring.sign(restore, signer), at)
    _let_go_on(actor, "restored")
    return restore
