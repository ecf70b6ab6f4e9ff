"""Fields nobody was offered: named like every column, sent with every form, nothing of them kept.

A form is sent twice, once as it is and once with everything else a row could have; what is written
must be the same statements with the same values.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models

from tests.web import stage
from tests.web.offered import CSRF, Offered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("battery")]

# what a thief of rights would send, where the name says more than the kind of the column
COVETED: Final = {
    "role": "administrator", "roles": "administrator", "state": "signed", "kind": "staff",
    "is_superuser": "true", "is_staff": "true", "is_admin": "true", "actor": "service",
    "method": "DELETE", "_method": "DELETE", "step_up_at": "2099-01-01T00:00:00Z", "by": "service",
}  # fmt: skip
_CHANCE: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{32,}|[A-Za-z0-9_+/=.$:-]{40,}"
    r"|\d{4}-\d\d-\d\dT[0-9:.]+Z|\b[0-9A-Z]{2,6}-[0-9A-Z]{1,4}\b|\b[0-9A-Z]{3}\b"
)

# when somebody was last seen is written down once a while, whatever they send
_SEEN: Final = re.compile(r'UPDATE "accounts_\w+" SET "seen_at" = %s WHERE ')


@pytest.fixture
def staged(db: None, settings: Any) -> Stage:
    return stage.ready(settings)


def coveted(staged: Stage) -> dict[str, str]:
    """Give every column of every table of ours a value worth having."""
    found = dict(COVETED)
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for name in (field.name, field.attname):
                found.setdefault(name, _value(field, staged))
    return found | {
        "id": str(staged.elsewhere["client_id"]),
        "pk": str(staged.elsewhere["note_id"]),
    }


def _value(field: models.Field[Any, Any], staged: Stage) -> str:
    if isinstance(field, models.BooleanField):
        return "true"
    if isinstance(field, models.ForeignKey | models.UUIDField):
        known = staged.elsewhere.get(f"{field.name.removesuffix('_id')}_id")
        return str(known or staged.scene.world.ada.id)
    if isinstance(field, models.DateField):
        return "2001-02-03T04:05:06Z"
    if isinstance(field, models.IntegerField):
        return "7"
    return "coveted"


@contextlib.contextmanager
def written() -> Iterator[list[str]]:
    """Hear every statement that writes, without what differs by chance."""
    heard: list[str] = []

    def hear(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        said = sql.lstrip()
        if said.upper().startswith(("INSERT", "UPDATE", "DELETE")) and not _SEEN.match(said):
            heard.append(f"{_CHANCE.sub('…', sql)} {[_plain(one) for one in params or ()]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hear):
        yield heard


def _plain(value: Any) -> str:
    if isinstance(value, list):  # many rows at once: what is in them is hashed, or an id
        return f"{len(value)} {', '.join({type(one).__name__ for one in value})}"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value)} bytes"
    if isinstance(value, UUID | datetime.datetime):
        return type(value).__name__
    return _CHANCE.sub("…", str(value))


def sent(staged: Stage, form: Offered, said: dict[str, Any]) -> tuple[int, str, list[str]]:
    for paper in said.values():  # sent twice, read from its beginning each time
        if hasattr(paper, "seek"):
            paper.seek(0)
    with written() as heard:
        answer = staged.post(form, said)
    to = _CHANCE.sub("…", answer.headers.get("Location", ""))
    return answer.status_code, to, [one for one in heard if "django_session" not in one]


@pytest.mark.req("AC-07")
def test_nothing_is_kept_that_no_form_offers(staged: Stage, settings: Any) -> None:
    # every column of every table at once is more than a browser may send
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
    more, wrong, wrote = coveted(staged), [], 0
    for form in stage.posted():
        said = form.filled()
        plain = sent(staged, form, said)
        unasked = more.keys() - said.keys() - beside(form)
        greedy = sent(staged, form, {name: more[name] for name in unasked} | said)
        wrote += bool(plain[2])
        if plain[:2] != greedy[:2] or sorted(plain[2]) != sorted(greedy[2]):
            wrong.append(f"{form.cell}: {plain[:2]} {greedy[:2]} {_difference(plain, greedy)}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert wrote > 40
    assert len(more) > 150


def beside(form: Offered) -> set[str]:
    """Give what another form of the same address does offer: its button sends that one's fields."""
    return {name for one in stage.offered() if one.row == form.row for name in one.fields}


def _difference(plain: Any, greedy: Any) -> list[str]:
    return [one for one in greedy[2] if one not in plain[2]][:3]


def test_this_would_see_it(staged: Stage) -> None:
    """With a value that a form does take, the statements do differ."""
    form = next(one for one in stage.posted() if one.row == "accounts:practice")
    assert CSRF in form.filled()
    assert sent(staged, form, form.filled()) != sent(staged, form, form.filled(name="Another"))
