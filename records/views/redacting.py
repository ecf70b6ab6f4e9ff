"""What the panel beside a preview shows of names: each with its places, and what was chosen."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from records.forms.redacting import RedactForm

if TYPE_CHECKING:
    from records.actions import LookedThrough
    from records.domain.redacting import KnownName, Mark

# of a name that stands at more places, the rest goes as the name does
MOST_PLACES: Final = 60


@dataclasses.dataclass(frozen=True, slots=True)
class PlaceShown:
    """One place of a name, with the words around it."""

    mark: Mark
    out: bool


@dataclasses.dataclass(frozen=True, slots=True)
class NameShown:
    """Somebody who is named: what was chosen, and where they stand."""

    known: KnownName
    out: bool
    places: tuple[PlaceShown, ...]
    # places that a name written alike shares, and that stand with that one
    more: int


def names_shown(looked: LookedThrough) -> list[NameShown]:
    """Give the names of a pack with their places, each place once."""
    return [_name(looked, one) for one in looked.names]


def _name(looked: LookedThrough, one: KnownName) -> NameShown:
    mine = [mark for mark in looked.marks if mark.keys[0] == one.key]
    shared = sum(one.key in mark.keys[1:] for mark in looked.marks)
    places = tuple(PlaceShown(mark, looked.choices.leaves_out(mark)) for mark in mine[:MOST_PLACES])
    out = looked.choices.names.get(one.key, True)
    return NameShown(one, out, places, shared + max(0, len(mine) - MOST_PLACES))


def form_of(looked: LookedThrough) -> RedactForm:
    """Give the form as it was filled in last."""
    return RedactForm(initial={"passages": "\n".join(looked.choices.passages)})
