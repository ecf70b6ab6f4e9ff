"""An accounting says what went to whom by the law's own fields, and nothing before its time."""

from __future__ import annotations

import csv
import datetime
import io
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from consent import actions, queries
from consent.domain.accounting import (
    AskedHow,
    Statement,
    decide_period,
    decide_suspension,
    must_account,
    years_before,
)
from consent.domain.accounts_shown import AccountedLine, as_csv, cell
from consent.models import AccountingGiven
from counselling import vault
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.clients.raw import acting, column
from tests.consent import basis_steps, law_steps, steps
from tests.raw import superuser

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("RT-05")]

DAY = datetime.timedelta(days=1)


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.req("DS-01")
def test_every_line_has_what_the_law_asks_for(world: World) -> None:
    shared = steps.shared_permission(world)
    first = steps.disclose(world, shared)
    second = basis_steps.hand_over(world, basis_steps.released(world))
    lines = {one.shared.row.id: one for one in law_steps.account(world)}
    assert set(lines) == {first, second}
    gp, court = lines[first], lines[second]
    assert (gp.shared.recipient, gp.address) == (steps.EVA, steps.EVA.address)
    assert (gp.by, gp.channel, gp.must) == ("Dana Roth", "on paper", False)
    assert (court.shared.recipient.name, court.must) == (basis_steps.COURT.name, True)
    assert court.ground == "A court has ordered it."
    with as_actor(world.dana):
        hashes = {one.content_sha256 for one in queries.disclosures_of(world.mara)}
    assert {one.shared.row.content_sha256 for one in lines.values()} == hashes
    assert [one.shared.row.id for one in law_steps.account(world, only_law=True)] == [second]
    assert (
        law_steps.account(world, since=law_steps.today() - DAY * 9, until=law_steps.today() - DAY)
        == []
    )


def test_what_the_law_has_accounted_for() -> None:
    today = datetime.date(2026, 11, 22)
    known: dict[str, Any] = {"today": today}
    assert must_account(by_law=True, categories=["summary"], on=today, **known)
    assert not must_account(
        by_law=True, categories=["summary"], on=datetime.date(2020, 11, 21), **known
    )
    assert not must_account(by_law=False, categories=["summary"], on=today, **known)
    assert must_account(by_law=False, categories=["sud_notes"], on=today, **known)
    assert not must_account(
        by_law=False, categories=["sud_notes"], on=datetime.date(2023, 11, 21), **known
    )
    assert years_before(datetime.date(2024, 2, 29), 6) == datetime.date(2018, 2, 28)


def test_a_period_lies_behind_today_and_a_statement_ahead() -> None:
    today = datetime.date(2026, 11, 22)
    for since, until in ((today, today + DAY), (today, today - DAY)):
        with pytest.raises(Invalid):
            decide_period(since, until, today)
    at = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
    for form, days in ((Statement.ORAL, 31), (Statement.WRITTEN, 1096), (Statement.ORAL, 0)):
        with pytest.raises(Invalid):
            decide_suspension(form, at, at + DAY * days)


@pytest.mark.req("WH-04")
def test_a_table_runs_nothing_in_a_table_program() -> None:
    for harm in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("x")'):
        assert cell(harm) == f"'{harm}"
    assert cell("Lindenhof 4") == "Lindenhof 4"
    line = AccountedLine(*["=cmd"] * 12)
    ((*_,),) = [row.values() for row in table(as_csv([line]))]
    assert set(next(iter(table(as_csv([line])))).values()) == {"'=cmd"}


def test_a_client_takes_their_own_at_once_and_it_is_kept_as_it_was_given(world: World) -> None:
    steps.disclose(world, steps.shared_permission(world))
    content = law_steps.given(world, world.mara_portal)
    (row,) = table(content)
    assert (row["To whom"], row["Address"]) == (
        "Dr Evangelia Lindqvarn, GP, Lind Surgery", steps.EVA.address,
    )  # fmt: skip
    with as_actor(world.mara_portal):
        kept = AccountingGiven.objects.get(client_id=world.mara)
    assert kept.sha256 == vault.digest(content)
    assert kept.request_id is None


