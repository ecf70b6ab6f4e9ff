"""Each use case of the trail, done once in the world of the tests."""

from __future__ import annotations

import datetime
import pathlib
import tempfile
from typing import TYPE_CHECKING, Final
from unittest import mock
from uuid import UUID, uuid4

from django.conf import settings

from audit import actions, domain
from audit.domain.deciding import Word
from audit.findings import Report
from counselling import vault
from counselling.access import SERVICE
from counselling.db import as_actor, now
from tests.audit import deciding
from tests.audit.writers import payload
from tests.drill.log import Log
from tests.people import fresh
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World


def read_trail(world: World) -> None:
    with as_actor(world.vera):
        actions.read_trail(actor=world.vera)


def read_visits(world: World) -> None:
    with as_actor(world.vera):
        actions.read_visits(actor=world.vera)


def _last_days() -> actions.Period:
    at = now()
    return actions.Period(at - datetime.timedelta(days=7), at)


def read_touched(world: World) -> None:
    with as_actor(world.vera):
        actions.read_touched(actor=world.vera, period=_last_days(), person=world.dana.id)


def take_touched(world: World) -> None:
    """Take the list of whom Dana touched away, just after confirming who one is."""
    vera = fresh(world.vera)
    with as_actor(vera):
        actions.take_touched(actor=vera, period=_last_days(), person=world.dana.id)


def read_picture(world: World) -> None:
    with as_actor(world.vera):
        actions.read_picture(actor=world.vera, period=_last_days(), zone="UTC")


def make_months(_world: World) -> None:
    with as_actor(SERVICE):
        actions.make_months(actor=SERVICE)


def begin_taking(world: World) -> None:
    """Take the trail away, just after confirming who one is."""
    priya = fresh(world.priya)
    with as_actor(priya):
        actions.begin_taking(actor=priya, form="csv")


def read_openings(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.read_openings(actor=world.mara_portal, client=world.mara)


def record_refusal(world: World) -> None:
    actions.record_refusal(actor=world.sam, code="not-permitted", path_name="records:note")


def record_verification(world: World) -> None:
    actions.record_verification(actor=SERVICE, report=Report(7, 0, 1, None, ()))


def record_export(world: World) -> None:
    actions.record_export(actor=SERVICE)


def record_proof(world: World) -> None:
    actions.record_proof(actor=SERVICE, event=uuid4())


def keep_checkpoint_letter(world: World) -> None:
    with as_actor(SERVICE):
        actions.keep_checkpoint_letter(actor=SERVICE, size=1)


def tell_of_an_absent_witness(world: World) -> None:
    with superuser() as root:
        root.execute(
            "INSERT INTO audit_witnessing (id, witness, at, outcome, size, code) VALUES "
            "(gen_random_uuid(), 'file', now() - interval '2 hours', 'failed', 1, 'ENOSPC')"
        )
    actions.tell_of_an_absent_witness(actor=SERVICE)


def destroy_key(world: World) -> None:
    with as_actor(SERVICE):
        actions.destroy_key(actor=SERVICE, holder=vault.holders.staff(uuid4()))


def acknowledge_restore(world: World) -> None:
    """Put an older log back, as after a lost disk, and say so."""
    with superuser() as root, tempfile.TemporaryDirectory() as folder:
        log = Log(root, pathlib.Path(folder))
        log.put_back(log.yesterday)
        # the small log knows nothing of what this practice stored
        rows = mock.patch.object(domain.fingerprints, "_sealed_columns", {})
        with rows, mock.patch.object(settings, "WITNESS_FILE", log.witness):
            actions.acknowledge_restore(actor=SERVICE, reason="rehearsal")


def _curious(world: World) -> UUID:
    return deciding.found(world.dana, client=world.jon, case=world.jon_case)


def read_findings(world: World) -> None:
    _curious(world)
    with as_actor(world.vera):
        actions.read_findings(actor=world.vera)


def read_finding(world: World) -> None:
    finding = _curious(world)
    with as_actor(world.vera):
        actions.read_finding(actor=world.vera, finding_id=finding)


def decide_finding(world: World) -> None:
    deciding.say(world.vera, _curious(world))


def read_question(world: World) -> None:
    finding = _curious(world)
    deciding.say(world.vera, finding, Word.ASKED, "What was this?")
    with as_actor(world.dana):
        actions.read_question(actor=world.dana, finding_id=finding)


def answer_finding(world: World) -> None:
    finding = _curious(world)
    deciding.say(world.vera, finding, Word.ASKED, "What was this?")
    deciding.answer(world.dana, finding)


def finish_review(world: World) -> None:
    deciding.say(world.vera, _curious(world))
    deciding.finish(world.vera, "A quiet week.")


def find(world: World) -> None:
    with superuser() as root:
        at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
        said = {"kind": "note.opened", "act": "R", "client": str(world.jon)}
        root.execute(
            "INSERT INTO audit_event (recorded, payload) VALUES (%s, %s)",
            [at, payload(world.dana.id, at, **said)],
        )
    with as_actor(SERVICE):
        while actions.find(actor=SERVICE):
            pass


def announce_work(world: World) -> UUID:
    at = datetime.datetime.now(datetime.UTC)
    with as_actor(world.dana):
        return actions.announce_work(
            actor=world.dana, kind="check", since=at, until=at + datetime.timedelta(days=2)
        )


def end_work(world: World) -> None:
    work = announce_work(world)
    with as_actor(world.dana):
        actions.end_work(actor=world.dana, work_id=work)


def read_reviews(world: World) -> None:
    finish_review(world)
    with as_actor(world.vera):
        actions.read_reviews(actor=world.vera)


_DONE: Final = (
    answer_finding, decide_finding, finish_review, read_finding, read_findings, read_question,
    announce_work, end_work, find, read_reviews, read_picture, read_touched, read_visits,
    make_months, take_touched,
    acknowledge_restore, begin_taking, destroy_key, read_trail, read_openings, record_refusal,
    record_verification, record_export, record_proof, keep_checkpoint_letter,
    tell_of_an_absent_witness,
)  # fmt: skip
ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"audit.actions.{one.__name__}": one for one in _DONE
}
