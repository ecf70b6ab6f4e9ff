"""A recipient's pages and those of staff about them, as a browser without JavaScript walks them."""

from __future__ import annotations

import os
import pathlib
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from consent import actions
from consent.domain.recipients import AddressKind
from counselling.db import as_actor, uuid7
from tests.consent import delivering, steps
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db


def page(answer: Any, status: int = 200, name: str = "") -> str:
    text: str = answer.content.decode()
    assert answer.status_code == status, text[:2000]
    if name and (folder := os.environ.get("KEEP_PAGES")):
        (pathlib.Path(folder) / f"{name}.html").write_text(text)
    return text


def let_in(world: World, jobs: Jobs) -> tuple[Browser, delivering.Sent, str]:
    """Dana sends, the worker writes, the doctor opens the link with the word."""
    sent = delivering.delivered(world)
    jobs.run()
    body = next(str(one.body) for one in mail.outbox if one.to == [delivering.EMAIL])
    path = f"/d/{delivering.token_in(body)}"
    browser = Browser()
    answer = browser.post(path, {"secret": sent.secret.secret})
    assert answer.status_code == 302, answer.content
    assert delivering.token_in(body) not in answer["Location"]
    return browser, sent, path


@pytest.mark.req("DS-01")
def test_a_scanner_changes_nothing_and_a_token_nobody_made_looks_the_same(
    world: World, jobs: Jobs, root: Any
) -> None:
    _, sent, path = let_in(world, jobs)
    before = steps.kinds(root)
    stranger = Browser()
    real = page(stranger.get(path), name="door")
    assert stranger.head(path).status_code == 200
    none = page(stranger.get(f"/d/{'x' * 43}"))
    assert len(real) == len(none)
    assert "Kettlebourne" not in real
    assert steps.kinds(root) == before
    assert "4 more times" in page(stranger.post(path, {"secret": "WRONGWRO"}), 400, "wrong")
    assert "no longer available" in page(
        stranger.post(f"/d/{'x' * 43}", {"secret": sent.secret.secret}), 404, "closed"
    )


def test_it_is_read_marked_and_sheltered_and_only_there(world: World, jobs: Jobs) -> None:
    browser, sent, _ = let_in(world, jobs)
    where = reverse("consent:share-read", args=[sent.secret.link])
    answer = browser.get(where)
    text = page(answer, name="read")
    assert "walked to the lake again" in text
    assert "Nobody can prevent a photograph" in text
    assert text.count('class="watermark"') == 2
    assert steps.EVA.name in text.partition("<pattern")[2].partition("</pattern>")[0]
    assert "<a download" not in text
    assert answer["Cache-Control"] == "no-store"
    # with no-referrer a browser would post the word from nowhere, and be refused
    assert answer["Referrer-Policy"] == "same-origin"
    assert int(answer["Refresh"]) > 1800
    for other in ("/", "/space", f"/clients/{world.mara}", f"/disclosures/{sent.disclosure}"):
        assert browser.get(other).status_code in {302, 404}
    assert Browser().get(where).status_code == 404
    done = browser.post(reverse("consent:share-finish", args=[sent.secret.link]), follow=True)
    assert "Thank you" in page(done, name="finished")
    assert "no longer available" in page(browser.get(where), 404)


def test_after_half_an_hour_without_them_the_word_is_asked_again(
    world: World, jobs: Jobs, owner: Any
) -> None:
    browser, sent, path = let_in(world, jobs)
    where = reverse("consent:share-read", args=[sent.secret.link])
    page(browser.get(where))
    owner.execute("UPDATE consent_share_opening SET seen_at = now() - interval '31 minutes'")
    page(browser.get(where), 404)
    assert browser.post(path, {"secret": sent.secret.secret}).status_code == 302
    page(browser.get(where))


