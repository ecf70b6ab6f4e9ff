"""Words, phrases and days are found in the notes one may read, and nowhere is a word kept."""

from __future__ import annotations

import datetime
import unicodedata
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

import records.actions
from counselling import vault
from counselling.db import as_actor, in_actor_transaction
from counselling.errors import Refused
from records.actions import searching
from records.domain import AddendumKind
from records.domain.searching import Asked, Finder, folded, read_terms
from tests.people import sign_in_browserless
from tests.raw import superuser
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    from counselling.access import Actor

pytestmark = pytest.mark.django_db

WORD = "Quittenmarmelade"


# -- what fits what --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("cafe", "Im Caf\u00e9"),
        ("CAFÉ", "im cafe\u0301 heute"),
        ("strasse", "die STRAẞE"),
        ("straße", "die Strasse"),
        ("sleep", "Sleeping five hours"),
        ('"five hours"', "five\n hours"),
        ("don't", "they don\u2019t"),
        ("noon-time", "noon\u2013time"),
        ("œuvre", "Oeuvre"),
        ("привет", "ПРИВЕТ"),
    ],
)
def test_case_accents_and_signs_do_not_count(typed: str, text: str) -> None:
    finder = Finder(read_terms(typed))
    assert finder.terms
    assert not finder.missing(text)
    (passage,) = finder.passages(text)
    assert "".join(words for words, _ in passage.parts) == " ".join(text.split())
    assert sum(found for _, found in passage.parts) == 1


def test_a_phrase_is_more_than_its_words() -> None:
    finder = Finder(read_terms('"five hours" “of sleep” alone'))
    assert finder.terms == ("five hours", "of sleep", "alone")
    assert finder.missing("hours, five of them, slept alone") == {0, 1}


@given(st.text(max_size=60), st.text(max_size=300))
def test_any_text_can_be_looked_for_in_any_text(typed: str, text: str) -> None:
    finder = Finder(read_terms(typed))
    passages = finder.passages(text)
    if not finder.missing(text) and finder.terms:
        assert passages
    for one in passages:
        assert all(words for words, _ in one.parts)


@given(st.text("abcdefuäöüßéè \n", min_size=1, max_size=80), st.data())
def test_every_piece_of_a_text_is_found_in_it(text: str, data: Any) -> None:
    begins = data.draw(st.integers(0, len(text) - 1))
    piece = folded(text[begins : data.draw(st.integers(begins + 1, len(text)))])
    if piece:
        assert not Finder((piece,)).missing(unicodedata.normalize("NFC", text))
        assert not Finder((piece,)).missing(unicodedata.normalize("NFD", text))


# -- what is found ---------------------------------------------------------------------------------


def found(actor: Actor, typed: str, **days: datetime.date) -> list[searching.Found]:
    """Search as the page does: one act that leaves the event, another that looks."""
    with as_actor(actor):
        begun = records.actions.begin_search(actor=actor, asked=Asked(read_terms(typed), **days))
    with as_actor(actor):
        told = records.actions.Told()
        return list(records.actions.go_on_searching(actor=actor, search=begun, told=told))


def words(one: searching.Found) -> list[str]:
    return [part for _, passage in one.passages for part, hit in passage.parts if hit]


def test_record_addenda_and_own_part_are_looked_through_together(db: None) -> None:
    world = World.build()
    note = signed_note(world.dana, world.mara_case, "Slept well, she says.", alone="Or not.")
    other = signed_note(world.dana, world.mara_case, "Slept badly.", hours_ago=30)
    with as_actor(world.dana):
        records.actions.add_addendum(
            actor=world.dana, note_id=other, kind=AddendumKind.CORRECTION, text="It was a Tuesday."
        )
    assert [one.note for one in found(world.dana, "slept")] == [note, other]
    (hit,) = found(world.dana, "slept not")
    assert hit.note == note
    assert words(hit) == ["Slept", "not"]
    (hit,) = found(world.dana, "TUESDAY badly")
    assert [what for what, _ in hit.passages] == ["record", "addendum"]
    assert len(hit.names) == 1
    assert found(world.dana, "slept elephant") == []


