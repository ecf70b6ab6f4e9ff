"""Put a word that is nowhere else into every sealed field, by the acts of people."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import logging
import secrets
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from uuid import uuid4

from django.apps import apps
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail

import clients.actions
import clients.queries
import consent.actions
import records.actions
from clients.domain import Card, CaseKind, Channel, Contact, Identity
from consent.domain.documents import RecipientShown
from counselling import jobs, vault
from counselling.access import SERVICE, Role
from counselling.accounts import actions as accounts
from counselling.db import as_actor, in_actor_transaction
from counselling.logs import IdsOnly, Readable
from counselling.vault.fields import SealedField
from records.domain import AddendumKind
from records.domain.dangers import AdditionKind
from tests.consent import steps
from tests.people import fresh, sign_in_browserless
from tests.records import reading, supervising
from tests.records.safety import added, recorded_danger, signed_plan, type_plan
from tests.records.writing import hold_session, signed_note, type_draft
from tests.web import (
    accounted,
    danger,
    decided,
    drawn,
    guarded,
    kept,
    kept_out,
    prepared,
    room,
    several,
)
from tests.web import opened as opened_by
from tests.web.browsing import browser
from tests.world import World, assign, sign_in_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


# one word for all, so that a sweep looks for one; what follows it says where it was put
WORD: Final = f"kanarie{secrets.token_hex(5)}"
CONTACT: Final = {
    "email": f"{WORD}-mail@mailbox.example",
    "phone": f"{WORD}-phone",
    "address": f"{WORD}-street",
}


@dataclasses.dataclass
class Log(logging.Handler):
    """Everything that was logged, as each of our formatters writes it, and as it was said."""

    lines: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        """Be a handler."""
        super().__init__(logging.INFO)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one entry."""
        self.lines += [IdsOnly().format(record), Readable().format(record)]
        if record.name.startswith("counselling"):
            self.lines.append(f"{record.getMessage()} {vars(record)}")

    __hash__ = logging.Handler.__hash__


@dataclasses.dataclass
class Planted:
    """What was planted, and what came out on the way."""

    world: World
    client: UUID
    words: dict[str, str | bytes]
    log: Log
    jobs: list[str]
    letters: list[tuple[str, str]]
    addresses: list[str]


@contextlib.contextmanager
def heard() -> Iterator[tuple[Log, list[str]]]:
    """Listen to every logger, and to what is put into the queue."""
    log, sent = Log(), []
    send = jobs._send

    def noted(task: str, ids: tuple[UUID, ...]) -> None:
        sent.append(f"{task} {ids}")
        send(task, ids)

    loggers = [logging.getLogger(), logging.getLogger("django")]
    for one in loggers:
        one.addHandler(log)
    try:
        with mock.patch.object(jobs, "_send", noted):
            yield log, sent
    finally:
        for one in loggers:
            one.removeHandler(log)


def plant() -> Planted:
    """Live through everything that seals something; the queue is the real one."""
    with (
        mock.patch.multiple(Argon2PasswordHasher, time_cost=1, memory_cost=64),
        heard() as (
            log,
            sent,
        ),
    ):
        world = World.build()
        words: dict[str, str | bytes] = {"planted": WORD}
        client, case = taken_in(world)
        words |= _staff(world)
        words |= _agreed(world, client, case)
        _written(world, case)
        _kept_safe(world, client, case)
        _supervised(world)
        _read(world, client, case)
        several.planted(world, client, WORD)
        danger.planted(world, client, WORD)
        prepared.planted(world, client, case, WORD)
        accounted.planted(world, client, case, WORD)
        guarded.planted(world, client, WORD)
        room.planted(world, client, WORD)
        kept.planted(world, client, WORD)
        kept_out.planted(world, client, WORD)
        opened_by.planted(world, WORD)
        decided.planted(world, client, WORD)
        addresses = _browsed(world, client, case)
        _posted(client)
        letters = [(one.subject, one.body) for one in mail.outbox]
    return Planted(world, client, words, log, sent, letters, addresses)


