"""What somebody who sees these pages for the first time stumbled over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client as Browser

from consent import actions, queries
from consent.domain import answers
from consent.domain.documents import RecipientShown
from consent.domain.library import load_library
from counselling.db import as_actor
from tests.consent import steps
from tests.consent.test_consent_pages import hidden, page, signed_in

if TYPE_CHECKING:
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db
KOLBE = RecipientShown("Mr Kolbe", "teacher", "", "")


def opened(world: World, **changes: Any) -> tuple[Browser, str]:
    """A link is opened, signing online agreed to."""
    sent = steps.send(world, steps.ask(world, **changes))
    browser, at = Browser(), f"/r/{sent.request}"
    browser.post(sent.path, {"pin": sent.pin})
    browser.post(f"{at}/online", {"act": "accept"})
    return browser, at


def to_the_signature(browser: Browser, at: str) -> str:
    browser.post(f"{at}/short", {"act": "text", "share-notes": "yes"})
    shown = hidden(page(browser.get(f"{at}/text")), "shown")
    browser.post(f"{at}/text", {"shown": shown})
    return page(browser.get(f"{at}/signature"))


@pytest.mark.req("ES-03")
def test_page_3_says_what_signing_replaces(world: World) -> None:
    browser, at = opened(world)
    assert "replaces" not in to_the_signature(browser, at)
    steps.signed(world)
    last = page(browser.get(f"{at}/signature"))
    assert re.search(r"This replaces what you signed on <time[^>]*>\w+day \d+ \w+</time>", last)


@pytest.mark.req("CC-20")
def test_page_1_says_that_what_is_left_open_counts_as_no(world: World) -> None:
    browser, at = opened(world)
    assert "What you leave open counts as no." in page(browser.get(f"{at}/short"))


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Maraquilla Kettlebourne", True),
        ("  maraquilla   KETTLEBOURNE ", True),
        ("Kettlebourne Maraquilla", False),
        ("Dana Roth", False),
    ],
)
def test_a_name_is_the_same_whatever_its_case_and_spaces(typed: str, same: bool) -> None:
    assert answers.same_name(typed, "Maraquilla Kettlebourne") is same


@pytest.mark.req("ES-02")
def test_another_name_is_asked_about_once_and_not_refused(world: World) -> None:
    browser, at = opened(world)
    proof = hidden(to_the_signature(browser, at), "enforced")
    signing = {"act": "sign", "name": "Mara Kett", "enforced": proof}
    asked = page(browser.post(f"{at}/signature", signing), 400)
    assert "You typed another name than Maraquilla Kettlebourne. Sign all the same?" in asked
    sure = hidden(asked, "sure")
    other = page(browser.post(f"{at}/signature", signing | {"name": "Jo", "sure": sure}), 400)
    assert "another name" in other
    assert browser.post(f"{at}/signature", signing | {"sure": sure})["Location"] == f"{at}/done"


def test_after_the_fifth_wrong_pin_the_page_says_first_that_the_link_is_closed(
    world: World,
) -> None:
    sent = steps.send(world, steps.ask(world))
    wrong = "000000" if sent.pin != "000000" else "111111"
    browser = Browser()
    for _ in range(4):
        page(browser.post(sent.path, {"pin": wrong}), 400)
    last = page(browser.post(sent.path, {"pin": wrong}), 404)
    first = re.search(r"<h1.*?<p>(.*?)</p>", last, re.DOTALL)
    assert first is not None
    assert first[1].startswith("This link is closed after five wrong PINs. Ask for a new one")


def test_the_library_names_the_pages_as_the_navigation_does() -> None:
    for form in load_library():
        assert "My permissions" not in repr(form)


def test_pin_page_and_disclosure_page_are_headed_by_the_name(world: World) -> None:
    browser = signed_in(world.dana)
    request = steps.ask(world)
    sent = page(browser.post(f"/requests/{request}", {"act": "send"}))
    assert ">Maraquilla K.</a>" in sent
    disclosure = steps.disclose(world, steps.shared_permission(world))
    assert ">Maraquilla K.</a>" in page(browser.get(f"/disclosures/{disclosure}"))


def test_the_disclosure_page_speaks_in_words(world: World, jobs: Jobs) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    browser = signed_in(world.dana)
    text = page(browser.get(f"/disclosures/{disclosure}"))
    assert "session_notes" not in text
    assert str(shared.consent) not in text
    assert f'href="/requests/{shared.request}"' in text
    assert f'href="/disclosures/{disclosure}">Look again</a>' in text
    jobs.run()
    text = page(browser.get(f"/disclosures/{disclosure}"))
    assert "Look again" not in text
    assert "Download to hand over" in text


def test_forms_and_documents_of_two_recipients_can_be_told_apart(world: World) -> None:
    for recipient in (steps.EVA, KOLBE):
        steps.signed(world, new_recipient=recipient)
    text = page(signed_in(world.dana).get(f"/clients/{world.mara}/consents"))
    own = page(signed_in(world.mara_portal).get("/space/documents"))
    for name in (steps.EVA.name, KOLBE.name):
        form = re.compile(rf">May we share information with {name}\?</a>")
        assert len(form.findall(text)) == 1
        assert len(re.findall(rf">Signed form: May we[^<]*{name}\?</a>", text)) == 1
        assert len(re.findall(rf"<strong>Signed form: May we[^<]*{name}\?</strong>", own)) == 1


def test_the_timeline_says_what_each_form_was_for(world: World) -> None:
    steps.signed(world)
    steps.signed(world, new_recipient=KOLBE, purpose="school")
    with as_actor(world.dana):
        words = [one.words for one in queries.timeline(world.mara) if one.kind == "signature"]
    title = "signed: May we share information with somebody else?"
    assert words == [f"{title} For support at school", f"{title} For medication"]


def test_a_form_taken_back_is_no_telephone_call(world: World) -> None:
    request = steps.ask(world)
    with as_actor(world.dana):
        actions.void_request(actor=world.dana, request_id=request)
        assert queries.request_row(request).word == "withdrawn by the practice"
        (moment,) = queries.timeline(world.mara)
    assert moment.words.startswith("withdrawn by the practice: May we")


def test_a_guessed_link_is_no_telephone_call_either(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    wrong = "000000" if sent.pin != "000000" else "111111"
    for _ in range(5):
        Browser().post(sent.path, {"pin": wrong})
    with as_actor(world.dana):
        assert any(
            one.words.startswith("closed after five wrong PINs: May we")
            for one in queries.timeline(world.mara)
        )


def test_lately_tells_what_was_signed_and_one_line_for_one_stop(world: World) -> None:
    steps.signed(world, answers={"share-notes": True, "share-summary": True})
    with as_actor(world.dana):
        (signed,) = queries.notices()
    assert (signed.kind, signed.words) == (
        "signed", "“May we share information with somebody else?”"
    )  # fmt: skip
    with as_actor(world.dana):
        both = [one.id for one in queries.live_consents(world.mara, sharing=True)]
    for consent in both:
        steps.stop(world, consent)
    assert [(one.kind, one.words) for one in _notices(world)] == [
        ("withdrawn", "stopped 2 permissions"),
        ("signed", "“May we share information with somebody else?”"),
    ]


def _notices(world: World) -> list[queries.Notice]:
    with as_actor(world.dana):
        return queries.notices()


def test_a_list_at_the_side_leaves_its_titles_the_width() -> None:
    css = (Path(settings.BASE_DIR) / "static/css/content.css").read_text()
    assert ".aside .lines > li { grid-template-columns: minmax(0, 1fr); }" in css
