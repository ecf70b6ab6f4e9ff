"""Whom a client shut out, and who is no more than a role to a sealed file, find nothing."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from audit.facts import Around, facts_of
from clients import actions, queries
from clients.domain import CaseKind, CaseState
from clients.domain.emergency import Reason
from clients.domain.keeping_out import SealKind
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.clients.acts_keeping_out import let_in, sealed, shut
from tests.clients.danger import begin_emergency, case_seen, handed_over, hours_pass
from tests.clients.raw import App, acting, column
from tests.people import fresh
from tests.world import assign, case_of, take_in

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-12")]

_ABOUT_CARE = (
    "SELECT DISTINCT c.table_name, c.column_name FROM information_schema.columns c "
    "JOIN pg_class t ON t.relname = c.table_name AND t.relrowsecurity AND t.relkind = 'r' "
    "WHERE c.table_schema = 'public' AND c.column_name IN ('client_id', 'case_id') "
    "AND c.table_name ~ '^(clients|consent|records)_'"
)


def seen(application: App, who: Actor, client: UUID, *cases: UUID) -> dict[str, int]:
    """Count the rows about a client that somebody sees in any table, in raw SQL."""
    found: dict[str, int] = {}
    with acting(application, who.id):
        for table, col in application.execute(_ABOUT_CARE).fetchall():
            ids = [client] if col == "client_id" else list(cases)
            (count,) = application.execute(
                f"SELECT count(*) FROM public.{table} WHERE {col} = ANY (%s)", [ids]
            ).fetchone() or (0,)
            if count:
                found[table] = count
        mine = "SELECT count(*) FROM public.clients_client WHERE id = %s"
        if (application.execute(mine, [client]).fetchone() or (0,))[0]:
            found["clients_client"] = 1
    return found


def levels(application: App, who: Actor) -> dict[str, set[Any]]:
    with acting(application, who.id):
        return {
            f"{what} {level}": column(application, f"SELECT * FROM visible_{what}(%s)", level)
            for what in ("cases", "clients")
            for level in ("record", "contact", "consent", "manage", "write")
        }


# -- shut out ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["dana", "fred", "priya", "vera"])
def test_who_is_shut_out_sees_no_row_in_any_table_whatever_their_role(
    world: World, application: App, who: str
) -> None:
    person = getattr(world, who)
    others = world.priya if who == "fred" else world.fred
    assert seen(application, person, world.mara, world.mara_case)
    before = levels(application, others)
    shut(world.mara_portal, world.mara, person, "I know her from school.")
    assert seen(application, person, world.mara, world.mara_case) == {}
    gone = {world.mara, world.mara_case}
    assert not any(gone & ids for ids in levels(application, person).values())
    assert levels(application, others) == before


def test_hidden_is_the_same_sentence_as_never_there(world: World) -> None:
    shut(world.mara_portal, world.mara, world.dana)
    said = []
    for client in (world.mara, uuid4()):
        with as_actor(world.dana), pytest.raises(NotThere) as no:
            actions.open_client(actor=world.dana, client_id=client)
        said.append(str(no.value))
    assert said[0] == said[1]


def test_name_and_reference_find_nothing_and_counts_agree(world: World) -> None:
    shut(world.mara_portal, world.mara, world.fred)
    with as_actor(world.fred):
        assert actions.find_people(actor=world.fred, typed="Maraquilla").cases == ()
        listed = queries.caseload(world.fred).rows
        assert world.mara_case not in {one.id for one in listed}
    with as_actor(world.priya):
        reference = queries.client_row(world.mara).reference
    with as_actor(world.fred):
        assert actions.find_people(actor=world.fred, typed=reference).cases == ()
        assert queries.client_by_reference(reference) is None


@pytest.mark.req("AC-11")
def test_who_cares_for_them_does_so_no_more_and_somebody_else_hears(world: World) -> None:
    handed_over(world)
    shut(world.mara_portal, world.mara, world.dana)
    assert not case_seen(world.dana, world.mara_case)
    assert not case_seen(world.sam, world.mara_case)  # stood in for Dana
    with as_actor(world.fred):
        ((case, since),) = queries.with_nobody()
        assert case == world.mara_case
        assert since <= datetime.datetime.now(datetime.UTC)
        (news,) = queries.unseen_news([world.mara])
        assert news.kind == "shut_out"


def test_of_a_couple_one_word_is_enough(world: World) -> None:
    shut(world.ben_portal, world.ben, world.dana)
    assert not case_seen(world.dana, world.couple_case)


def test_who_shuts_out_the_leader_of_a_group_leaves_it_and_the_group_goes_on(
    world: World, application: App
) -> None:
    other = take_in(world.fred, "tom", kind=CaseKind.GROUP)
    group = case_of(world.fred, other)
    with as_actor(world.fred):
        actions.add_member(actor=world.fred, case_id=group, client_id=world.mara)
    assign(world.fred, group, world.sam)
    shut(world.mara_portal, world.mara, world.sam)
    assert case_seen(world.sam, group)
    with acting(application, world.sam.id):
        assert world.mara not in column(application, "SELECT id FROM clients_client")
        assert other in column(application, "SELECT id FROM clients_client")
    with as_actor(world.fred), pytest.raises(Refused):
        actions.add_member(actor=world.fred, case_id=group, client_id=world.mara)


def test_they_are_not_offered_the_case_nor_does_it_come_to_them_by_cover(world: World) -> None:
    shut(world.mara_portal, world.mara, world.sam)
    with as_actor(world.fred):
        assert queries.not_offered(world.mara_case) == {world.sam.id}
        with pytest.raises(Refused):
            actions.offer_assignment(
                actor=world.fred, case_id=world.mara_case, person_id=world.sam.id
            )
    with as_actor(world.sam):  # of a case that is hidden nothing is told
        assert queries.not_offered(world.mara_case) == set()
    with pytest.raises(Invalid, match="Somebody else has to stand in"):
        handed_over(world)
    with as_actor(world.dana) as at:
        (other,) = actions.hand_over(
            actor=world.dana, case_ids=[world.couple_case], person_id=world.sam.id,
            since=at, until=at + datetime.timedelta(days=2),
        )  # fmt: skip
    assert other


def test_an_offer_that_waits_is_taken_back(world: World) -> None:
    with as_actor(world.fred):
        offer = actions.offer_assignment(
            actor=world.fred, case_id=world.mara_case, person_id=world.sam.id
        )
    shut(world.mara_portal, world.mara, world.sam)
    with as_actor(world.sam), pytest.raises(NotThere):
        queries.assignment_row(offer)
    with as_actor(world.sam), pytest.raises((Invalid, NotThere)):
        actions.accept_assignment(actor=world.sam, assignment_id=offer)


def test_the_person_never_reads_that_they_are_named(
    world: World, application: App, owner: App
) -> None:
    shut(world.mara_portal, world.mara, world.priya)
    assert seen(application, world.priya, world.mara, world.mara_case) == {}
    with acting(application, world.priya.id):
        kinds = column(application, "SELECT kind FROM audit_event WHERE client = %s", world.mara)
        assert kinds
        assert not {one for one in kinds if one.startswith("shutout")}
        for asked in ("clients_sealed_away()", "clients_cases_away()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
                application.execute(f"SELECT public.{asked}")
    payloads = column(owner, "SELECT payload FROM audit_event WHERE kind = 'shutout.said'")
    assert payloads
    assert not any(str(world.priya.id) in one for one in payloads)


def test_an_emergency_goes_past_it_and_is_known_as_that(world: World) -> None:
    shut(world.mara_portal, world.mara, world.dana)
    access = begin_emergency(world.dana, world.mara)
    with as_actor(world.dana):
        assert actions.open_emergency_file(actor=world.dana, access_id=access)
    assert not case_seen(world.dana, world.mara_case)
    with as_actor(SERVICE) as at:
        before = at - datetime.timedelta(days=1)
        looks = [Around(world.dana.id, world.mara, None, one) for one in (at, before)]
        assert [one.shut_out for one in facts_of(looks)] == [True, False]
    with as_actor(world.priya):  # nobody but the machine asks
        assert not any(one.shut_out for one in facts_of(looks))


def test_who_is_shut_out_neither_reviews_an_emergency_nor_is_told_of_it(world: World) -> None:
    shut(world.mara_portal, world.mara, world.vera)
    access = begin_emergency(world.sam, world.mara)
    with as_actor(world.vera), pytest.raises(NotThere):
        actions.read_emergency(actor=world.vera, access_id=access)
    with as_actor(SERVICE, client=world.mara):
        assert set(queries.emergency_reviewers(access)) == {world.priya.id}


def test_a_privacy_officer_who_is_shut_out_is_not_pressed_for_what_they_do_not_see(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, set[UUID]] = {}
    monkeypatch.setattr(
        "clients.actions.telling.accounts.write_to_colleagues",
        lambda **said: told.update({said["letter"]: set(said["people"])}),
    )
    shut(world.mara_portal, world.mara, world.priya)
    access = begin_emergency(world.sam, world.mara)
    hours_pass(access, 24 * 9)
    with as_actor(SERVICE, client=world.mara):
        actions.tend_emergency(actor=SERVICE, access_id=access)
    # nobody else was there to review it so long ago: whoever looks after the staff finds somebody
    assert told == {"emergency": {world.ada.id}, "emergency_overdue": {world.ada.id}}


def test_the_clients_word_lets_them_in_again_and_gives_nothing_back(world: World) -> None:
    row = shut(world.mara_portal, world.mara, world.dana)
    for stranger in (world.ana_portal, world.dana, world.sam, world.fred):
        with as_actor(stranger), pytest.raises(NotThere):
            actions.let_in_again(actor=stranger, row_id=row)
    with as_actor(world.mara_portal):
        actions.let_in_again(actor=world.mara_portal, row_id=row)
    assert not case_seen(world.dana, world.mara_case)
    assign(world.fred, world.mara_case, world.dana)
    assert case_seen(world.dana, world.mara_case)
    with as_actor(world.mara_portal), pytest.raises(Invalid):
        actions.let_in_again(actor=world.mara_portal, row_id=row)


def test_who_is_told_in_the_room_writes_it_down_and_nobody_themselves(world: World) -> None:
    row = shut(world.fred, world.mara, world.sam, "She rang.")
    with as_actor(world.dana):
        (said,) = actions.read_shut_out(actor=world.dana, client_id=world.mara)
    assert (said.row.id, said.words, said.row.by) == (row, "She rang.", world.fred.id)
    with as_actor(world.mara_portal):
        (own,) = actions.read_shut_out(actor=world.mara_portal, client_id=world.mara)
    assert own == said
    for who, client, person in (
        (world.dana, world.mara, world.dana),
        (world.dana, world.mara, world.sam),
        (world.mara_portal, world.mara, world.ana_portal),
    ):
        with as_actor(who), pytest.raises(Invalid):
            actions.shut_out(actor=who, client_id=client, person_id=person.id)
    for who in (world.mara_portal, world.sam):
        with as_actor(who), pytest.raises(NotThere):
            actions.shut_out(actor=who, client_id=world.ana, person_id=world.dana.id)


def test_nothing_of_it_is_undone_in_raw_sql(world: World, application: App, owner: App) -> None:
    row = shut(world.mara_portal, world.mara, world.dana)
    for who in (world.dana, world.vera, world.ada):
        with acting(application, who.id):
            done = application.execute(
                "UPDATE clients_shutout SET until = now(), ended_by = %s WHERE id = %s",
                [who.id, row],
            )
            assert done.rowcount == 0
    with acting(application, world.mara_portal.id):
        for wrong in ("until = now() + interval '1 day'", "ended_by = gen_random_uuid()"):
            with pytest.raises(psycopg.errors.IntegrityError), application.transaction():
                application.execute(f"UPDATE clients_shutout SET {wrong}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
            application.execute("UPDATE clients_shutout SET person = gen_random_uuid()")
    with pytest.raises(psycopg.errors.IntegrityError), owner.transaction():
        owner.execute("DELETE FROM clients_shutout")


def test_a_stranger_shuts_nobody_out_in_raw_sql(world: World, application: App) -> None:
    for who, client in (
        (world.sam, world.mara),
        (world.ana_portal, world.mara),
        (world.ada, world.mara),
    ):
        with (
            acting(application, who.id),
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            application.transaction(),
        ):
            application.execute(
                "INSERT INTO clients_shutout (id, client_id, person, since, by) "
                "VALUES (%s, %s, %s, now(), %s)",
                [uuid4(), client, world.dana.id, who.id],
            )


# -- sealed --------------------------------------------------------------------------------------


def test_a_sealed_file_is_there_for_who_is_assigned_and_for_nobody_by_role(
    world: World, application: App
) -> None:
    couple = levels(application, world.vera)
    sealed(world.dana, world.mara)
    for who in (world.fred, world.priya, world.vera, world.sam):
        assert seen(application, who, world.mara, world.mara_case) == {}
        gone = {world.mara, world.mara_case}
        assert not any(gone & ids for ids in levels(application, who).values())
    assert case_seen(world.dana, world.mara_case)
    still = levels(application, world.vera)
    assert {key: ids - {world.mara, world.mara_case} for key, ids in couple.items()} == still


def test_ones_own_file_is_never_there_as_staff(world: World, application: App) -> None:
    sealed(world.dana, world.mara, own=world.priya)
    with as_actor(world.dana), pytest.raises(Invalid, match="cannot be let in"):
        actions.let_into_file(actor=world.dana, client_id=world.mara, person_id=world.priya.id)
    with as_actor(world.dana):
        actions.change_case_state(actor=world.dana, case_id=world.mara_case, state=CaseState.CLOSED)
    assert seen(application, world.priya, world.mara, world.mara_case) == {}


def test_nobody_opens_their_own_file_in_an_emergency(world: World) -> None:
    sealed(world.dana, world.mara, own=world.sam)
    with as_actor(world.dana):
        reference = queries.client_row(world.mara).reference
    for who, found in ((world.sam, False), (world.priya, True)):
        acts = fresh(who)
        with as_actor(acts):
            made = actions.open_in_emergency(
                actor=acts, reason=Reason.CHILD, sentence="Now.", reference=reference
            )
        assert (made is not None) is found


def test_who_is_let_in_sees_what_their_role_shows_until_that_ends(
    world: World, application: App
) -> None:
    sealed(world.dana, world.mara)
    row = let_in(world.dana, world.mara, world.vera)
    with acting(application, world.vera.id):
        assert world.mara_case in column(application, "SELECT * FROM visible_cases('record')")
    assert seen(application, world.priya, world.mara, world.mara_case) == {}
    with as_actor(world.dana):
        actions.end_letting_in(actor=world.dana, row_id=row)
    assert seen(application, world.vera, world.mara, world.mara_case) == {}


def test_where_nobody_cares_for_a_sealed_file_a_privacy_officer_finds_somebody(
    world: World, application: App
) -> None:
    sealed(world.dana, world.mara)
    with as_actor(world.dana):
        (mine,) = queries.case_row(world.mara_case).assignments
        actions.end_assignment(actor=world.dana, assignment_id=mine.id)
    assert seen(application, world.fred, world.mara, world.mara_case) == {}
    with as_actor(world.priya):
        assert [case for case, _ in queries.with_nobody()] == [world.mara_case]
    let_in(world.priya, world.mara, world.fred)
    assign(world.fred, world.mara_case, world.sam)
    assert case_seen(world.sam, world.mara_case)
    # that she let somebody in stays hers to see
    assert set(seen(application, world.priya, world.mara, world.mara_case)) == {"clients_letin"}


def test_who_takes_somebody_in_seals_at_once_and_still_offers_the_case(
    world: World, application: App
) -> None:
    client = take_in(world.fred, "jon")
    case = case_of(world.fred, client)
    sealed(world.fred, client, own=world.tess)
    assert case_seen(world.fred, case)
    assert seen(application, world.priya, client, case)  # nobody cares for it yet
    assign(world.fred, case, world.sam)
    assert not case_seen(world.fred, case)
    assert seen(application, world.tess, client, case) == {}


def test_a_sealed_file_is_no_more_when_who_cares_for_it_says_so(
    world: World, application: App
) -> None:
    sealed(world.dana, world.mara)
    for who in (world.fred, world.priya, world.vera):
        with as_actor(who), pytest.raises((NotThere, Refused)):
            actions.unseal_file(actor=who, client_id=world.mara)
    with as_actor(world.dana):
        shown = actions.read_seal(actor=world.dana, client_id=world.mara)
        assert shown is not None
        assert (shown.row.kind, shown.why) == (SealKind.RELATIVE, "Her sister works here.")
    let_in(world.dana, world.mara, world.tess)
    with as_actor(world.dana):
        actions.unseal_file(actor=world.dana, client_id=world.mara)
        assert actions.read_seal(actor=world.dana, client_id=world.mara) is None
        assert queries.let_in(world.mara) == []
    assert seen(application, world.fred, world.mara, world.mara_case)


def test_nobody_brings_a_sealed_client_into_a_case_of_their_own_by_reference(
    world: World, application: App
) -> None:
    sealed(world.dana, world.mara)
    with acting(application, world.fred.id):
        joins = column(
            application, "SELECT clients_may_join(%s, %s)", world.couple_case, world.mara
        )
    assert joins == {False}
