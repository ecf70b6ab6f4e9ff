"""The heart, against PostgreSQL: one thing changed at a time is refused, each with its reason."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest

from consent import actions, queries
from consent.domain.covers import Covered, NotCovered, WhyNot
from counselling.db import as_actor
from counselling.errors import Refused
from tests.consent import steps

if TYPE_CHECKING:
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-05", "CL-04", "CL-02", "CC-20")]

NOTES: Final = frozenset({"session_notes"})
DAY: Final = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Change:
    """One thing that is otherwise: what is asked, or what stands in the tables for a moment."""

    what: str
    why: WhyNot
    asked: dict[str, Any] = dataclasses.field(default_factory=dict)
    done: str = ""
    undone: str = ""


_WITHDRAW: Final = (
    "INSERT INTO consent_withdrawal (id, consent_id, client_id, at, by, how, certificate_id) "
    "SELECT gen_random_uuid(), c.id, c.client_id, now(), c.client_id, 'portal', s.document_id "
    "FROM consent_consent c JOIN consent_signature s ON s.id = c.signature_id WHERE c.id = %(it)s"
)
_REPLACE: Final = (
    "INSERT INTO consent_replacement (id, consent_id, client_id, signature_id, at) "
    "SELECT gen_random_uuid(), c.id, c.client_id, c.signature_id, now() "
    "FROM consent_consent c WHERE c.id = %(it)s"
)
_SET: Final = "UPDATE consent_consent SET {} WHERE id = %(it)s"
TABLE: Final = (
    Change("another recipient", WhyNot.RECIPIENT, {"recipient": uuid4()}),
    Change("another purpose", WhyNot.PURPOSE, {"purpose": "insurer"}),
    Change("a clause answered No", WhyNot.CATEGORIES, {"categories": frozenset({"summary"})}),
    Change("one kind more", WhyNot.CATEGORIES, {"categories": NOTES | {"attendance"}}),
    Change("a kind with a form of its own", WhyNot.CATEGORIES,
           {"categories": frozenset({"process_notes"})}),
    Change("nothing in particular", WhyNot.CATEGORIES, {"categories": frozenset()}),
    Change("no name of a kind but all of them", WhyNot.CATEGORIES, {"categories": frozenset("*")}),
    Change("its date has passed", WhyNot.EXPIRED,
           done=_SET.format("since = since - interval '2 years', until = now()"),
           undone=_SET.format(
               "since = since + interval '2 years', until = now() + interval '9 days'")),
    Change("it has not begun", WhyNot.NOT_BEGUN,
           done=_SET.format("since = now() + interval '1 day'"),
           undone=_SET.format("since = now() - interval '1 day'")),
    Change("it was stopped", WhyNot.WITHDRAWN, done=_WITHDRAW,
           undone="DELETE FROM consent_withdrawal WHERE consent_id = %(it)s"),
    Change("a newer form replaced it", WhyNot.REPLACED, done=_REPLACE,
           undone="DELETE FROM consent_replacement WHERE consent_id = %(it)s"),
)  # fmt: skip


def test_one_thing_changed_at_a_time_is_refused_with_its_reason(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    base = {"client": world.mara, "recipient": shared.recipient, "purpose": "medication",
            "categories": NOTES}  # fmt: skip

    def answer(**asked: Any) -> Covered | NotCovered:
        with as_actor(world.dana) as at:
            return queries.covers(**({"at": at} | base | asked))

    assert answer() == Covered(shared.consent)
    for change in TABLE:
        _past_every_rule(root, change.done, shared)
        assert answer(**change.asked) == NotCovered(change.why), change.what
        if change.done:
            with pytest.raises(Refused) as refused:
                steps.disclose(world, shared)
            assert refused.value.message == change.why.value, change.what
        _past_every_rule(root, change.undone, shared)
        # and it was that one thing alone
        assert answer() == Covered(shared.consent), change.what
    _of_the_instant(world, answer, shared)


def _of_the_instant(world: World, answer: Any, shared: steps.Shared) -> None:
    with as_actor(world.dana) as at:
        row = queries.consent_row(shared.consent)
    assert row.until is not None
    assert answer(at=row.until) == NotCovered(WhyNot.EXPIRED)
    assert answer(at=row.until - datetime.timedelta(microseconds=1)) == Covered(shared.consent)
    assert answer(at=row.since) == Covered(shared.consent)
    assert answer(at=row.since - datetime.timedelta(microseconds=1)) == NotCovered(WhyNot.NOT_BEGUN)
    assert at < row.until


def _past_every_rule(root: Any, statement: str, shared: steps.Shared) -> None:
    if statement:
        root.execute("SET session_replication_role = replica")
        root.execute(statement, {"it": shared.consent})
        root.execute("SET session_replication_role = origin")


@pytest.mark.parametrize("categories", [["summary"], ["session_notes", "attendance"]])
def test_the_gate_refuses_the_same_of_what_is_picked(world: World, categories: list[str]) -> None:
    shared = steps.shared_permission(world)
    with pytest.raises(Refused) as refused:
        steps.disclose(world, shared, categories=categories)
    assert refused.value.message == WhyNot.CATEGORIES.value


def test_a_signer_who_is_missing_is_the_reason_and_the_last_one_makes_it_hold(
    world: World,
) -> None:
    with as_actor(world.dana):
        request = actions.ask(
            actor=world.dana, client_id=world.mara, version_id=steps.form(steps.SHARING),
            asking=steps.asking(), witness=True,
        )  # fmt: skip
        recipient = queries.request_row(request).recipient
    actor = steps.open_by_link(steps.send(world, request), world.mara)
    steps.sign(request, actor, steps.read_through(request, actor, steps.YES))
    assert recipient is not None
    with as_actor(world.dana) as at:
        assert queries.live_consents(world.mara) == []
        missing = queries.covers(
            client=world.mara, recipient=recipient, purpose="medication", categories=NOTES, at=at
        )
    assert missing == NotCovered(WhyNot.NOT_SIGNED)


def test_a_newer_edition_that_nobody_signed_changes_nothing(world: World, root: Any) -> None:
    """Nothing is upgraded in silence: what was signed holds as it was read."""
    shared = steps.shared_permission(world)
    with as_actor(world.dana) as at:
        version = queries.request_row(shared.request).form.id
    new = uuid4()
    root.execute("SET session_replication_role = replica")
    root.execute(
        "INSERT INTO consent_formversion SELECT (v).* FROM (SELECT json_populate_record(v, "
        "json_build_object('id', %s::text, 'number', v.number + 90)) AS v "
        "FROM consent_formversion v WHERE v.id = %s) changed",
        [new, version],
    )
    with as_actor(world.dana):
        assert queries.request_row(shared.request).form.id == version
        held = queries.covers(
            client=world.mara, recipient=shared.recipient, purpose="medication",
            categories=NOTES, at=at + DAY,
        )  # fmt: skip
    assert held == Covered(shared.consent)
