"""Subpoenas, holds and accountings in the practice of the matrix, and in the file of the canary."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone

import consent.actions
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
    return {
        "subpoena": subpoena,
        "subpoena_paper": paper,
        "hold": hold,
        "hold_to_end": asked,
        "accounting_asked": request,
    }


def asked_elsewhere(world: World) -> dict[str, UUID]:
    """Leave the same about Jon, whom Sam cares for."""
    made = asked_by_law(world, world.sam, world.jon)
    return {
        "subpoena_id": made["subpoena"],
        "paper_id": made["subpoena_paper"],
        "hold_id": made["hold"],
        "accounting_id": made["accounting_asked"],
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
        consent.actions.extend_accounting(actor=by, request_id=request, why=f"{word} longer")
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
    with as_actor(world.priya) as at:
        consent.actions.suspend_accounting(
            actor=world.priya, client_id=client, disclosures=[untold],
            statement=Statement.ORAL, until=at + datetime.timedelta(days=20),
            official=f"{word} official", words=f"{word} statement",
        )  # fmt: skip
