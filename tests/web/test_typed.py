"""What people type is kept without what nobody sees, in every form, by one set of fields."""

from __future__ import annotations

import importlib
import itertools
from typing import TYPE_CHECKING

import pytest
from django import forms
from django.core.exceptions import ValidationError

from counselling import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOMS = ("clients.forms", "consent.forms", "records.forms", "counselling.accounts.forms",
         "counselling.views.trail_filter", "counselling.views.trail_touched")  # fmt: skip


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Dr \u202eenna\u202c Roth", "Dr enna Roth"),
        ("\u2066+49 30 901820\u2069", "+49 30 901820"),
        ("An\u200bna\ufeff", "Anna"),
        ("Roth\r\nBcc: all@mailbox.example", "Roth Bcc: all@mailbox.example"),
        ("Anna\u2028Roth", "Anna Roth"),
        ("\x1b[31mAnna\x07", "[31mAnna"),
        ("\u3164\u200d ", ""),
        ("می‌خواهم", "می‌خواهم"),
        ("👩‍👩‍👧 Łucja Öz", "👩‍👩‍👧 Łucja Öz"),
    ],
)
def test_a_line_is_what_is_seen_of_it(said: str, kept: str) -> None:
    assert typed.Line(required=False).clean(said) == kept


def test_a_text_keeps_its_lines_and_blanks() -> None:
    said = "  first\r\n\r\n\tsecond\x0bthird \u202eback\u202c"
    assert typed.Text(strip=False).clean(said) == "  first\r\n\r\n\tsecond\nthird back"


@pytest.mark.parametrize("half", ["\ud800", "An\udfffna", "An\x00na"])
@pytest.mark.parametrize("field", [typed.Line, typed.Text, typed.Address])
def test_what_is_no_text_is_refused_in_words(field: type[forms.Field], half: str) -> None:
    with pytest.raises(ValidationError) as refused:
        field().clean(half)
    assert str(refused.value.messages[0]).endswith((".", "!"))


def test_bytes_that_were_no_text_are_no_name_and_may_stand_in_a_note() -> None:
    with pytest.raises(ValidationError):
        typed.Line().clean("An\ufffdna")
    assert typed.Text().clean("An\ufffdna") == "An\ufffdna"


def test_a_name_that_shows_nothing_is_none() -> None:
    with pytest.raises(ValidationError, match="required"):
        typed.Line().clean("\u3164\u2066\u200d")


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_far_off_is_a_slip(day: str) -> None:
    with pytest.raises(ValidationError, match="year"):
        typed.Day().clean(day)


def _forms() -> Iterator[type[forms.Form]]:
    rooms = (vars(importlib.import_module(room)).values() for room in ROOMS)
    for one in itertools.chain(*rooms):
        if isinstance(one, type) and issubclass(one, forms.Form):
            yield one


def test_every_form_takes_what_is_typed_by_these_fields() -> None:
    """What no person types (a hidden hash) and what must not change (a password) may differ."""
    own = [
        f"{form.__name__}.{name} is a {type(field).__name__}"
        for form in _forms()
        for name, field in form.base_fields.items()
        if type(field) in {forms.CharField, forms.EmailField, forms.DateField}
        and not isinstance(field.widget, forms.HiddenInput | forms.PasswordInput)
    ]
    assert not own, f"{own}: use Line, Text, Address or Day of counselling/typed.py"
    assert len({*_forms()}) > 15
