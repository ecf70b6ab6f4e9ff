"""The fields of a session of several people: who was there, and a part for each of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django import forms

from records.domain import ATTENDANCE_WORDS, LONGEST_NOTE, Attendance, has_roster, without_names
from records.forms.fields import LongText, choices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from records.queries import Together

LEFT = "somebody who has left"


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A member in the editor: who, whether they were there, what is written about them."""

    name: str
    # nothing for who has left the case: who was there is not theirs to say any more
    came: forms.BoundField | None
    part: forms.BoundField

    @property
    def opened(self) -> bool:
        """Say whether the part is to be seen at once: it holds something, or something is wrong."""
        return bool(str(self.part.value() or "").strip() or self.part.errors)


class RosterFields(forms.Form):
    """What an editor has more when several people sat together, and less for who led it too."""

    def __init__(self, *args: Any, together: Together | None = None, **kwargs: Any) -> None:
        """Add two fields for each member; names are put to them when the page is shown."""
        super().__init__(*args, **kwargs)
        self.places = () if together is None else together.places
        self.beside = together is not None and together.beside
        self.names: Mapping[UUID, str] = {}
        self.says_who_came = together is not None and has_roster(together.kind)
        for place in self.places:
            if self.says_who_came:
                self.fields[f"came_{place.client}"] = _came(place.attendance)
            self.fields[f"part_{place.client}"] = _part()
        if together is not None and together.beside:
            self._lead_beside()
        elif together is not None and has_roster(together.kind):
            self._share(without=without_names(together.kind))

    def _lead_beside(self) -> None:
        del self.fields["attendance"], self.fields["modality"]
        record = self.fields["record_part"]
        record.label = "For the record, beside the shared note"
        record.help_text = "about everybody; may stay empty if you write for yourself alone"

    def _share(self, *, without: bool) -> None:
        self.fields["attendance"].label = "The session"
        shared = self.fields["record_part"]
        shared.label = "Shared part, without names" if without else "Shared part"
        shared.help_text = (
            "about the session; goes with each member's own part"
            if without
            else "about everybody; leaves only when each of them has agreed"
        )

    def name_members(self, names: Mapping[UUID, str]) -> None:
        """Put names to the fields, for the page and for what is wrong with it."""
        self.names = names
        for place in self.places:
            name = names.get(place.client, LEFT)
            # what was checked before keeps the words it had then
            self[f"part_{place.client}"].label = f"About {name}, for their record alone"
            if self.says_who_came:
                self[f"came_{place.client}"].label = name

    @property
    def members(self) -> list[Line]:
        """Give a line for each member."""
        return [
            Line(
                self.names.get(one.client, LEFT),
                self[f"came_{one.client}"] if self.says_who_came else None,
                self[f"part_{one.client}"],
            )
            for one in self.places
        ]

    @property
    def typed_parts(self) -> dict[UUID, str]:
        """Give what was typed about each member."""
        said = self.cleaned_data
        return {one.client: said.get(f"part_{one.client}", "") for one in self.places}

    @property
    def said_roster(self) -> dict[UUID, Attendance]:
        """Give who was said to have been there or not."""
        said = {one.client: self.cleaned_data.get(f"came_{one.client}") for one in self.places}
        return {client: Attendance(word) for client, word in said.items() if word}


def _came(word: Attendance) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Attendance", choices=choices(ATTENDANCE_WORDS), required=False, initial=word
    )


def _part() -> LongText:
    return LongText(
        label="Own part",
        required=False,
        strip=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4, "class": "writing", "autocomplete": "off"}),
    )
