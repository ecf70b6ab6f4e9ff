"""Invented names and sentences: a caseload reads like one, and nobody in it exists."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clients.domain import Card, Channel, Contact, Identity

if TYPE_CHECKING:
    import random

_SAID: Final[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text("utf-8")
)
_GIVEN: Final[list[str]] = _SAID["given"].split()
_FAMILY: Final[list[str]] = _SAID["family"].split()


def identity(chance: random.Random) -> Identity:
    """Invent somebody."""
    born = datetime.date(1946, 1, 1) + datetime.timedelta(days=chance.randrange(60 * 365))
    return Identity(given=chance.choice(_GIVEN), family=chance.choice(_FAMILY), birth_date=born)


def name(chance: random.Random) -> str:
    """Invent a colleague's name."""
    return f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}"


def contact(chance: random.Random, reference: str) -> Contact:
    """Invent how to reach somebody, at an address that leads nowhere."""
    return Contact(
        email=f"{reference.lower()}@example.org",
        phone=f"01632 960 {chance.randrange(1000):03}",
        address=f"{chance.randrange(1, 90)} Mill Lane, Riverside",
    )


def card(chance: random.Random) -> Card:
    """Invent what somebody said about being written to."""
    return Card(channel=Channel.EMAIL if chance.random() < 0.8 else Channel.NONE)  # noqa: PLR2004 four of five


def note(chance: random.Random) -> str:
    """Write the record part of a note: one to four thousand characters, most about two."""
    count = min(30, max(9, round(chance.gauss(18, 5))))
    sentences = [chance.choice(_SAID["openings"]), *chance.choices(_SAID["middle"], k=count)]
    paragraphs = [" ".join(sentences[start : start + 5]) for start in range(0, count + 1, 5)]
    plans = "\n".join(f"- {one}" for one in chance.sample(_SAID["plans"], k=2))
    return "\n\n".join([*paragraphs, f"Agreed for the week:\n\n{plans}"])


def own_part(chance: random.Random) -> str:
    """Write what a counsellor keeps for themselves; nothing, most of the time."""
    return str(chance.choice(_SAID["own"])) if chance.random() < 0.3 else ""  # noqa: PLR2004 three of ten