def taken_in(world: World) -> tuple[UUID, UUID]:
    with as_actor(world.fred):
        client = clients.actions.take_in(
            actor=world.fred,
            identity=Identity(given=f"{WORD}-given", family=f"{WORD}-family"),
            contact=Contact(
                email=f"{WORD}-mail@mailbox.example",
                phone=f"{WORD}-phone",
                address=f"{WORD}-street",
            ),
            card=Card(channel=Channel.EMAIL, notes=f"{WORD}-notes"),
            kind=CaseKind.INDIVIDUAL,
        )
        case = clients.queries.cases_of(client)[0].id
    assign(world.fred, case, world.dana)
    return client, case


def _staff(world: World) -> dict[str, str | bytes]:
    """Invite a colleague, enrol a device; give what only its owner may ever see."""
    password = f"{WORD} password"
    ada = fresh(world.ada)
    with as_actor(ada):
        accounts.ask_alias(actor=ada, person_id=world.sam.id, reason=f"{WORD}-risk")
        accounts.create_staff(
            actor=ada, name="Lea Fox", email=f"{WORD}-staff@practice.example",
            roles=[Role.COUNSELLOR], password=password,
        )  # fmt: skip
    sam = fresh(world.sam)
    with as_actor(sam):
        key = accounts.begin_new_device(actor=sam)
        codes = accounts.make_codes(actor=sam)
    seed = base64.b32decode(key.text)
    return {"seed": seed, "seed as text": key.text, "recovery code": codes[0].replace("-", "")}


def _agreed(world: World, client: UUID, case: UUID) -> dict[str, str | bytes]:
    """Ask, answer, ask back, sign, share; leave one request open with its answers kept."""
    trusted = RecipientShown(f"Dr {WORD}-recipient", "GP", "", f"{WORD}-place")
    asked = steps.ask(
        world, client=client, new_recipient=trusted, purpose="other",
        purpose_words=f"{WORD}-purpose",
    )  # fmt: skip
    sent = steps.send(world, asked)
    actor = steps.open_by_link(sent, client)
    shown = steps.read_through(asked, actor, steps.YES)
    with as_actor(actor):
        consent.actions.ask_question(actor=actor, request_id=asked, text=f"{WORD}-question")
    steps.sign(asked, actor, shown, f"{WORD}-given {WORD}-family", drawing=drawn.SENT)
    again = steps.ask(world, steps.AGREEMENT, client=client)
    open_link = steps.send(world, again)
    other = steps.open_by_link(open_link, client)
    with as_actor(other):
        consent.actions.save_answers(
            actor=other, request_id=again, answers={"begin": True}, complete=False
        )
    with as_actor(world.dana):
        documents = consent.queries.documents_of(client)
    for document in documents:
        with as_actor(SERVICE, client=client):
            consent.actions.claim_document(actor=SERVICE, document_id=document.id)
            consent.actions.keep_document(
                actor=SERVICE, document_id=document.id, pdf=f"%PDF-1.7 {WORD}-pdf".encode()
            )
    # a link is in the one letter that carries it, and nowhere else
    tokens = {"token": steps.token_of(sent), "open token": steps.token_of(open_link)}
    return tokens | drawn.WORDS


def _written(world: World, case: UUID) -> None:
    note = signed_note(world.dana, case, f"{WORD}-record", alone=f"{WORD}-alone", hours_ago=50)
    with as_actor(world.dana):
        records.actions.add_addendum(
            actor=world.dana, note_id=note, kind=AddendumKind.CORRECTION, text=f"{WORD}-added"
        )
    session = hold_session(world.dana, case, hours_ago=2)
    type_draft(world.dana, session, f"{WORD}-draft", alone=f"{WORD}-draft-alone")


