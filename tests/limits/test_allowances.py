"""What costs much is done often at once and then slowly, and nothing of it is lost (WH-09)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser

from consent import queries
from counselling.db import as_actor
from records.domain.shares import Level
from tests.consent import steps
from tests.people import sign_in_browserless
from tests.records import sharing
from tests.records.writing import signed_note

if TYPE_CHECKING:
    from tests.conftest import Jobs
    from tests.limits.conftest import Later
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("WH-09")]


@pytest.fixture
def dana(world: World) -> Browser:
    browser = Browser()
    sign_in_browserless(browser, world.dana)
    return browser


def seldom(settings: Any, **numbers: int) -> None:
    settings.IN_TEN_MINUTES = settings.IN_TEN_MINUTES | numbers


@pytest.fixture
def document(world: World) -> Any:
    """A document that is sealed, by bytes that cost nothing."""
    from tests.web.scene import seal

    steps.signed(world)
    with as_actor(world.dana):
        (made,) = queries.documents_of(world.mara)
    seal(made.id, world.mara)
    return made.id


def test_documents_are_downloaded_in_a_burst_and_then_one_by_one(
    world: World, dana: Browser, document: Any, settings: Any, later: Later, root: Any
) -> None:
    seldom(settings, documents=3)
    path = f"/documents/{document}/file"
    assert [dana.get(path).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = dana.get(path)
    words = answer.content.decode()
    wait = int(answer.headers["Retry-After"])
    assert 190 <= wait <= 200
    assert f"in {wait} seconds" in words
    assert f'href="{path}"' in words
    assert steps.kinds(root).count("document.downloaded") == 3
    assert (
        '"too-often"'
        in root.execute(
            "SELECT payload FROM audit_event ORDER BY recorded DESC, id DESC LIMIT 1"
        ).fetchone()[0]
    )
    with later(seconds=201):
        assert [dana.get(path).status_code for _ in range(2)] == [200, 429]


def test_one_persons_burst_slows_down_nobody_else(
    world: World, dana: Browser, document: Any, settings: Any
) -> None:
    seldom(settings, documents=2)
    for _ in range(3):
        dana.get(f"/documents/{document}/file")
    mara = Browser()
    sign_in_browserless(mara, world.mara_portal)
    assert mara.get(f"/space/documents/{document}/file").status_code == 200


def test_a_preview_that_is_too_often_takes_its_choices_along(
    world: World, dana: Browser, settings: Any, later: Later
) -> None:
    shared = steps.shared_permission(world)
    note = signed_note(world.dana, world.mara_case, "The sleep log is kept.")
    seldom(settings, previews=2)
    share = sharing.begin(world, shared.recipient)
    sharing.choose(world, share, Level.NOTES, note)
    path, form = f"/shares/{share}/preview", {"act": "preview", "channel": "paper"}
    assert [dana.post(path, form).status_code for _ in range(3)] == [200, 200, 429]
    page = dana.post(path, form).content.decode()
    assert f'action="{path}"' in page
    kept = re.findall(r'name="(\w+)" value="([^"]*)"', page)
    sent = {name: value for name, value in kept if name != "csrfmiddlewaretoken"}
    assert sent == form
    with later(seconds=301):
        assert "The sleep log is kept." in dana.post(path, sent).content.decode()


def test_what_is_kept_on_the_page_is_only_ever_text() -> None:
    from django.test import RequestFactory

    from counselling.views.errors import too_often

    request = RequestFactory().post("/x?<b>", {'a"><script>': '"><script>alert(1)</script>'})
    page = too_often(request, 7).content.decode()
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") == 2


def test_links_are_sent_in_a_burst_and_then_one_by_one(
    world: World, dana: Browser, settings: Any, root: Any
) -> None:
    request = steps.ask(world)
    seldom(settings, letters=3)
    answers = [dana.post(f"/requests/{request}", {"act": "send"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert steps.kinds(root).count("request.sent") == 3


def test_references_are_guessed_slowly_and_found_ones_cost_nothing(
    world: World, dana: Browser, settings: Any
) -> None:
    seldom(settings, references=4)
    with as_actor(world.dana):
        import clients.queries

        known = clients.queries.client_row(world.mara).reference
    for _ in range(8):
        assert dana.get("/clients", {"reference": known}).status_code == 200
    answers = [
        dana.get("/clients", {"reference": f"22222{n}"}).status_code for n in (2, 3, 4, 6, 7)
    ]
    assert answers == [200, 200, 200, 200, 429]
    assert dana.get("/clients", {"reference": known}).status_code == 200
    assert dana.get("/clients").status_code == 200


def test_the_machines_own_work_is_not_counted(world: World, settings: Any, jobs: Jobs) -> None:
    seldom(settings, letters=1, previews=1, documents=1)
    request = steps.ask(world)
    for _ in range(3):
        steps.send(world, request)


def test_the_numbers_are_generous_for_a_busy_day(settings: Any) -> None:
    assert all(number >= 60 for number in settings.IN_TEN_MINUTES.values())
