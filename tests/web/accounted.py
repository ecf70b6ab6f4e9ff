"""Subpoenas, holds and accountings in the practice of the matrix, and in the file of the canary."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone

import clients.queries
import consent.actions
import consent.queries
from consent.domain.accounting import AskedHow, Form, Statement
from consent.domain.subpoenas import Sender, Step, WhyHeld
from counselling.db import as_actor, uuid7
from tests.raw import superuser
from tests.web.lawful import went

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

# words that are nowhere else
STACHEL: Final = "Stachelbeerrobe"
HOLDING: Final = "Aktenkellerfrost"
OFFICIAL: Final = "Pfefferkuchenwache"


def asked_by_law(world: World, by: Actor, client: UUID, word: str = STACHEL) -> dict[str, UUID]:
    """Write down a subpoena with its paper and a step, a hold of another reason, a request."""
    day = timezone.localdate()
    with as_actor(by):
        subpoena = consent.actions.record_subpoena(
            actor=by, client_id=client,
            came=consent.actions.Came(
                Sender.LAWYER, f"{word} lawyer", f"{word} docket", f"{word} all notes", day,
                day + datetime.timedelta(days=14), day + datetime.timedelta(days=7),
            ),
        )  # fmt: skip
        paper = consent.actions.keep_subpoena_paper(
            actor=by, subpoena_id=subpoena, content=f"%PDF-1.7 {word} %%EOF".encode(),
            media="application/pdf",
        )  # fmt: skip
        consent.actions.add_step(
            actor=by, subpoena_id=subpoena, kind=Step.TALKED, on=day, words=f"{word} step"
        )
    hold, asked = _holds(by, client, word)
    with as_actor(by):
        request = consent.actions.ask_accounting(
            actor=by, client_id=client, since=day - datetime.timedelta(days=9), until=day,
            how=AskedHow.LETTER, asked_on=day,
        )  # fmt: skip
    given, suspended = _given(by, client, word), _suspended(world, by, client, word)
    return {
        "subpoena": subpoena,
        "subpoena_paper": paper,
        "hold": hold,
        "hold_to_end": asked,
        "accounting_asked": request,
        "accounting_given": given,
        "suspension": suspended,
    }


def _given(by: Actor, client: UUID, word: str) -> UUID:
    """Take thirty days more for another that was asked for; give one as a table, unasked."""
    day = timezone.localdate()
    with as_actor(by):
        request = consent.actions.ask_accounting(
            actor=by, client_id=client, since=day, until=day, how=AskedHow.PHONE, asked_on=day
        )
        consent.actions.extend_accounting(actor=by, request_id=request, why=f"{word} longer")
    with as_actor(by):
        consent.actions.give_accounting(
            actor=by, client_id=client, since=day - datetime.timedelta(days=9), until=day,
            form=Form.CSV,
        )  # fmt: skip
        return consent.queries.given_accountings(client)[0].id


def _suspended(world: World, by: Actor, client: UUID, word: str) -> UUID:
    """Have a line held back that went by law, of which the client does not know."""
    with as_actor(by):
        cases = clients.queries.cases_of(client)
    case = next(one.id for one in cases if one.id != world.couple_case)
    untold = went(by, world.priya, client, case, f"{word} held back")
    with as_actor(world.priya) as at:
        return consent.actions.suspend_accounting(
            actor=world.priya, client_id=client, disclosures=[untold],
            statement=Statement.ORAL, until=at + datetime.timedelta(days=20),
            official=f"{OFFICIAL} {word}", words=f"{OFFICIAL} {word} statement",
        )  # fmt: skip


def asked_elsewhere(world: World) -> dict[str, UUID]:
    """Leave the same about Jon, whom Sam cares for."""
    made = asked_by_law(world, world.sam, world.jon)
    return {
        "subpoena_id": made["subpoena"],
        "paper_id": made["subpoena_paper"],
        "hold_id": made["hold"],
        "accounting_id": made["accounting_asked"],
        "given_id": made["accounting_given"],
        "suspension_id": made["suspension"],
    }


def _holds(by: Actor, client: UUID, word: str) -> tuple[UUID, UUID]:
    with as_actor(by):
        one, other = (
            consent.actions.place_hold(
                actor=by, client_id=client, why=why, words=f"{HOLDING} {word}"
            )
            for why in (WhyHeld.COMPLAINT, WhyHeld.INQUIRY)
        )
        consent.actions.ask_hold_end(actor=by, hold_id=other, words=f"{HOLDING} {word} end")
    return one, other


def planted(world: World, client: UUID, case: UUID, word: str) -> None:
    """Leave a word in every field that is sealed about subpoenas and accountings."""
    by, day = world.dana, timezone.localdate()
    asked = asked_by_law(world, by, client, word)
    request = asked["accounting_asked"]
    with as_actor(world.priya):
        consent.actions.send_back_for_subpoena(
            actor=world.priya, subpoena_id=asked["subpoena"], share=uuid7(), prepared_by=by.id,
            content_sha256="ab" * 32, words=f"{word} sent back",
        )  # fmt: skip
    told = went(by, world.vera, client, case, f"{word} told")
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute("UPDATE consent_disclosure SET told_at = at WHERE id = %s", [told])
    with as_actor(by):
        consent.actions.give_accounting(
            actor=by, client_id=client, since=day - datetime.timedelta(days=9), until=day,
            form=Form.CSV, request_id=request,
        )  # fmt: skip
    untold = went(by, world.vera, client, case, word)
    with as_actor(world.priya) as at:
        consent.actions.tell_later(
            actor=world.priya, disclosure_id=untold, until=at + datetime.timedelta(days=15),
            why=f"{word} not yet",
        )  # fmt: skip
