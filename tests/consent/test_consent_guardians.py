"""What guardians allow with or for somebody: everybody's Yes, anybody's No, and its end."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

import clients.queries
from clients.domain.capacity import Decides
from consent import actions, queries
from consent.models import Consent, Document
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused
from tests.clients import guarding
from tests.consent import guarded_steps as together
from tests.consent import steps
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from tests.clients.guarding import Young
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db
NO = {"share-notes": False, "share-summary": False}


@pytest.fixture
def ben(world: World) -> Young:
    return guarding.young(world)


# -- everybody's Yes ------------------------------------------------------------------------------


@pytest.mark.req("CC-22")
def test_nothing_is_allowed_before_the_last_of_them_has_signed(world: World, ben: Young) -> None:
    asked = together.sent(world, ben)
    assert [actor.id for _, actor, _ in asked.parts] == [
        world.ben_portal.id, ben.mum_portal.id, ben.dad_portal.id,
    ]  # fmt: skip
    for request, actor, name in asked.parts:
        assert together.live(world, ben.client) == set()
        together.sign_one(request, actor, name, steps.YES)
    assert together.live(world, ben.client) == {"share-notes"}


@pytest.mark.parametrize("who", [0, 1, 2])
@pytest.mark.req("CC-22")
def test_one_no_is_a_no(world: World, ben: Young, who: int) -> None:
    answers = [NO if who == number else steps.YES for number in range(3)]
    together.sign_all(together.sent(world, ben), *answers)
    assert together.live(world, ben.client) == set()


def test_what_is_not_theirs_to_sign_is_not_there(world: World, ben: Young) -> None:
    asked = together.sent(world, ben)
    (_, mums), (_, dads) = [(one, one[0]) for one in asked.parts[1:]]
    with as_actor(ben.dad_portal), pytest.raises(NotThere):
        actions.open_request(actor=ben.dad_portal, request_id=mums)
    with as_actor(ben.mum_portal), pytest.raises(NotThere):
        queries.request_row(dads)
    with as_actor(world.mara_portal), pytest.raises(NotThere):
        queries.request_row(mums)


@pytest.mark.req("CC-22")
def test_nobody_signs_what_was_asked_of_those_who_decided_before(world: World, ben: Young) -> None:
    asked = together.sent(world, ben)
    (_, _, _), (mums, mum, name), _ = asked.parts
    together.sign_one(*asked.parts[0], steps.YES)
    aunt = guarding.guardian(world.dana, ben.client)
    guarding.decide(world.dana, ben.client, ben.mum, ben.dad, aunt)
    with pytest.raises(Refused) as refused:
        together.sign_one(mums, mum, name, steps.YES)
    assert refused.value.code == "others-decide"
    assert together.live(world, ben.client) == set()


# -- anybody's No, later ---------------------------------------------------------------------------


@pytest.mark.req("CL-02")
def test_one_guardian_stops_it_for_all(world: World, ben: Young) -> None:
    together.sign_all(together.sent(world, ben), steps.YES)
    with as_actor(ben.dad_portal):
        (seen,) = actions.read_permissions(actor=ben.dad_portal, client_id=ben.client)
        stopping = actions.preview_stopping(actor=ben.dad_portal, consent_id=seen.row.id)
        assert not stopping.tells_sent
    with as_actor(ben.dad_portal), pytest.raises(Invalid):
        actions.withdraw(actor=ben.dad_portal, consent_id=seen.row.id, how="portal")
    with as_actor(ben.dad_portal):
        actions.withdraw(actor=ben.dad_portal, consent_id=seen.row.id, how="guardian")
    assert together.live(world, ben.client) == set()
    with as_actor(world.dana):
        (ended,) = queries.consents_of(ben.client)
    assert ended.withdrawn_at is not None


def test_neither_the_client_nor_staff_stop_something_in_a_guardians_name(
    world: World, ben: Young
) -> None:
    together.sign_all(together.sent(world, ben), steps.YES)
    with as_actor(world.dana):
        (row,) = queries.live_consents(ben.client)
    for actor in (world.ben_portal, world.dana):
        with as_actor(actor), pytest.raises(Invalid):
            actions.withdraw(actor=actor, consent_id=row.id, how="guardian")


# -- what a guardian sees --------------------------------------------------------------------------


@pytest.mark.req("AC-13")
def test_what_the_client_allowed_alone_a_guardian_does_not_see(world: World) -> None:
    alone = steps.ask(world, client=world.ben, new_recipient=steps.EVA)
    actor = steps.open_by_link(steps.send(world, alone), world.ben)
    steps.sign(alone, actor, steps.read_through(alone, actor, steps.YES), "Benjabur Oxenholme")
    ben = guarding.young(world)
    for who in (ben.mum_portal, ben.dad_portal):
        with as_actor(who):
            assert actions.read_permissions(actor=who, client_id=ben.client) == []
            assert queries.documents_of(ben.client, told=True) == []
            assert queries.requests_of(ben.client) == []
            assert queries.disclosures_of(ben.client, told=True) == []
    with as_actor(world.dana):
        (row,) = queries.live_consents(ben.client)
    with as_actor(ben.mum_portal), pytest.raises(NotThere):
        actions.withdraw(actor=ben.mum_portal, consent_id=row.id, how="guardian")


def test_each_guardian_keeps_the_document_they_signed(world: World, ben: Young) -> None:
    together.sign_all(together.sent(world, ben), steps.YES)
    kept = []
    for who in (ben.mum_portal, ben.dad_portal):
        with as_actor(who):
            (document,) = queries.documents_of(ben.client, told=True)
            kept.append(document.id)
    assert len(set(kept)) == 2
    with as_actor(world.ben_portal):
        assert len(queries.documents_of(ben.client, told=True)) == 3


@pytest.mark.req("AT-16", "CC-22")
def test_the_client_sees_what_a_guardian_opened_by_a_link(
    world: World, ben: Young, jobs: Jobs
) -> None:
    first, mum, _ = together.sent(world, ben).parts
    together.sign_one(*first, steps.YES)
    link = steps.open_by_link(steps.send(world, mum[0]), ben.client)
    together.sign_one(mum[0], link, mum[2], steps.YES, opened=True)
    jobs.run()
    with as_actor(link):
        actions.open_document(actor=link, document_id=Document.objects.get(request_id=mum[0]).pk)
    browser = Client()
    sign_in_browserless(browser, world.ben_portal)
    page = browser.get("/space/accesses").content.decode()
    assert "Somebody who decides with you" in page
    assert "opened a document of yours" in page


@pytest.mark.req("AC-13")
def test_disclosures_are_hidden_from_guardians(world: World, ben: Young) -> None:
    together.sign_all(together.sent(world, ben), steps.YES)
    with as_actor(world.dana):
        (row,) = queries.live_consents(ben.client, sharing=True)
        case = clients.queries.cases_of(ben.client)[0].id
    with as_actor(world.dana):
        actions.disclose(
            actor=world.dana, client_id=ben.client, case_id=case, consent_id=row.id,
            pack=steps.PACK, note_ids=[uuid7()], categories=["session_notes"],
        )  # fmt: skip
    with as_actor(ben.mum_portal):
        assert queries.disclosures_of(ben.client, told=False) == []
        assert actions.names_of_recipients(actor=ben.mum_portal, client_id=ben.client) == {}
    with as_actor(ben.mum_portal), pytest.raises(Refused):
        clients.actions.open_client(actor=ben.mum_portal, client_id=ben.client)


# -- its end ---------------------------------------------------------------------------------------


@pytest.mark.req("AC-13")
def test_what_guardians_allow_ends_with_their_say(world: World) -> None:
    guarding.is_born(world.dana, world.ben, guarding.born(17, days=20))
    mum = guarding.guardian(world.dana, world.ben)
    guarding.decide(world.dana, world.ben, mum, decides=Decides.GUARDIAN)
    with as_actor(world.dana):
        ends = clients.queries.at_most(world.ben)
    assert ends is not None
    with pytest.raises(Invalid):
        steps.ask(world, client=world.ben, until=ends.date() + datetime.timedelta(days=30))
    portal = guarding.sign_in(world.dana, mum)
    lead = steps.ask(world, steps.AGREEMENT, client=world.ben)
    steps.send(world, lead)
    answers = {"begin": True, "emergency-contact": True}
    together.sign_one(lead, portal, "Quillaria Oxenholme", answers)
    with as_actor(world.dana):
        rows = queries.live_consents(world.ben)
    assert {one.clause for one in rows} == {"begin", "emergency-contact"}
    assert {one.until for one in rows} == {ends}


@pytest.mark.req("AC-13")
def test_the_database_takes_no_consent_that_outlives_it(
    world: World, root: psycopg.Connection[Any]
) -> None:
    guarding.is_born(world.dana, world.ben, guarding.born(9))
    mum = guarding.guardian(world.dana, world.ben)
    guarding.decide(world.dana, world.ben, mum, decides=Decides.GUARDIAN)
    portal = guarding.sign_in(world.dana, mum)
    lead = steps.ask(world, client=world.ben)
    steps.send(world, lead)
    together.sign_one(lead, portal, "Quillaria Oxenholme", steps.YES)
    with as_actor(world.dana):
        (row,) = queries.live_consents(world.ben)
        signed = Consent.objects.get(pk=row.id)
        ends = clients.queries.at_most(world.ben)
    assert ends is not None
    for until in (None, ends + datetime.timedelta(seconds=1)):
        signed.pk, signed.clause, signed.until = uuid7(), "share-attendance", until
        signed.categories = ["attendance"]
        with pytest.raises(DatabaseError, match="decide no more"), as_actor(portal):
            signed.save(force_insert=True)
    signed.until = ends
    with as_actor(portal):
        signed.save(force_insert=True)
    with root.transaction():
        root.execute("ALTER TABLE clients_guardian DISABLE TRIGGER USER")
        root.execute("UPDATE clients_guardian SET ended_at = now()")
        root.execute("ALTER TABLE clients_guardian ENABLE TRIGGER USER")
    signed.pk, signed.clause = uuid7(), "more"
    with pytest.raises(DatabaseError, match="Nobody decides"), as_actor(world.dana):
        signed.save(force_insert=True)


# -- what is about several people -----------------------------------------------------------------


def agreed(world: World, consent: UUID) -> set[UUID]:
    """Give who agreed to what one of them allowed, as Dana is told."""
    with as_actor(world.dana):
        both = [world.ana, world.ben]
        found = actions.who_agreed(actor=world.dana, consent_id=consent, client_ids=both)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT consent_all_hold(%s, 'medication', ARRAY['session_notes'])",
                [[row.id for row in queries.live_consents(world.ben, sharing=True)]],
            )
            assert cursor.fetchone() == (world.ben in found,)
        return set(found)


def _alone(world: World, client: UUID, name: str) -> UUID:
    request = steps.ask(world, client=client)
    actor = steps.open_by_link(steps.send(world, request), client)
    steps.sign(request, actor, steps.read_through(request, actor, steps.YES), name)
    with as_actor(world.dana):
        return queries.live_consents(client, sharing=True)[0].id


@pytest.mark.req("CC-23")
def test_what_is_about_both_leaves_with_the_word_of_who_decides(world: World) -> None:
    anas = _alone(world, world.ana, "Anathorpe Windlestraw")
    _alone(world, world.ben, "Benjabur Oxenholme")
    assert agreed(world, anas) == {world.ana, world.ben}
    ben = guarding.young(world)
    # what Ben said alone, as if he were of age, opens nothing that is about Ana too
    assert agreed(world, anas) == {world.ana}
    together.sign_all(together.sent(world, ben), steps.YES)
    assert agreed(world, anas) == {world.ana, world.ben}
    aunt = guarding.guardian(world.dana, ben.client)
    guarding.decide(world.dana, ben.client, ben.mum, ben.dad, aunt)
    assert agreed(world, anas) == {world.ana}
