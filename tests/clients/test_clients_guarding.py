"""A guardian's own sign-in: what it shows of one client, and what of everybody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import DatabaseError

from clients import actions, queries
from clients.domain.capacity import Decides, WhyLeftOut
from clients.domain.deciding import Said
from clients.models import GuardianAccess
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.clients import guarding

if TYPE_CHECKING:
    import psycopg

    from counselling.access import Actor
    from tests.clients.guarding import Young
    from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(world: World) -> Young:
    return guarding.young(world)


def tables(actor: Actor) -> dict[str, int]:
    """Count what somebody sees of every table of care; nothing is left away."""
    with as_actor(actor):
        models = [
            one
            for one in apps.get_models()
            if one._meta.app_label in {"clients", "consent", "records"}
        ]
        seen = {one._meta.db_table: one._base_manager.count() for one in models}
    library = {"consent_form", "consent_formversion", "consent_form_version"}
    return {table: rows for table, rows in seen.items() if rows and table not in library}


@pytest.mark.req("AC-13")
def test_a_guardian_sees_the_name_and_what_is_said_of_themselves(ben: Young) -> None:
    for who in (ben.mum_portal, ben.dad_portal):
        assert tables(who) == {
            "clients_client": 1,
            "clients_guardian": 1,
            "clients_decisionguardian": 1,
            "clients_guardianaccess": 1,
        }
        with as_actor(who):
            now = queries.guarded()
            assert now is not None
            assert (now.client, now.decides) == (ben.client, Decides.TOGETHER)
            names = actions.names_for(actor=who, client_ids=[ben.client], purpose="space")
        assert names == {ben.client: "Benjabur O."}


def test_a_guardian_opens_neither_the_details_nor_another_file(ben: Young, world: World) -> None:
    with as_actor(ben.mum_portal), pytest.raises(Refused):
        actions.open_client(actor=ben.mum_portal, client_id=ben.client)
    with as_actor(ben.mum_portal), pytest.raises(NotThere):
        queries.client_row(world.ana)
    with as_actor(ben.mum_portal), pytest.raises(NotThere):
        queries.guardian_row(ben.dad)
    with as_actor(ben.mum_portal), pytest.raises(Refused):
        actions.open_deciding(actor=ben.mum_portal, client_id=ben.client)


def test_the_other_half_of_a_couple_sees_no_guardian(ben: Young, world: World) -> None:
    for who in (world.ana_portal, world.mara_portal):
        with as_actor(who):
            assert queries.guardians_of(ben.client) == []
            assert queries.decisions_of(ben.client) == []
    for who in (world.sam, world.tess):
        with as_actor(who), pytest.raises(NotThere):
            queries.guardian_row(ben.mum)


def test_the_client_sees_who_signs_for_them(ben: Young, world: World) -> None:
    with as_actor(world.ben_portal):
        assert [one.guardian for one in queries.signers_for(ben.client)] == [
            None, ben.mum, ben.dad,
        ]  # fmt: skip


# -- the end of it --------------------------------------------------------------------------------


def gone(actor: Actor) -> None:
    """Expect a sign-in that shows nothing any more."""
    assert set(tables(actor)) <= {"clients_guardianaccess"}
    with as_actor(actor):
        assert queries.guarded() is None


@pytest.mark.req("AC-13")
def test_a_guardian_who_is_left_out_sees_nothing_from_that_instant(
    ben: Young, world: World
) -> None:
    left = Said(ben.dad, signs=False, why_not=WhyLeftOut.UNSAFE)
    guarding.decide(world.dana, ben.client, guardians=(Said(ben.mum, signs=True), left))
    gone(ben.dad_portal)
    assert tables(ben.mum_portal)["clients_client"] == 1
    with as_actor(world.dana):
        assert [one.guardian for one in queries.signers_for(ben.client)] == [None, ben.mum]


@pytest.mark.req("AC-13")
def test_a_guardian_who_ended_sees_nothing(ben: Young, world: World) -> None:
    with as_actor(world.dana):
        actions.end_guardian(actor=world.dana, guardian_id=ben.dad)
    gone(ben.dad_portal)
    with as_actor(world.dana):
        assert [one.guardian for one in queries.signers_for(ben.client)] == [None, ben.mum]


@pytest.mark.req("AC-13")
def test_majority_ends_it_by_the_clock(
    ben: Young, world: World, root: psycopg.Connection[Any]
) -> None:
    with root.transaction():
        root.execute("ALTER TABLE clients_capacitydecision DISABLE TRIGGER USER")
        root.execute("UPDATE clients_capacitydecision SET until = now()")
        root.execute("ALTER TABLE clients_capacitydecision ENABLE TRIGGER USER")
    gone(ben.mum_portal)
    gone(ben.dad_portal)
    with as_actor(world.dana):
        assert queries.is_adult(ben.client)
        assert [one.guardian for one in queries.signers_for(ben.client)] == [None]


def test_the_last_who_decides_is_not_ended_before_somebody_else_does(
    world: World,
) -> None:
    guarding.is_born(world.dana, world.ben, guarding.born(9))
    mum = guarding.guardian(world.dana, world.ben)
    guarding.decide(world.dana, world.ben, mum, decides=Decides.GUARDIAN)
    with as_actor(world.dana), pytest.raises(Invalid, match="Nobody would be left"):
        actions.end_guardian(actor=world.dana, guardian_id=mum)
    # nor where they decide together: somebody of nine would sign alone
    guarding.decide(world.dana, world.ben, mum)
    with as_actor(world.fred), pytest.raises(Invalid, match="Nobody would be left"):
        actions.end_guardian(actor=world.fred, guardian_id=mum)


# -- who may ---------------------------------------------------------------------------------------


@pytest.mark.req("CC-22")
def test_who_decides_is_recorded_by_the_counsellor(world: World) -> None:
    mum = guarding.guardian(world.fred, world.ben)
    guarding.is_born(world.dana, world.ben, guarding.born(15))
    for who in (world.fred, world.tess, world.vera, world.priya, world.ada, world.ana_portal):
        with pytest.raises(Refused):
            guarding.decide(who, world.ben, mum)
    with pytest.raises(NotThere):
        guarding.decide(world.sam, world.ben, mum)
    guarding.decide(world.dana, world.ben, mum)
    with as_actor(world.fred):
        assert not queries.is_adult(world.ben)


@pytest.mark.req("CC-22")
def test_somebody_young_is_asked_nothing_before_it_is_decided(world: World) -> None:
    guarding.is_born(world.dana, world.ben, guarding.born(15))
    with as_actor(world.dana), pytest.raises(Invalid, match="is 15"):
        actions.signers_named(actor=world.dana, client_id=world.ben)
    mum = guarding.guardian(world.dana, world.ben)
    guarding.decide(world.dana, world.ben, mum)
    with as_actor(world.dana):
        client, mother = actions.signers_named(actor=world.dana, client_id=world.ben)
    assert (client.name, client.authority) == ("Benjabur Oxenholme", "")
    assert mother.name == "Quillaria Oxenholme"
    assert mother.authority == "mother of Benjabur Oxenholme, parental authority"


def test_a_sign_in_is_given_to_who_decides_only(world: World) -> None:
    mum = guarding.guardian(world.dana, world.ben)
    with pytest.raises(Invalid, match="sign nothing"):
        guarding.sign_in(world.dana, mum)


# -- what holds whoever writes --------------------------------------------------------------------


def test_a_decision_never_changes(ben: Young, root: psycopg.Connection[Any]) -> None:
    for table in ("clients_capacitydecision", "clients_decisionguardian", "clients_guardianaccess"):
        for act in (f"DELETE FROM {table}", f"UPDATE {table} SET client_id = client_id"):
            with pytest.raises(Exception, match="never changes"):
                root.execute(act)


def test_one_sign_in_is_one_persons(ben: Young, world: World) -> None:
    aunt = guarding.guardian(world.dana, ben.client)
    for account in (world.ben_portal.id, ben.mum_portal.id):
        with pytest.raises(DatabaseError), as_actor(world.dana) as at:
            GuardianAccess.objects.create(
                client_id=ben.client, guardian_id=aunt, account_id=account,
                given_at=at, given_by=world.dana.id,
            )  # fmt: skip


def test_a_decision_about_one_client_names_no_guardian_of_another(ben: Young, world: World) -> None:
    guarding.is_born(world.dana, world.mara, guarding.born(15), "mara")
    with pytest.raises(Invalid):
        guarding.decide(world.dana, world.mara, ben.mum)


@pytest.mark.req("EN-07")
def test_what_is_kept_of_who_ended_may_be_sealed_anew_and_not_changed(
    ben: Young, world: World, owner: psycopg.Connection[Any]
) -> None:
    with as_actor(world.dana):
        actions.end_guardian(actor=world.dana, guardian_id=ben.dad)
    anew = "UPDATE clients_guardian SET details = details WHERE ended_at IS NOT NULL"
    with pytest.raises(Exception, match="stays ended"), owner.transaction():
        owner.execute(anew)
    with owner.transaction():
        owner.execute("SELECT set_config('counselling.resealing', 'clients_guardian', true)")
        owner.execute(anew)
        with pytest.raises(Exception, match="stays ended"), owner.transaction():
            owner.execute("UPDATE clients_guardian SET ended_at = NULL")
