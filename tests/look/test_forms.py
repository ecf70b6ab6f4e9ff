"""A form says what is wrong twice: in a summary that takes the focus, and beside each field."""

from __future__ import annotations

import re

import pytest
from django import forms


class Card(forms.Form):
    """A little of everything a form may hold."""

    name = forms.CharField(
        label="Name",
        help_text="As on a letter.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    born = forms.DateField(label="Born", required=False)
    channel = forms.ChoiceField(
        label="How may we write?",
        widget=forms.RadioSelect,
        choices=[("e", "by e-mail"), ("n", "nothing online")],
    )
    agreed = forms.BooleanField(label="Gone through together")
    reason = forms.CharField(
        label="Reason", widget=forms.Textarea(attrs={"rows": 3, "class": "mine"})
    )

    def clean(self) -> dict[str, object]:
        """Refuse as a whole, too."""
        raise forms.ValidationError("These two do not go together.")


@pytest.fixture
def wrong() -> str:
    return str(Card({"born": "soon"}))


@pytest.mark.req("AX-06")
def test_the_summary_takes_the_focus_and_is_announced(wrong: str) -> None:
    assert 'role="alert" tabindex="-1" autofocus' in wrong
    assert "6 things need another look" in wrong
    assert "These two do not go together." in wrong


@pytest.mark.req("AX-06")
@pytest.mark.parametrize("target", ["id_name", "id_born", "id_channel_0", "id_agreed", "id_reason"])
def test_each_line_of_the_summary_leads_to_its_field(wrong: str, target: str) -> None:
    assert f'href="#{target}"' in wrong
    assert f'id="{target}"' in wrong


@pytest.mark.req("AX-06")
def test_an_error_is_tied_to_its_field(wrong: str) -> None:
    assert 'aria-describedby="id_name_helptext id_name_error"' in wrong
    assert 'id="id_name_error"' in wrong
    assert '<fieldset class="field wrong" aria-describedby="id_channel_error">' in wrong


@pytest.mark.req("AX-06")
def test_a_form_without_errors_has_no_summary() -> None:
    assert "data-summary" not in str(Card())


def test_what_is_typed_into_and_chosen_from_looks_alike() -> None:
    """A choice is drawn by a template of our own, which once lost its look."""
    choice = forms.ChoiceField(choices=[("a", "one"), ("b", "two")]).widget
    for widget in (choice, forms.TextInput(), forms.DateInput()):
        assert re.match(r'<(select|input)[^>]* class="input"', widget.render("said", "").strip())


@pytest.mark.req("AX-07")
def test_labels_are_visible_and_fields_say_what_they_hold() -> None:
    form = str(Card())
    assert '<label for="id_name">Name' in form
    assert '<legend class="legend">How may we write?' in form
    assert 'autocomplete="name"' in form


def test_what_may_stay_empty_says_so() -> None:
    assert str(Card()).count('<span class="hint">optional</span>') == 1


def test_widgets_wear_the_classes_of_the_look() -> None:
    form = str(Card())
    assert 'class="input" autocomplete="name"' in form
    assert 'class="writing mine"' in form
    assert '<label class="option" for="id_channel_0">' in form


def test_what_was_typed_is_shown_again_and_escaped() -> None:
    form = str(Card({"name": '"><script>'}))
    assert "<script>" not in form
    assert "&quot;&gt;&lt;script&gt;" in form
