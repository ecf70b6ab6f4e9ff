"""What is known of a person before anything clinical: identity, contact, the safe-contact card."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is; `called` is the name they want to hear."""

    given: str
    family: str = ""
    called: str = ""
    birth_date: datetime.date | None = None

    @property
    def full(self) -> str:
        """The whole name, for documents."""
        return " ".join(part for part in (self.given, self.family) if part)

    @property
    def short(self) -> str:
        """The name for lists: "Mara K."."""
        initial = f" {self.family[0]}." if self.family else ""
        return f"{self.called or self.given}{initial}"

    def to_json(self) -> dict[str, str]:
        """Give what is sealed."""
        born = self.birth_date.isoformat() if self.birth_date else ""
        return {
            "given": self.given, "family": self.family, "called": self.called, "birth_date": born,
        }  # fmt: skip

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Identity:
        """Read back what was sealed."""
        born = said.get("birth_date") or ""
        return cls(
            given=said.get("given", ""),
            family=said.get("family", ""),
            called=said.get("called", ""),
            birth_date=datetime.date.fromisoformat(born) if born else None,
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How somebody can be reached at all; whether they may be is on the card."""

    email: str = ""
    phone: str = ""
    address: str = ""

    def to_json(self) -> dict[str, str]:
        """Give what is sealed."""
        return {"email": self.email, "phone": self.phone, "address": self.address}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Contact:
        """Read back what was sealed."""
        return cls(**{name: str(said.get(name, "")) for name in ("email", "phone", "address")})


class Channel(enum.StrEnum):
    """How a client wants to be written to; not asked yet is not the same as no."""

    NOT_ASKED = ""
    EMAIL = "email"
    TEXT = "text"
    NONE = "none"


CHANNEL_WORDS: Final[Mapping[Channel, str]] = MappingProxyType(
    {
        Channel.NOT_ASKED: "ask how to reach",
        Channel.EMAIL: "by e-mail",
        Channel.TEXT: "by text message",
        Channel.NONE: "nothing online, only in the room",
    }
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The safe-contact card (CL-07): what a client chose, binding for every outgoing message.

    `hours` are the only hours of the practice's clock at which a message may arrive; they may
    pass midnight. None is any time.
    """

    channel: Channel = Channel.NOT_ASKED
    hours: tuple[datetime.time, datetime.time] | None = None
    called: str = ""
    may_leave_message: bool = False
    notes: str = ""

    @property
    def answered(self) -> bool:
        """Say whether the client was asked."""
        return self.channel is not Channel.NOT_ASKED

    @property
    def hours_words(self) -> str:
        """Say the hours: "09:00 to 17:30", "" for any time."""
        return " to ".join(one.isoformat("minutes") for one in self.hours or ())

    def to_json(self) -> dict[str, Any]:
        """Give what is sealed."""
        hours = [one.isoformat("minutes") for one in self.hours] if self.hours else None
        return {
            "channel": self.channel.value,
            "hours": hours,
            "called": self.called,
            "may_leave_message": self.may_leave_message,
            "notes": self.notes,
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Card:
        """Read back what was sealed."""
        hours = said.get("hours")
        return cls(
            channel=Channel(said.get("channel", "")),
            hours=tuple(map(datetime.time.fromisoformat, hours)) if hours else None,  # type: ignore[arg-type]  # wrong on purpose, or from JSON
            called=said.get("called", ""),
            may_leave_message=bool(said.get("may_leave_message", False)),
            notes=said.get("notes", ""),
        )
