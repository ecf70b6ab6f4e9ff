"""What was typed with harm in mind, looked at afterwards: pages, letters and documents of it all.

And what is asked in the address itself, and what is more than any form sends.
"""

from __future__ import annotations

import functools
import os
import pathlib
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.conf import settings as ours
from django.core import mail

from tests.web import browsing, payloads, stage
from tests.web.payloads import KEPT, LINES, MARK, NUL, UNSEEN, harm
from tests.web.test_battery import Battery, cut, heard, taking
from tests.web.test_headers import faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.offered import Offered
    from tests.web.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("battery")]

LONG: Final = bool(os.environ.get("SOAK"))
# an act after which its page is not shown any more, or a form that needs a secret, plants nothing
TYPED: Final = [*KEPT.values(), *UNSEEN.values(), *LINES.values()]


@pytest.fixture
def staged(db: None, settings: Any) -> Stage:
    return stage.ready(settings)


# -- afterwards ------------------------------------------------------------------------------------


def plant(staged: Stage) -> int:
    """Send every form that takes words, for good, each field with another payload."""
    planted = 0
    for turn, form in enumerate(sorted(taking(), key=lambda one: "signature" in one.row)):
        free = [one for one in form.fields.values() if one.is_free and one.kind != "password"]
        at = turn * 3
        said = {one.name: cut(one, TYPED[(at + n) % len(TYPED)]) for n, one in enumerate(free)}
        # an address of a mailbox and a number to ring take no such word, which is another story
        said = {k: v for k, v in said.items() if k not in {"email", "crisis_line", "reference"}}
        if said:
            answer = staged.people[form.persona].post(form.path, form.filled(**said))
            planted += answer.status_code == 302
    return planted


@pytest.mark.req("WH-04", "AT-09")
def test_what_was_typed_is_shown_as_words_wherever_it_is_shown(
    staged: Stage, jobs: Any, tmp_path: pathlib.Path
) -> None:
    """Every page as everybody who sees another one; each letter; the PDF that was sealed of it."""
    mail.outbox.clear()
    with heard() as log:
        assert plant(staged) >= 8
        jobs.run()
        wrong, marked = set(), set()
        for persona, path in stage.pages(staged):
            answer = staged.people[persona].get(path)
            name = f"{stage.name_of(path)} as {persona}"
            wrong |= {f"{name}: {one}" for one in harm(answer, 0)}
            # what a PDF says is looked at where it is made
            is_pdf = answer.headers["Content-Type"] == "application/pdf"
            # a table of the practice's own says by its first character how it is written
            is_table = answer.headers["Content-Type"].startswith("text/csv")
            read_as = "utf-8-sig" if is_table else "utf-8"
            body = "" if is_pdf else answer.content.decode(read_as, errors="replace")
            if payloads.NEVER_KEPT.search(body.replace("\r", "")):
                wrong.add(f"{name} shows {payloads.NEVER_KEPT.search(body)!r}")
            marked |= {stage.name_of(path)} if MARK in body else set()
    assert not wrong, "\n" + "\n".join(sorted(wrong))
    assert len(marked) > 10, marked
    assert not log.faults()
    for letter in mail.outbox:
        assert "\n" not in letter.subject
        assert len(letter.recipients()) == 1
        # text and no page: a tag in somebody's name stays letters
        assert letter.content_subtype == "plain"
        assert not getattr(letter, "alternatives", ())
        assert payloads.PRODUCT not in str(letter.body)
        assert not payloads.NEVER_KEPT.search(str(letter.body).replace("\r", ""))


# -- what is asked ---------------------------------------------------------------------------------

ASKED: Final = re.compile(r"request\.GET(?:\.get\(|\[)\"(\w+)\"")
# what a page reads out of its address; another name is found in the code by the test below
QUESTIONS: Final = {"page", "closed", "reference", "case", "form", "next", "code", "before",
                    "name", "order", "for", "kind", "day", "year", "after", "again", "basis",
                    "share", "subpoena"}  # fmt: skip
# pages that read their address and offer no form that does, with what they read
READS: Final[dict[str, set[str]]] = {
    "accounts:sign-in": {"next", "code"}, "accounts:step-up": {"next"}, "accounts:wake": {"next"},
    "clients:cover-new": {"for"}, "clients:intake": {"case"},
    "consent:request-new": {"form", "share"},
    "records:share": {"basis", "subpoena"},
    "records:danger-addition": {"kind"}, "records:own-notes": {"page"},
    "records:session-new": {"case"}, "records:year": {"year"}, "records:year-copy": {"year"},
    "records:year-print": {"year"}, "today": {"day"}, "trail": {"before", "order"},
    "clients:caseload": {"reference", "closed", "page"}, "accounts:staff": {"name", "page"},
}  # fmt: skip
# what is a number or a day
COUNTED: Final = {"since", "until", "before", "page", "day", "year"}


def test_every_question_that_a_view_reads_is_asked_here() -> None:
    root = pathlib.Path(ours.BASE_DIR)
    code = [*root.glob("*/views/*.py"), *root.glob("*/*/views/*.py")]
    read = {name for path in code for name in ASKED.findall(path.read_text())}
    assert read <= QUESTIONS, f"Add {sorted(read - QUESTIONS)} to QUESTIONS of {__name__}."
    assert len(read) > 5


