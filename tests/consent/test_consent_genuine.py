"""The public page: genuine, changed, unknown or withdrawn, and nothing else (ES-18)."""

from __future__ import annotations

import hashlib
import pathlib
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consent import actions, queries
from consent.domain.numbers import numbers_in, read_numbers
from counselling.db import as_actor
from counselling.vault import signing
from tests.consent import steps

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.consent.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("ES-18")]
SAYS = {
    "genuine": "Genuine.",
    "withdrawn": "Genuine, but withdrawn.",
    "changed": "Changed.",
    "unknown": "Unknown.",
}


@pytest.fixture
def sealed(world: World, jobs: Jobs) -> bytes:
    """The file of a permission that is signed and sealed."""
    steps.shared_permission(world)
    jobs.run()
    with as_actor(world.mara_portal):
        (row,) = queries.documents_of(world.mara)
        content, _ = actions.open_document(actor=world.mara_portal, document_id=row.id)
    return content


def sent(content: bytes, **more: str) -> HttpResponse:
    """Send the file itself, as a browser without JavaScript does."""
    return Client().post("/verify", {"file": SimpleUploadedFile("x.pdf", content), **more})


def hashed(content: bytes) -> HttpResponse:
    """Send what a browser with JavaScript found, and no file."""
    numbers = ",".join(numbers_in(content))
    sha256 = hashlib.sha256(content).hexdigest()
    return Client().post("/verify", {"sha256": sha256, "numbers": numbers})


def word(response: HttpResponse) -> str:
    """Give which of the four the page says; it says one."""
    assert response.status_code == 200
    said = re.findall(r"<strong>(.*?)</strong>", response.content.decode())
    (answer,) = [code for code, words in SAYS.items() if words in said]
    return answer


@pytest.mark.parametrize("ask", [sent, hashed])
def test_a_file_is_genuine_changed_or_unknown(sealed: bytes, ask: Any) -> None:
    assert word(ask(sealed)) == "genuine"
    assert word(ask(sealed + b"\n")) == "changed"
    middle = len(sealed) // 2
    flipped = sealed[:middle] + bytes([sealed[middle] ^ 1]) + sealed[middle + 1 :]
    assert word(ask(flipped)) == "changed"
    assert word(ask(sealed.replace(b"/ByteRange", b"/ByteRangs"))) == "changed"
    assert word(ask(b"%PDF-1.7 of somebody else")) == "unknown"


def test_what_was_withdrawn_is_genuine_and_over(world: World, sealed: bytes) -> None:
    assert word(hashed(sealed)) == "genuine"
    with as_actor(world.mara_portal):
        actions.withdraw_everything(actor=world.mara_portal, client_id=world.mara)
    assert word(hashed(sealed)) == "withdrawn"
    assert word(sent(sealed + b" ")) == "changed"


def test_one_permission_that_still_holds_keeps_it_genuine(world: World, jobs: Jobs) -> None:
    steps.signed(world, "counselling-agreement")
    jobs.run()
    with as_actor(world.mara_portal):
        (row,) = queries.documents_of(world.mara)
    with as_actor(world.mara_portal):
        actions.withdraw_everything(actor=world.mara_portal, client_id=world.mara)
    assert queries.genuine(row.pdf_sha256, []) is queries.Genuine.GENUINE


@pytest.mark.req("CL-04")
def test_an_end_by_the_clock_needs_no_job(world: World, sealed: bytes, root: Any) -> None:
    root.execute("ALTER TABLE consent_consent DISABLE TRIGGER USER")
    root.execute("UPDATE consent_consent SET since = now() - interval '2 days', "
                 "until = now() - interval '1 second'")  # fmt: skip
    root.execute("ALTER TABLE consent_consent ENABLE TRIGGER USER")
    assert word(hashed(sealed)) == "withdrawn"


def test_the_page_says_no_name_and_no_word_of_the_file(sealed: bytes) -> None:
    for response in (sent(sealed), hashed(sealed + b" ")):
        body = response.content.decode().replace("/css/shared.css", "")  # a stylesheet's own name
        for name in ("Mara", "Eva", "Dana", "Lindenhof", "share"):
            assert name not in body
        assert response.headers["Cache-Control"] == "no-store"


def test_nothing_of_the_file_is_kept_anywhere(
    sealed: bytes, root: Any, tmp_path: pathlib.Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    before = root.execute("SELECT count(*) FROM audit_event").fetchone()
    assert word(sent(sealed * 80)) == "changed"  # long enough for a file of its own
    assert list(tmp_path.iterdir()) == []
    assert root.execute("SELECT count(*) FROM audit_event").fetchone() == before


@pytest.mark.parametrize("values", [
    {}, {"sha256": "zqx"}, {"sha256": "A" * 63}, {"numbers": "x" * 900}, {"sha256": "' OR 1=1"},
])  # fmt: skip
def test_without_a_file_or_with_something_else_it_asks_again(values: dict[str, str]) -> None:
    response = Client().post("/verify", values)
    assert response.status_code == 400
    assert "Choose the PDF file" in response.content.decode()


def test_other_numbers_than_numbers_are_left_out() -> None:
    assert read_numbers("x,'--,AB" + "a" * 30 + "," + "1" * 32 + "," + "1" * 32) == [
        "ab" + "a" * 30, "1" * 32,
    ]  # fmt: skip
    many = b"".join(b"/ID [<%032x> <00>]" % at for at in range(20))
    assert len(numbers_in(many)) == 8


def test_a_number_cut_in_two_by_the_network_is_found(sealed: bytes) -> None:
    from consent.views.genuine import Hashing

    hashing = Hashing()
    hashing.new_file("file", "x.pdf", "application/pdf", len(sealed))
    cut = sealed.index(b"/ID [ <") + 20
    for piece in (sealed[:cut], sealed[cut:]):
        hashing.receive_data_chunk(piece, 0)
    assert hashing.numbers == numbers_in(sealed)
    assert hashing.sha256 == hashlib.sha256(sealed).hexdigest()


def test_a_form_of_another_site_is_refused_and_too_many_have_to_wait(sealed: bytes) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/verify", {"sha256": "0" * 64}).status_code == 403
    found = [hashed(b"%PDF" + bytes([at])).status_code for at in range(40)]
    assert found[0] == 200
    assert found[-1] == 429


@pytest.mark.req("ES-15")
def test_a_new_certificate_leaves_old_files_genuine(
    sealed: bytes, settings: Any, tmp_path: pathlib.Path
) -> None:
    copy = tmp_path / "secrets"
    shutil.copytree(pathlib.Path(settings.PRACTICE_KEY_FILE).parent, copy)
    settings.PRACTICE_KEY_FILE = copy / "practice.key"
    settings.PRACTICE_CERTIFICATE_FILE = copy / "practice.crt"
    signing.renew_practice_certificate(copy / "practice.key", copy / "practice.crt")
    assert word(sent(sealed)) == "genuine"
