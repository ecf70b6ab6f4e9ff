"""Sentences of rules that know no web: said in English, shown in the language of who reads them.

`say("%(name)s is missing.", name=label)` is its English text wherever text is compared, hashed or
kept, and speaks the language of the page where `str()` or a template shows it.
"""

from __future__ import annotations

import copy
import dataclasses
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclasses.dataclass(slots=True)
class _Tongue:
    """How an English sentence is put into the language of the moment; by itself it stays."""

    one: Callable[[str], str] = str
    several: Callable[[str, str, int], str] = lambda one, more, number: one if number == 1 else more


_TONGUE: Final = _Tongue()


def speak_with(one: Callable[[str], str], several: Callable[[str, str, int], str]) -> None:
    """Give the translator; the project does when it starts."""
    _TONGUE.one, _TONGUE.several = one, several


class Said(str):
    """An English sentence that `str()` puts into the language of the moment."""

    __slots__ = ("_more", "_sentence", "_values")
    _sentence: str
    _more: str
    _values: Mapping[str, Any]

    def __new__(cls, sentence: str, more: str, values: Mapping[str, Any]) -> Self:
        """Be the English text; keep what makes the other one."""
        english = more if more and values["number"] != 1 else sentence
        made = str.__new__(cls, english % _plain(values) if values else english)
        made._sentence, made._more, made._values = sentence, more, values
        return made

    def __str__(self) -> str:
        """Speak."""
        if self._more:
            spoken = _TONGUE.several(self._sentence, self._more, self._values["number"])
        else:
            spoken = _TONGUE.one(self._sentence)
        return spoken % self._values if self._values else spoken

    def __format__(self, spec: str) -> str:
        """Speak in a formatted text too."""
        return format(str(self), spec)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel with what makes the other languages."""
        return Said, (self._sentence, self._more, dict(self._values))

    def __copy__(self) -> Self:
        """Stay: it never changes."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Stay: it never changes."""
        return copy.copy(self)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values with their English texts."""
    return {
        name: str.__str__(value) if isinstance(value, Said) else value
        for name, value in values.items()
    }


def say(sentence: str, /, **values: Any) -> Said:
    """Say a sentence; what stands in it as %(name)s is given by name."""
    return Said(sentence, "", values)


def say_number(one: str, more: str, /, number: int, **values: Any) -> Said:
    """Say a sentence about %(number)s of something."""
    return Said(one, more, {"number": number, **values})
