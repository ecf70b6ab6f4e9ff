"""What a client wants kept back is kept back, whoever writes; the law alone reaches over it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction

from consent import actions
from consent.domain.covers import Category
from consent.domain.documents import REDISCLOSURE_BY_LAW
from consent.domain.recipients import RecipientKind
from consent.domain.restrictions import (
    AskedHow,
    EndWay,
    RestrictionAnswer,
    What,
    Wish,
    require_whole,
    ways_to_end,
)
from consent.models import Restriction, RestrictionAnswered, RestrictionEnd, RestrictionOverride
from consent.queries import restrictions as queries
from consent.queries.documents import why_not_now
from counselling import db
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.consent import basis_steps, steps
from tests.consent.acts_recipients import agreed, answered, ended, wished
from tests.records.writing import hold_session, signed_note
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-06"), pytest.mark.req("RT-06")]

KEPT = "kept back"


@pytest.fixture
def world() -> World:
    return World.build()


@pytest.fixture
def shared(world: World) -> steps.Shared:
    return steps.shared_permission(world)


def share(world: World, consent: UUID, notes: tuple[UUID, ...] = (), **changes: Any) -> UUID:
    said: dict[str, Any] = {
        "consent_id": consent,
        "categories": ["session_notes"],
        "pack": steps.PACK,
    }
    with as_actor(world.dana):
        return actions.disclose(
            actor=world.dana, client_id=world.mara, case_id=world.mara_case, note_ids=notes,
            **(said | changes),
        )  # fmt: skip


def refuses(world: World, consent: UUID, *notes: UUID) -> bool:
    try:
        share(world, consent, notes)
    except Refused as no:
        return KEPT in no.message
    return False


def test_what_nobody_agreed_to_is_not_kept_back_yet(world: World, shared: steps.Shared) -> None:
    asked = wished(world, Wish(what=What.EVERYTHING, recipient=shared.recipient))
    assert not refuses(world, shared.consent)
    answered(world, asked, RestrictionAnswer.REFUSED, "They treat you.")
    assert not refuses(world, shared.consent)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(what=What.CATEGORY, category=Category.SESSION_NOTES),
        Wish(
            what=What.CATEGORY,
            category=Category.SESSION_NOTES,
            recipient_kind=RecipientKind.DOCTOR,
        ),
    ],
)
def test_a_kind_of_information_is_kept_back(world: World, shared: steps.Shared, wish: Wish) -> None:
    with as_actor(world.dana):
        (found,) = actions.read_recipients(actor=world.dana, client_id=world.mara)
        actions.correct_recipient(
            actor=world.dana, recipient_id=found.id, shown=found.shown, kind=RecipientKind.DOCTOR
        )
    agreed(world, wish)
    assert refuses(world, shared.consent)
    with as_actor(world.dana):
        assert queries.kept_back(world.mara, shared.recipient).keeps(["session_notes"])
        assert not queries.kept_back(world.mara, shared.recipient).keeps(["summary"])


def test_everything_from_one_recipient_also_stops_what_went_before(
    world: World, shared: steps.Shared
) -> None:
    before = share(world, shared.consent)
    asked = agreed(world, Wish(what=What.EVERYTHING, recipient=shared.recipient))
    assert refuses(world, shared.consent)
    with as_actor(world.dana):
        assert KEPT in why_not_now([before])[before]
    ended(world, asked)
    assert not refuses(world, shared.consent)
    with as_actor(world.dana):
        assert why_not_now([before])[before] == ""


def test_from_insurers_is_not_from_doctors(world: World, shared: steps.Shared) -> None:
    agreed(world)
    assert not refuses(world, shared.consent)


def test_a_note_and_a_session_are_kept_back(world: World, shared: steps.Shared) -> None:
    one = signed_note(world.dana, world.mara_case, "One.", hours_ago=50)
    other = signed_note(world.dana, world.mara_case, "Another.", hours_ago=30)
    agreed(world, Wish(what=What.NOTE, note=one))
    assert refuses(world, shared.consent, one, other)
    assert not refuses(world, shared.consent, other)
    with as_actor(world.dana):
        session = _session_of(other)
    agreed(world, Wish(what=What.SESSION, session=session))
    assert refuses(world, shared.consent, other)


def _session_of(note: UUID) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_id FROM records_note WHERE id = %s", [note])
        row = cursor.fetchone()
    found: UUID = row[0]
    return found


def test_paid_in_full_is_kept_from_insurers_from_the_moment_it_is_asked(
    world: World, shared: steps.Shared
) -> None:
    session = hold_session(world.dana, world.mara_case, hours_ago=3)
    wish = Wish(what=What.SESSION, session=session, recipient_kind=RecipientKind.INSURER, paid=True)
    asked = wished(world, wish)
    with as_actor(world.dana):
        (found,) = actions.read_recipients(actor=world.dana, client_id=world.mara)
        actions.correct_recipient(
            actor=world.dana, recipient_id=found.id, shown=found.shown, kind=RecipientKind.INSURER
        )
        kept = queries.kept_back(world.mara, shared.recipient)
        assert kept.sessions == {session}
        assert kept.keeps_session(session)
    with as_actor(world.dana), pytest.raises(Invalid):
        actions.answer_restriction(
            actor=world.dana, restriction_id=asked, answer=RestrictionAnswer.REFUSED, reason="No."
        )
    with as_actor(world.dana), pytest.raises(Invalid):
        actions.end_restriction(
            actor=world.dana, restriction_id=asked, way=EndWay.PRACTICE_TELLS, words="It ends."
        )


def test_attendance_says_of_which_sessions_it_is(world: World, shared: steps.Shared) -> None:
    sessions = [hold_session(world.dana, world.mara_case, hours_ago=hours) for hours in (3, 60)]
    agreed(world, Wish(what=What.SESSION, session=sessions[0]))
    with as_actor(world.dana):
        kept = queries.kept_back(world.mara, shared.recipient)
        assert kept.keeps_session(sessions[0])
        assert not kept.keeps_session(sessions[1])


def test_told_to_end_it_holds_for_what_is_older(world: World, shared: steps.Shared) -> None:
    older = signed_note(world.dana, world.mara_case, "Older.", hours_ago=50)
    asked = agreed(world, Wish(what=What.CATEGORY, category=Category.SESSION_NOTES))
    ended(world, asked, EndWay.PRACTICE_TELLS)
    assert refuses(world, shared.consent, older)
    with as_actor(world.dana):
        kept = queries.kept_back(world.mara, shared.recipient)
        assert not kept.keeps(["session_notes"])
        assert kept.keeps_note(older, _session_of(older), db.now().replace(year=2020))


def test_the_law_reaches_over_it_and_leaves_a_row_and_an_event(world: World, root: Any) -> None:
    asked = agreed(world, Wish(what=What.CATEGORY, category=Category.SESSION_NOTES))
    basis = basis_steps.released(world)
    pack = dataclasses.replace(steps.PACK, redisclosure=REDISCLOSURE_BY_LAW)
    went = share(world, basis, consent_id=None, basis_id=basis, pack=pack)
    assert "restriction.overridden" in steps.last_act(root)
    with as_actor(world.dana):
        over = RestrictionOverride.objects.get()
        assert (over.restriction_id, over.disclosure_id) == (asked, went)
        assert queries.overrides_of(world.mara) == {asked: [went]}


# -- who asks, who answers -------------------------------------------------------------------------


def test_only_ones_own_is_asked_for_and_only_who_cares_answers(world: World) -> None:
    asked = wished(world)
    for actor in (world.sam, world.tess):
        with as_actor(actor), pytest.raises(NotThere):
            actions.answer_restriction(
                actor=actor, restriction_id=asked, answer=RestrictionAnswer.AGREED
            )
    for actor in (world.fred, world.vera, world.ada, world.mara_portal):
        with as_actor(actor), pytest.raises(Refused):
            actions.answer_restriction(
                actor=actor, restriction_id=asked, answer=RestrictionAnswer.AGREED
            )
    with as_actor(world.ana_portal), pytest.raises(NotThere):
        actions.ask_restriction(
            actor=world.ana_portal,
            client_id=world.mara,
            wish=Wish(what=What.CATEGORY, category="summary"),
        )
    with as_actor(world.fred), pytest.raises(Refused):
        actions.read_restrictions(actor=world.fred, client_id=world.mara)


def test_a_session_of_somebody_else_is_not_there(world: World) -> None:
    theirs = hold_session(world.sam, world.jon_case, hours_ago=3)
    with pytest.raises(Refused, match="not-so"):
        wished(world, Wish(what=What.SESSION, session=theirs))


def test_a_client_is_given_their_own_sessions_alone(world: World) -> None:
    own = hold_session(world.dana, world.mara_case, hours_ago=3)
    hold_session(world.sam, world.jon_case, hours_ago=3)
    with as_actor(world.mara_portal):
        assert [session for session, _ in queries.own_sessions()] == [own]
    with as_actor(world.dana):
        assert queries.own_sessions() == []


@pytest.mark.parametrize(
    "wish",
    [
        Wish(what=What.EVERYTHING),
        Wish(what=What.CATEGORY),
        Wish(what=What.SESSION),
        Wish(what=What.ADDRESS),
        Wish(what=What.CATEGORY, category="summary", paid=True),
    ],
)
def test_a_wish_says_what_and_from_whom(wish: Wish) -> None:
    with pytest.raises(Invalid):
        require_whole(wish)


def test_what_was_paid_for_ends_by_the_clients_word_alone() -> None:
    assert ways_to_end(paid=True) == (EndWay.CLIENT_WRITES, EndWay.CLIENT_SAYS)
    assert set(ways_to_end(paid=False)) == set(EndWay)


# -- by raw SQL, as the application's own role -----------------------------------------------------


def _paid(world: World) -> UUID:
    session = hold_session(world.dana, world.mara_case, hours_ago=3)
    return wished(
        world,
        Wish(what=What.SESSION, session=session, recipient_kind=RecipientKind.INSURER, paid=True),
    )


@pytest.mark.parametrize("who", ["dana", "vera", "fred", "mara_portal"])
def test_nobody_writes_an_override_or_rewrites_an_answer(world: World, who: str) -> None:
    agreed(world)
    for statement in (
        "INSERT INTO consent_restriction_override SELECT * FROM consent_restriction_override",
        "UPDATE consent_restriction_answer SET answer = 'refused'",
        "DELETE FROM consent_restriction",
    ):
        with pytest.raises(DatabaseError), as_actor(getattr(world, who)), transaction.atomic():
            connection.cursor().execute(statement)


def test_the_database_takes_no_refusal_and_no_end_that_the_law_forbids(world: World) -> None:
    asked, said = _paid(world), {"client_id": world.mara, "by": world.dana.id}
    for make in (
        lambda: RestrictionAnswered(
            restriction_id=asked, answer="refused", reason="No.", at=db.now(), **said
        ),
        lambda: RestrictionEnd(
            restriction_id=asked, way="practice_tells", words="Over.", at=db.now(), **said
        ),
    ):
        with pytest.raises(DatabaseError), as_actor(world.dana), transaction.atomic():
            make().save(force_insert=True)


@pytest.mark.parametrize("who", ["vera", "mara_portal", "fred"])
def test_the_database_lets_nobody_else_end_it(world: World, who: str) -> None:
    asked, actor = agreed(world), getattr(world, who)
    with pytest.raises(DatabaseError), as_actor(actor), transaction.atomic():
        RestrictionEnd(
            restriction_id=asked, client_id=world.mara, way="client_says", words="Over.",
            by=actor.id, at=db.now(),
        ).save(force_insert=True)  # fmt: skip


def test_the_database_takes_no_wish_of_another_client(world: World) -> None:
    with pytest.raises(DatabaseError), as_actor(world.ana_portal), transaction.atomic():
        Restriction(
            client_id=world.mara, what="category", category="summary", how=AskedHow.PORTAL,
            by=world.ana_portal.id, at=db.now(),
        ).save(force_insert=True)  # fmt: skip
