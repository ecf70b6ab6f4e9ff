"""Ids that are not for this person, in addresses, forms and questions: each is like none at all."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.urls.converters import UUIDConverter

import audit.actions
import consent.queries
from consent.views.writing import clause_id
from counselling.db import as_actor
from tests.web import browsing, stage
from tests.web.elsewhere import BLIND
from tests.web.matrix import ROWS
from tests.web.offered import Offered, is_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("battery")]

LONG: Final = bool(os.environ.get("SOAK"))
WHO: Final = BLIND if LONG else ("ownr", "clnt")
# ids of the staff's own pages, which the staff may know
STAFF: Final = {"person_id", "reset_id"}
# ids of the practice's own forms, in which no client is: staff know them, or are kept out by role
FORMS: Final = {"form_id", "version_id", "draft_id", "clause_id"}
# an id that the page makes up itself
MADE_UP: Final = {"tab"}
# whom one lets in or shuts out may be any colleague
ANY_COLLEAGUE: Final = {
    "clients:shut-out", "clients:own-shut-out", "clients:seal", "clients:let-in",
}  # fmt: skip
# privacy officers see by reference whoever is cared for here
ANY_FILE: Final = {"trail-name"}
LOOKED: Final = {
    "accounts_signedinsession", "accounts_throttle", "audit_event", "clients_linkactor",
    "django_session",
}  # fmt: skip


@pytest.fixture
def staged(db: None, settings: Any) -> Stage:
    return stage.ready(settings)


def told(answer: Any) -> tuple[int, str, bytes]:
    """Give all that an answer says but what differs by chance."""
    body: bytes = answer.content.replace(answer.wsgi_request.id.encode(), b"")
    # a page in another language leads back to the address that was asked
    body = body.replace(answer.wsgi_request.path.encode(), b"")
    body = re.sub(rb'(csrfmiddlewaretoken" value=")[^"]+', rb"\1", body)
    return (
        answer.status_code,
        re.sub(r"[0-9a-f-]{36}", "", answer.headers.get("Location", "")),
        body,
    )


def ids_of(name: str) -> list[str]:
    """Name the ids in an address."""
    found = browsing.patterns()[name].pattern.converters.items()
    return [key for key, kind in found if isinstance(kind, UUIDConverter)]


def addresses() -> Iterator[tuple[str, str, list[str]]]:
    """Give every address with an id, by each method it is listed with."""
    for row, method in ROWS:
        keys = [] if "+" in row else ids_of(row)
        if keys and not STAFF & set(keys):
            yield row, method, keys


def of_a_file() -> Iterator[tuple[str, str, list[str]]]:
    """Give those of them that lead into somebody's file."""
    return ((row, method, keys) for row, method, keys in addresses() if not FORMS & set(keys))


def filled(row: str) -> dict[str, Any]:
    """Fill in the form of an address, so that it is not refused for being empty."""
    form = next((one for one in stage.posted(again=True) if one.row == row), None)
    return form.filled() if form else {}


def hidden(staged: Stage, row: str, key: str) -> UUID:
    if row == "accounts:sitting":
        return browsing._another_sitting(staged.scene.world.sam)
    if row == "consent:accounting-request":
        return staged.elsewhere["accounting_id"]
    return staged.elsewhere[key]


@pytest.mark.req("AC-02", "AC-05", "AC-08")
def test_what_is_of_another_file_is_like_what_never_was(staged: Stage) -> None:
    """Word for word, opening nothing, changing nothing; that somebody looked is an event."""
    wrong, shut = [], 0
    for row, method, keys in of_a_file():
        said = filled(row) if method == "POST" else None
        one = {key: hidden(staged, row, key) for key in keys}
        none = dict.fromkeys(keys, uuid4())
        for persona in (*WHO, "link") if "sign-" in row else WHO:
            cell = f"{method} {row} as {persona}"
            with mock.patch("audit.actions.record", wraps=audit.actions.record) as recorded:
                seen, written = staged.counted(persona, method, reverse(row, kwargs=one), said)
            kinds = {call.kwargs["kind"].code for call in recorded.call_args_list} - {"refused"}
            never, _ = staged.counted(persona, method, reverse(row, kwargs=none), said)
            shut += seen.status_code == 404
            if told(seen) != told(never):
                wrong.append(f"{cell}: {told(seen)[:2]}, and an id of nobody {told(never)[:2]}")
            if written - LOOKED or kinds:
                wrong.append(f"{cell}: wrote {written - LOOKED}, recorded {kinds}")
            is_refusal = seen.status_code in {403, 404} and row != "accounts:sitting"
            if is_refusal and persona != "link" and "audit_event" not in written:
                wrong.append(f"{cell}: nobody will know that somebody looked")
    assert not wrong, "\n" + "\n".join(wrong)
    assert shut > 50


@pytest.mark.req("AC-02")
def test_an_id_of_another_kind_is_like_what_never_was(staged: Stage) -> None:
    """One's own ids too: a note where a session is asked for opens nothing."""
    own = _kinds(staged)
    wrong = []
    for number, (row, method, keys) in enumerate(addresses()):
        persona = _let_in(row, method)
        said = filled(row) if method == "POST" else None
        never = staged.ask(persona, method, reverse(row, kwargs=dict.fromkeys(keys, uuid4())), said)
        others = [one for kind, one in own.items() if kind not in keys]
        few = others if LONG else [others[(number + at) % len(others)] for at in (0, 5)]
        for one in few:
            path = reverse(row, kwargs=dict.fromkeys(keys, one))
            if told(staged.ask(persona, method, path, said)) != told(never):
                wrong.append(f"{method} {row} as {persona} took {one}")
    assert not wrong, "\n" + "\n".join(wrong)