def _supervised(world: World) -> None:
    note = supervising.waiting_note(world, f"{WORD}-trained")
    comment = records.actions.Given(f"{WORD}-comment", f"{WORD}-trained")
    supervising.give_back(world.vera, note, comment)
    supervising.noted(world.vera, world.tess.id, f"{WORD}-supervision", shared=True)
    with as_actor(world.vera):
        records.actions.save_supervision_draft(
            actor=world.vera, supervisee_id=world.tess.id, version=0, text=f"{WORD}-half"
        )


def _read(world: World, client: UUID, case: UUID) -> None:
    portal = sign_in_for(world.fred, client)
    note = signed_note(world.dana, case, f"{WORD}-opened", hours_ago=90)
    reading.let_read(world.dana, note, client)
    reading.reads(portal, note)
    said = reading.says(portal, note, f"{WORD}-not-right")
    reading.refuses(world.dana, said, f"{WORD}-refused")
    reading.disagrees(portal, said, f"{WORD}-statement")
    again = reading.says(portal, note, f"{WORD}-not-right-again")
    reading.accepts(world.dana, again, f"{WORD}-corrected")
    named = reading.names(portal, again, f"{WORD}-named")
    reading.leaves_out(world.dana, again, named, f"{WORD}-not-told")


def _kept_safe(world: World, client: UUID, case: UUID) -> None:
    signed_plan(world.dana, case, client, give=True, signs=f"{WORD}-plan")
    type_plan(world.dana, case, client, follows=1, signs=f"{WORD}-plan-draft")
    danger = recorded_danger(
        world.dana, case, client, threat=f"{WORD}-threat", consulted=f"{WORD}-consulted",
        what=f"{WORD}-told",
    )  # fmt: skip
    added(world.dana, danger, AdditionKind.MORE, f"{WORD}-more")


def _browsed(world: World, client: UUID, case: UUID) -> list[str]:
    """Type the word into forms, right and wrong ones; give every address one was led to."""
    dana = browser()
    dana.post("/sign-in", {"email": f"{WORD}@practice.example", "password": f"{WORD}-wrong"})
    sign_in_browserless(dana, world.dana)
    session = hold_session(world.dana, case, hours_ago=5)
    typed = {
        "record_part": f"{WORD}-typed", "process_part": f"{WORD}-typed-alone", "version": 0,
        "attendance": "attended", "modality": "in_person", "structure": "free",
        "risk": "no_new_concern", "act": "keep",
    }  # fmt: skip
    answers = [
        dana.post(f"/sessions/{session}/draft", typed),
        dana.post("/clients/new", {"given": f"{WORD}-new", "kind": "individual", "channel": ""}),
        dana.post(f"/clients/{client}/identity", {"given": f"{WORD}-given", **CONTACT}),
        dana.post(f"/notes/{uuid4()}/addenda/new", {"text": f"{WORD}-nowhere"}),
        dana.post("/clients/found", {"named": f"{WORD}-given"}),
        dana.post("/notes/search", {"words": f"{WORD}-typed"}),
        dana.get(f"/clients/{client}"),
        dana.get("/today"),
    ]
    assert {one.status_code for one in answers} <= {200, 302, 404}, answers
    return [one.headers.get("Location", "") for one in answers]


def _posted(client: UUID) -> None:
    """Send the oldest letter as the worker would; the others wait, sealed."""
    due = [one for one in clients.queries.due_messages() if one[0] == client]
    with as_actor(SERVICE, client=client):
        clients.actions.deliver_message(actor=SERVICE, message_id=due[0][1])


def opened() -> dict[str, list[str]]:
    """Open every sealed value of every model past the log, as only a test may."""
    found: dict[str, list[str]] = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, SealedField):
                rows = model._base_manager.using("owner").all()
                found[f"{model._meta.label}.{field.name}"] = [
                    _open(value) for row in rows if (value := getattr(row, field.attname))
                ]
    return found


def _open(value: Any) -> str:
    with as_actor(SERVICE):
        grant = vault.Grant(
            event=uuid4(), actor=SERVICE.id, holders=frozenset({value._place.holder}),
            transaction=in_actor_transaction(),
        )  # fmt: skip
        return str(vault.open(value, grant))
