"""Events as `audit.actions.record` writes them, made many at a time; a test holds them together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from audit import domain
from counselling import vault
from counselling.db import uuid7

if TYPE_CHECKING:
    import datetime
    import random
    from collections.abc import Sequence
    from uuid import UUID

    from audit.domain import EventKind
    from counselling.access import Actor


@dataclasses.dataclass(slots=True)
class Teller:
    """One person at one machine, whose acts are told as events."""

    actor: Actor
    relation: str
    chance: random.Random
    _address: str = ""

    def __post_init__(self) -> None:
        """Hash the address once: it is the same in every event."""
        self._address = vault.keyed_index("address", f"10.0.0.{self.chance.randrange(1, 255)}")

    def tell(
        self,
        at: datetime.datetime,
        kind: EventKind,
        *,
        clients: Sequence[UUID],
        case: UUID | None = None,
        about: tuple[str, UUID] | None = None,
        rows: Sequence[UUID] = (),
        sealed: dict[str, str] | None = None,
        purpose: str = "",
        relation: str | None = None,
        detail: dict[str, str | int | bool] | None = None,
    ) -> tuple[datetime.datetime, str]:
        """Give the instant and the text of one event."""
        said: dict[str, Any] = {
            "actor": str(self.actor.id), "actor_kind": self.actor.kind.value,
            "role": self.actor.role, "address": self._address,
            "session": f"{self.chance.getrandbits(32):08x}",
            "request": f"{self.chance.getrandbits(32):08x}",
            "v": 1, "id": str(uuid7(at)), "at": domain.instant(at),
            "kind": kind.code, "act": kind.action.value, "outcome": "ok",
            "client": str(clients[0]) if len(clients) == 1 else None,
            "clients": sorted(map(str, clients)),
            "case": str(case) if case else None,
            "thing": about[0] if about else "", "row": str(about[1]) if about else None,
            "rows": list(map(str, rows)), "sealed": sealed or {},
            "purpose": purpose, "relation": self.relation if relation is None else relation,
            "detail": detail or {},
        }  # fmt: skip
        return at, domain.canonical({key: value for key, value in said.items() if value})
