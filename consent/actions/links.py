"""Open what was sent: by a link and its PIN, or from one's own space."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.hashers import check_password
from django.db import connection

import audit.actions
import clients.actions
from consent.actions._group import end_group
from consent.actions._reading import locked, require_step
from consent.actions.answering import RELATIONS
from consent.domain import events
from consent.domain.states import RequestState, Signer, WhyVoid, state_now
from consent.queries.links import PURPOSE, token_hash
from counselling import db
from counselling.access import Permission, require

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from counselling.access import Actor

WRONG_PINS: Final = 5
_KNOCK: Final = (
    "SELECT request, client, state, expires_at, pin_hash, failures FROM consent_knock(%s)"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """The PIN was right: this link now acts for this one request."""

    link: UUID
    request: UUID


@dataclasses.dataclass(frozen=True, slots=True)
class NotOpened:
    """It stays shut; `left` PINs may still be tried, none if the link is dead."""

    left: int
    # five wrong PINs have just closed it, not time, a signature or the practice
    guessed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class _Door:
    request: UUID
    client: UUID
    state: str
    expires_at: datetime | None
    pin_hash: str
    failures: int

    @property
    def opens(self) -> bool:
        now = state_now(RequestState(self.state), self.expires_at, db.now())
        return now in {RequestState.SENT, RequestState.OPENED}


def open_link(*, actor: Actor, token: str, pin: str) -> Opened | NotOpened:
    """Try a PIN at a link (ES-13); the fifth wrong one calls the request back and tells staff.

    Who tries is nobody yet, so no permission can be asked: whoever has the 32 random bytes may
    try, one guess after the other, since the row is locked while the PIN is checked.
    """
    door = _knock(token)
    if door is None or not door.opens:
        return NotOpened(0)
    if not check_password("".join(pin.split()), door.pin_hash):
        return _wrong(actor, token, door)
    _ask("SELECT consent_link_opened(%s, %s)", token)
    link = clients.actions.open_link_actor(
        actor=actor, client_id=door.client, row=door.request, purpose=PURPOSE
    )
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_OPENED,
        client=door.client,
        about=("consent_request", door.request),
        rows=[link.id],
        detail={"by": "link and PIN"},
    )
    return Opened(link.id, door.request)


def _knock(token: str) -> _Door | None:
    with connection.cursor() as cursor:
        cursor.execute(_KNOCK, [token_hash(token)])
        row = cursor.fetchone()
    return None if row is None else _Door(*row)


def _wrong(actor: Actor, token: str, door: _Door) -> NotOpened:
    failures: int = _ask("SELECT consent_pin_wrong(%s, %s)", token) or WRONG_PINS
    about = ("consent_request", door.request)
    audit.actions.record(
        actor=actor,
        kind=events.PIN_WRONG,
        client=door.client,
        about=about,
        outcome="failed",
        detail={"failures": failures},
    )
    if failures >= WRONG_PINS:
        audit.actions.record(
            actor=actor,
            kind=events.REQUEST_VOIDED,
            client=door.client,
            about=about,
            reason=WhyVoid.PIN.value,
        )
        end_group(actor, door.request, door.client)
        clients.actions.end_links(actor=actor, client_id=door.client, row=door.request)
    return NotOpened(max(0, WRONG_PINS - failures), guessed=failures >= WRONG_PINS)


def _ask(sql: str, token: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, [token_hash(token), db.now()])
        row = cursor.fetchone()
    return None if row is None else row[0]


def open_request(*, actor: Actor, request_id: UUID) -> None:
    """Open a form from one's own space, where the sign-in is the second secret."""
    require(actor, Permission.SIGN_CONSENT)
    request = locked(request_id)
    require_step(request, RequestState.OPENED)
    request.state = RequestState.OPENED
    request.opened_at = request.opened_at or db.now()
    request.save(update_fields=["state", "opened_at"])
    audit.actions.record(
        actor=actor,
        kind=events.REQUEST_OPENED,
        client=request.client_id,
        about=("consent_request", request_id),
        relation=RELATIONS[Signer(request.signer)],
        detail={"by": "sign-in"},
    )
