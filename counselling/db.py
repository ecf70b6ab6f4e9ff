"""Transactions that belong to an actor, row ids that sort by time, and the clock of an act."""

from __future__ import annotations

import contextlib
import contextvars
import dataclasses
import secrets
import threading
import time
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, UUIDField, Value

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator


class HasId(Protocol):
    """Anything that acts and has an id."""

    @property
    def id(self) -> UUID:
        """The id set as `counselling.actor`."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Act:
    token: UUID
    actor: UUID
    at: datetime.datetime
    emergency: list[UUID] = dataclasses.field(default_factory=list)


_act: contextvars.ContextVar[_Act | None] = contextvars.ContextVar("act", default=None)
_clock: contextvars.ContextVar[datetime.datetime | None] = contextvars.ContextVar(
    "clock", default=None
)

_BEGIN: Final = (
    "SELECT set_config('counselling.actor', %s, true), "
    "set_config('counselling.job_client', %s, true), "
    "set_config('counselling.emergency', '', true), now()"
)

_FORGET: Final = (
    "SELECT set_config('counselling.actor', '', true), "
    "set_config('counselling.job_client', '', true), "
    "set_config('counselling.emergency', '', true)"
)


def uuid7(at: datetime.datetime | None = None) -> UUID:
    """Make a UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, a counter within one, then chance.

    So what one process writes within a millisecond keeps its order.
    """
    seconds = time.time() if at is None else at.timestamp()
    value = (int(seconds * 1000) & (2**48 - 1)) << 80 | secrets.randbits(62)
    value |= _counted(value >> 80) << 64
    return UUID(int=value | 0x7000 << 64 | 0x8000 << 48)


_counter: Final = [0, 0]
_counting: Final = threading.Lock()


def _counted(milliseconds: int) -> int:
    """Give the next of 12 bits within a millisecond (RFC 9562, 6.2, method 1)."""
    with _counting:
        if _counter[0] == milliseconds:
            _counter[1] = (_counter[1] + 1) & 0xFFF
        else:
            _counter[:] = [milliseconds, secrets.randbits(8)]
        return _counter[1]


@contextlib.contextmanager
def as_actor(actor: HasId | UUID, *, client: UUID | None = None) -> Iterator[datetime.datetime]:
    """Open the one transaction in which `actor` acts and give its instant.

    `client` is the one client a service actor works for. Raises RuntimeError inside another
    actor's transaction: an act belongs to one person.
    """
    if _act.get() is not None:
        message = "An actor is already acting in this transaction."
        raise RuntimeError(message)
    actor_id = actor if isinstance(actor, UUID) else actor.id
    nested = connection.in_atomic_block
    with transaction.atomic():
        began = _begin(actor_id, client)
        reset = _act.set(_Act(uuid7(), actor_id, began))
        try:
            yield now()
            if nested:
                _end()
        finally:
            _act.reset(reset)


def _begin(actor: UUID, client: UUID | None) -> datetime.datetime:
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [str(actor), "" if client is None else str(client)])
        row = cursor.fetchone()
    began: datetime.datetime = row[3]
    return began


def _end() -> None:
    """Forget the actor before an outer transaction goes on; its end forgets by itself."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)


def enter_emergency(access: UUID) -> None:
    """Say that the rest of this act belongs to an emergency access; PostgreSQL asks whose it is."""
    act = _act.get()
    if act is None:
        message = "There is no act, so it belongs to no emergency."
        raise RuntimeError(message)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('counselling.emergency', %s, true)", [str(access)])
    act.emergency.append(access)


def emergency() -> UUID | None:
    """Give the emergency access this act belongs to, if it does."""
    act = _act.get()
    return act.emergency[-1] if act is not None and act.emergency else None


def now() -> datetime.datetime:
    """Give the instant of the act: the transaction's now(), or the given clock.

    Raises RuntimeError outside `as_actor`: there no act has begun.
    """
    if (given := _clock.get()) is not None:
        return given
    act = _act.get()
    if act is None:
        message = "There is no act, so there is no instant of it."
        raise RuntimeError(message)
    return act.at


@contextlib.contextmanager
def clock_at(instant: datetime.datetime) -> Iterator[None]:
    """Give acts inside another instant; for planting a fictional past and for nothing else."""
    if not settings.GIVEN_CLOCK_ALLOWED:
        message = "A given clock is for planting only."
        raise RuntimeError(message)
    reset = _clock.set(instant)
    try:
        yield
    finally:
        _clock.reset(reset)


def given_clock() -> datetime.datetime | None:
    """Give the instant set by `clock_at`, if any."""
    return _clock.get()


def in_actor_transaction() -> UUID | None:
    """Give the token of the running act; what was granted in one act is void in the next."""
    act = _act.get()
    return None if act is None else act.token


def acting() -> UUID | None:
    """Give the id of who acts now."""
    act = _act.get()
    return None if act is None else act.actor


def among(column: str, ids: Iterable[UUID]) -> Func:
    """Ask that a column is one of these ids, for a filter: `filter(among("note_id", ids))`.

    They travel as one array. Of `note_id__in` each would be a parameter, prepared and parsed for
    itself, and a share of 500 notes asks many such questions.
    """
    array = Value([*dict.fromkeys(ids)], output_field=ArrayField(UUIDField()))
    return Func(
        F(column), array, template="%(expressions)s)", arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )  # fmt: skip
