"""Stopping a permission, and sharing under one: the gate decides at that instant."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from consent import actions, queries
from consent.domain.covers import ConsentState, Covered, NotCovered, WhyNot
from consent.domain.documents import Pack
from consent.domain.packs import content_sha256
from consent.domain.states import DocumentState
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.consent import steps

if TYPE_CHECKING:
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.req("CL-02", "CL-03", "CL-05")
def test_mara_stops_and_the_next_disclosure_is_refused_in_words(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    steps.disclose(world, shared)
    steps.stop(world, shared.consent)
    before = steps.kinds(root)
    with pytest.raises(Refused) as refused:
        steps.disclose(world, shared)
    assert refused.value.code == "no-permission"
    assert refused.value.message == WhyNot.WITHDRAWN.value
    assert (refused.value.client, refused.value.case) == (world.mara, world.mara_case)
    assert steps.kinds(root) == before
    with as_actor(world.dana):
        assert queries.consent_row(shared.consent).state is ConsentState.WITHDRAWN
        assert [one.kind for one in queries.notices()] == ["withdrawn", "signed"]


@pytest.mark.req("CL-03")
def test_what_had_been_sent_is_said_before_and_kept_after(world: World) -> None:
    shared = steps.shared_permission(world)
    steps.disclose(world, shared)
    with as_actor(world.mara_portal):
        preview = actions.preview_stopping(actor=world.mara_portal, consent_id=shared.consent)
    (ending,), (sent,) = preview.ending, preview.sent
    assert steps.EVA.name in ending.sentence
    assert sent.recipient == steps.EVA
    steps.stop(world, shared.consent)
    with as_actor(world.mara_portal):
        (kept,) = actions.read_permissions(actor=world.mara_portal, client_id=world.mara)
        assert kept.ended_words == "stopped"
        assert len(actions.read_disclosures(actor=world.mara_portal, client_id=world.mara)) == 1


@pytest.mark.req("CL-03")
def test_what_was_on_its_way_is_stopped_with_it(world: World, root: Any, jobs: Jobs) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    steps.stop(world, shared.consent)
    with as_actor(world.dana):
        row = queries.disclosure_row(disclosure)
        assert row.state is DocumentState.CANCELLED
        assert not row.went
    assert steps.kinds(root).count("disclosure.cancelled") == 1
    jobs.run()
    with as_actor(world.dana):
        assert queries.disclosure_row(disclosure).state is DocumentState.CANCELLED


def test_a_permission_that_ran_out_meanwhile_is_found_by_the_worker(
    world: World, root: Any, jobs: Jobs
) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    root.execute("SET session_replication_role = replica")
    root.execute("UPDATE consent_consent SET since = since - interval '9 days', until = now()")
    root.execute("SET session_replication_role = origin")
    jobs.run()
    with as_actor(world.dana):
        assert queries.disclosure_row(disclosure).state is DocumentState.CANCELLED


def test_stopping_twice_is_stopping_once(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    steps.stop(world, shared.consent)
    steps.stop(world, shared.consent)
    assert steps.kinds(root).count("consent.withdrawn") == 1


@pytest.mark.req("CL-02")
def test_everything_optional_stops_and_the_agreement_stays(world: World) -> None:
    steps.signed(world, steps.AGREEMENT, {"begin": True, "emergency-contact": True})
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        actions.save_answers(actor=mara, request_id=request, answers=steps.YES)
        read = actions.read_form(actor=mara, request_id=request, page="whole text")
        actions.finish_reading(actor=mara, request_id=request, shown_sha256=read.shown_sha256)
    steps.sign(request, mara, shown_of(read, steps.YES))
    with as_actor(world.mara_portal):
        actions.withdraw_everything(actor=world.mara_portal, client_id=world.mara)
    with as_actor(world.dana):
        (live,) = queries.live_consents(world.mara)
        assert live.clause == "begin"
        certificates = [d for d in queries.documents_of(world.mara) if d.kind == "withdrawal"]
        assert len(certificates) == 1


def shown_of(read: actions.Reading, answers: dict[str, bool]) -> str:
    from consent.domain.answers import enforced_sha256

    return enforced_sha256(read.filled, answers)


def test_the_agreement_itself_is_not_stopped_by_a_click(world: World, application: Any) -> None:
    steps.signed(world, steps.AGREEMENT, {"begin": True})
    with as_actor(world.mara_portal):
        (row,) = queries.consents_of(world.mara)
        with pytest.raises(Refused, match="part-of-agreement"):
            actions.withdraw(actor=world.mara_portal, consent_id=row.id)


def test_said_on_the_phone_dana_records_it(world: World) -> None:
    shared = steps.shared_permission(world)
    with as_actor(world.dana):
        with pytest.raises(Invalid):
            actions.withdraw(actor=world.dana, consent_id=shared.consent, how="portal")
        actions.withdraw(actor=world.dana, consent_id=shared.consent, how="phone")
        assert not queries.consent_row(shared.consent).live


def test_nobody_else_can_stop_it(world: World) -> None:
    shared = steps.shared_permission(world)
    for stranger in (world.ana_portal, world.sam):
        with as_actor(stranger), pytest.raises(NotThere):
            actions.withdraw(actor=stranger, consent_id=shared.consent, how="room")
    for role in (world.vera, world.priya, world.fred):
        with as_actor(role), pytest.raises(Refused, match="not-permitted"):
            actions.withdraw(actor=role, consent_id=shared.consent, how="room")


# -- sharing ------------------------------------------------------------------------------------


@pytest.mark.req("DS-01")
def test_a_disclosure_keeps_everything_an_accounting_asks_for(world: World, root: Any) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    with as_actor(world.mara_portal):
        (line,) = actions.read_disclosures(actor=world.mara_portal, client_id=world.mara)
    assert line.row.id == disclosure
    assert (line.recipient.name, line.recipient.address) == (steps.EVA.name, steps.EVA.address)
    assert (line.row.consent, line.row.by, line.row.channel) == (
        shared.consent, world.dana.id, "paper",
    )  # fmt: skip
    assert line.row.content_sha256 == content_sha256(steps.PACK)
    assert (line.row.purpose, line.row.categories) == ("medication", ("session_notes",))
    assert line.row.told_at == line.row.at
    assert steps.last_act(root) == ["disclosure.read"]


@pytest.mark.req("DS-04")
def test_nothing_in_particular_is_not_shared(world: World) -> None:
    shared = steps.shared_permission(world)
    for nothing in ({"categories": []}, {"pack": Pack("Empty", "Nobody", ())}):
        with pytest.raises(Invalid):
            steps.disclose(world, shared, **nothing)


@pytest.mark.req("CL-05")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"categories": ["session_notes", "summary"]}, WhyNot.CATEGORIES.value),
        ({"categories": ["attendance"]}, WhyNot.CATEGORIES.value),
    ],
)
def test_more_than_was_agreed_is_refused(
    world: World, changes: dict[str, Any], reason: str
) -> None:
    shared = steps.shared_permission(world)
    with pytest.raises(Refused) as refused:
        steps.disclose(world, shared, **changes)
    assert refused.value.message == reason


@pytest.mark.req("CL-05")
def test_a_case_of_somebody_else_is_refused(world: World) -> None:
    shared = steps.shared_permission(world)
    with pytest.raises(Refused) as refused:
        steps.disclose(world, shared, case_id=world.couple_case)
    assert refused.value.message == "The case is another client's."


def test_a_trainee_and_a_supervisor_do_not_share(world: World) -> None:
    shared = steps.shared_permission(world)
    for role in (world.tess, world.vera, world.priya, world.fred):
        with pytest.raises(Refused, match="not-permitted"), as_actor(role):
            actions.disclose(
                actor=role, client_id=world.mara, case_id=world.mara_case,
                consent_id=shared.consent, pack=steps.PACK, note_ids=[uuid4()],
                categories=["session_notes"],
            )  # fmt: skip


@pytest.mark.req("CL-04", "CL-05")
def test_covers_is_asked_of_the_rows_and_the_clock(world: World) -> None:
    shared = steps.shared_permission(world)
    asked: dict[str, Any] = {
        "client": world.mara,
        "recipient": shared.recipient,
        "purpose": "medication",
        "categories": frozenset({"session_notes"}),
    }
    with as_actor(world.dana) as at:
        assert queries.covers(**asked, at=at) == Covered(shared.consent)
        later = at + datetime.timedelta(days=300)
        assert queries.covers(**asked, at=later) == NotCovered(WhyNot.EXPIRED)
    steps.stop(world, shared.consent)
    with as_actor(world.dana) as at:
        assert queries.covers(**asked, at=at) == NotCovered(WhyNot.WITHDRAWN)
