"""Ask all again: each client once, nothing answered beforehand, and nothing lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.db import DatabaseError, transaction

import clients.actions
from consent import actions, queries, tasks
from consent.actions import again
from consent.domain.asking_again import AgainState, WhyLeftOut, retry_after
from consent.domain.states import RequestState
from consent.models import AskedAgain, Request
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import Invalid, Refused
from tests.clients import guarding
from tests.consent import forms_here, steps

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from tests.world import World

pytestmark = pytest.mark.django_db


class KilledError(BaseException):
    """The worker is gone, and with it whatever was not committed."""


def ready(world: World) -> tuple[UUID, UUID]:
    """Mara signed, and a newer version came; give the form and what she signed."""
    shared = steps.shared_permission(world)
    made = forms_here.published(world)
    with as_actor(world.dana):
        return queries.form_of(made), shared.request


def asked(world: World, form: UUID, earlier: UUID) -> queries.AgainRow:
    with as_actor(world.dana):
        batch = actions.ask_again(actor=world.dana, form_id=form, chosen={earlier})
        (row,) = queries.batch(batch).rows
    return row


def run(world: World, row: queries.AgainRow) -> None:
    with as_actor(SERVICE, client=world.mara):
        actions.ask_one_again(actor=SERVICE, row_id=row.id)


def now(world: World, row: queries.AgainRow) -> AskedAgain:
    with as_actor(world.dana):
        return AskedAgain.objects.get(pk=row.id)


def requests(world: World) -> list[queries.RequestRow]:
    with as_actor(world.dana):
        return queries.requests_of(world.mara)


@pytest.mark.req("CC-20")
def test_who_holds_an_older_version_is_asked_for_the_newer_with_no_answer_given(
    world: World,
) -> None:
    form, earlier = ready(world)
    with as_actor(world.dana):
        before = actions.look_at_request(actor=world.dana, request_id=earlier)
        (held,) = queries.held_by([world.mara, world.ana], form)
    assert held.client == world.mara
    assert held.may_ask
    assert held.wanted == held.number + 1
    row = asked(world, form, earlier)
    run(world, row)
    done = now(world, row)
    assert done.state == AgainState.SENT
    with as_actor(world.dana):
        new = queries.request_row(done.request_id)
        read = actions.look_at_request(actor=world.dana, request_id=new.id)
        assert Request.objects.get(pk=new.id).answers is None
    assert new.state is RequestState.SENT
    assert new.by == world.dana.id
    assert (read.recipient, read.asked) == (before.recipient, before.asked)
    assert read.values["counsellor"] == before.values["counsellor"]
    assert read.form.number == held.wanted


def test_what_was_signed_stays_until_the_newer_one_is(world: World) -> None:
    form, earlier = ready(world)
    row = asked(world, form, earlier)
    run(world, row)
    with as_actor(world.dana):
        assert len(queries.live_consents(world.mara, sharing=True)) == 1


def test_nobody_is_asked_twice_whoever_asks_and_however_often_the_work_runs(world: World) -> None:
    form, earlier = ready(world)
    row = asked(world, form, earlier)
    with pytest.raises(Invalid):
        asked(world, form, earlier)
    for _ in range(3):
        run(world, row)
    with as_actor(world.dana):
        (held,) = queries.held_by([world.mara], form)
        assert held.asked == now_request(row)
    assert len(requests(world)) == 2
    with pytest.raises(Invalid):
        asked(world, form, earlier)


def now_request(row: queries.AgainRow) -> UUID | None:
    return AskedAgain.objects.values_list("request_id", flat=True).get(pk=row.id)


def test_a_worker_that_is_killed_leaves_a_row_that_waits_and_no_form(world: World) -> None:
    form, earlier = ready(world)
    row = asked(world, form, earlier)
    killed = mock.patch.object(again, "_end", side_effect=KilledError)
    with killed, pytest.raises(KilledError):
        run(world, row)
    assert len(requests(world)) == 1
    assert (row.id, world.mara) in queries.due_asking()
    run(world, row)
    assert len(requests(world)) == 2
    assert queries.due_asking() == []


def test_a_failure_is_counted_and_tried_again_later(world: World) -> None:
    form, earlier = ready(world)
    row = asked(world, form, earlier)
    with mock.patch.object(again, "ask", side_effect=OSError):
        tasks.ask_again(str(row.id), str(world.mara))
    failed = now(world, row)
    assert (failed.state, failed.attempts) == (AgainState.WAITING, 1)
    assert queries.due_asking() == []
    assert retry_after(1) < retry_after(2) <= retry_after(99)


def test_without_a_sign_in_it_is_made_ready_and_waits_for_a_pin(
    world: World, root: psycopg.Connection[Any]
) -> None:
    form, earlier = ready(world)
    root.execute("DELETE FROM clients_portalaccess WHERE client_id = %s", [world.mara])
    row = asked(world, form, earlier)
    run(world, row)
    done = now(world, row)
    assert done.state == AgainState.PREPARED
    with as_actor(world.dana):
        assert queries.request_row(done.request_id).state is RequestState.DRAFT


def test_it_is_asked_again_when_it_is_done_whether_it_may_and_need_be(world: World) -> None:
    form, earlier = ready(world)
    row = asked(world, form, earlier)
    with as_actor(world.dana):
        (held,) = queries.live_consents(world.mara, sharing=True)
    steps.stop(world, held.id)
    run(world, row)
    assert (now(world, row).state, now(world, row).why) == (
        AgainState.LEFT_OUT, WhyLeftOut.NOTHING_LEFT,
    )  # fmt: skip
    assert len(requests(world)) == 1


def test_who_no_longer_cares_for_a_client_asks_nothing_of_them(world: World) -> None:
    form, earlier = ready(world)
    row = asked(world, form, earlier)
    with as_actor(world.dana):
        assignment = clients.actions  # the case is somebody else's from now on
        (case,) = [c for c in clients_cases(world) if world.dana.id in c.assigned(at())]
        one = next(a for a in case.assignments if a.person == world.dana.id)
        assignment.end_assignment(actor=world.dana, assignment_id=one.id)
    run(world, row)
    with as_actor(world.priya):
        found = AskedAgain.objects.get(pk=row.id)
    assert (found.state, found.why) == (AgainState.LEFT_OUT, WhyLeftOut.NOT_YOURS)


def clients_cases(world: World) -> Any:
    import clients.queries

    return clients.queries.cases_of(world.mara)


def at() -> Any:
    from counselling import db

    return db.now()


def test_a_form_that_is_taken_out_is_asked_of_nobody(world: World) -> None:
    form, earlier = ready(world)
    with as_actor(world.ada):
        actions.offer_form(actor=world.ada, form_id=form, offered=False)
    with pytest.raises(Refused, match="form-not-offered"):
        asked(world, form, earlier)


# -- who sees what ---------------------------------------------------------------------------------


def test_counts_are_for_those_who_may_and_name_nobody(world: World) -> None:
    form, _ = ready(world)
    with as_actor(world.ada):
        card = queries.form_card(form)
        assert (card.holders, card.holders_of_older) == (1, 1)
        assert queries.left_to_ask(form) == []
    with as_actor(world.priya):
        assert queries.left_to_ask(form) == [(world.dana.id, 1)]
    for nobody in (world.fred, world.mara_portal):
        with as_actor(nobody):
            assert queries.form_card(form).holders == 0
            assert queries.left_to_ask(form) == []


def test_a_batch_is_its_own_counsellors(world: World) -> None:
    form, earlier = ready(world)
    row = asked(world, form, earlier)
    for other in (world.sam, world.tess, world.ada, world.mara_portal):
        with as_actor(other):
            assert not AskedAgain.objects.filter(pk=row.id).exists()


# -- attacks: what the database holds, whoever writes ----------------------------------------------


def test_nobody_is_asked_in_anothers_name_or_for_what_they_never_signed(world: World) -> None:
    form, earlier = ready(world)
    row = now(world, asked(world, form, earlier))
    fields: dict[str, Any] = {
        "batch_id": row.batch_id, "client_id": row.client_id, "earlier_id": earlier,
        "version_id": row.version_id, "by": world.dana.id, "due_at": row.due_at,
    }  # fmt: skip
    for changed in (
        {"by": world.sam.id},
        {"client_id": world.ana},
        {"version_id": steps.form(steps.AGREEMENT)},
        {},
    ):
        with as_actor(world.dana), pytest.raises(DatabaseError), transaction.atomic():
            AskedAgain.objects.create(**(fields | changed))


def test_only_the_work_moves_a_row_and_what_is_done_stays_so(world: World) -> None:
    form, earlier = ready(world)
    row = asked(world, form, earlier)
    with as_actor(world.dana):
        assert AskedAgain.objects.filter(pk=row.id).update(state="left_out") == 0
    run(world, row)
    with (
        as_actor(SERVICE, client=world.mara),
        pytest.raises(DatabaseError, match="once more"),
        transaction.atomic(),
    ):
        AskedAgain.objects.filter(pk=row.id).update(state="waiting", request=None)


def test_where_a_guardian_signs_too_a_person_sends_it(world: World) -> None:
    form, earlier = ready(world)
    row = asked(world, form, earlier)
    guarding.is_born(world.dana, world.mara, guarding.born(15), key="mara")
    guarding.decide(world.dana, world.mara, guarding.guardian(world.dana, world.mara))
    run(world, row)
    done = now(world, row)
    assert done.state == AgainState.PREPARED
    with as_actor(world.dana):
        assert Request.objects.filter(lead_id=done.request_id).count() == 1
