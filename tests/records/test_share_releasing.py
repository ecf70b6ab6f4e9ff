"""What a subpoena asks for: prepared by one, let go by another, then sent: exactly that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.test import Client

from consent.domain.bases import BasisKind, Fact, OrderKind
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused, Stale
from records import actions
from records.domain import AddendumKind
from records.domain.shares import Level, ShareState
from records.queries.shares import locked_pack, shares_of, shares_to_release
from tests.clients.raw import acting
from tests.consent import basis_steps, law_steps, steps
from tests.people import sign_in_browserless
from tests.records import releasing, sharing
from tests.records.test_shares_pages import sha_in
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

    from counselling.access import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.req("DS-05")]


@pytest.fixture
def world() -> World:
    return World.build()


def browser_of(person: Actor) -> Client:
    client = Client()
    sign_in_browserless(client, person)
    return client


def begin(world: World, dana: Client, subpoena: UUID, to: str) -> str:
    """From the page of the subpoena, to whom; gives the path of what was begun."""
    page = dana.get(f"/subpoenas/{subpoena}").content.decode()
    (path,) = re.findall(r'href="(/clients/[^"]+/disclosures/new\?subpoena=[^"]+)"', page)
    assert "asks for it" in dana.get(path).content.decode()
    answer = dana.post(path, {"to": to, "case": str(world.mara_case), "purpose": "proceedings"})
    assert answer.status_code == 302, answer.content.decode()
    with as_actor(world.dana):
        share = shares_of(world.mara)[0]
    assert share.subpoena == subpoena
    return f"/shares/{share.id}"


def let_go(person: Client, path: str) -> str:
    """Open it from Today, look, let it go; gives the page that was looked at."""
    assert f"{path}/release" in person.get("/today").content.decode()
    page = person.get(f"{path}/release").content.decode()
    (sha,) = set(re.findall(r'name="content" value="([0-9a-f]{64})"', page))
    assert sha in page.split("Its hash")[1].split("</code>")[0]
    gone = person.post(f"{path}/release", {"content": sha})
    assert (gone.status_code, gone.headers["Location"]) == (302, "/today")
    assert f"{path}/release" not in person.get("/today").content.decode()
    return page


def test_under_a_courts_order_it_is_prepared_locked_let_go_and_sent(world: World) -> None:
    dana, priya = browser_of(world.dana), browser_of(world.priya)
    subpoena, court = law_steps.subpoena(world), basis_steps.recipient(world)
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    path = begin(world, dana, subpoena, f"{court}:")
    dana.post(path, {"level": "notes", "notes-items": [str(note)], "notes-show_first": "on"})
    look = f"{path}/preview"
    open_ = dana.get(look).content.decode()
    assert "It rests on nothing yet" in open_
    assert 'value="lock"' not in open_
    assert 'value="send"' not in open_
    order = basis_steps.state(world, recipient=court)
    basis_steps.release(world, order)
    assert str(order) in dana.get(look).content.decode()
    assert dana.post(look, {"act": "rest", "basis": str(order)}).status_code == 302
    resting = dana.get(look).content.decode()
    assert dana.post(look, {"act": "lock", "previewed": sha_in(resting)}).status_code == 302
    waiting = dana.get(look).content.decode()
    assert 'value="send"' not in waiting
    assert "waits for a second person" in waiting
    early = {"act": "send", "channel": "paper", "previewed": sha_in(resting)}
    assert "Somebody else lets exactly this go first" in dana.post(look, early).content.decode()
    seen = let_go(priya, path)
    assert sharing.WORDS not in seen
    assert "1 note" in seen
    assert look in dana.get("/today").content.decode()
    sent = dana.post(look, {"act": "send", "channel": "paper", "previewed": sha_in(resting)})
    assert sent.status_code == 302, sent.content.decode()
    assert "/disclosures/" in sent.headers["Location"]


def test_under_the_clients_own_word_it_goes_too_and_who_reads_notes_sees_its_pages(
    world: World,
) -> None:
    dana, vera = browser_of(world.dana), browser_of(world.vera)
    subpoena = law_steps.subpoena(world)
    shared = steps.shared_permission(world)
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    path = begin(world, dana, subpoena, f"{shared.recipient}:medication")
    dana.post(path, {"level": "notes", "notes-items": [str(note)]})
    look = f"{path}/preview"
    sha = sha_in(dana.get(look).content.decode())
    dana.post(look, {"act": "lock", "previewed": sha})
    assert sharing.WORDS in let_go(vera, path)
    sent = dana.post(look, {"act": "send", "channel": "paper", "previewed": sha})
    assert "/disclosures/" in sent.headers["Location"]


def test_nobody_lets_their_own_go_and_nobody_without_the_right_sees_it(world: World) -> None:
    made = releasing.locked(world)
    with as_actor(world.vera):
        assert [one.id for one in shares_to_release(world.vera)] == [made.share]
    path = f"/shares/{made.share}/release"
    assert browser_of(world.dana).get(path).status_code == 403
    assert browser_of(world.sam).get(path).status_code == 403
    assert browser_of(world.fred).get(path).status_code == 403
    for person in (world.dana, world.sam, world.tess):
        with as_actor(person):
            assert locked_pack(made.share) == ""
    with as_actor(world.priya), pytest.raises(Stale):
        actions.release_share(actor=world.priya, share_id=made.share, content_sha256="0" * 64)
    releasing.let_go(world, made.share, world.priya)
    with as_actor(world.vera), pytest.raises(Refused, match="released"):
        actions.release_share(
            actor=world.vera, share_id=made.share,
            content_sha256=locked_pack(made.share),
        )  # fmt: skip


def test_what_is_locked_changes_no_more_and_what_is_added_since_stops_it(world: World) -> None:
    made = releasing.locked(world)
    sha = releasing.hash_of(world, made.share, world.vera)
    releasing.let_go(world, made.share, world.vera)
    for attempt in ({"level": Level.SUMMARY}, {"level": Level.NOTES}):
        with pytest.raises(Refused, match="share-locked"):
            sharing.choose(world, made.share, attempt["level"])
    (note,) = sharing.row(world, made.share).chosen
    with as_actor(world.dana):
        actions.add_addendum(
            actor=world.dana, note_id=note, kind=AddendumKind.CORRECTION, text="One word more."
        )
    with pytest.raises(Stale):
        sharing.send(world, made.share, sha)
    with pytest.raises(Invalid, match="since this was locked"):
        sharing.send(world, made.share)
    with as_actor(world.dana):
        actions.drop_share(actor=world.dana, share_id=made.share)
    with as_actor(world.vera), pytest.raises(NotThere):
        actions.weigh_share(actor=world.vera, share_id=made.share)


def test_an_order_for_somebody_else_or_for_less_is_none(world: World) -> None:
    made = releasing.begun(world, released=False)
    other = basis_steps.state(world, recipient=sharing.somebody(world))
    with as_actor(world.dana), pytest.raises(NotThere):
        actions.rest_on_order(actor=world.dana, share_id=made.share, basis_id=other)
    with pytest.raises(Invalid, match="rests on nothing"):
        _lock(world, made.share)
    with as_actor(world.dana):
        actions.rest_on_order(actor=world.dana, share_id=made.share, basis_id=made.order)
    assert sharing.row(world, made.share).state is ShareState.SECOND_PERSON
    somebody, over = sharing.somebody(world), _over(world)
    with pytest.raises(Refused, match="subpoena-over"):
        sharing.begin(world, somebody, subpoena_id=over)


def _lock(world: World, share: UUID) -> None:
    sha = sharing.look(world, share).sha256
    with as_actor(world.dana):
        actions.lock_share(actor=world.dana, share_id=share, previewed=sha)


def _over(world: World) -> UUID:
    from consent.domain.subpoenas import Step

    found = law_steps.subpoena(world)
    law_steps.step(world, found, Step.QUASHED)
    return found


def test_raw_sql_gives_the_hash_to_nobody_else_and_sends_nothing_unreleased(
    world: World, application: Any
) -> None:
    made = releasing.locked(world)
    for person in (world.sam, world.fred, world.ada):
        with acting(application, person.id) as connection:
            row = connection.execute("SELECT records_locked_pack(%s)", [made.share]).fetchone()
            assert row == (None,)
    with (
        acting(application, world.dana.id) as connection,
        pytest.raises(psycopg.Error, match="stays as it is"),
    ):
        connection.execute("UPDATE records_share SET locked_at = NULL WHERE id = %s", [made.share])


@pytest.mark.req("AC-06")
def test_notes_kept_alone_are_let_go_unread_by_their_hash(world: World) -> None:
    """By a special order: who lets them go, and everybody else, sees how many, and no word."""
    dana, vera = browser_of(world.dana), browser_of(world.vera)
    subpoena, court = law_steps.subpoena(world), basis_steps.recipient(world)
    note = signed_note(world.dana, world.mara_case, sharing.WORDS, alone="Quittenkernlaut")
    facts = basis_steps.FACTS[BasisKind.COURT_ORDER] | {Fact.ORDER_KIND: OrderKind.PART_2}
    said = {"recipient": court, "categories": ("process_notes",), "facts": facts}
    order = basis_steps.state(world, **said)
    basis_steps.release(world, order)
    share = sharing.begin(world, court, purpose="", subpoena_id=subpoena)
    sharing.choose(world, share, Level.PROCESS_NOTES, note)
    look = f"/shares/{share}/preview"
    dana.post(look, {"act": "rest", "basis": str(order)})
    page = dana.get(look).content.decode()
    assert "Quittenkernlaut" in page
    dana.post(look, {"act": "lock", "previewed": sha_in(page)})
    seen = let_go(vera, f"/shares/{share}")
    assert "Quittenkernlaut" not in seen
    assert "1 note kept by its author alone" in seen
    assert vera.get(look).status_code == 404
    sent = dana.post(look, {"act": "send", "channel": "paper", "previewed": sha_in(page)})
    assert "/disclosures/" in sent.headers["Location"]
    for person in (vera, browser_of(world.priya)):
        assert "Quittenkernlaut" not in person.get(sent.headers["Location"]).content.decode()


def test_what_is_sent_back_with_words_is_prepared_anew_and_never_goes_as_it_is(
    world: World,
) -> None:
    made = releasing.locked(world)
    dana, priya = browser_of(world.dana), browser_of(world.priya)
    path = f"/shares/{made.share}/release"
    page = priya.get(path).content.decode()
    (sha,) = set(re.findall(r'name="content" value="([0-9a-f]{64})"', page))
    empty = priya.post(path, {"act": "return", "content": sha, "words": " "})
    assert empty.status_code == 400
    said = {"act": "return", "content": sha, "words": "Quittenseite: the second page says more."}
    assert priya.post(path, said).headers["Location"] == "/today"
    assert path not in priya.get("/today").content.decode()
    assert "Quittenseite" not in dana.get("/today").content.decode()
    look = f"/shares/{made.share}/preview"
    assert look in dana.get("/today").content.decode()
    assert "Quittenseite" in dana.get(look).content.decode()
    assert sharing.row(world, made.share).state is ShareState.BACK
    with as_actor(world.vera), pytest.raises(Refused, match="not-so"):
        actions.release_share(actor=world.vera, share_id=made.share, content_sha256=sha)
    with as_actor(world.vera), pytest.raises(Refused, match="returned"):
        actions.send_back_share(
            actor=world.vera, share_id=made.share, content_sha256=sha, words="And I."
        )
    with pytest.raises(Invalid, match="lets exactly this go first"):
        sharing.send(world, made.share, sha)


def test_nobody_sends_back_their_own_or_what_was_let_go(world: World) -> None:
    made = releasing.locked(world)
    sha = releasing.hash_of(world, made.share, world.priya)
    for person in (world.dana, world.sam, world.fred):
        with as_actor(person), pytest.raises((Refused, NotThere)):
            actions.send_back_share(
                actor=person, share_id=made.share, content_sha256=sha, words="No."
            )
    releasing.let_go(world, made.share, world.priya)
    with as_actor(world.vera), pytest.raises(Refused, match="not-so"):
        actions.send_back_share(
            actor=world.vera, share_id=made.share, content_sha256=sha, words="Too late."
        )