@pytest.mark.req("AC-03")
def test_nobody_else_accounts_for_anything(world: World) -> None:
    steps.disclose(world, steps.shared_permission(world))
    for actor, error in (
        (world.fred, Refused), (world.ada, Refused), (world.vera, Refused),
        (world.sam, NotThere), (world.ben_portal, NotThere),
    ):  # fmt: skip
        with pytest.raises(error):
            law_steps.account(world, actor)
        with pytest.raises(error):
            law_steps.given(world, actor)


# -- requests --------------------------------------------------------------------------------------


def asked(world: World, ago: int = 0) -> UUID:
    with as_actor(world.priya):
        return actions.ask_accounting(
            actor=world.priya, client_id=world.mara, since=law_steps.today() - DAY * 365,
            until=law_steps.today(), how=AskedHow.LETTER, asked_on=law_steps.today() - DAY * ago,
        )  # fmt: skip


def test_a_request_is_due_in_sixty_days_and_once_in_ninety(world: World) -> None:
    request = asked(world)
    with as_actor(world.priya):
        row = queries.asked_row(request)
    assert (row.due_on, row.free, row.may_take_longer) == (law_steps.today() + DAY * 60, True, True)
    with as_actor(world.priya), pytest.raises(Invalid):
        actions.extend_accounting(actor=world.priya, request_id=request, why="")
    with as_actor(world.priya):
        actions.extend_accounting(actor=world.priya, request_id=request, why="Two files in store.")
        longer = queries.asked_row(request)
    assert (longer.due_on, longer.may_take_longer) == (law_steps.today() + DAY * 90, False)
    with as_actor(world.priya), pytest.raises(Refused):
        actions.extend_accounting(actor=world.priya, request_id=request, why="Again.")
    law_steps.given(world, world.priya, request_id=request)
    second = asked(world)
    with as_actor(world.priya):
        assert not queries.asked_row(request).open
        assert not queries.asked_row(second).free
        assert [one.id for one in queries.open_accountings([world.mara])] == [second]


def test_more_time_is_not_taken_once_the_first_has_run_out(world: World) -> None:
    late = asked(world, ago=61)
    with as_actor(world.priya), pytest.raises(Refused):
        actions.extend_accounting(actor=world.priya, request_id=late, why="Late.")


def test_what_was_given_is_there_again_byte_for_byte(world: World) -> None:
    steps.disclose(world, steps.shared_permission(world))
    request = asked(world)
    content = law_steps.given(world, world.priya, request_id=request)
    with as_actor(world.mara_portal):
        (row,) = queries.given_accountings(world.mara)
    assert (row.request, row.sha256, row.kind) == (request, vault.digest(content), "CSV")
    for actor in (world.mara_portal, world.dana, world.priya):
        with as_actor(actor):
            again, _, name = actions.open_given_accounting(actor=actor, given_id=row.id)
        assert (again, name[-4:]) == (content, ".csv")
    for actor, error in (
        (world.fred, Refused),
        (world.sam, NotThere),
        (world.ben_portal, NotThere),
    ):
        with pytest.raises(error), as_actor(actor):
            actions.open_given_accounting(actor=actor, given_id=row.id)


def test_the_client_reads_why_it_takes_longer(world: World) -> None:
    with as_actor(world.mara_portal):
        found = actions.read_asked_accountings(actor=world.mara_portal, client_id=world.mara)
    assert found == []
    request = asked(world)
    with as_actor(world.priya):
        actions.extend_accounting(actor=world.priya, request_id=request, why="Two files in store.")
    for actor in (world.mara_portal, world.dana):
        with as_actor(actor):
            (one,) = actions.read_asked_accountings(actor=actor, client_id=world.mara)
        assert (one.row.id, one.why_longer) == (request, "Two files in store.")


def test_an_officials_words_are_shown_to_staff_and_not_to_the_client(
    world: World, application: Any
) -> None:
    made = law_steps.suspend(world, hidden := law_steps.hidden(world))
    for actor in (world.vera, world.priya, world.dana):
        with as_actor(actor):
            one = actions.read_suspension(actor=actor, suspension_id=made)
            assert not one.row.over
        assert (one.official, one.row.disclosures) == ("Kommissarin Holzapfelbaum", (hidden,))
    with pytest.raises(Refused), as_actor(world.mara_portal):
        actions.read_suspension(actor=world.mara_portal, suspension_id=made)
    with as_actor(world.mara_portal):
        assert queries.suspensions_of(world.mara) == []
    with acting(application, world.mara_portal.id):
        kinds = column(application, "SELECT kind FROM audit_event")
    assert kinds
    assert not {one for one in kinds if one.startswith("accounting.susp")}