def asked(staged: Stage) -> Iterator[tuple[str, str, set[str]]]:
    """Give each page that reads its address, with what it reads: by its forms, and by name."""
    forms = {one.row: set(one.fields) for one in stage.offered() if one.method == "get"}
    for persona, path in {path: (who, path) for who, path in stage.pages(staged)}.values():
        row = stage.name_of(path)
        if row in forms or row in READS:
            yield persona, path, forms.get(row, set()) | READS.get(row, set())


@pytest.mark.req("WH-04")
def test_whatever_is_asked_in_an_address_is_answered_with_a_page(staged: Stage) -> None:
    values = [*TYPED, NUL, "-1", "9" * 400, "9999-12-31", "0001-01-01", "\u0663", "x" * 20_000,
              "0000", "9999"]  # fmt: skip
    wrong = set()
    with heard() as log:
        for number, (persona, path, names) in enumerate(asked(staged)):
            for at, value in enumerate(values):
                # a number or a day at each page that asks for one; of the words every second one,
                # the others at the next page, unless there is time
                if not LONG and at < len(TYPED) and at % 2 != number % 2:
                    continue
                # all at once; alone too where a number or a day is asked for, or there is time
                alone = names | QUESTIONS if LONG else names & COUNTED
                alone = alone if LONG or at >= len(TYPED) else set()
                every = dict.fromkeys(names | QUESTIONS, value)
                for question in (every, *({one: value} for one in alone)):
                    answer = staged.ask(persona, "GET", path, question)
                    cell = f"{path} {[*question]} {value[:30]!r}"
                    wrong |= {f"{cell}: {one}" for one in harm(answer, 0)}
    assert not wrong, "\n" + "\n".join(sorted(wrong))
    assert not log.faults(), "\n".join(sorted(log.faults())[:5])


def test_an_address_that_is_no_address_is_nowhere(staged: Stage) -> None:
    junk = ("%00", "..%2f..%2fetc%2fpasswd", "%ED%A0%80", "zqx'--", "1", "%E2%80%AE", "0" * 36)
    for name, pattern in browsing.patterns().items():
        if pattern.pattern.converters:
            path = browsing.path_of(name, staged.scene, known=False)
            place = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{43,}", "{}", path, count=1)
            for one in junk[:3] if not LONG else junk:
                # who is signed in already is led home from any way in
                persona = "none" if name == "accounts:link" else "ownr"
                answer = staged.ask(persona, "GET", place.format(one))
                assert answer.status_code in {404, 405, 409}, (name, one, answer.status_code)
                assert [*harm(answer, 0)] == []


# -- more than any form sends ----------------------------------------------------------------------


def _lot(form: Offered) -> Iterator[tuple[str, int, dict[str, Any]]]:
    name = next((one.name for one in form.fields.values() if one.is_free), "anything")
    yield "3 MB", 413, {"data": form.filled(**{name: "x" * 3_000_000})}
    yield "10,000 fields", 400, {"data": form.filled(**{f"f{at}": "x" for at in range(10_000)})}
    yield "a nest", 0, {"data": form.filled(**{"a" + "[b]" * 500: "x"})}
    for code in ("hex", "unicode_escape", "utf-16", "utf-7"):
        kind = f"multipart/form-data; boundary=zqx; charset={code}"
        yield code, 400, {"data": _part(f'name="{name}"'), "content_type": kind}
    named = _part('name="x"; filename="../../zqx.html"')
    kind = "multipart/form-data; boundary=zqx"
    yield "a file", 400, {"data": named, "content_type": kind}


def _part(name: str) -> bytes:
    said = f"--zqx\r\nContent-Disposition: form-data; {name}\r\n\r\n\\ud800\r\n--zqx--\r\n"
    return said.encode()


@pytest.mark.req("WH-08", "WH-01")
def test_more_than_any_form_sends_is_refused_with_a_page(staged: Stage) -> None:
    battery, seen = Battery(staged), set()
    with heard() as log:
        # a button without a field is refused by the token it lacks, which is tried elsewhere
        for number, form in enumerate(one for one in taking() if one.fields):
            tried = [*_lot(form)]
            for sort, status, options in tried if LONG else tried[number % 4 :: 4]:
                if "content_type" in options:  # bytes as they are, which no test client encodes
                    options["send"] = functools.partial(staged.people[form.persona].generic, "POST")
                answer = battery.post(form, options.pop("data"), sort, **options)
                seen.add(sort)
                # where a file is asked for, this one is looked at for what it is
                takes = sort == "a file" and any(f.kind == "file" for f in form.fields.values())
                if status and not takes and answer.status_code != status:
                    battery.wrong.add(f"{form.cell}, {sort}: {answer.status_code}")
                if (
                    status
                    and not takes
                    and ([*faults(answer.headers)] or b"<h1" not in answer.content)
                ):
                    battery.wrong.add(f"{form.cell}, {sort}: a bare page")
    battery.passed()
    assert len(seen) == 8
    assert not log.faults()


def test_a_long_text_is_kept_or_refused_at_its_field(staged: Stage) -> None:
    battery = Battery(staged)
    for form in taking():
        free = [one for one in form.fields.values() if one.is_free and one.kind != "password"]
        for one in free if LONG else free[-1:]:
            answer = battery.post(form, form.filled(**{one.name: "x " * 500_000}), "1 MB")
            if answer.status_code not in {200, 302, 400, 422}:
                battery.wrong.add(f"{form.cell}: {answer.status_code}")
    battery.passed()
