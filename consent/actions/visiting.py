"""What a recipient does with their link: give the secret, read, say that they have finished."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection

import audit.actions
from consent.domain import delivery_events as events
from consent.domain.delivery import WRONG_SECRETS, fold_secret
from consent.domain.documents import DisclosureDocument, from_json
from consent.models import Document
from consent.pdf import shared_page
from consent.queries.links import token_hash
from counselling import db, vault
from counselling.access import Permission, require
from counselling.errors import NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from django.utils.safestring import SafeString

    from audit.domain import EventKind
    from counselling.access import Actor

_KNOCK: Final = "SELECT link, client, disclosure, secret_hash, opens FROM consent_share_knock(%s)"
# what is asked of a token nobody made, so that it takes as long as of one
_NOBODYS: Final = "nobody's"


@dataclasses.dataclass(frozen=True, slots=True)
class Let:
    """The secret was right: from here on this sitting reads one thing."""

    link: UUID
    sitting: UUID


@dataclasses.dataclass(frozen=True, slots=True)
class NotLet:
    """It stays shut; `left` secrets may still be tried, none where it leads nowhere."""

    left: int
    # the wrong secret that closed it counts, whatever else is said to who gave it
    guessed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class _Door:
    link: UUID
    client: UUID
    disclosure: UUID
    secret_hash: str
    opens: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """What a recipient reads, and which document it is."""

    document: UUID
    source: DisclosureDocument
    page: SafeString


def open_share(*, actor: Actor, token: str, secret: str) -> Let | NotLet:
    """Try a secret at a link; the fifth wrong one closes it, and staff see that.

    Who tries is nobody yet. The row is locked while the secret is checked, and a token that
    leads nowhere takes as long as one that does.
    """
    require(actor, Permission.SIGN_IN)
    door = _knock(token)
    right = check_password(fold_secret(secret), _hash_of(door))
    if door is None or not door.opens:
        return NotLet(0)
    if not right:
        return _wrong(actor, token, door)
    sitting, place = db.uuid7(), vault.keyed_index("share", actor.address)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT consent_share_begin(%s, %s, %s)", [token_hash(token), sitting, place]
        )
        if not cursor.fetchone()[0]:
            return NotLet(0)
    _record(actor, door, events.SHARE_OPENED, rows=[door.link, sitting])
    return Let(door.link, sitting)


def _hash_of(door: _Door | None) -> str:
    return _nobodys_hash() if door is None else door.secret_hash


@functools.cache
def _nobodys_hash() -> str:
    return make_password(_NOBODYS)


def _knock(token: str) -> _Door | None:
    with connection.cursor() as cursor:
        cursor.execute(_KNOCK, [token_hash(token)])
        row = cursor.fetchone()
    return None if row is None else _Door(*row)


def _wrong(actor: Actor, token: str, door: _Door) -> NotLet:
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_share_wrong(%s)", [token_hash(token)])
        failures = int(cursor.fetchone()[0] or WRONG_SECRETS)
    _record(actor, door, events.SECRET_WRONG, rows=[door.link], outcome="failed")
    if failures >= WRONG_SECRETS:
        _record(actor, door, events.LINK_GUESSED, rows=[door.link])
    return NotLet(max(0, WRONG_SECRETS - failures), guessed=failures >= WRONG_SECRETS)


def _record(
    actor: Actor,
    door: _Door,
    kind: EventKind,
    *,
    rows: list[UUID],
    outcome: str = "ok",
) -> None:
    audit.actions.record(
        actor=actor,
        kind=kind,
        client=door.client,
        about=("consent_disclosure", door.disclosure),
        rows=rows,
        outcome=outcome,
    )


def read_shared(*, actor: Actor, link_id: UUID) -> Shown:
    """Open the one thing that was shared with who acts; at this instant, or never (CL-05).

    Raises NotThere where it has been taken back, has run out, or rests on nothing any more.
    """
    require(actor, Permission.READ_SHARED)
    disclosure = _visited(actor, link_id)
    document = Document.objects.filter(kind="disclosure").first()
    if disclosure is None or document is None:
        raise NotThere("consent_share_link", link_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.SHARE_READ,
        client=document.client_id,
        about=("consent_disclosure", disclosure),
        rows=[link_id, actor.id, document.pk],
        relation="recipient",
    )
    source = from_json(vault.open_json(document.source, grant))
    if not isinstance(source, DisclosureDocument):
        raise NotThere("consent_share_link", link_id)
    return Shown(document.pk, source, shared_page(source))


def _visited(actor: Actor, link_id: UUID) -> UUID | None:
    """Give what this sitting was let in to read, while it is on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT link, disclosure FROM consent_share_visit(%s)", [actor.id])
        row = cursor.fetchone()
    return row[1] if row is not None and row[0] == link_id else None


def finish_reading_shared(*, actor: Actor, link_id: UUID) -> None:
    """Close the link for good, by the word of who read it: as the last thing it does."""
    require(actor, Permission.READ_SHARED)
    disclosure = _visited(actor, link_id)
    if disclosure is None:
        raise NotThere("consent_share_link", link_id)
    audit.actions.record(
        actor=actor,
        kind=events.SHARE_FINISHED,
        client=actor.client,
        about=("consent_disclosure", disclosure),
        rows=[link_id, actor.id],
        relation="recipient",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_share_finish()")
