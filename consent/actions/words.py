"""Write a few words to a client by e-mail, where they agreed that e-mail may say something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import clients.actions
import clients.queries
from clients.domain import Template
from consent.domain.activities import Activity
from consent.queries import switch_is_on
from counselling.access import Permission, require
from counselling.accounts.actions import allowances
from counselling.errors import Invalid, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

LONGEST: Final = 1000
OFF: Final = "This client has not agreed to e-mail that says something. Ask them first."


def write_words(*, actor: Actor, client_id: UUID, words: str) -> UUID:
    """Have words sent; the card and the client's word for it are asked again as they go."""
    require(actor, Permission.ASK_CONSENT)
    clients.queries.client_row(client_id)
    if not switch_is_on(client_id, Activity.EMAIL):
        raise Refused("no-permission", OFF, client=client_id)
    said = words.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(f"Write something, {LONGEST} characters at most.", "words")
    allowances.spend(actor, allowances.LETTERS)
    return clients.actions.queue_message(
        actor=actor, client_id=client_id, template=Template.WORDS, words=said
    )
