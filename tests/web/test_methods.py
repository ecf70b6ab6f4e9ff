"""Every method at every address: what is not listed is refused, changes nothing, says nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.web import browsing, payloads, stage
from tests.web.elsewhere import BLIND
from tests.web.matrix import ROWS
from tests.web.test_foreign import hidden as hidden_id
from tests.web.test_foreign import of_a_file, told
from tests.world import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("battery")]

LONG: Final = bool(os.environ.get("SOAK"))
METHODS: Final = ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "GET", "POST")
WHO: Final = ("none", "ownr", "desk", "admn", "clnt", "link")
# that somebody was here, which any request notes, once a while
PRESENT: Final = {"django_session", "accounts_signedinsession", "clients_linkactor"}
OVERRIDES: Final = {
    "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE", "HTTP_X_METHOD_OVERRIDE": "PUT",
    "HTTP_X_HTTP_METHOD": "PATCH",
}  # fmt: skip


@pytest.fixture
def staged(db: None, settings: Any) -> Stage:
    return stage.ready(settings)


def generic(staged: Stage, persona: str, method: str, path: str, **options: Any) -> Any:
    client = staged.people[persona]

    def send(path: str, said: Any, **more: Any) -> Any:
        return browsing.Browser.generic(client, method, path, b"", **more)  # type: ignore[arg-type]  # a Browser each

    return staged.counted(persona, method, path, send=send, **options)


def unlisted() -> Iterator[tuple[int, str, str, str]]:
    """Give each address with each method it does not list, as each person in turn."""
    for number, name in enumerate(browsing.patterns()):
        for at, method in enumerate(METHODS):
            if (name, method) not in ROWS and (method != "OPTIONS" or name != "healthz"):
                for persona in WHO if LONG else [WHO[(number + at) % len(WHO)]]:
                    yield number, name, method, persona


@pytest.mark.req("WH-04", "AC-01")
def test_a_method_that_is_not_listed_changes_nothing_and_says_nothing(staged: Stage) -> None:
    wrong, refused = [], 0
    names = [word for pair in NAMES.values() for word in pair]
    for _, name, method, persona in unlisted():
        cell = f"{method} {name} as {persona}"
        answer, written = generic(
            staged, persona, method, browsing.path_of(name, staged.scene), **OVERRIDES
        )
        # a stranger is led to the sign-in or told the link is closed before the method is looked at
        stranger = persona in {"none", "link"} and answer.status_code in {302, 404}
        if answer.status_code != 405 and not stranger:
            wrong.append(f"{cell}: {answer.status_code}")
        if written - PRESENT:
            wrong.append(f"{cell}: wrote {written - PRESENT}")
        if any(word in answer.content.decode() for word in names) or [*payloads.harm(answer, 0)]:
            wrong.append(f"{cell}: says {answer.content[:80]!r}")
        refused += answer.status_code == 405
    assert not wrong, "\n" + "\n".join(wrong)
    assert refused > 250


@pytest.mark.req("AC-02")
def test_no_method_tells_hidden_from_none(staged: Stage) -> None:
    wrong = []
    for number, (row, _, keys) in enumerate(of_a_file()):
        if "accounts:" in row:
            continue
        hidden = reverse(row, kwargs={key: hidden_id(staged, row, key) for key in keys})
        none = reverse(row, kwargs=dict.fromkeys(keys, uuid4()))
        for persona in BLIND if LONG else (("ownr", "clnt")[number % 2],):
            for method in METHODS[:5] if LONG else (METHODS[number % 5], "HEAD"):
                one, other = (generic(staged, persona, method, at)[0] for at in (hidden, none))
                if told(one) != told(other) or _named(one) != _named(other):
                    wrong.append(f"{method} {row} as {persona}: {one.status_code}")
    assert not wrong, "\n" + "\n".join(wrong)


def _named(answer: Any) -> dict[str, str]:
    # a page that carries an id to quote is as long as any other that does
    return {k: v for k, v in answer.headers.items() if k not in {"Location"}}


def test_head_answers_as_get_does_and_sends_no_page(staged: Stage) -> None:
    for persona, path in {path: (who, path) for who, path in stage.pages(staged)}.values():
        answer = staged.ask(persona, "HEAD", path)
        assert (answer.status_code, answer.content) == (200, b""), path
