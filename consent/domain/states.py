"""The states of a request and of a document, and the only moves between them (CL-01)."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.errors import Refused
from counselling.speech import say

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping


class RequestState(enum.StrEnum):
    """Where a request to one client stands. Expired is never stored: the clock says it (CL-04)."""

    DRAFT = "draft"
    SENT = "sent"
    OPENED = "opened"
    SIGNED = "signed"
    DECLINED = "declined"
    EXPIRED = "expired"
    VOID = "void"


class DocumentState(enum.StrEnum):
    """Where the PDF of something signed, withdrawn or shared stands."""

    RENDERING = "rendering"
    SEALED = "sealed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Signer(enum.StrEnum):
    """Whose signature a request asks for; a witness says what they saw and allows nothing."""

    CLIENT = "client"
    GUARDIAN = "guardian"
    WITNESS = "witness"


class WhyVoid(enum.StrEnum):
    """Why a request was closed before its end; `staff` was written before a reason was asked."""

    STAFF = "staff"
    PIN = "pin"
    MISTAKE = "mistake"
    NEWER = "newer"
    WISH = "wish"
    OTHER = "other"
    GROUP = "group"


# what staff choose from when they withdraw a form; a few words of theirs may stand beside it
WHY_VOID_WORDS: Final[Mapping[WhyVoid, str]] = MappingProxyType(
    {
        WhyVoid.MISTAKE: "something in it is not right",
        WhyVoid.NEWER: "another form is asked instead",
        WhyVoid.WISH: "the client wished it",
        WhyVoid.OTHER: "something else",
    }
)

R = RequestState
REQUEST_MOVES: Final[Mapping[RequestState, frozenset[RequestState]]] = MappingProxyType(
    {
        R.DRAFT: frozenset({R.SENT, R.VOID}),
        # sent again: a new link and a new PIN, the old ones are dead
        R.SENT: frozenset({R.SENT, R.OPENED, R.VOID}),
        R.OPENED: frozenset({R.SENT, R.OPENED, R.SIGNED, R.DECLINED, R.VOID}),
        R.EXPIRED: frozenset({R.SENT, R.VOID}),
        R.SIGNED: frozenset(),
        R.DECLINED: frozenset(),
        R.VOID: frozenset(),
    }
)

D = DocumentState
DOCUMENT_MOVES: Final[Mapping[DocumentState, frozenset[DocumentState]]] = MappingProxyType(
    {
        D.RENDERING: frozenset({D.RENDERING, D.SEALED, D.FAILED, D.CANCELLED}),
        # failed is tried again, only more slowly
        D.FAILED: frozenset({D.FAILED, D.SEALED, D.CANCELLED}),
        D.SEALED: frozenset(),
        D.CANCELLED: frozenset(),
    }
)

CLOSED: Final[Mapping[RequestState, str]] = MappingProxyType(
    {
        R.DRAFT: say("This has not been sent yet."),
        R.SIGNED: say("This has been signed already."),
        R.DECLINED: say("This has been declined."),
        R.EXPIRED: say("The time for this is over. Ask for a new one."),
        R.VOID: say("This has been closed. Ask for a new one."),
    }
)


# what a chip says of each
STATE_WORDS: Final[Mapping[RequestState, str]] = MappingProxyType(
    {
        R.DRAFT: say("draft"),
        R.SENT: say("sent"),
        R.OPENED: say("opened"),
        R.SIGNED: say("signed"),
        R.DECLINED: say("declined"),
        R.EXPIRED: say("expired"),
        R.VOID: say("void"),
    }
)
DOCUMENT_WORDS: Final[Mapping[DocumentState, str]] = MappingProxyType(
    {
        D.RENDERING: say("sealing"),
        D.SEALED: say("sealed"),
        D.FAILED: say("not sealed yet, trying again"),
        D.CANCELLED: say("cancelled"),
    }
)


def state_now(
    state: RequestState, expires_at: datetime.datetime | None, at: datetime.datetime
) -> RequestState:
    """Give the state a request has at an instant: what is out and too old has expired."""
    out = state in {R.SENT, R.OPENED}
    return R.EXPIRED if out and expires_at is not None and expires_at <= at else state


def require_move(now: RequestState, then: RequestState) -> None:
    """Raise Refused, in words, unless the table has the move."""
    if then not in REQUEST_MOVES[now]:
        raise Refused(
            f"request-{now.value}",
            CLOSED.get(now, say("This has to be opened by the client first.")),
        )


def may_seal(state: DocumentState) -> bool:
    """Say whether a document still waits for its PDF."""
    return D.SEALED in DOCUMENT_MOVES[state]