@pytest.mark.req("AC-03", "AC-09")
def test_nobody_finds_what_they_may_not_read(db: None) -> None:
    world = World.build()
    signed_note(world.dana, world.mara_case, f"{WORD} here.", alone=f"{WORD} for me alone")
    signed_note(world.sam, world.jon_case, f"{WORD} there.")
    assert len(found(world.dana, WORD)) == 1
    (supervised,) = found(world.vera, WORD)
    assert [what for what, _ in supervised.passages] == ["record"]
    assert found(world.vera, f"{WORD} alone") == []
    assert found(world.tess, WORD) == []
    for person in (world.fred, world.priya, world.ada, world.mara_portal):
        with as_actor(person), pytest.raises(Refused):
            records.actions.begin_search(actor=person, asked=Asked((WORD,)))


def test_days_are_those_of_sessions_and_enough_by_themselves(db: None) -> None:
    world = World.build()
    new = signed_note(world.dana, world.mara_case, "New one.", hours_ago=1)
    old = signed_note(world.dana, world.mara_case, "Old one.", hours_ago=24 * 10)
    today = datetime.datetime.now(datetime.UTC).date()
    week = today - datetime.timedelta(days=7)
    assert {one.note for one in found(world.dana, "one")} == {new, old}
    assert [one.note for one in found(world.dana, "one", since=week)] == [new]
    assert [one.note for one in found(world.dana, "", until=week)] == [old]


# -- what it leaves --------------------------------------------------------------------------------


def events() -> list[tuple[str, str]]:
    with superuser() as connection:
        found = connection.execute("SELECT kind, payload FROM audit_event ORDER BY id").fetchall()
    return [(kind, payload) for kind, payload in found if kind == "notes.searched"]


@pytest.mark.req("AT-01", "AT-07", "AC-09")
def test_one_event_names_who_was_looked_through_and_not_what_for(db: None) -> None:
    world = World.build()
    signed_note(world.dana, world.mara_case, f"{WORD} here.")
    client = Client()
    sign_in_browserless(client, world.dana)
    answer = client.post("/notes/search", {"words": WORD})
    assert [kind for kind, _ in events()] == ["notes.searched"], "it is there before the page is"
    body = answer.getvalue().decode()
    assert f"<mark>{WORD}</mark>" in body
    assert "That is all: 1 of 1." in body
    ((_, payload),) = events()
    assert str(world.mara) in payload
    assert '"notes":1' in payload
    assert WORD.lower() not in payload.lower()


@pytest.mark.req("AT-08")
def test_the_event_stands_when_the_reader_breaks_off(db: None) -> None:
    world = World.build()
    signed_note(world.dana, world.mara_case, f"{WORD} here.")
    client = Client()
    sign_in_browserless(client, world.dana)
    answer = client.post("/notes/search", {"words": WORD})
    pieces = iter(answer.streaming_content)
    next(pieces), next(pieces)
    assert in_actor_transaction() is not None
    answer.close()
    assert in_actor_transaction() is None, "whoever breaks off ends the act"
    assert not connection.in_atomic_block
    assert len(events()) == 1


def test_a_search_that_is_being_sent_keeps_no_event_from_being_sealed(db: None) -> None:
    world = World.build()
    signed_note(world.dana, world.mara_case, f"{WORD} here.")
    with as_actor(world.dana):
        begun = records.actions.begin_search(actor=world.dana, asked=Asked((folded(WORD),)))
    with as_actor(world.dana):
        told = records.actions.Told()
        list(records.actions.go_on_searching(actor=world.dana, search=begun, told=told))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned()")
            assert cursor.fetchone() == (None,)


def test_nobody_goes_on_with_what_another_was_granted(db: None) -> None:
    world = World.build()
    signed_note(world.dana, world.mara_case, f"{WORD} here.")
    with as_actor(world.dana):
        begun = records.actions.begin_search(actor=world.dana, asked=Asked((folded(WORD),)))
    told = records.actions.Told()
    with as_actor(world.vera), pytest.raises(RuntimeError):
        list(records.actions.go_on_searching(actor=world.vera, search=begun, told=told))


