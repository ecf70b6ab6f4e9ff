"""After a permission was given: a stop leaves a task, an end is asked about, silence ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail

from consent import actions, queries
from consent.domain.covers import NotCovered, WhyNot
from consent.domain.ending import EndAnswer
from consent.domain.states import RequestState
from consent.domain.stopping import SEE_TO, STOPS_NOW
from consent.models import StopTask
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import NotThere, Refused
from counselling.jobs import sweep
from tests.consent import steps

if TYPE_CHECKING:
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db


def turned_back(
    root: Any, consent: UUID, *, given: str = "300 days", left: str = "20 days"
) -> None:
    """Let a permission be as old as this, and end so soon."""
    root.execute("SET session_replication_role = replica")
    root.execute(
        "UPDATE consent_consent SET since = now() - %s::interval, until = now() + %s::interval "
        "WHERE id = %s",
        [given, left, consent],
    )
    root.execute("SET session_replication_role = origin")


# -- a stop ------------------------------------------------------------------------------------


@pytest.mark.req("CL-03", "CL-02")
def test_a_stop_leaves_a_task_for_who_cares_and_one_press_ends_it(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    steps.stop(world, shared.consent)
    with as_actor(world.dana):
        (task,) = queries.open_stops([world.mara])
    assert task.see_to == (SEE_TO[""],)
    assert "notes" in task.words
    with as_actor(world.dana):
        assert actions.see_to_stop(actor=world.dana, task_id=task.id) == world.mara
    with as_actor(world.dana):
        actions.see_to_stop(actor=world.dana, task_id=task.id)
        assert queries.open_stops([world.mara]) == []
    assert steps.kinds(root).count("stop.seen_to") == 1


def test_nobody_else_sees_or_ends_the_task(world: World) -> None:
    steps.stop(world, steps.shared_permission(world).consent)
    with as_actor(world.dana):
        (task,) = queries.open_stops([world.mara])
    for other in (world.mara_portal, world.sam, world.ana_portal):
        with as_actor(other):
            assert queries.open_stops([world.mara]) == []
    with as_actor(world.sam), pytest.raises(NotThere):
        actions.see_to_stop(actor=world.sam, task_id=task.id)
    # a supervisor sees it and leaves it to whoever cares
    with as_actor(world.vera), pytest.raises(Refused):
        actions.see_to_stop(actor=world.vera, task_id=task.id)
    with as_actor(world.vera) as at:
        assert not StopTask.objects.filter(pk=task.id).update(done_at=at, done_by=world.vera.id)


@pytest.mark.req("CL-03")
def test_what_stops_is_said_by_its_kind(world: World) -> None:
    shared = steps.shared_permission(world)
    with as_actor(world.mara_portal):
        preview = actions.preview_stopping(actor=world.mara_portal, consent_id=shared.consent)
    assert preview.stops == (STOPS_NOW[""],)
    assert preview.done == ()
    assert len(preview.continues) == 2


# -- before an end -----------------------------------------------------------------------------


@pytest.mark.req("CC-05", "CL-04", "CL-07")
def test_before_an_end_one_letter_asks_and_says_nothing(
    world: World, root: Any, jobs: Jobs
) -> None:
    shared = steps.shared_permission(world)
    jobs.run()
    mail.outbox.clear()
    with as_actor(world.mara_portal):
        assert queries.ends_of([world.mara]) == []
    turned_back(root, shared.consent)
    for _ in range(3):
        sweep()
        jobs.run()
    (letter,) = mail.outbox
    assert letter.to == ["maraquilla@mailbox.example"]
    assert "/space/permissions" in letter.body
    assert steps.EVA.name not in letter.body
    assert steps.kinds(root).count("ending.asked") == 1
    with as_actor(world.dana):
        (ends,) = queries.ends_of([world.mara])
        assert (ends.consent, ends.answer) == (shared.consent, EndAnswer.NONE)


@pytest.mark.req("CL-04", "CC-15")
def test_silence_ends_sharing_with_no_job_running(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    turned_back(root, shared.consent, left="-1 second")
    with pytest.raises(Refused) as refused:
        steps.disclose(world, shared)
    assert refused.value.message == WhyNot.EXPIRED.value
    with as_actor(world.mara_portal):
        assert queries.ends_of([world.mara]) == []
        assert queries.due_ends() == []


@pytest.mark.req("CC-05", "CC-20", "CL-01")
def test_keeping_is_the_newest_form_filled_as_before_and_nothing_answered(
    world: World, root: Any
) -> None:
    shared = steps.shared_permission(world)
    turned_back(root, shared.consent)
    mara = world.mara_portal
    with as_actor(mara):
        request = actions.keep(actor=mara, consent_id=shared.consent)
    assert request is not None
    with as_actor(mara):
        assert actions.keep(actor=mara, consent_id=shared.consent) == request
        row = queries.request_row(request)
        assert (row.state, row.recipient, row.by) == (
            RequestState.SENT, shared.recipient, world.dana.id,
        )  # fmt: skip
        actions.open_request(actor=mara, request_id=request)
    with as_actor(mara):
        read = actions.read_form(actor=mara, request_id=request, page="in short")
    assert read.answers == {}
    assert read.asked.purpose == "medication"
    # until it is signed the old one holds and nothing new does
    with as_actor(world.dana):
        assert queries.consent_row(shared.consent).live
    steps.sign(request, mara, steps.read_through(request, mara, steps.YES))
    with as_actor(world.dana):
        assert queries.consent_row(shared.consent).replaced_at is not None
        (kept,) = queries.live_consents(world.mara, sharing=True)
        assert kept.id != shared.consent
        assert queries.ends_of([world.mara]) == []


@pytest.mark.req("CL-02", "CL-01")
def test_stopping_calls_back_what_was_put_out_to_keep_it(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    turned_back(root, shared.consent)
    mara = world.mara_portal
    with as_actor(mara):
        request = actions.keep(actor=mara, consent_id=shared.consent)
    assert request is not None
    steps.stop(world, shared.consent)
    with as_actor(mara):
        assert queries.request_row(request).state is RequestState.VOID
    with as_actor(mara), pytest.raises(Refused):
        actions.open_request(actor=mara, request_id=request)


def test_who_wants_a_change_is_heard_and_nothing_changes_by_it(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    turned_back(root, shared.consent)
    with as_actor(world.mara_portal):
        actions.ask_to_change(actor=world.mara_portal, consent_id=shared.consent)
    with as_actor(world.dana):
        (ends,) = queries.ends_of([world.mara])
        assert ends.asked_to_change
        assert queries.consent_row(shared.consent).live


def test_what_does_not_end_soon_is_neither_kept_nor_changed(world: World) -> None:
    shared = steps.shared_permission(world)
    mara = world.mara_portal
    for act in (actions.keep, actions.ask_to_change):
        with as_actor(mara), pytest.raises(Refused):
            act(actor=mara, consent_id=shared.consent)
        with as_actor(world.ana_portal), pytest.raises(NotThere):
            act(actor=world.ana_portal, consent_id=shared.consent)


# -- why not -----------------------------------------------------------------------------------


@pytest.mark.req("CL-05")
def test_a_form_that_is_out_allows_nothing_and_is_the_reason_told(world: World) -> None:
    request = steps.ask(world)
    steps.send(world, request)
    with as_actor(world.dana) as at:
        row = queries.request_row(request)
        assert row.recipient is not None
        answer = queries.covers(
            client=world.mara, recipient=row.recipient, purpose="medication",
            categories=frozenset({"session_notes"}), at=at,
        )  # fmt: skip
    assert answer == NotCovered(WhyNot.NOT_SIGNED)


def test_the_machine_tells_nobody_twice(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    turned_back(root, shared.consent)
    for expected in (1, 0):
        with as_actor(SERVICE, client=world.mara):
            assert actions.tell_of_ends(actor=SERVICE, client_id=world.mara) == expected
