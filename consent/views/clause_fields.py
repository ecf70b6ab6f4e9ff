"""One clause of a form as fields, and where it stands among the others."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from django import forms

from consent.domain.answers import CATEGORY_WORDS, PURPOSE_WORDS
from consent.domain.form_source import (
    ACTIVITIES,
    PURPOSE_AS_ASKED,
    ClauseSource,
    Ends,
    FormKind,
    FormSource,
)
from consent.views.form_fields import PartForm, box
from counselling.typed import Line


class ClauseForm(PartForm):
    """One thing that is asked: what a Yes switches on, for how long, and what a No means."""

    label = Line(label="Label", required=False, max_length=120, help_text="A few words.")
    sentence = box(
        "The sentence that is enforced after a Yes", 3, 600,
        "In the client's own voice: “{counsellor} may tell {recipient} … until {until}.”",
    )  # fmt: skip
    if_no = box("What No means", 2, 400, "In a sentence, so that nobody fears to say it.")
    required = forms.BooleanField(
        label="It cannot begin without a Yes", required=False,
        help_text="Only for counselling itself, and for silence in a group.",
    )  # fmt: skip
    does = forms.ChoiceField(
        label="What a Yes does",
        choices=[("share", "shares information"), ("allow", "allows something here")],
        widget=forms.RadioSelect,
    )
    activity = forms.ChoiceField(
        label="What it allows",
        required=False,
        choices=[("", "nothing chosen"), *ACTIVITIES.items()],
    )
    categories = forms.MultipleChoiceField(
        label="What is shared",
        required=False,
        choices=list(CATEGORY_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    recipient = forms.ChoiceField(
        label="With whom",
        required=False,
        choices=[("named", "whoever is named when it is asked"), ("practice", "the practice")],
        widget=forms.RadioSelect,
    )
    recipient_kind = Line(
        label="What kind of recipient that is", required=False, max_length=60,
        help_text="Such as “GP” or “school”, proposed when it is asked. May stay empty.",
    )  # fmt: skip
    purpose = forms.ChoiceField(
        label="What for",
        required=False,
        choices=[
            (PURPOSE_AS_ASKED, "whatever is chosen when it is asked"), *PURPOSE_WORDS.items(),
        ],
    )  # fmt: skip
    ends = forms.ChoiceField(
        label="When it ends by itself",
        choices=[("months", "after some months, or on the date asked"), ("event", "with an event")],
        widget=forms.RadioSelect,
    )
    months = forms.IntegerField(label="Months", required=False, min_value=1, max_value=24)
    event = Line(
        label="It ends when …", required=False, max_length=200,
        help_text="Such as “our work together ends”.",
    )  # fmt: skip

    def __init__(self, *args: Any, clause: ClauseSource, **kwargs: Any) -> None:
        """Show one clause."""
        self.clause = clause
        super().__init__(*args, **kwargs)

    def said(self, source: FormSource) -> dict[str, Any]:  # noqa: ARG002 shows its clause of it
        """Show the clause."""
        one = self.clause
        return {
            "label": one.label, "sentence": one.sentence, "if_no": one.if_no,
            "required": one.required, "does": "share" if one.activity is None else "allow",
            "activity": one.activity or "", "categories": list(one.categories),
            "recipient": one.recipient or "named", "recipient_kind": one.recipient_kind,
            "purpose": one.purpose or PURPOSE_AS_ASKED,
            "ends": "event" if one.ends.event else "months",
            "months": one.ends.months, "event": one.ends.event,
        }  # fmt: skip

    def applied(self) -> FormSource:
        """Give the form with this clause in its place."""
        made = self._clause()
        clauses = tuple(made if one.code == made.code else one for one in self.source.clauses)
        return dataclasses.replace(self.source, clauses=clauses)

    def _clause(self) -> ClauseSource:
        said = self.cleaned_data
        shares, dated = said["does"] == "share", said["ends"] == "months"
        return ClauseSource(
            code=self.clause.code,
            label=said["label"],
            sentence=said["sentence"],
            if_no=said["if_no"],
            required=said["required"],
            purpose=(said["purpose"] or PURPOSE_AS_ASKED) if shares else "",
            recipient=(said["recipient"] or "named") if shares else None,
            categories=tuple(said["categories"]) if shares else (),
            activity=None if shares else said["activity"],
            ends=Ends(said["months"], "") if dated else Ends(None, said["event"]),
            recipient_kind=said["recipient_kind"] if shares else "",
        )


_SHARE: Final = frozenset(
    {FormKind.SHARING, FormKind.PSYCHOTHERAPY_NOTES, FormKind.SUD_NOTES, FormKind.PROCEEDINGS}
)


def new_clause(source: FormSource) -> tuple[FormSource, str]:
    """Give the form with one more clause, and that clause's code."""
    taken = {one.code for one in source.clauses}
    number = len(taken) + 1
    while f"clause-{number}" in taken:
        number += 1
    code = f"clause-{number}"
    shares = source.kind in _SHARE
    empty = ClauseSource(
        code=code, label="", sentence="", if_no="", required=False,
        purpose=PURPOSE_AS_ASKED if shares else "", recipient="named" if shares else None,
        categories=(), activity=None if shares else "", ends=Ends(12, ""),
    )  # fmt: skip
    return dataclasses.replace(source, clauses=(*source.clauses, empty)), code


def without_clause(source: FormSource, code: str) -> FormSource:
    """Give the form without a clause."""
    kept = tuple(one for one in source.clauses if one.code != code)
    return dataclasses.replace(source, clauses=kept)


def moved_up(source: FormSource, code: str) -> FormSource:
    """Give the form with a clause one place earlier."""
    clauses = list(source.clauses)
    at = next((at for at, one in enumerate(clauses) if one.code == code), 0)
    if at:
        clauses[at - 1], clauses[at] = clauses[at], clauses[at - 1]
    return dataclasses.replace(source, clauses=tuple(clauses))
