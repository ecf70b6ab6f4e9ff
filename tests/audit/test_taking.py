"""Taking part of the trail away: who, how much, with what event, and nothing hidden in it."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone
from fhir.resources.bundle import Bundle

import clients.actions
import clients.queries
from audit.actions import taking
from audit.queries import pages, touching
from counselling.accounts.models import SignedInSession
from counselling.db import as_actor
from tests import world as worlds
from tests.clients.acts_keeping_out import sealed, shut
from tests.people import sign_in_browserless
from tests.raw import superuser

if TYPE_CHECKING:
    from counselling.access import Actor
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AT-14")]


@pytest.fixture
def world() -> World:
    made = worlds.World.build()
    with as_actor(made.dana):
        clients.actions.open_client(actor=made.dana, client_id=made.mara)
    with as_actor(made.sam):
        clients.actions.open_client(actor=made.sam, client_id=made.jon)
    return made


def signed_in(person: Actor) -> Browser:
    browser = Browser()
    sign_in_browserless(browser, person)
    return browser


def take(browser: Browser, form: str, query: str = "") -> Any:
    return browser.post(f"/trail/file{query}", {"form": form})


def table(answer: Any) -> list[dict[str, str]]:
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def last_event() -> dict[str, Any]:
    with superuser() as root:
        row = root.execute(
            "SELECT payload FROM audit_event WHERE kind = 'audit.trail.taken' "
            "ORDER BY recorded DESC LIMIT 1"
        ).fetchone()
    assert row
    said: dict[str, Any] = json.loads(row[0])
    return said


def test_a_table_holds_what_the_trail_shows_and_leaves_its_event_first(world: World) -> None:
    answer = take(signed_in(world.priya), "csv", "?kind=client.opened")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    # before the first byte of it was fetched
    said = last_event()
    assert said["actor"] == str(world.priya.id)
    rows = table(answer)
    asked = {"kind": "client.opened", "order": "newest"}
    assert said["detail"] == {"form": "csv", "count": len(rows), **asked}
    assert {"Sam Idris", "Dana Roth"} < {row["Person"] for row in rows}
    assert {row["Kind"] for row in rows} == {"client.opened"}
    assert all(row["Client"] and row["When (UTC)"].endswith("Z") for row in rows)


def test_fhir_holds_the_same_and_is_valid(world: World) -> None:
    answer = take(signed_in(world.priya), "fhir", "?kind=client.opened&order=oldest")
    assert answer.headers["Content-Type"] == "application/fhir+json; charset=utf-8"
    bundle = json.loads(answer.getvalue())
    Bundle.model_validate(bundle)
    found = [one["resource"] for one in bundle["entry"]]
    people = [one["agent"][0]["who"]["display"] for one in found]
    assert people.index("Dana Roth") < people.index("Sam Idris")
    assert bundle["identifier"]["value"] == f"urn:uuid:{last_event()['id']}"
    assert last_event()["detail"]["form"] == "fhir"


def test_piece_after_piece_nothing_is_left_out_or_twice(world: World) -> None:
    browser = signed_in(world.priya)
    whole = table(take(browser, "csv", "?role=counsellor"))
    assert len(whole) > 2
    with mock.patch.object(pages, "STRETCH", 1), mock.patch.object(pages, "LOOKED", 20):
        parts = table(take(browser, "csv", "?role=counsellor"))
    assert [row["Event"] for row in parts] == [row["Event"] for row in whole]
    assert last_event()["detail"]["count"] == len(whole)


def test_a_supervisor_takes_what_she_reviews_and_nobody_takes_their_own(world: World) -> None:
    rows = table(take(signed_in(world.vera), "csv"))
    assert rows
    assert not {"Sam Idris", "Vera Lindqvist"} & {row["Person"] for row in rows}


def test_nobody_who_reviews_nothing_takes_anything(world: World) -> None:
    assert take(signed_in(world.dana), "csv").status_code == 403


@pytest.mark.req("AU-09")
def test_who_takes_it_proves_who_they_are_and_finds_what_they_asked_for_again(
    world: World,
) -> None:
    browser = signed_in(world.priya)
    SignedInSession.objects.update(step_up_at=None)
    answer = browser.get("/trail/file?kind=client.opened&outcome=ok")
    onward = "%2Ftrail%2Ffile%3Fkind%3Dclient.opened%26outcome%3Dok"
    assert answer.headers["Location"] == f"/step-up?next={onward}"


def test_more_than_one_file_holds_is_refused_with_what_helps(world: World) -> None:
    browser = signed_in(world.priya)
    with mock.patch.object(taking, "MOST_TAKEN", 1):
        many = take(browser, "csv", "?kind=client.opened")
    assert many.status_code == 422
    assert "Choose a shorter period" in many.content.decode()
    with mock.patch.object(pages, "LOOKED", 0.1):
        far = take(browser, "csv", "?role=guardian")
    assert "Too much would have to be looked through" in far.content.decode()


def test_a_filter_that_means_nothing_leads_back_to_the_trail(world: World) -> None:
    answer = signed_in(world.priya).get("/trail/file?case=222-222")
    assert answer.headers["Location"] == "/trail?case=222-222"


def test_a_name_that_is_a_formula_is_text_to_a_spreadsheet(world: World) -> None:
    browser = signed_in(world.priya)
    forged = '=HYPERLINK("http://x","y")'
    labels = {"person": lambda ids: dict.fromkeys(ids, forged)}
    with mock.patch.dict("audit.domain.entries._labels", labels):
        rows = table(take(browser, "csv", "?kind=client.opened"))
    assert {row["Person"] for row in rows} == {f"'{forged}"}


@pytest.mark.req("AT-07")
@pytest.mark.parametrize("form", ["csv", "fhir"])
def test_no_name_of_anybody_cared_for_leaves_with_it(world: World, form: str) -> None:
    for query in ("", "?show=events&order=oldest"):
        text = take(signed_in(world.priya), form, query).getvalue().decode()
        assert not [name for names in worlds.NAMES.values() for name in names if name in text]


@pytest.mark.req("WH-09")
def test_taking_away_is_limited_for_each_person(world: World, settings: Any) -> None:
    settings.IN_TEN_MINUTES = settings.IN_TEN_MINUTES | {"exports": 2}
    browser = signed_in(world.priya)
    answers = [take(browser, "csv", "?kind=client.opened").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert take(signed_in(world.vera), "csv").status_code == 200


DANA = "person={0}&since={1:%Y-%m-%d}&until={1:%Y-%m-%d}"


def asked_of_today(person: Actor) -> str:
    return "?" + DANA.format(person.id, timezone.localdate())


@pytest.mark.req("BR-01")
def test_whom_somebody_touched_is_taken_away_as_a_table_with_its_event(world: World) -> None:
    browser = signed_in(world.priya)
    query = asked_of_today(world.dana)
    assert "Take it" in browser.get(f"/trail/touched/file{query}").content.decode()
    answer = browser.post(f"/trail/touched/file{query}")
    rows = table(answer)
    with as_actor(world.dana):
        reference = clients.queries.client_row(world.mara).reference
    (row,) = [one for one in rows if one["Client"] == reference]
    assert row["By"] == "Dana Roth"
    assert int(row["Opened"]) >= 1
    said = last_event()["detail"]
    assert (said["form"], said["count"], said["person"]) == (
        "touched", len(rows), str(world.dana.id),
    )  # fmt: skip
    assert browser.get("/trail/touched/file").headers["Location"] == "/trail/touched?"


@pytest.mark.req("BR-01")
def test_more_than_a_list_holds_and_who_is_not_confirmed_take_nothing(world: World) -> None:
    browser = signed_in(world.priya)
    query = asked_of_today(world.fred)
    with mock.patch.object(touching, "MOST", 0):
        answer = browser.post(f"/trail/touched/file{query}")
    assert answer.status_code == 422
    assert "Choose a shorter period" in answer.content.decode()
    SignedInSession.objects.update(step_up_at=None)
    assert browser.post(f"/trail/touched/file{query}").headers["Location"].startswith("/step-up")


@pytest.mark.req("AC-12")
@pytest.mark.parametrize("how", ["shut out", "sealed", "their own file"])
def test_of_whom_a_reviewer_does_not_see_nothing_leaves_that_they_could_know_again(
    world: World, how: str
) -> None:
    ids = (str(world.mara), str(world.mara_case))
    priya = signed_in(world.priya)
    before = take(priya, "fhir").getvalue().decode()
    assert all(one in before for one in ids)
    assert ids[0] in priya.get("/trail").content.decode()
    if how == "shut out":
        shut(world.mara_portal, world.mara, world.priya)
    else:
        sealed(world.dana, world.mara, world.priya if how != "sealed" else None)
    for form in ("fhir", "csv"):
        taken = take(priya, form).getvalue().decode()
        assert not any(one in taken for one in ids), form
        assert "Dana Roth" in taken
    for page in ("/trail", "/trail?show=events"):
        shown = priya.get(page).content.decode()
        assert not any(one in shown for one in ids), page
    hidden, never = (
        priya.post("/trail/name", {"client": str(one)}) for one in (world.mara, uuid4())
    )
    assert (hidden.status_code, never.status_code) == (404, 404)
    assert _words(hidden) == _words(never)


def _words(answer: Any) -> str:
    """Give a page without what is new on each: tokens and the number of the request."""
    return re.sub(r"[0-9a-zA-Z_-]{8,}", "", answer.content.decode())


@pytest.mark.req("AC-12")
def test_the_reference_of_a_file_that_keeps_them_out_is_like_none(world: World) -> None:
    with superuser() as root:
        asked = [
            str(root.execute(f"SELECT reference FROM {table} WHERE id = %s", [row]).fetchone()[0])  # type: ignore[index] # it is there
            for table, row in (("clients_case", world.mara_case), ("clients_client", world.mara))
        ]
    priya = signed_in(world.priya)
    pages = ("/trail", "/trail/picture", "/trail/touched", "/trail/file", "/clients")
    differ = {page for page in pages for one in asked if len(_told(priya, page, one)) > 1}
    assert {"/trail", "/trail/file"} <= differ
    shut(world.mara_portal, world.mara, world.priya)
    assert not {page for page in pages for one in asked if len(_told(priya, page, one)) > 1}


def _told(browser: Browser, page: str, reference: str) -> set[tuple[int, str, str]]:
    """Give what a page says of a reference, and of one that never was: one answer or two."""
    told = set()
    for said in (reference, "Z" * len(reference)):
        asks = {"case": said, "q": said, "since": "2026-01-01", "until": "2026-12-31"}
        answer = browser.get(page, asks)
        location = answer.headers.get("Location", "").replace(said, "")
        told.add((answer.status_code, location, _words(answer).replace(said, "")))
    return told