# -- not before its time ---------------------------------------------------------------------------


def test_what_the_client_is_not_told_yet_is_in_no_page_and_no_file_of_theirs(world: World) -> None:
    hidden = law_steps.hidden(world)
    known = steps.disclose(world, steps.shared_permission(world))
    assert {one.shared.row.id for one in law_steps.account(world)} == {hidden, known}
    assert [one.hidden for one in law_steps.account(world) if one.shared.row.id == hidden] == [True]
    assert [one.shared.row.id for one in law_steps.account(world, world.mara_portal)] == [known]
    # and a file is for the client, whoever asks for it
    for actor in (world.dana, world.priya, world.mara_portal):
        assert [row["Reference"] for row in table(law_steps.given(world, actor))] == [str(known)]


def test_what_an_official_had_held_back_is_told_when_that_ends(
    world: World, application: Any
) -> None:
    hidden = law_steps.hidden(world, days=5)
    with as_actor(world.dana):
        before = queries.told_at([hidden])[hidden]
    law_steps.suspend(world, hidden, days=20)
    with as_actor(world.dana):
        after = queries.told_at([hidden])[hidden]
    assert after - before > DAY * 14
    with superuser() as root:
        (due,) = root.execute(
            "SELECT due_at FROM consent_disclosure_notice WHERE disclosure_id = %s", [hidden]
        ).fetchone() or (None,)
        assert due == after
        root.execute("SET session_replication_role = replica")
        root.execute("UPDATE consent_disclosure SET told_at = at WHERE id = %s", [hidden])
        root.execute("DELETE FROM consent_telling")
    with acting(application, world.mara_portal.id):
        for one in ("consent_disclosure", "consent_legal_basis", "consent_accounting_suspension"):
            assert application.execute(f"SELECT count(*) FROM {one}").fetchone() == (0,)
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute(
            "UPDATE consent_accounting_suspension SET until = now() - interval '1 s', "
            "at = now() - interval '2 s'"
        )
    assert [one.shared.row.id for one in law_steps.account(world, world.mara_portal)] == [hidden]


def test_only_somebody_else_holds_back_and_only_what_nobody_was_told(world: World) -> None:
    hidden = law_steps.hidden(world)
    known = steps.disclose(world, steps.shared_permission(world))
    with pytest.raises(Refused, match="not-so"):
        law_steps.suspend(world, known)
    with pytest.raises(Refused):
        law_steps.suspend(world, hidden, by=world.dana)
    with pytest.raises(Invalid):
        law_steps.suspend(world, hidden, official="")
    with pytest.raises(Invalid):
        law_steps.suspend(world, hidden, disclosures=[])
    with pytest.raises(Invalid):
        law_steps.suspend(world, hidden, days=31)
    told = basis_steps.hand_over(world, basis_steps.released(world))
    with pytest.raises(Refused, match="not-so"):
        law_steps.suspend(world, told)


def test_no_raw_word_holds_back_what_one_shared_oneself(world: World, application: Any) -> None:
    hidden = law_steps.hidden(world)
    say = (
        "INSERT INTO consent_accounting_suspension (id, client_id, disclosures, details, "
        "statement, until, by, at) SELECT gen_random_uuid(), client_id, ARRAY[id], "
        "content_sha256::bytea, "
        "'oral', now() + make_interval(days => %s), %s, now() FROM consent_disclosure WHERE id = %s"
    )
    for by, days, why in (
        (world.dana, 9, "somebody else than who shared it"),
        (world.vera, 9, "who acts"),
        (world.priya, 31, "30 days"),
    ):
        actor = world.priya if by is world.priya else world.dana
        with acting(application, actor.id), pytest.raises(psycopg.Error, match=why):
            application.execute(say, [days, by.id, hidden])
