"""Shutting somebody out in a space and at the desk; a sealed file and who is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from clients import queries
from counselling.db import as_actor
from tests.clients.acts_keeping_out import sealed, shut
from tests.clients.danger import case_seen
from tests.people import sign_in_browserless as sign_in

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-12")]

OWN = "clients:own-shut-out"


def text(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def test_a_client_is_asked_once_more_before_their_counsellor_is_shut_out(
    world: World, client: Client
) -> None:
    sign_in(client, world.mara_portal)
    said = {"person": str(world.dana.id), "words": "She knows my mother."}
    page = client.post(reverse(OWN), said)
    assert "They care for you now" in text(page)
    assert case_seen(world.dana, world.mara_case)
    page = client.post(reverse(OWN), said | {"sure": "on"}, follow=True)
    assert "Dana Roth" in text(page)
    assert "She knows my mother." in text(page)
    assert not case_seen(world.dana, world.mara_case)
    with as_actor(world.mara_portal):
        (row,) = queries.shut_out_of(world.mara)
    client.post(reverse("clients:own-shut-out-end", args=[row.id]))
    assert "She knows my mother." not in text(client.get(reverse(OWN)))


def test_whoever_never_cared_is_shut_out_by_one_press(world: World, client: Client) -> None:
    sign_in(client, world.mara_portal)
    page = client.post(reverse(OWN), {"person": str(world.sam.id)}, follow=True)
    assert "They see nothing of you any more" in text(page)
    assert "Sam Idris" in text(page)


def test_the_desk_is_told_that_somebody_is_needed_and_offers_it_to_nobody_who_is_kept_out(
    world: World, client: Client
) -> None:
    shut(world.mara_portal, world.mara, world.dana)
    sign_in(client, world.fred)
    assert "Nobody cares for this case now" in text(client.get(reverse("clients:caseload")))
    page = text(client.get(reverse("clients:assignment-new", args=[world.mara_case])))
    assert "Sam Idris" in page
    assert "Dana Roth" not in page


@pytest.mark.req("AC-11")
def test_an_old_cookie_shows_what_a_page_shows_that_never_was(world: World, client: Client) -> None:
    sign_in(client, world.dana)
    path = reverse("client", args=[world.mara])
    assert client.get(path).status_code == 200
    shut(world.mara_portal, world.mara, world.dana)
    hidden = client.get(path)
    never = client.get(reverse("client", args=[world.dana.id]))
    assert hidden.status_code == never.status_code == 404
    assert text(hidden).replace(str(world.mara), "") == text(never).replace(str(world.dana.id), "")
    assert "Maraquilla" not in text(client.get(reverse("clients:caseload")))
    assert "Maraquilla" not in text(client.get(reverse("today")))


def test_who_hears_it_writes_it_down_and_ends_it(world: World, client: Client) -> None:
    sign_in(client, world.dana)
    path = reverse("clients:shut-out", args=[world.mara])
    assert "already" not in text(client.get(path))
    client.post(path, {"person": str(world.sam.id), "words": "A neighbour."})
    assert "A neighbour." in text(client.get(path))
    again = client.post(path, {"person": str(world.sam.id)})
    assert "shut out already" in text(again)
    with as_actor(world.dana):
        (row,) = queries.shut_out_of(world.mara)
    end = reverse("clients:shut-out-end", args=[row.id])
    assert "Sam Idris" in text(client.get(end))
    client.post(end)
    assert "let in again" in text(client.get(path))
    assert "already" in text(client.post(end, follow=True))


def test_a_file_is_sealed_a_colleague_let_in_and_both_end(world: World, client: Client) -> None:
    sign_in(client, world.dana)
    path = reverse("clients:seal", args=[world.mara])
    wrong = client.post(path, {"kind": "staff", "why": "Works here."})
    assert "Choose whose own file it is." in text(wrong)
    client.post(path, {"kind": "relative", "why": "Her sister works here."})
    assert "Her sister works here." in text(client.get(path))
    people = reverse("clients:let-in", args=[world.mara])
    client.post(people, {"person": str(world.vera.id)})
    assert "Vera Lindqvist" in text(client.get(path)).split("<form")[1]
    assert "cannot be let in" in text(client.post(people, {"person": str(world.vera.id)}))
    with as_actor(world.dana):
        (inside,) = queries.let_in(world.mara)
    client.post(reverse("clients:let-in-end", args=[inside.id]))
    assert "Nobody. Who is assigned" in text(client.get(path))
    client.get(reverse("clients:seal-end", args=[world.mara]))
    client.post(reverse("clients:seal-end", args=[world.mara]))
    assert "Seal this file" in text(client.get(path))


def test_the_desk_loses_sight_of_what_is_sealed(world: World, client: Client) -> None:
    sealed(world.dana, world.mara)
    sign_in(client, world.fred)
    assert "Maraquilla" not in text(client.get(reverse("clients:caseload")))
    assert client.get(reverse("client", args=[world.mara])).status_code == 404
    found = client.post(reverse("clients:found"), {"named": "Maraquilla"}, follow=True)
    assert "Nobody of this name" in text(found)