def test_the_fifth_wrong_word_counts_though_nobody_may_try_more_from_there(
    world: World, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is told to wait must not have taken their wrong words back with it."""
    from consent.views import visiting
    from counselling.errors import TooOften

    def refuses(*_: object) -> None:
        raise TooOften(60)

    _, sent, path = let_in(world, jobs)
    monkeypatch.setattr(visiting.allowances, "spend_here", refuses)
    guesser = Browser()
    for _ in range(5):
        guesser.post(path, {"secret": "WRONGWRO"})
    assert guesser.post(path, {"secret": sent.secret.secret}).status_code == 429


def test_staff_see_the_receipt_send_again_and_take_back(world: World, jobs: Jobs) -> None:
    _, sent, path = let_in(world, jobs)
    delivering.address(world, sent.shared.recipient, AddressKind.PHONE, delivering.PHONE)
    dana = Browser()
    sign_in_browserless(dana, world.dana)
    where = reverse("consent:disclosure", args=[sent.disclosure])
    text = page(dana.get(where), name="receipt")
    assert "Opened 1 of 5 times" in text
    again = reverse("consent:share-link", args=[sent.disclosure])
    text = page(dana.get(again), name="again")
    told = text.partition('name="told_by" value="')[2].partition('"')[0]
    assert told.startswith("phone:")
    page(dana.post(again, {"address": str(sent.address), "told_by": ""}), 400, "again-wrong")
    text = page(dana.post(again, {"address": str(sent.address), "told_by": told}), name="secret")
    assert "It is shown only now" in text
    assert Browser().post(path, {"secret": sent.secret.secret}).status_code == 404
    assert dana.post(reverse("consent:share-link-end", args=[sent.disclosure])).status_code == 302
    assert "taken back" in page(dana.get(where))


def test_recipients_are_told_of_an_end_once_and_by_no_name(world: World, jobs: Jobs) -> None:
    _, sent, _ = let_in(world, jobs)
    steps.stop(world, sent.shared.consent)
    jobs.run()
    mail.outbox.clear()
    dana = Browser()
    sign_in_browserless(dana, world.dana)
    with as_actor(world.dana):
        from consent.queries import open_stops

        (task,) = open_stops([world.mara])
    assert "Tell whoever received" in page(
        dana.get(reverse("consent:consents", args=[world.mara])), name="stopped"
    )
    dana.post(reverse("consent:stop-seen-to", args=[task.id]), {"tell": "yes"})
    dana.post(reverse("consent:tell-ended", args=[sent.disclosure]))
    jobs.run()
    (letter,) = [one for one in mail.outbox if one.to == [delivering.EMAIL]]
    assert "has ended" in str(letter.body)
    for name in ("Mara", "Kettle", "Lindqvarn", "Dana", "/d/"):
        assert name not in str(letter.body)
    assert "the letter has gone" in page(
        dana.get(reverse("consent:disclosure", args=[sent.disclosure]))
    )


def test_the_client_sees_the_receipt_and_no_other_client_does(world: World, jobs: Jobs) -> None:
    from consent import queries

    _, sent, _ = let_in(world, jobs)
    with as_actor(world.mara_portal):
        (receipt,) = queries.receipts([sent.disclosure])[sent.disclosure]
        assert len(receipt.openings) == 1
    for other in (world.ana_portal, world.sam, world.fred):
        with as_actor(other):
            assert queries.receipts([sent.disclosure]) == {}
            with connection.cursor() as cursor:
                for table in ("share_link", "share_opening", "recipient_letter"):
                    cursor.execute(f"SELECT count(*) FROM consent_{table}")
                    assert cursor.fetchone() == (0,)


def test_a_link_is_made_and_moved_by_who_may_alone(
    world: World, jobs: Jobs, application: Any, owner: Any
) -> None:
    import psycopg

    from tests.clients.raw import acting

    sent = delivering.delivered(world)
    link = [sent.secret.link]
    with acting(application, world.dana.id) as app:
        for change in (
            "UPDATE consent_share_link SET token_hash = 'a' WHERE id = %s",
            "UPDATE consent_share_link SET expires_at = now() + interval '1 year' WHERE id = %s",
            "UPDATE consent_share_link SET failures = 0 WHERE id = %s",
            "DELETE FROM consent_share_link WHERE id = %s",
            "INSERT INTO consent_share_opening (id, link_id, client_id, at, seen_at, place) "
            "SELECT id, id, client_id, now(), now(), '' FROM consent_share_link WHERE id = %s",
        ):
            with pytest.raises(psycopg.DatabaseError), app.transaction():
                app.execute(change, link)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
            app.execute("SELECT consent_share_begin('x', %s, '')", link)
    with as_actor(world.dana):
        actions.revoke(actor=world.dana, disclosure_id=sent.disclosure)
    with pytest.raises(psycopg.errors.RestrictViolation, match="stays ended"):
        owner.execute("UPDATE consent_share_link SET why_ended = '', ended_at = NULL")


@pytest.mark.req("AC-02")
def test_asking_for_another_link_than_ones_own_shows_nothing_and_is_on_record(
    world: World, jobs: Jobs, root: Any
) -> None:
    """One that is there and one that is not look alike, and what was asked for is written down."""
    browser, sent, _ = let_in(world, jobs)
    other, _ = delivering.let_go(world, sent.shared)
    with as_actor(world.dana):
        another = actions.deliver(
            actor=world.dana, disclosure_id=other, address_id=sent.address
        ).link
    nobody = uuid7()
    pages = [without_token(browser, one) for one in (another, nobody)]
    browser.post(reverse("consent:share-finish", args=[another]))
    stranger = without_token(Browser(), another)
    assert pages == [stranger, stranger]
    looks = root.execute(
        "SELECT payload::json ->> 'reason', payload::json -> 'rows' ->> 0, "
        "payload::json -> 'detail' ->> 'page', actor IN (SELECT id FROM consent_share_opening) "
        "FROM audit_event WHERE kind = 'refused' ORDER BY recorded, id"
    ).fetchall()
    assert looks == [
        ("not-available", str(another), "consent:share-read", True),
        ("not-there", str(nobody), "consent:share-read", True),
        ("not-available", str(another), "consent:share-finish", True),
    ]
    page(browser.get(reverse("consent:share-read", args=[sent.secret.link])))


def without_token(browser: Browser, link: UUID) -> str:
    """Ask for a link's page; give what it says but for the tokens of its forms."""
    text = page(browser.get(reverse("consent:share-read", args=[link])), 404)
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", text).replace(str(link), "")
