"""The pages, as a browser without JavaScript walks them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser

import clients.actions
from clients.domain import Card, Channel
from consent import actions, queries
from consent.domain.states import RequestState
from counselling.access import ANONYMOUS
from counselling.db import as_actor
from tests.consent import steps
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db
NAMES = ("araquilla", "ettlebourne", "indqvarn")


def signed_in(person: Any) -> Browser:
    browser = Browser()
    sign_in_browserless(browser, person)
    return browser


def page(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    text: str = answer.content.decode()
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    assert title is not None
    assert not any(name in title[1] for name in NAMES)
    assert " style=" not in text
    return text


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', text)
    assert found is not None, name
    return found[1]


@pytest.mark.req("ES-01", "ES-02", "ES-03", "ES-09", "CC-20")
def test_mara_opens_the_link_reads_answers_signs_and_downloads(world: World, jobs: Jobs) -> None:
    sent = steps.send(world, steps.ask(world))
    browser = Browser()
    assert "PIN" in page(browser.get(sent.path))
    assert browser.post(sent.path, {"pin": sent.pin}).url == f"/r/{sent.request}/short"
    at = f"/r/{sent.request}"
    walk(browser, at, jobs)


def test_mara_does_the_same_in_her_own_space(world: World, jobs: Jobs) -> None:
    sent = steps.send(world, steps.ask(world))
    browser = signed_in(world.mara_portal)
    assert "Read it" in page(browser.get("/space/requests"))
    at = f"/space/requests/{sent.request}"
    page(browser.get(at))
    with as_actor(world.dana):
        assert queries.request_row(sent.request).state is RequestState.SENT
    assert browser.post(at).url == f"{at}/short"
    walk(browser, at, jobs)
    assert "signed" in page(browser.get("/space/requests"))
    assert "Signed form" in page(browser.get("/space/documents"))


def walk(browser: Browser, at: str, jobs: Jobs) -> None:
    assert browser.get(f"{at}/short").url == f"{at}/online"
    assert "paper" in page(browser.get(f"{at}/online"))
    assert browser.post(f"{at}/online", {"act": "accept"}).url == f"{at}/short"
    short = page(browser.get(f"{at}/short"))
    assert steps.EVA.name in short
    assert " checked" not in short
    assert browser.get(f"{at}/signature").url == f"{at}/text"
    answer = browser.post(f"{at}/short", {"act": "text", "share-notes": "yes"})
    assert answer.url == f"{at}/text"
    text = page(browser.get(f"{at}/text"))
    assert browser.post(f"{at}/text", {"shown": hidden(text, "shown")}).url == f"{at}/signature"
    last = page(browser.get(f"{at}/signature"))
    assert "may send" in last
    proof = hidden(last, "enforced")
    again = page(browser.post(f"{at}/signature", {"name": "", "enforced": proof}), 400)
    assert "Type your name" in again
    signing = {"act": "sign", "name": "Maraquilla Kettlebourne", "enforced": proof}
    for _ in range(2):
        assert browser.post(f"{at}/signature", signing).url == f"{at}/done"
    assert "being made" in page(browser.get(f"{at}/done"))
    jobs.run()
    assert "Download my copy" in page(browser.get(f"{at}/done"))
    copy = browser.get(f"{at}/copy")
    assert copy["Content-Type"] == "application/pdf"
    assert copy["Cache-Control"] == "no-store"
    assert not any(name in copy["Content-Disposition"] for name in NAMES)
    assert copy.content.startswith(b"%PDF")


def test_not_now_a_question_and_no_thank_you(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    browser, at = Browser(), f"/r/{sent.request}"
    browser.post(sent.path, {"pin": sent.pin})
    browser.post(f"{at}/online", {"act": "accept"})
    assert browser.post(f"{at}/short", {"act": "later", "share-notes": "yes"}).url == f"{at}/later"
    assert "kept" in page(browser.get(f"{at}/later"))
    assert " checked" in page(browser.get(f"{at}/short"))
    assert "Write your question" in page(browser.post(f"{at}/question", {"text": ""}), 400)
    assert browser.post(f"{at}/question", {"text": "Why her?"}).url == f"{at}/later"
    page(browser.get(f"{at}/decline"))
    assert "That is fine" in page(browser.post(f"{at}/decline"))
    assert browser.get(f"{at}/short").status_code == 404


def test_on_paper_please(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    browser, at = Browser(), f"/r/{sent.request}"
    browser.post(sent.path, {"pin": sent.pin})
    assert browser.post(f"{at}/online", {"act": "paper"}).url == f"{at}/later"
    with as_actor(world.dana):
        assert [one.kind for one in queries.notices()] == ["question"]


def test_dana_asks_in_two_clicks_and_sees_the_pin_once(world: World, root: Any) -> None:
    # Mara wants nothing online, so the link is handed over
    with as_actor(world.fred):
        clients.actions.set_card(
            actor=world.fred, client_id=world.mara, card=Card(channel=Channel.NONE)
        )
    browser = signed_in(world.dana)
    at = f"/clients/{world.mara}/requests/new"
    form = page(browser.get(f"{at}?form={steps.AGREEMENT}"))
    fields = dict(re.findall(r'name="(p_\w+)" value="([^"]*)"', form))
    answer = browser.post(at, {"form": steps.AGREEMENT, "act": "send", **fields})
    shown = page(answer)
    pin = re.search(r'aria-label="PIN">(\d{6})<', shown)
    link = re.search(r"/r/[\w-]{43}", shown)
    assert pin is not None
    assert link is not None
    with as_actor(world.dana):
        (row,) = queries.requests_of(world.mara)
    assert pin[1] not in page(browser.get(f"/requests/{row.id}"))
    with as_actor(ANONYMOUS):
        token = link[0].removeprefix("/r/")
        assert isinstance(
            actions.open_link(actor=ANONYMOUS, token=token, pin=pin[1]), actions.Opened
        )


def test_dana_is_told_what_a_sharing_form_needs(world: World) -> None:
    browser = signed_in(world.dana)
    at = f"/clients/{world.mara}/requests/new"
    wrong = page(browser.post(at, {"form": steps.SHARING, "act": "send"}), 400)
    for said in ("Say who.", "Choose what it is for.", "Say until when."):
        assert said in wrong
    sent = {
        "form": steps.SHARING, "act": "keep", "name": steps.EVA.name, "role": "GP",
        "purpose": "medication", "until": "2026-01-01",
    }  # fmt: skip
    assert "still to come" in page(browser.post(at, sent), 400)


def test_dana_sends_again_calls_back_and_closes_a_question(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        question = actions.ask_question(actor=mara, request_id=request, text="Is it safe?")
    browser = signed_in(world.dana)
    assert "Is it safe?" in page(browser.get(f"/requests/{request}"))
    assert browser.post(f"/questions/{question}").status_code == 302
    assert "talked about" in page(browser.get(f"/requests/{request}"))
    assert "Tell the client this PIN" in page(browser.post(f"/requests/{request}", {"act": "send"}))
    assert "Choose why" in page(browser.post(f"/requests/{request}/end"), 400)
    said = {"why": "mistake", "words": "The wrong GP."}
    assert browser.post(f"/requests/{request}/end", said).status_code == 302
    assert "The wrong GP." in page(browser.get(f"/requests/{request}"))
    assert "withdrawn by the practice" in page(browser.get(f"/requests/{request}"))


def test_the_front_desk_sees_that_a_form_waits_and_not_what_it_says(world: World) -> None:
    request = steps.ask(world)
    browser = signed_in(world.fred)
    shown = page(browser.get(f"/requests/{request}"))
    assert steps.EVA.name not in shown
    assert "Tell the client this PIN" in page(browser.post(f"/requests/{request}", {"act": "send"}))
    assert browser.get(f"/clients/{world.mara}/consents").status_code == 403


@pytest.mark.req("CL-02")
def test_mara_stops_in_two_clicks(world: World, jobs: Jobs) -> None:
    shared = steps.shared_permission(world)
    steps.disclose(world, shared)
    jobs.run()
    browser = signed_in(world.mara_portal)
    assert steps.EVA.name in page(browser.get("/space/permissions"))
    at = f"/space/permissions/{shared.consent}/withdrawal"
    asked = page(browser.get(at))
    for said in ("Stops now", "Was already sent", "Continues"):
        assert said in asked
    assert browser.post(at).url == "/space/permissions"
    assert "Stopped" in page(browser.get("/space/permissions"))
    jobs.run()
    assert "Confirmation" in page(browser.get("/space/documents"))
    assert steps.EVA.name in page(browser.get("/space/disclosures"))


def test_mara_stops_everything(world: World) -> None:
    steps.signed(world, answers={"share-notes": True, "share-summary": True})
    browser = signed_in(world.mara_portal)
    assert "Stop everything" in page(browser.get("/space/permissions"))
    page(browser.get("/space/permissions/withdrawal"))
    assert browser.post("/space/permissions/withdrawal").status_code == 302
    with as_actor(world.dana):
        assert queries.live_consents(world.mara) == []


@pytest.mark.req("DS-01", "ES-08")
def test_dana_sees_what_was_allowed_what_went_and_records_a_stop(world: World, jobs: Jobs) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    jobs.run()
    browser = signed_in(world.dana)
    assert steps.EVA.name in page(browser.get(f"/clients/{world.mara}/consents"))
    line = page(browser.get(f"/disclosures/{disclosure}"))
    for said in (steps.EVA.address, "Dana Roth", str(shared.request)):
        assert said in line
    with as_actor(world.dana):
        rows = queries.documents_of(world.mara)
    for row in rows:
        assert row.pdf_sha256 in page(browser.get(f"/documents/{row.id}"))
        assert browser.get(f"/documents/{row.id}/file").content.startswith(b"%PDF")
    at = f"/consents/{shared.consent}/withdrawal"
    assert "Choose how" in page(browser.post(at, {"how": ""}), 400)
    assert browser.post(at, {"how": "phone"}).status_code == 302
    assert "Stopped" in page(browser.get(f"/clients/{world.mara}/consents"))
    gone = next(row for row in rows if row.kind == "disclosure")
    assert browser.get(f"/documents/{gone.id}/file").status_code == 403


def everywhere(world: World, shared: steps.Shared, document: UUID, disclosure: UUID) -> list[str]:
    return [
        f"/clients/{world.mara}/requests/new", f"/clients/{world.mara}/consents",
        f"/requests/{shared.request}", f"/consents/{shared.consent}/withdrawal",
        f"/documents/{document}", f"/documents/{document}/file", f"/disclosures/{disclosure}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        (lambda world: world.sam, {404}),
        (lambda world: world.ana_portal, {403}),
        (lambda world: world.ada, {403}),
    ],
)
def test_strangers_find_nothing(
    world: World, jobs: Jobs, who: Callable[[World], Any], statuses: set[int]
) -> None:
    shared = steps.shared_permission(world)
    disclosure = steps.disclose(world, shared)
    jobs.run()
    with as_actor(world.dana):
        document = queries.documents_of(world.mara)[0].id
    browser = signed_in(who(world))
    for path in everywhere(world, shared, document, disclosure):
        assert browser.get(path).status_code in statuses, path


def test_ana_finds_nothing_of_maras_in_her_own_space(world: World, jobs: Jobs) -> None:
    shared = steps.shared_permission(world)
    jobs.run()
    with as_actor(world.dana):
        document = queries.documents_of(world.mara)[0].id
    browser = signed_in(world.ana_portal)
    for path in (
        f"/space/permissions/{shared.consent}/withdrawal", f"/space/documents/{document}/file",
        f"/space/requests/{shared.request}", f"/space/requests/{shared.request}/short",
        f"/space/requests/{shared.request}/copy",
    ):  # fmt: skip
        assert browser.get(path).status_code == 404, path
    assert browser.post(f"/space/permissions/{shared.consent}/withdrawal").status_code == 404
