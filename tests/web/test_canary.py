"""A word is put into everything that is sealed, and then looked for everywhere else."""

from __future__ import annotations

import functools
import secrets
import tempfile
from typing import TYPE_CHECKING, Any, Final

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.raw import superuser
from tests.web import planting, sweeping, taken_out
from tests.web.browsing import browser
from tests.web.planting import WORD, Planted

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("canary")]

# sealed, but no words of anybody's choosing
NO_WORD: Final = {
    "accounts.TotpDevice.key": "is the seed, looked for as itself",
    "clients.Message.content": "is a link, looked for by its token",
    "consent.Request.answers": "are yes and no",
    "consent.Signature.answers": "are yes and no",
    "consent.Signature.drawing": "are numbers on a grid, looked for as themselves",
    "records.Share.secret": "is made by us, shown once and forgotten",
    "records.Draft.risk": "is one of four words",
    "records.Note.risk": "is one of four words",
}
LEAK: Final = f"leck{secrets.token_hex(5)}"


class Evidence:
    """What the sweep of one planted practice found; it is looked at from several sides."""

    def __init__(self) -> None:
        """Plant, and look."""
        self.planted: Planted = planting.plant()
        self.opened = planting.opened()
        self.tables = sweeping.tables(self.planted.words)
        self.sessions = sweeping.sessions(self.planted.words)
        self.files = sweeping.files(self.planted.words)
        self.dumps = sweeping.dumps(self.planted.words)
        self.ids = sweeping.tables({"client": str(self.planted.client)})
        self.taken = taken_out.taken(self.planted.world)
        # nobody is to find work about people who are gone
        current_app.control.purge()


@functools.cache
def evidence() -> Evidence:
    return Evidence()


@pytest.fixture
def found(db: None, real_broker: None) -> Evidence:
    return evidence()


@pytest.mark.req("EN-02")
def test_the_word_reached_every_sealed_field(found: Evidence) -> None:
    dry = [
        name
        for name, values in found.opened.items()
        if not any(WORD in value or name in NO_WORD for value in values)
    ]
    assert not dry, "Plant a word there too: " + ", ".join(dry)
    assert set(NO_WORD) <= set(found.opened)
    assert len(found.opened) >= 20


@pytest.mark.req("EN-01", "EN-02", "AT-07")
def test_no_table_of_any_database_holds_it(found: Evidence) -> None:
    assert found.tables == {}
    # ids are in the log of acts and in the queue: the sweep does read these
    assert {table.partition("_2")[0] for table in found.ids} >= {"counselling: public.audit_event"}
    assert any("pgmq" in table for table in found.ids), sorted(found.ids)


@pytest.mark.req("EN-01", "EN-02")
def test_no_file_of_the_database_and_none_of_ours_holds_it(found: Evidence) -> None:
    assert found.files == {}


@pytest.mark.req("EN-01", "EN-02")
def test_no_dump_of_any_database_holds_it(found: Evidence) -> None:
    assert found.dumps == {}


@pytest.mark.req("EN-01", "EN-02")
def test_making_a_document_and_posting_a_file_leave_nothing_in_temporary_files(
    db: None, tmp_path: pathlib.Path
) -> None:
    from consent import pdf
    from tests.pdf import sources

    with sweeping.temporary(tmp_path):
        assert pdf.seal(pdf.render(sources.sharing())).startswith(b"%PDF")
        large = SimpleUploadedFile("notes.txt", LEAK.encode() * 300_000)
        answer = browser().post("/sign-in", {"email": LEAK, "file": large})
        assert answer.status_code in {200, 400, 413}
        assert sweeping.folder(tmp_path, {"client": sources.CLIENT, "upload": LEAK}) == {}
        # and this look would see what anybody leaves there
        with tempfile.NamedTemporaryFile() as left:
            left.write(sources.CLIENT.encode("utf-16-le"))
            left.flush()
        assert [*sweeping.folder(tmp_path, {"client": sources.CLIENT}).values()] == [
            {"client (utf-16-le)"}
        ]


@pytest.mark.req("EN-10")
def test_no_session_and_no_address_holds_it(found: Evidence) -> None:
    assert found.sessions == {}
    assert len(found.planted.addresses) > 3
    assert not any(WORD in one for one in found.planted.addresses)


@pytest.mark.req("AT-07", "EN-10")
def test_no_log_holds_it(found: Evidence) -> None:
    lines = "\n".join(found.planted.log.lines).encode()
    assert b"records:draft" in lines, "nothing was logged: this test sees nothing"
    assert sweeping.found_in(lines, found.planted.words) == set()


@pytest.mark.req("AT-07", "AT-14")
def test_nothing_that_leaves_of_the_log_holds_it(found: Evidence) -> None:
    """The table, FHIR, the checkpoints on the other volume, and each file of the bundle."""
    hits = {
        name: words
        for name, content in found.taken.items()
        if (words := sweeping.found_in(content, found.planted.words))
    }
    assert hits == {}
    # ids are: the look does read what was taken
    client = {"client": str(found.planted.client)}
    told = {name for name, content in found.taken.items() if sweeping.found_in(content, client)}
    assert told >= {"csv", "fhir", "bundle: events.jsonl"}
    assert b"counselling" in found.taken["checkpoints"]


@pytest.mark.req("EN-02")
def test_no_job_carries_more_than_ids(found: Evidence) -> None:
    assert len(found.planted.jobs) > 3
    assert sweeping.found_in("\n".join(found.planted.jobs).encode(), found.planted.words) == set()


@pytest.mark.req("EN-10")
def test_no_letter_says_a_word_but_its_link(found: Evidence) -> None:
    letters = found.planted.letters
    assert letters
    for subject, body in letters:
        hits = sweeping.found_in(f"{subject}\n{body}".encode(), found.planted.words)
        assert hits <= {"token (clear)", "open token (clear)"}, hits


# -- the sweep itself ------------------------------------------------------------------------------


@pytest.fixture
def leak(db: None) -> Iterator[None]:
    """Leave a word lying about in each spelling, once each."""
    with superuser() as connection:
        connection.execute("CREATE TABLE public.leak (spelling text, kept bytea)")
        for spelling, form in sweeping.spellings(LEAK).items():
            padded = b"ab" + form if spelling == "clear" else form
            connection.execute("INSERT INTO leak VALUES (%s, %s)", [spelling, padded])
    yield
    with superuser() as connection:
        connection.execute("DROP TABLE public.leak")


@pytest.mark.req("EN-01")
def test_the_sweep_finds_what_lies_about_in_any_spelling(leak: None) -> None:
    words: dict[str, Any] = {"leak": LEAK}
    assert sweeping.tables(words) == {
        "counselling: public.leak": {f"leak ({one})" for one in sweeping.spellings(LEAK)}
    }
    dumped = sweeping.dumps(words)["counselling"]
    # bytes are written in hexadecimal, whatever they spell
    assert dumped >= {"leak (hex)"}
    hits = sweeping.files(words)
    assert any(path.startswith("base") or "/base/" in path for path in hits), hits
    assert any("pg_wal" in path for path in hits), hits


def test_base64_is_found_wherever_the_word_begins() -> None:
    import base64

    for before in range(7):
        packed = base64.b64encode(b"x" * before + LEAK.encode() + b"tail")
        assert sweeping.found_in(packed, {"leak": LEAK}), before
