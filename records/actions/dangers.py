"""Record a danger to life: the threat, who was consulted, who was told what (DS-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

import audit.actions
import clients.actions
from counselling import vault
from counselling.access import Permission, require, require_two_secrets
from counselling.db import now
from counselling.errors import Invalid, NotThere
from records.actions.about import stored
from records.actions.dangers_shown import (
    AdditionShown,
    DangerFacts,
    DangerPage,
    OwnDanger,
    WasTold,
)
from records.actions.members import about_member, require_member, require_writing
from records.domain.dangers import (
    DANGER_ADDED_TO,
    DANGER_OPENED,
    DANGER_RECORDED,
    AdditionKind,
    Endangered,
    TellingRefused,
    decide_addition,
    decide_delay,
)
from records.models import Danger, DangerAddition
from records.queries.dangers import telling_of

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from counselling.access import Actor


def record_danger(*, actor: Actor, case_id: UUID, client_id: UUID, facts: DangerFacts) -> UUID:
    """Write down a danger to life, for ever; gives its id.

    Raises NotThere for a case that is hidden or somebody not in it, Refused for who only reads it,
    Invalid where something that must be said is missing (DS-06).
    """
    require(actor, Permission.WRITE_NOTE)
    require_member(case_id, client_id)
    require_writing(case_id)
    _check_complete(facts)
    danger = Danger(
        case_id=case_id,
        client_id=client_id,
        author_id=actor.id,
        threat={"endangered": str(facts.endangered), "facts": facts.threat},
        consulted=facts.consulted,
        told=[one.to_json() for one in facts.told],
        told_at=_delay(facts.until),
        signed_at=now(),
    )
    danger.save(force_insert=True)
    audit.actions.record(
        actor=actor,
        kind=DANGER_RECORDED,
        about=("danger", danger.id),
        sealed=stored(danger, "threat", "consulted", "told"),
        detail={"told": len(facts.told)},
        **about_member(actor, case_id, client_id),
    )
    return danger.id


def _check_complete(facts: DangerFacts) -> None:
    if not facts.threat.strip():
        raise Invalid("Say what the danger is.", "threat")
    if not facts.consulted.strip():
        raise Invalid("Say who was consulted, or why nobody could be.", "consulted")
    if not facts.told or any(not (one.whom.strip() and one.what.strip()) for one in facts.told):
        raise Invalid("Say who was told, and what.", "whom_1")


def _delay(until: datetime.datetime | None) -> datetime.datetime:
    try:
        return decide_delay(now(), until)
    except TellingRefused as refused:
        raise Invalid(str(refused), "day") from None


def open_danger(*, actor: Actor, danger_id: UUID, purpose: str = "care") -> DangerPage:
    """Open a record with all that was added; raises NotThere for one that is hidden or none."""
    require(actor, Permission.READ_NOTE)
    danger = _danger(danger_id)
    grant = audit.actions.record(
        actor=actor,
        kind=DANGER_OPENED,
        about=("danger", danger.id),
        purpose=purpose,
        **about_member(actor, danger.case_id, danger.client_id),
    )
    names = clients.actions.names_under(grant, [danger.client_id])
    return _page(danger, grant, names.get(danger.client_id, ""))


def add_to_danger(
    *,
    actor: Actor,
    danger_id: UUID,
    kind: AdditionKind,
    text: str,
    whom: str = "",
    until: datetime.datetime | None = None,
) -> UUID:
    """Put something under a record, for ever; gives its id.

    Raises NotThere, Refused for who only reads the case, Invalid when empty, and when the client
    is to be told later than they were told.
    """
    require(actor, Permission.WRITE_NOTE)
    danger = _danger(danger_id)
    require_writing(danger.case_id)
    if not text.strip():
        raise Invalid("Write what is to stand under the record.", "text")
    if kind is AdditionKind.TOLD and not whom.strip():
        raise Invalid("Say who was told.", "whom")
    try:
        told_at = decide_addition(kind, telling_of(danger), now(), until)
    except TellingRefused as refused:
        raise Invalid(str(refused), "day") from None
    return _add(actor, danger, kind, {"text": text, "whom": whom}, told_at)


def _add(
    actor: Actor,
    danger: Danger,
    kind: AdditionKind,
    content: dict[str, str],
    told_at: datetime.datetime | None,
) -> UUID:
    addition = DangerAddition(
        danger_id=danger.id,
        case_id=danger.case_id,
        client_id=danger.client_id,
        author_id=actor.id,
        kind=kind,
        content=content,
        told_at=told_at,
        signed_at=now(),
    )
    addition.save(force_insert=True)
    sealed = stored(addition, "content")
    audit.actions.record(
        actor=actor,
        kind=DANGER_ADDED_TO,
        about=("danger", danger.id),
        rows=[addition.id],
        sealed=sealed,
        # why it is later is clinical: the log has its code and hash
        reason=str(kind) if kind is AdditionKind.LATER else "",
        reason_hash=next(iter(sealed.values())) if kind is AdditionKind.LATER else "",
        detail={"kind": str(kind)},
        **about_member(actor, danger.case_id, danger.client_id),
    )
    return addition.id


def open_own_dangers(*, actor: Actor) -> list[OwnDanger]:
    """Show the client who was told what of them for the sake of a life; nothing before its time.

    What the danger was thought to be, and who was consulted, may name others: it is not opened.
    """
    require(actor, Permission.SEE_OWN_FILE)
    require_two_secrets(actor)
    dangers = list(_dangers().defer("threat", "consulted").order_by("-signed_at"))
    if not dangers:
        return []
    grant = audit.actions.record(
        actor=actor,
        kind=DANGER_OPENED,
        client=dangers[0].client_id,
        rows=[one.id for one in dangers],
        relation="self",
    )
    return [OwnDanger(one.id, one.signed_at, tuple(_told(one, grant))) for one in dangers]


def dangers_under(grant: vault.Grant, client_id: UUID) -> list[DangerPage]:
    """Open what was recorded about a client under a grant somebody has, the newest first."""
    found = _dangers().filter(client_id=client_id).order_by("-signed_at")
    return [_page(one, grant) for one in found]


def _dangers() -> QuerySet[Danger]:
    added = DangerAddition.objects.order_by("signed_at", "id")
    return Danger.objects.prefetch_related(Prefetch("additions", queryset=added))


def _danger(danger_id: UUID) -> Danger:
    found = _dangers().filter(id=danger_id).first()
    if found is None:
        raise NotThere("records_danger", danger_id)
    return found


def _page(danger: Danger, grant: vault.Grant, name: str = "") -> DangerPage:
    threat = vault.open_json(danger.threat, grant)
    return DangerPage(
        danger.id,
        danger.case_id,
        danger.client_id,
        danger.author_id,
        danger.signed_at,
        telling_of(danger),
        Endangered(threat["endangered"]),
        threat["facts"],
        vault.open_text(danger.consulted, grant),
        tuple(WasTold.from_json(one) for one in vault.open_json(danger.told, grant)),
        tuple(_addition(one, grant) for one in danger.additions.all()),
        name,
    )


def _addition(one: DangerAddition, grant: vault.Grant) -> AdditionShown:
    said = vault.open_json(one.content, grant)
    return AdditionShown(
        AdditionKind(one.kind),
        one.author_id,
        one.signed_at,
        one.told_at,
        said["text"],
        said["whom"],
    )


def _told(danger: Danger, grant: vault.Grant) -> Iterable[WasTold]:
    """Give everybody who was told, at once or later."""
    yield from (WasTold.from_json(one) for one in vault.open_json(danger.told, grant))
    for one in danger.additions.all():
        if one.kind == AdditionKind.TOLD:
            said = vault.open_json(one.content, grant)
            yield WasTold(said["whom"], said["text"], one.signed_at)
