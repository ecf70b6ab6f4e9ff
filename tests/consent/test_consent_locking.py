"""A file with a password: made by who may let something leave, while its permission stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consent import pdf
from consent.domain.passwords import is_password
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.clients.raw import acting
from tests.consent import locking, steps
from tests.consent.test_consent_pages import page, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("DS-07")]


def test_the_file_opens_with_the_password_that_its_page_showed_once(
    world: World, root: psycopg.Connection[Any]
) -> None:
    disclosure = locking.as_file(world)
    browser = signed_in(world.dana)
    address = f"/disclosures/{disclosure}/file"
    assert "Make the password" in page(browser.get(address))
    assert address in page(browser.get(f"/disclosures/{disclosure}"))
    shown = page(browser.post(address))
    (password,) = re.findall(r"<code>([a-z-]+)</code>", shown)
    assert is_password(password)
    answer = browser.post(address, {"password": password})
    assert answer["Content-Type"] == "application/pdf"
    assert pdf.verify(answer.content, password).holds
    assert "disclosure.locked" in steps.kinds(root)
    said = root.execute("SELECT string_agg(payload, ' ') FROM audit_event").fetchone()
    assert password not in str(said)
    again = page(browser.post(address))
    assert password not in again


def test_nobody_brings_a_password_of_their_own(world: World) -> None:
    disclosure = locking.as_file(world)
    shown = signed_in(world.dana).post(f"/disclosures/{disclosure}/file", {"password": "1234"})
    assert shown["Content-Type"].startswith("text/html")
    assert "1234" not in page(shown)
    with pytest.raises(Invalid), as_actor(world.dana):
        locking.actions.lock_disclosure(actor=world.dana, disclosure_id=disclosure, password="1234")


def test_no_file_is_made_once_the_permission_has_ended(world: World) -> None:
    shared = steps.shared_permission(world)
    disclosure = locking.as_file(world, shared)
    steps.stop(world, shared.consent)
    with pytest.raises(Refused) as refused:
        locking.lock(world.dana, disclosure)
    assert "has ended" in refused.value.message


def test_what_goes_another_way_or_is_somebody_elses_has_no_file(world: World) -> None:
    shared = steps.shared_permission(world)
    on_paper = steps.disclose(world, shared)
    with pytest.raises(NotThere):
        locking.lock(world.dana, on_paper)
    disclosure = locking.as_file(world, shared)
    with pytest.raises(NotThere):
        locking.lock(world.sam, disclosure)
    for nobody in (world.fred, world.ada, world.tess):
        with pytest.raises(Refused):
            locking.lock(nobody, disclosure)


@pytest.mark.req("ES-18")
def test_the_public_page_knows_the_file_as_it_is_without_its_password(world: World) -> None:
    made = locking.lock(world.dana, locking.as_file(world))
    answer = Client().post("/verify", {"file": SimpleUploadedFile("x.pdf", made)})
    assert "Genuine." in page(answer)
    changed = Client().post("/verify", {"file": SimpleUploadedFile("x.pdf", made + b" ")})
    assert "Genuine." not in page(changed)


def test_no_other_hash_is_called_one_of_ours(
    world: World, application: psycopg.Connection[Any]
) -> None:
    shared = steps.shared_permission(world)
    on_paper, as_file = steps.disclose(world, shared), locking.as_file(world, shared)

    def calls(disclosure: UUID, client: UUID, at: str = "now()") -> None:
        application.execute(
            "INSERT INTO consent_locked_file (id, disclosure_id, client_id, sha256, at) "
            f"VALUES (%s, %s, %s, %s, {at})",
            [uuid4(), disclosure, client, "f" * 64],
        )

    for wrong in (
        (on_paper, world.mara), (uuid4(), world.mara), (as_file, world.ana),
        (as_file, world.mara, "now() - interval '1 day'"),
    ):  # fmt: skip
        with (
            acting(application, world.dana.id),
            pytest.raises(psycopg.Error, match=r"file with|row-level"),
        ):
            calls(*wrong)
    with acting(application, world.dana.id):
        calls(as_file, world.mara)
