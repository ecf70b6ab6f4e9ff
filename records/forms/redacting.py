"""What is left out of a share: by name, by place, and passages that are selected or typed."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms

from records.domain.redacting import LONGEST_PASSAGE, MOST_PASSAGES, Choices
from records.forms.fields import LongText

_KEY: Final = re.compile(r"(?:client|guardian|recipient|staff):[0-9a-f-]{36}")
_PLACE: Final = re.compile(r"[0-9a-f]{16}-\d{1,8}-\d{1,8}")
_SAID: Final = {"out": True, "in": False}
_SHORTEST: Final = 3


class RedactForm(forms.Form):
    """Which names are left out, at which places not, and what else."""

    passages = LongText(
        label="Leave out as well",
        help_text="One passage a line, as it reads in the preview. It goes wherever it stands.",
        required=False,
        max_length=LONGEST_PASSAGE * 10,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def clean_passages(self) -> str:
        """Refuse what would leave out half of every word, or more than anybody reads through."""
        said: str = self.cleaned_data["passages"]
        lines = _lines(said)
        if len(lines) > MOST_PASSAGES:
            raise forms.ValidationError(f"At most {MOST_PASSAGES} passages can be left out.")
        if any(len(line) < _SHORTEST for line in lines):
            raise forms.ValidationError(f"Write at least {_SHORTEST} letters of each passage.")
        if any(len(line) > LONGEST_PASSAGE for line in lines):
            raise forms.ValidationError("Cut a long passage into several.")
        return said

    def clean(self) -> dict[str, Any]:
        """Take what is said of names and places; the page asks as many as there are."""
        cleaned = super().clean() or {}
        cleaned["names"] = self._said("name-", _KEY)
        cleaned["places"] = self._said("place-", _PLACE)
        return cleaned

    def _said(self, prefix: str, known: re.Pattern[str]) -> dict[str, bool]:
        found = {
            field.removeprefix(prefix): self.data[field]
            for field in self.data
            if field.startswith(prefix)
        }
        if any(not known.fullmatch(key) or said not in _SAID for key, said in found.items()):
            raise forms.ValidationError("Choose for each name: leave it out, or leave it in.")
        return {key: _SAID[said] for key, said in found.items()}

    @property
    def choices(self) -> Choices:
        """Give what was chosen."""
        said = self.cleaned_data
        return Choices(said["names"], said["places"], tuple(_lines(said["passages"])))


def _lines(said: str) -> list[str]:
    lines = (" ".join(line.split()) for line in said.splitlines())
    return list(dict.fromkeys(line for line in lines if line))
