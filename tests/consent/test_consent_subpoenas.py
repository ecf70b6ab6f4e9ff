"""A subpoena opens nothing by itself: it holds everything, tells the client, and waits for two."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from unittest import mock

import psycopg
import pytest
from django.test import Client

import clients.actions
import clients.queries
from consent import actions, queries
from consent.actions import subpoenas
from consent.domain.bases import BasisKind
from consent.domain.subpoenas import HoldAnswer, HowTold, NoticeState, Step, WhyHeld, next_day
from counselling.access import SERVICE
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused
from tests.clients.raw import acting
from tests.consent import basis_steps, law_steps, steps
from tests.people import sign_in_browserless
from tests.raw import superuser

if TYPE_CHECKING:
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("DS-05")]


def test_it_lays_a_hold_starts_the_notice_and_opens_nothing(world: World) -> None:
    subpoena = law_steps.subpoena(world)
    with as_actor(world.dana):
        row = queries.subpoena_row(subpoena)
        shown = actions.read_subpoena(actor=world.dana, subpoena_id=subpoena)
        assert queries.held(world.mara)
        assert queries.disclosures_of(world.mara) == []
    assert (row.word, row.notice, row.over) == ("nothing done yet", NoticeState.WAITING, False)
    assert (shown.name, shown.asks_for) == (law_steps.LAWYER, law_steps.ASKS)
    # and no row of it is a ground: a disclosure that names none is refused whatever came
    with pytest.raises(Invalid):
        steps.disclose(world, steps.Shared(uuid7(), None, uuid7()))  # type: ignore[arg-type] # there is none


def test_the_client_who_comes_in_is_written_to_and_reads_it_in_their_space(
    world: World, jobs: Jobs
) -> None:
    subpoena = law_steps.subpoena(world)
    with as_actor(SERVICE, client=world.mara):
        assert actions.tell_of_subpoena(actor=SERVICE, subpoena_id=subpoena) == NoticeState.SENT
    with as_actor(SERVICE, client=world.mara):  # a second worker, or the sweeper
        assert actions.tell_of_subpoena(actor=SERVICE, subpoena_id=subpoena) == ""
    with as_actor(world.mara_portal):
        ((row, name, asks),) = actions.read_own_subpoenas(
            actor=world.mara_portal, client_id=world.mara
        )
    assert (row.id, name, asks) == (subpoena, law_steps.LAWYER, law_steps.ASKS)
    with as_actor(world.dana):
        told = queries.subpoena_row(subpoena)
    assert (told.notice, told.told_by) == (NoticeState.TOLD, None)
    with as_actor(world.dana), pytest.raises(Refused, match="told"):
        actions.told_of_subpoena(actor=world.dana, subpoena_id=subpoena, how=HowTold.ROOM)


def test_who_cannot_come_in_is_told_by_a_person_and_a_killed_worker_loses_nothing(
    world: World,
) -> None:
    with superuser() as root:
        root.execute("DELETE FROM clients_portalaccess WHERE client_id = %s", [world.mara])
    subpoena = law_steps.subpoena(world)
    with as_actor(SERVICE):
        assert (subpoena, world.mara) in queries.due_notices()
    with as_actor(SERVICE, client=world.mara):
        actions.fail_telling_of_subpoena(actor=SERVICE, subpoena_id=subpoena, code="KilledError")
    with superuser() as root:
        root.execute("UPDATE consent_subpoena_notice SET due_at = now()")
    with as_actor(SERVICE):
        assert (subpoena, world.mara) in queries.due_notices()
    with as_actor(SERVICE, client=world.mara):
        assert actions.tell_of_subpoena(actor=SERVICE, subpoena_id=subpoena) == NoticeState.PERSON
    with as_actor(world.dana) as at:
        assert queries.subpoena_row(subpoena).to_be_told(at)
        actions.told_of_subpoena(actor=world.dana, subpoena_id=subpoena, how=HowTold.ROOM)
        assert queries.subpoena_row(subpoena).told_by == world.dana.id


def test_what_keeps_failing_is_told_by_a_person(world: World) -> None:
    subpoena = law_steps.subpoena(world)
    for _ in range(5):
        with superuser() as root:
            root.execute("UPDATE consent_subpoena_notice SET due_at = now()")
        with as_actor(SERVICE, client=world.mara):
            actions.fail_telling_of_subpoena(actor=SERVICE, subpoena_id=subpoena, code="X")
    with as_actor(SERVICE, client=world.mara):
        actions.fail_telling_of_subpoena(actor=SERVICE, subpoena_id=subpoena, code="X")
    with as_actor(world.dana):
        assert queries.subpoena_row(subpoena).notice == NoticeState.PERSON


def test_its_paper_comes_back_as_it_came_to_who_handles_it(world: World) -> None:
    subpoena = law_steps.subpoena(world)
    with as_actor(world.dana):
        paper = actions.keep_subpoena_paper(
            actor=world.dana, subpoena_id=subpoena, content=law_steps.PAPER, media="application/pdf"
        )
    with as_actor(world.priya):
        assert actions.open_subpoena_paper(actor=world.priya, paper_id=paper) == (
            law_steps.PAPER, "application/pdf",
        )  # fmt: skip
    for actor, error in (
        (world.sam, NotThere),
        (world.fred, Refused),
        (world.mara_portal, Refused),
    ):
        with as_actor(actor), pytest.raises(error):
            actions.open_subpoena_paper(actor=actor, paper_id=paper)


def test_days_that_cannot_be_are_refused(world: World) -> None:
    day = datetime.timedelta(days=1)
    wrong: list[dict[str, Any]] = [
        {"received_on": law_steps.today() + day * 2},
        {"due_on": law_steps.today() - day},
        {"object_by": law_steps.today() - day},
        {"name": ""},
    ]
    for changes in wrong:
        with pytest.raises(Invalid):
            law_steps.subpoena(world, **changes)
    subpoena = law_steps.subpoena(world)
    with as_actor(world.dana), pytest.raises(Invalid):
        actions.add_step(
            actor=world.dana,
            subpoena_id=subpoena,
            kind=Step.OBJECTED,
            on=law_steps.today() + day * 2,
        )


def test_after_midnight_where_the_practice_is_today_is_a_day_that_was(settings: Any) -> None:
    """In London it is still yesterday then."""
    settings.TIME_ZONE = "Europe/Berlin"
    late = datetime.datetime(2026, 11, 22, 23, 30, tzinfo=datetime.UTC)
    came = law_steps.came(
        received_on=late.date() + datetime.timedelta(days=1),
        due_on=datetime.date(2026, 12, 7),
        object_by=datetime.date(2026, 11, 30),
    )
    with mock.patch("counselling.db.now", return_value=late):
        subpoenas._decide_days(came)
    with (
        mock.patch("counselling.db.now", return_value=late - datetime.timedelta(hours=1)),
        pytest.raises(Invalid),
    ):
        subpoenas._decide_days(came)


def test_what_comes_next_follows_what_happened() -> None:
    first, second = datetime.date(2026, 11, 9), datetime.date(2026, 11, 20)
    assert next_day([], first, second) == first
    assert next_day([], None, second) == second
    assert next_day(["objected"], first, second) is None
    assert next_day(["objected", "ordered"], first, second) == second
    assert next_day(["quashed"], first, second) is None


# -- the hold --------------------------------------------------------------------------------------


def hold_of(world: World) -> Any:
    with as_actor(world.dana):
        (row,) = queries.holds_of(world.mara)
    return row


def test_a_hold_stays_while_its_subpoena_is_open_and_is_ended_by_two(world: World) -> None:
    subpoena = law_steps.subpoena(world)
    hold = hold_of(world).id
    with as_actor(world.dana), pytest.raises(Refused, match="not-so"):
        actions.ask_hold_end(actor=world.dana, hold_id=hold, words="It is old.")
    law_steps.step(world, subpoena, Step.QUASHED, "by the judge")
    with as_actor(world.dana):
        actions.ask_hold_end(actor=world.dana, hold_id=hold, words="It is quashed.")
        assert queries.held(world.mara)
    with as_actor(world.vera):
        assert [one.id for one in queries.holds_to_decide(world.vera.id)] == [hold]
        shown = actions.read_holds(actor=world.vera, client_id=world.mara)
        assert shown[0].why_end == "It is quashed."
        actions.decide_hold_end(actor=world.vera, hold_id=hold, answer=HoldAnswer.END)
    with as_actor(world.dana):
        assert not queries.held(world.mara)
    with as_actor(world.dana), pytest.raises(Refused):
        actions.ask_hold_end(actor=world.dana, hold_id=hold, words="Again.")


def test_who_asked_does_not_decide_and_a_no_keeps_it(world: World) -> None:
    with as_actor(world.priya):
        hold = actions.place_hold(
            actor=world.priya, client_id=world.mara, why=WhyHeld.COMPLAINT, words="a complaint"
        )
    with as_actor(world.priya):
        actions.ask_hold_end(actor=world.priya, hold_id=hold, words="It is settled.")
    with as_actor(world.priya), pytest.raises(Refused):
        actions.decide_hold_end(actor=world.priya, hold_id=hold, answer=HoldAnswer.END)
    with as_actor(world.dana), pytest.raises(Refused):
        actions.decide_hold_end(actor=world.dana, hold_id=hold, answer=HoldAnswer.END)
    with as_actor(world.vera):
        actions.decide_hold_end(actor=world.vera, hold_id=hold, answer=HoldAnswer.KEEP)
        assert queries.held(world.mara)


def test_a_subpoena_that_is_over_takes_no_further_step(world: World) -> None:
    subpoena = law_steps.subpoena(world)
    law_steps.step(world, subpoena, Step.WITHDRAWN)
    with pytest.raises(Refused):
        law_steps.step(world, subpoena, Step.OBJECTED)


# -- by raw SQL ------------------------------------------------------------------------------------

RELEASE = (
    "INSERT INTO consent_subpoena_release (id, client_id, subpoena_id, share, content_sha256, "
    "by, at) VALUES (gen_random_uuid(), %s, %s, gen_random_uuid(), 'x', %s, now())"
)
RETURN = (
    "INSERT INTO consent_subpoena_return (id, client_id, subpoena_id, share, content_sha256, "
    "words, by, at) VALUES (gen_random_uuid(), %s, %s, gen_random_uuid(), 'x', '', %s, now())"
)
DECIDE = (
    "INSERT INTO consent_hold_decision (id, client_id, ending_id, answer, alone, by, at) "
    "SELECT gen_random_uuid(), client_id, id, 'end', %s, %s, now() FROM consent_hold_ending"
)


def test_no_raw_word_releases_or_ends_what_two_have_to(world: World, application: Any) -> None:
    subpoena = law_steps.subpoena(world)
    law = [
        (RELEASE, [world.mara, subpoena, world.dana.id], "supervisor or privacy officer"),
        (RELEASE, [world.mara, subpoena, world.vera.id], "by who acts"),
        (RELEASE, [world.tom, subpoena, world.dana.id], "another client|row-level"),
        (RETURN, [world.mara, subpoena, world.dana.id], "sends back what a subpoena"),
        (RETURN, [world.mara, subpoena, world.vera.id], "by who acts"),
        (RETURN, [world.tom, subpoena, world.dana.id], "another client|row-level"),
    ]
    for sql, said, why in law:
        with (
            acting(application, world.dana.id) as connection,
            pytest.raises(psycopg.Error, match=why),
        ):
            connection.execute(sql, said)
    law_steps.step(world, subpoena, Step.COMPLIED)
    hold = hold_of(world).id
    with as_actor(world.dana):
        actions.ask_hold_end(actor=world.dana, hold_id=hold, words="Done.")
    for alone, by, why in (
        (True, world.dana.id, "somebody else agrees"),
        (False, world.dana.id, "somebody else agrees"),
        (False, world.vera.id, "by who acts"),
    ):
        with (
            acting(application, world.dana.id) as connection,
            pytest.raises(psycopg.Error, match=why),
        ):
            connection.execute(DECIDE, [alone, by])
    for table in ("consent_legal_hold", "consent_subpoena", "consent_subpoena_step"):
        with superuser() as root, pytest.raises(psycopg.Error, match="never changes"):
            root.execute(f"UPDATE {table} SET at = now()")


def test_the_client_sees_no_hold_no_paper_and_no_step(world: World, application: Any) -> None:
    subpoena = law_steps.subpoena(world)
    law_steps.step(world, subpoena, Step.TALKED, "with our lawyer")
    with acting(application, world.mara_portal.id) as connection:
        for table in ("legal_hold", "subpoena_paper", "subpoena_step", "subpoena_release",
                      "subpoena_return", "basis_overdue", "locked_file"):  # fmt: skip
            assert connection.execute(f"SELECT count(*) FROM consent_{table}").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM consent_subpoena").fetchone() == (1,)
    with acting(application, world.ben_portal.id) as connection:
        assert connection.execute("SELECT count(*) FROM consent_subpoena").fetchone() == (0,)
    with acting(application, world.fred.id) as connection:
        assert connection.execute("SELECT count(*) FROM consent_subpoena").fetchone() == (0,)


# -- special orders --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [BasisKind.COURT_ORDER, BasisKind.STATUTE])
def test_an_ordinary_order_or_a_law_never_reaches_notes_of_substance_use(
    world: World, application: Any, kind: BasisKind
) -> None:
    with pytest.raises(Invalid):
        basis_steps.state(world, kind, categories=("sud_notes",))
    basis = basis_steps.state(world, kind)
    why = "made for them|special order"
    with acting(application, world.dana.id), pytest.raises(psycopg.Error, match=why):
        application.execute(
            "INSERT INTO consent_legal_basis (id, client_id, case_id, kind, recipient_id, "
            "categories, facts, facts_given, immediate, by, at) SELECT gen_random_uuid(), "
            "client_id, case_id, kind, recipient_id, ARRAY['sud_notes'], facts, facts_given, "
            "immediate, by, now() FROM consent_legal_basis WHERE id = %s",
            [basis],
        )


# -- what it asks for, sent ------------------------------------------------------------------------


def sent(share: UUID, disclosure: UUID) -> None:
    """Send past every other trigger, and undo it."""
    with superuser() as root, root.transaction(force_rollback=True):
        root.execute("ALTER TABLE records_share DISABLE TRIGGER records_share_gate")
        root.execute(
            "UPDATE records_share SET sent_at = now(), disclosure_id = %s WHERE id = %s",
            [disclosure, share],
        )


def test_a_share_for_a_subpoena_goes_only_after_somebody_else_let_exactly_it_go(
    world: World,
) -> None:
    """The database holds it, whoever writes: here the owner, past everything but triggers."""
    subpoena, other = law_steps.subpoena(world), uuid7()
    disclosure = steps.disclose(world, steps.shared_permission(world))
    share = uuid7()
    with superuser() as root:
        recipient = root.execute("SELECT recipient_id FROM consent_disclosure").fetchone()
        assert recipient is not None
        root.execute("SET session_replication_role = replica")
        root.execute(
            "INSERT INTO records_share (id, client_id, case_id, recipient_id, purpose, subpoena, "
            "level, categories, chosen, show_first, resume, back, channel, told_by, by, at, "
            "attempts) VALUES (%s, %s, %s, %s, 'medication', %s, 'notes', '{}', '{}', "
            "false, '', '', 'paper', '', %s, now(), 0)",
            [share, world.mara, world.mara_case, recipient[0], subpoena, world.dana.id],
        )
        root.execute(
            "INSERT INTO records_share_paper (id, share_id, client_id, case_id, pack_sha256, "
            "made_of, version, tab, saved_at, event_at) "
            "VALUES (%s, %s, %s, %s, 'exactly', '', 1, '', now(), now())",
            [other, share, world.mara, world.mara_case],
        )
    with pytest.raises(psycopg.Error, match="A second person has not"):
        sent(share, disclosure)
    with as_actor(world.vera), pytest.raises(Refused, match="own-share"):
        actions.release_for_subpoena(
            actor=world.vera, subpoena_id=subpoena, share=share, prepared_by=world.vera.id,
            content_sha256="exactly",
        )  # fmt: skip
    for content in ("another", "exactly"):
        with as_actor(world.vera):
            actions.release_for_subpoena(
                actor=world.vera, subpoena_id=subpoena, share=share, prepared_by=world.dana.id,
                content_sha256=content,
            )  # fmt: skip
        if content == "another":
            with pytest.raises(psycopg.Error, match="A second person has not"):
                sent(share, disclosure)
        else:
            sent(share, disclosure)


def test_its_page_says_who_can_answer_it_where_nobody_cares_for_the_client(world: World) -> None:
    page = f"/subpoenas/{law_steps.subpoena(world)}"
    priya = Client()
    sign_in_browserless(priya, world.priya)
    assert "Nobody cares for" not in priya.get(page).content.decode()
    with as_actor(world.fred):
        for one in clients.queries.case_row(world.mara_case).assignments:
            clients.actions.end_assignment(actor=world.fred, assignment_id=one.id)
    assert "Nobody cares for this client now" in priya.get(page).content.decode()
