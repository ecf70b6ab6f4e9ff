"""Who signs a form together: who has, who is awaited, whose turn it is; nothing sealed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection

from consent.domain.states import RequestState, Signer, state_now
from counselling import db

if TYPE_CHECKING:
    import datetime
    from uuid import UUID

_GROUP: Final = (
    "SELECT request, signer, guardian, turn, state, expires_at, signed_at FROM consent_group(%s)"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One signer's part of a form that several sign; `state` is the one it has now."""

    request: UUID
    signer: Signer
    guardian: UUID | None
    turn: int
    state: RequestState
    signed_at: datetime.datetime | None

    @property
    def awaited(self) -> bool:
        """Say whether this signature is still to come."""
        return self.state in {RequestState.DRAFT, RequestState.SENT, RequestState.OPENED}


def group_of(request_id: UUID) -> tuple[Part, ...]:
    """Give everybody's part in the order of their turns; of a form for one, that one."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUP, [request_id])
        rows = cursor.fetchall()
    return tuple(
        Part(
            request,
            Signer(signer),
            guardian,
            turn,
            state_now(RequestState(state), expires_at, db.now()),
            signed_at,
        )
        for request, signer, guardian, turn, state, expires_at, signed_at in rows
    )


def waits_for(parts: tuple[Part, ...], request_id: UUID) -> list[Part]:
    """Give who has to sign before this one and has not yet."""
    own = next(one for one in parts if one.request == request_id)
    return [one for one in parts if one.turn < own.turn and one.signed_at is None]


def is_last(parts: tuple[Part, ...], request_id: UUID) -> bool:
    """Say whether this is the only signature that is missing."""
    return all(one.signed_at is not None for one in parts if one.request != request_id)
