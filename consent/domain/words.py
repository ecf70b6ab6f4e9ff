"""The few words around a form's own text, in its language: consent/library/words.LANGUAGE.toml.

They are part of what is signed, so they follow the form's language and not the page's.
"""

import datetime
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from consent.domain.codec import decode

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Instead:
    """What stands in a text where the practice has not said it."""

    practice_address: str
    practice_phone: str
    crisis_line: str
    complaints: str
    recipient: str
    supervisor: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    in_short: str
    decide: str
    if_no: str
    none: str
    day: str
    both: str
    months: tuple[str, ...]
    instead: Instead


@cache
def words(language: str) -> Words:
    """The words of a language, or else the English ones."""
    folder = files("consent") / "library"
    bare = language.lower().split("-")[0]
    found = folder / f"words.{bare}.toml"
    if not found.is_file():
        found = folder / f"words.{ENGLISH}.toml"
    return decode(Words, tomllib.loads(found.read_text("utf-8")))


def day_in(language: str, day: datetime.date) -> str:
    """A day as a form says it: 15 November 2027."""
    said = words(language)
    return said.day.format(day=day.day, month=said.months[day.month - 1], year=day.year)


def joined(language: str, names: list[str]) -> str:
    """Names in a row: Ruth Amsel and Kai Berg."""
    return f" {words(language).both} ".join(names)
