"""Mara draws beside her typed name; her GP asks whether the file is genuine, and keeps the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from consent import actions, queries
from counselling.db import as_actor
from tests.consent import steps as asking
from tests.journeys import steps
from tests.journeys.conftest import one, until
from tests.world import NAMES

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from playwright.sync_api import Request

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def draws(person: Person) -> list[list[int]]:
    """Draw two lines with a mouse; give what the page keeps of them."""
    page = person.page
    page.get_by_text("Draw your signature as well").click()
    box = page.get_by_role("img", name="Your drawn signature").bounding_box()
    assert box
    for line in (((0.1, 0.2), (0.4, 0.8), (0.7, 0.3)), ((0.8, 0.5), (0.9, 0.6))):
        x, y = line[0]
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.mouse.down()
        for x, y in line[1:]:
            page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=4)
        page.mouse.up()
    kept: list[list[int]] = json.loads(page.locator('input[name="drawing"]').input_value())
    return kept


@pytest.mark.req("ES-18", "ES-20")
def test_a_drawn_signature_and_a_file_that_never_leaves_the_browser(
    world: World, at_a_browser: Callable[..., Person], tmp_path: pathlib.Path
) -> None:
    # given a form that Mara signs, drawing with a finger on a narrow screen
    sent = asking.send(world, asking.ask(world))
    mara = at_a_browser(viewport={"width": 320, "height": 700})
    steps.opens(mara, sent.path, sent.pin)
    steps.says_yes_to_everything(mara)
    mara.clicks("The whole text")
    mara.clicks("I have read it. Go on")
    assert len(draws(mara)) == 2
    mara.looks()
    mara.page.get_by_label("Your name").fill(" ".join(NAMES["mara"]))
    mara.clicks("Sign")
    assert one("SELECT count(*) FROM consent_signature WHERE drawing IS NOT NULL") == 1

    # when her GP, who has no account, asks about the file
    document = one("SELECT id FROM consent_document")
    until(lambda: one("SELECT count(*) FROM consent_document WHERE state = 'sealed'") == 1)
    with as_actor(world.dana):
        content, _ = actions.open_document(actor=world.dana, document_id=document)
    genuine, changed = tmp_path / "genuine.pdf", tmp_path / "changed.pdf"
    genuine.write_bytes(content)
    changed.write_bytes(content + b" ")
    eva, went = at_a_browser(), list[bytes]()

    def note(request: Request) -> None:
        went.append(request.post_data_buffer or b"")

    eva.page.on("request", note)
    for file, answer in ((genuine, "Genuine."), (changed, "Changed.")):
        eva.goes_to("/verify")
        eva.page.get_by_label("PDF file").set_input_files(file)
        with eva.page.expect_navigation():
            eva.page.get_by_role("button", name="Check").click()
        eva.sees(answer)
        eva.looks()

    # then the file stayed with her
    assert len([each for each in went if each]) == 2
    assert not any(b"%PDF" in each or b".pdf" in each for each in went)
    assert queries.genuine("0" * 64, []) is queries.Genuine.UNKNOWN
