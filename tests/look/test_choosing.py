"""A choice offers what Django's own template would, letter by letter but for blanks."""

from __future__ import annotations

from django import forms

WORDS = [
    ("", "all"),
    (7, "<b>seven</b>"),
    ('"8"', "Ana & Bo"),
    ("Group <1>", [("a", "one"), ("b", "two")]),
]


def test_options_are_written_safely_with_what_is_chosen() -> None:
    shown = forms.Select(choices=WORDS).render("said", 7)
    assert '<option value="">all</option>' in shown
    assert '<option value="7" selected>&lt;b&gt;seven&lt;/b&gt;</option>' in shown
    assert '<option value="&quot;8&quot;">Ana &amp; Bo</option>' in shown
    assert shown.count(" selected") == 1
    assert shown.index('<optgroup label="Group &lt;1&gt;">') < shown.index('<option value="a">one')


def test_a_choice_that_is_not_to_be_made_says_so() -> None:
    class Closed(forms.Select):
        def create_option(self, *args: object, **options: object) -> dict[str, object]:
            made = super().create_option(*args, **options)  # type: ignore[arg-type] # Django gives them by position
            made["attrs"]["disabled"] = made["value"] == "b"
            return made

    shown = Closed(choices=[("a", "one"), ("b", "two")]).render("said", "a")
    assert shown.count(" disabled") == 1
    assert '<option value="b" disabled>two</option>' in shown
