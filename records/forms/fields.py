"""Fields that more than one form of records uses."""

from __future__ import annotations

from typing import Any

from django import forms

from counselling.typed import Text


def choices(words: Any) -> list[tuple[str, str]]:
    """Give the pairs of an enumeration and its words."""
    return [(str(value), word) for value, word in words.items()]


class DayInput(forms.DateInput):
    """A day as browsers write it, whatever the language of the page."""

    def __init__(self) -> None:
        """Take no attributes: there is one way."""
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class LongText(Text):
    """Text whose length the server judges: a browser would cut what is pasted without a word."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave `maxlength` out."""
        return {
            name: value
            for name, value in super().widget_attrs(widget).items()
            if name != "maxlength"
        }
