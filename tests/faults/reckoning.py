"""Compare what people were promised with what is there: `reckoning.py LEDGER`, findings as JSON."""

from __future__ import annotations

import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")

import django
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Iterator

# what reads past every policy without opening anything: the owner of the tables
OWNER = "owner"


def main(file: str) -> None:
    """Print what is not as it was promised, and how much was looked at."""
    django.setup()
    told = json.loads(pathlib.Path(file).read_text())
    world = json.loads(pathlib.Path(file).with_name("world.json").read_text())
    findings = [
        *(f"somebody wondered: {odd}" for odd in told["odd"]),
        *drafts(told, world),
        *notes(told, world),
        *consents(told),
        *documents(world),
        *events(told),
        *log(),
    ]
    counted = {
        "acts": told["acts"],
        "documents": rows("SELECT count(*) FROM consent_document")[0][0],
        "events": rows("SELECT count(*) FROM audit_event")[0][0],
        "checkpoints": rows("SELECT count(*) FROM audit_checkpoint")[0][0],
    }
    print(json.dumps({"findings": findings, "counted": counted}))  # noqa: T201 the answer of a program


def rows(question: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask as the owner, whom no policy hides anything from."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(question, list(values))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def person(world: dict[str, Any], name: str) -> Any:
    """Give somebody who acts."""
    from counselling.accounts.queries import actor_of_person

    return actor_of_person(UUID(world["people"][name]["id"]))


def drafts(told: dict[str, Any], world: dict[str, Any]) -> Iterator[str]:
    """Every acknowledged save is there, word by word, or a later one that was under way."""
    from counselling.db import as_actor
    from records import actions

    for session, kept in told["drafts"].items():
        signed = rows("SELECT id FROM records_note WHERE session_id = %s", session)
        if signed or kept["kept"] < 0:
            continue
        actor = person(world, kept["person"])
        with as_actor(actor):
            page = actions.open_draft(actor=actor, session_id=UUID(session))
        if [page.record_part, page.process_part] not in kept["tried"][kept["kept"] :]:
            yield f"the draft of session {session} is not what was acknowledged"


def notes(told: dict[str, Any], world: dict[str, Any]) -> Iterator[str]:
    """Every note that was signed is there once, with the words that were signed."""
    from counselling.db import as_actor
    from records import actions

    acknowledged = {one["session"]: one["note"] for one in told["signed"]}
    for session, kept in told["drafts"].items():
        found = rows("SELECT id FROM records_note WHERE session_id = %s", session)
        if len(found) > 1:
            yield f"session {session} has {len(found)} notes"
        if session in acknowledged and found != [(UUID(acknowledged[session]),)]:
            yield f"the note of session {session} is gone"
        for (note,) in found:
            actor = person(world, kept["person"])
            with as_actor(actor):
                page = actions.open_note(actor=actor, note_id=note)
            if [page.record_part, page.process_part] not in kept["tried"][kept["kept"] :]:
                yield f"note {note} is not what was written"
            if rows("SELECT count(*) FROM records_draft WHERE session_id = %s", session) != [(0,)]:
                yield f"session {session} has a note and a draft"


def consents(told: dict[str, Any]) -> Iterator[str]:
    """Every signature that was acknowledged is there once, with its consents and its document."""
    for one in told["consents"]:
        request = one["request"]
        counted = rows(
            "SELECT (SELECT state FROM consent_request WHERE id = %s), "
            "(SELECT count(*) FROM consent_signature WHERE request_id = %s), "
            "(SELECT count(*) FROM consent_document WHERE request_id = %s)",
            *[request] * 3,
        )
        if counted != [("signed", 1, 1)]:
            yield f"request {request} was signed, and now: {counted}"
    for signature, count in rows(
        "SELECT s.id, count(c.id) FROM consent_signature s "
        "LEFT JOIN consent_consent c ON c.signature_id = s.id GROUP BY s.id"
    ):
        if not count:
            yield f"signature {signature} gave no consent"


def documents(world: dict[str, Any]) -> Iterator[str]:
    """Every document is sealed once, its seal holds, and both readers say so."""
    from consent import actions, pdf
    from counselling.db import as_actor

    readers = {world["clients"]["jon"]["id"]: "sam", world["clients"]["mara"]["id"]: "dana"}
    for document, client, state, messages in rows(
        "SELECT d.id, d.client_id, d.state, (SELECT count(*) FROM audit_event e "
        "WHERE e.kind = 'document.sealed' AND e.payload::json ->> 'row' = d.id::text) "
        "FROM consent_document d"
    ):
        if (state, messages) != ("sealed", 1):
            yield f"document {document} is {state} and was sealed {messages} times"
            continue
        actor = person(world, readers[str(client)])
        with as_actor(actor):
            content, _ = actions.open_document(actor=actor, document_id=document)
        if not pdf.verify(content).holds or not _pdfsig_agrees(content):
            yield f"the seal of document {document} does not hold"


def _pdfsig_agrees(content: bytes) -> bool:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        said = subprocess.run(
            ["pdfsig", "-nocert", file.name], capture_output=True, text=True, check=False
        ).stdout
    return "Signature is Valid" in said and "Total document signed" in said


# what leaves one event for each time it was acknowledged, and one for each thing it was done to
AT_LEAST = {
    "session.logged": "session.logged",
    "note.signed": "note.signed",
    "note.opened": "note.opened",
    "request.made": "request.made",
    "request.opened": "request.opened",
    "consent.signed": "consent.signed",
}
ONCE = ("note.signed", "consent.signed", "document.sealed", "session.logged", "draft.begun")


def events(told: dict[str, Any]) -> Iterator[str]:
    """Every acknowledged act has its event, and what happens once has one."""
    counts: Counter[str] = Counter(dict(rows("SELECT kind, count(*) FROM audit_event GROUP BY 1")))
    for act, kind in AT_LEAST.items():
        if counts[kind] < told["acts"].get(act, 0):
            yield f"{told['acts'][act]} times {act}, and {counts[kind]} events"
    for kind, row, count in rows(
        "SELECT kind, payload::json ->> 'row', count(*) FROM audit_event "
        "WHERE kind = ANY (%s) GROUP BY 1, 2 HAVING count(*) > 1",
        list(ONCE),
    ):
        yield f"{count} events {kind} about {row}"
    things = {"note.signed": "records_note", "consent.signed": "consent_signature"}
    for kind, table in things.items():
        (there,) = rows(f"SELECT count(*) FROM {table}")[0]
        if counts[kind] != there:
            yield f"{there} rows of {table}, and {counts[kind]} events {kind}"


def log() -> Iterator[str]:
    """Leaves are 1 to N, every event has one, none two, and the witness agrees."""
    from django.core.management import call_command

    with connections["sealer"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(min(number), 1), coalesce(max(number), 0), "
            "count(DISTINCT event_id) FROM audit_leaf"
        )
        count, first, last, distinct = cursor.fetchone()
        if (first, last, distinct) != (1, count, count):
            yield f"{count} leaves from {first} to {last} for {distinct} events"
        cursor.execute(
            "SELECT count(*) FROM audit_event e "
            "WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id)"
        )
        if left := cursor.fetchone()[0]:
            # the reckoning's own openings: a moment more for the sealer, then none may be left
            call_command("seal_log", once=True, stdout=io.StringIO())
            cursor.execute(
                "SELECT count(*) FROM audit_event e "
                "WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id)"
            )
            if cursor.fetchone()[0]:
                yield f"{left} events have no leaf"
    said = io.StringIO()
    try:
        call_command("verify_audit", as_json=True, stdout=said)
    except SystemExit:
        yield f"the log is not whole: {said.getvalue()}"
        return
    if "witnessed 2" not in said.getvalue():
        yield f"the log has no witness: {said.getvalue()}"


if __name__ == "__main__":
    main(sys.argv[1])
