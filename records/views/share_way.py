"""By which ways something can go to a recipient, and what happens when the client agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import consent.actions
from consent.domain.delivery import TOLD_BY_WORDS, ToldBy
from consent.domain.recipients import AddressKind
from counselling.access import Permission
from counselling.errors import NotThere
from records.domain.shares import Answer
from records.forms import ResumeForm, WayForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from consent.actions import RecipientNow
    from counselling.access import Actor
    from records.queries.shares import ShareRow


def recipient_now(actor: Actor, row: ShareRow) -> RecipientNow:
    """Name to whom it goes, with the addresses there are; leaves its event."""
    found = consent.actions.read_recipients(actor=actor, client_id=row.client)
    for one in found:
        if row.recipient in one.row.rows:
            return one
    raise NotThere("consent_recipient", row.recipient)


def way_form(
    request: HttpRequest | None, row: ShareRow, recipient: RecipientNow, sha256: str
) -> WayForm:
    """Offer the ways there are to them: a link only where an address is verified."""
    emails = [(str(one.row.id), one.value) for one in recipient.usable(AddressKind.EMAIL)]
    told = [
        (f"{kind.value}:{one.row.id}", f"{TOLD_BY_WORDS[kind]}: {one.value}")
        for kind in (ToldBy.PHONE, ToldBy.POST)
        for one in recipient.usable(AddressKind(kind.value))
    ]
    answered = row.showing is not None and row.showing.answer == Answer.FINE
    return WayForm(
        None if request is None else request.POST,
        emails=emails,
        told=[*told, (f"{ToldBy.IN_PERSON.value}:", "in person")],
        waits=row.show_first and not answered and row.basis is None,
        initial={"previewed": sha256, "channel": row.channel or ""},
    )


def resume_form(actor: Actor, row: ShareRow, said: Mapping[str, str] | None = None) -> ResumeForm:
    """Offer that it goes by itself to who sends alone, and never for what a subpoena asks for."""
    looked = bool(row.subpoena) or not actor.may(Permission.DISCLOSE)
    return ResumeForm(said, initial={"how": row.resume or ""}, looked=looked)