def test_what_goes_out_of_sight_meanwhile_is_not_found(db: None) -> None:
    world = World.build()
    signed_note(world.dana, world.mara_case, f"{WORD} here.")
    with as_actor(world.dana):
        begun = records.actions.begin_search(actor=world.dana, asked=Asked((folded(WORD),)))
    with superuser() as connection:
        connection.execute(
            "UPDATE clients_assignment SET until = now() WHERE case_id = %s AND until IS NULL",
            [world.mara_case],
        )
    with as_actor(world.dana):
        told = records.actions.Told()
        search = records.actions.go_on_searching(actor=world.dana, search=begun, told=told)
        assert list(search) == []


# -- the page --------------------------------------------------------------------------------------


def test_what_is_found_is_shown_as_text(client: Client) -> None:
    world = World.build()
    signed_note(world.dana, world.mara_case, f"<script>alert('{WORD}')</script> & <b>more</b>")
    sign_in_browserless(client, world.dana)
    body = client.post("/notes/search", {"words": f"'{WORD}'"}).getvalue().decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(<mark>&#x27;" in body
    assert "<!-- cut -->" not in body


def test_a_page_says_how_far_it_came(client: Client) -> None:
    world = World.build()
    for number in range(3):
        signed_note(world.dana, world.mara_case, f"{WORD} {number}", hours_ago=1 + number)
    sign_in_browserless(client, world.dana)
    ask = {"words": WORD}
    with mock.patch.object(searching, "MOST_FOUND", 2):
        assert b"These are the newest 2." in client.post("/notes/search", ask).getvalue()
    with (
        mock.patch.object(searching, "DEADLINE", -1.0),
        mock.patch.object(searching.queries, "end_if_left_waiting"),
    ):
        assert b"then it took too long" in client.post("/notes/search", ask).getvalue()
    assert b"Nothing found." in client.post("/notes/search", {"words": "elephant"}).getvalue()
    empty = client.post("/notes/search", {"words": " "})
    assert empty.status_code == 422
    assert b"Type a word, or choose days." in empty.content


@pytest.mark.req("EN-03")
def test_a_note_that_is_not_what_was_sealed_ends_the_search(client: Client) -> None:
    world = World.build()
    note = signed_note(world.dana, world.mara_case, f"{WORD} here.")
    sign_in_browserless(client, world.dana)
    with superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE records_note SET record_part = set_byte(record_part, 60, "
            "get_byte(record_part, 60) # 1) WHERE id = %s",
            [note],
        )
    body = client.post("/notes/search", {"words": WORD}).getvalue().decode()
    assert "<mark>" not in body
    assert "A note is not what was sealed" in body
    with superuser() as connection:
        refused = connection.execute(
            "SELECT payload FROM audit_event WHERE kind = 'refused' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert refused is not None
    assert "seal-broken" in refused[0]
    assert str(note) in refused[0]


@pytest.mark.req("WH-09")
def test_who_searches_without_a_pause_is_made_to_wait(client: Client, settings: Any) -> None:
    world = World.build()
    settings.IN_TEN_MINUTES = settings.IN_TEN_MINUTES | {"searches": 2}
    sign_in_browserless(client, world.dana)
    for _ in range(2):
        client.post("/notes/search", {"words": WORD}).getvalue()
    assert client.post("/notes/search", {"words": WORD}).status_code == 429


def test_as_many_questions_for_many_notes_as_for_few(client: Client) -> None:
    world = World.build()
    sign_in_browserless(client, world.dana)
    counts = []
    for number in range(6):
        signed_note(world.dana, world.mara_case, f"{WORD} {number}", hours_ago=1 + number)
        if number in {1, 5}:
            client.post("/notes/search", {"words": WORD}).getvalue()
            vault.forget()
            with (
                CaptureQueriesContext(connections["default"]) as asked,
                CaptureQueriesContext(connections["keys"]) as keys,
            ):
                body = client.post("/notes/search", {"words": WORD}).getvalue()
            assert body.count(b"<mark>") == number + 1
            counts.append(len(asked) + len(keys))
    assert counts[0] == counts[1]
