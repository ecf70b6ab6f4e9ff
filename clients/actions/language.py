"""The language a client chose to read in: pages, letters, and the forms that are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

import audit.actions
from clients import queries
from clients.domain import events
from counselling import languages
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere
from counselling.speech import say

if TYPE_CHECKING:
    from counselling.access import Actor


def choose_language(*, actor: Actor, language: str) -> None:
    """Keep the language on the client's own row; chosen twice it is kept once."""
    require(actor, Permission.SEE_OWN_FILE)
    client = queries.client_of_account(actor.id)
    if client is None:
        raise NotThere("clients_portalaccess")
    if language not in languages.known():
        raise Invalid(say("Choose one of the languages on the page."), "language")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_choose_language(%s)", [language])
        (changed,) = cursor.fetchone() or (False,)
    if not changed:
        return
    audit.actions.record(
        actor=actor,
        kind=events.LANGUAGE_CHOSEN,
        client=client,
        about=("clients_client", client),
        relation=queries.relation_to_client(actor, client),
        detail={"language": language},
    )
