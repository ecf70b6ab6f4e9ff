"""What stands beside the editor: how the record is laid out, and how it will read."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.http import JsonResponse
from django.template.loader import render_to_string

import consent.queries
from records.domain import STRUCTURE_WORDS, Structure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from records.forms import DraftForm

_ACT: Final = "lay-out-"


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """One structure to choose: what its button says and sends."""

    act: str
    short: str
    words: str
    chosen: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Agreed:
    """What one person in the case agreed to, and why it is time to go through it."""

    client: UUID
    name: str
    chips: list[consent.queries.Chip]
    why: str


def agreed(names: Mapping[UUID, str]) -> list[Agreed]:
    """Give it for everybody who was ever asked for anything."""
    chips, why = consent.queries.chips(names), consent.queries.going_through(names)
    return [Agreed(one, names[one], row, why.get(one, "")) for one, row in chips.items() if row]


def layouts(form: DraftForm) -> list[Layout]:
    """Give the structures, and which one the record has now."""
    now = form["structure"].value() or Structure.FREE
    found = []
    for structure, words in STRUCTURE_WORDS.items():
        short, _, long = words.partition(": ")
        found.append(Layout(f"{_ACT}{structure}", short, long, chosen=structure == now))
    return found


def wanted_layout(request: HttpRequest) -> Structure | None:
    """Give the structure whose button was pressed, if one was."""
    act = request.POST.get("act", "")
    if not act.startswith(_ACT):
        return None
    asked = act.removeprefix(_ACT)
    return Structure(asked) if asked in set(Structure) else None


def preview(text: str) -> HttpResponse:
    """Show how a record will read; it is not kept, and opens nothing that is."""
    return JsonResponse({"html": render_to_string("records/preview.html", {"text": text})})