def _let_in(row: str, method: str) -> str:
    """Name who gets the page; where nobody does for now, who gets furthest, else a guardian."""
    cells = ROWS[row, method]
    who = ("ownr", "clnt", "desk", "supv", "coll", "trai", "admn", "priv")
    furthest = next((one for one in who if cells[one] not in {"403", "in"}), "guar")
    return next((one for one in who if cells[one] not in {"403", "404", "in"}), furthest)


def _kinds(staged: Stage) -> dict[str, UUID]:
    scene, world = staged.scene, staged.scene.world
    return {
        "client_id": world.ana, "case_id": scene.case, "member_id": scene.member,
        "assignment_id": scene.assignment, "session_id": scene.session, "note_id": scene.note,
        "request_id": scene.own_request, "question_id": scene.question,
        "task_id": scene.task, "consent_id": scene.consent, "document_id": scene.document,
        "plan_id": scene.plan, "danger_id": scene.danger,
        "disclosure_id": scene.disclosure, "person_id": world.dana.id,
        "supervision_note_id": scene.supervision_note, "amendment_id": scene.amendment,
        "part_id": scene.part, "access_id": scene.access, "cover_id": scene.cover,
        "work_id": scene.work,
        "guardian_id": scene.guardian, "batch_id": scene.batch, "form_id": scene.form,
        "basis_id": scene.basis, "basis_paper_id": scene.basis_paper,
        "version_id": scene.version, "draft_id": scene.draft, "clause_id": scene.clause,
    }  # fmt: skip


@pytest.mark.req("AC-02")
def test_one_id_of_mine_opens_no_door_for_another_beside_it(staged: Stage) -> None:
    """An address with two ids is asked with each of them of another file."""
    mixed = 0
    for row, method, keys in addresses():
        own = {key: browsing._value(row, key, staged.scene) for key in keys}
        persona = "admn" if FORMS & set(keys) else "ownr"
        for foreign in keys if len(keys) > 1 else ():
            mixed += 1
            path = reverse(row, kwargs=own | {foreign: _another(staged)[foreign]})
            never = reverse(row, kwargs=own | {foreign: uuid4()})
            seen = staged.ask(persona, method, path)
            assert told(seen) == told(staged.ask(persona, method, never))
            assert seen.status_code == 404, row
    assert mixed


def _another(staged: Stage) -> dict[str, UUID]:
    """Give the ids of another file, and of another form in writing."""
    draft = staged.scene.waiting_draft
    with as_actor(staged.scene.world.ada):
        code = consent.queries.draft_row(draft).source.clauses[0].code
    return staged.elsewhere | {"draft_id": draft, "clause_id": clause_id(draft, code)}


# -- ids that are posted ---------------------------------------------------------------------------


def chosen() -> Iterator[tuple[Offered, str]]:
    """Give every field in which a form sends the id of a row; "all" looks at no choice."""
    for form in stage.posted():
        for field in form.fields.values():
            act = form.fields.get("act")
            everybody = act is not None and act.value == "all"
            if is_id(field.fitting()) and field.name not in MADE_UP and not everybody:
                yield form, field.name


@pytest.mark.req("AC-02", "AC-07")
def test_an_id_of_another_file_is_no_choice_in_a_form(staged: Stage) -> None:
    """A recipient, a note, a permission, a case, a colleague who is none: nothing comes of it."""
    world = staged.scene.world
    strangers = [*staged.elsewhere.items(), ("account", world.mara_portal.id)]
    wrong, fields = [], set()
    for number, (form, name) in enumerate(chosen()):
        fields.add(name)
        way = form.choosing(name)
        never, _ = staged.counted(
            form.persona, "POST", form.path, form.filled(**way, **{name: uuid4()})
        )
        # to the administrator every colleague is known, and answered by name
        known = form.row.startswith("accounts:") or form.row in ANY_COLLEAGUE
        colleagues = [] if known else [world.fred.id]
        if form.row in ANY_FILE:
            continue
        # the kind a field is called after is tried at each; of the others a part at each in turn
        few = [
            one
            for at, (kind, one) in enumerate(strangers)
            if LONG or kind.startswith(name) or at % 4 == number % 4
        ]
        for one in few + colleagues:
            said = form.filled(**way, **{name: one})
            seen, written = staged.counted(form.persona, "POST", form.path, said)
            if told(seen)[:2] != told(never)[:2] or written - LOOKED:
                wrong.append(f"{form.cell}: {name} took {one}, wrote {written - LOOKED}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert fields >= {"case", "address", "person", "recipient"}, sorted(fields)


@pytest.mark.req("AC-02")
@pytest.mark.parametrize("path", ["/clients/new", "/sessions/new", "/trail", "/clients"])
def test_an_id_of_another_file_in_a_question_is_like_none(staged: Stage, path: str) -> None:
    persona = "supv" if path == "/trail" else "ownr"
    names = {"case": "case_id", "person": "client_id", "before": "note_id"}
    for name, kind in names.items():
        seen = staged.ask(persona, "GET", path, {name: str(staged.elsewhere[kind])})
        never = staged.ask(persona, "GET", path, {name: str(uuid4())})
        assert _without_ids(seen) == _without_ids(never), name


def _without_ids(answer: Any) -> tuple[int, bytes]:
    status, _, body = told(answer)
    return status, re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}", b"", body)
