"""What is said of a legal basis: a short form for each kind, and when the client is told."""

from __future__ import annotations

import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone

from consent.actions import Stating
from consent.domain.answers import CATEGORY_WORDS
from consent.domain.bases import (
    FACT_WORDS,
    FACTS,
    MAY_BE_IMMEDIATE,
    ORDER_WORDS,
    REACHES,
    BasisAnswer,
    BasisKind,
    Fact,
)
from consent.domain.documents import RecipientShown
from consent.domain.recipients import KIND_WORDS, RecipientKind
from counselling.papers import PaperField
from counselling.typed import Day, Line
from records.domain.dangers import LONGEST_FACT
from records.forms.fields import DayInput, LongText, choices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

NEW: Final = "new"
NOW: Final = "now"
LATER: Final = "later"
TOLD: Final = "told"
_LONG: Final = frozenset({Fact.SCOPE, Fact.CONCERN, Fact.REQUIRED, Fact.NECESSARY})
_HELP: Final[Mapping[Fact, str]] = MappingProxyType({
    Fact.SCOPE: "In the words of the order: which information, from when to when.",
    Fact.NECESSARY: "The least that serves the purpose. Say why less would not do.",
    Fact.CONCERN: "What was seen or said, when, and how you know.",
    Fact.CONSULTED: "Name, when, and what they advised.",
})  # fmt: skip
_MISSING: Final[Mapping[str, str]] = MappingProxyType({
    "recipient": "Choose who receives it.",
    "case": "Choose the case.",
    "categories": "Choose what it reaches.",
    Fact.ORDER_KIND: "Choose the kind of order.",
    Fact.ORDERED_ON: "Say which day.",
    "paper": "Choose the file.",
    "immediate": "Choose whether it can wait.",
    "client": "Choose when they are told.",
})  # fmt: skip
# who was asked and who is told come after what it is about
_AFTER: Final = frozenset({Fact.CONSULTED, Fact.AUTHORITY, Fact.NECESSARY})
# what the record of a danger says already is not typed again
FROM_DANGER: Final = frozenset({Fact.THREAT, Fact.ENDANGERED, Fact.CONSULTED})


def _line(label: str, help_text: str = "", *, required: bool = True, most: int = 200) -> Line:
    return Line(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _text(label: str, help_text: str = "", *, required: bool = True, rows: int = 3) -> LongText:
    return LongText(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_FACT,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
    )


def end_of(day: datetime.date | None) -> datetime.datetime | None:
    """Give the midnight after a day."""
    if day is None:
        return None
    after = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min)
    return timezone.make_aware(after)


def _fact(fact: Fact) -> forms.Field:
    label, more = FACT_WORDS[fact], _HELP.get(fact, "")
    if fact is Fact.ORDER_KIND:
        return forms.ChoiceField(
            label=label, choices=choices(ORDER_WORDS), widget=forms.RadioSelect
        )
    if fact is Fact.ORDERED_ON:
        return Day(label=label, widget=DayInput())
    return _text(label, more) if fact in _LONG else _line(label, more)


class BasisForm(forms.Form):
    """One kind of basis: to whom, what it reaches, its own facts, its paper, telling the client."""

    show_optional = False

    recipient = forms.ChoiceField(label="Who receives it", widget=forms.RadioSelect)
    new_name = _line("Name", "Of the person or the office.", required=False)
    new_role = _line("Role", required=False)
    new_organisation = _line("Organisation", required=False)
    new_address = _line("Address", required=False, most=300)
    new_kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "Choose"), *choices(KIND_WORDS)]
    )
    case = forms.ChoiceField(label="Case", widget=forms.RadioSelect)
    categories = forms.MultipleChoiceField(
        label="What it reaches",
        help_text="Nothing else can be picked when something is shared on it.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        kind: BasisKind,
        recipients: list[tuple[str, str]],
        cases: list[tuple[str, str]],
        known: bool = False,
    ) -> None:
        """Make room for the facts of one kind; `known` are those of a danger's own record."""
        super().__init__(data, files)
        self.kind = kind
        self._choose("recipient", [*recipients, (NEW, "Somebody else")])
        self._choose("case", cases)
        if len(cases) == 1:
            self.fields["case"].initial = cases[0][0]
            self.fields["case"].widget = forms.HiddenInput()
        words = {one: CATEGORY_WORDS[one] for one in REACHES[kind]}
        self._choose("categories", choices(words))
        left = FACTS[kind] - (FROM_DANGER if known else frozenset())
        self.asked = sorted((one for one in Fact if one in left), key=lambda one: one in _AFTER)
        for fact in self.asked:
            self.fields[fact.value] = _fact(fact)
        self._add_rest()
        for name, field in self.fields.items():
            field.error_messages["required"] = _MISSING.get(name, "Please say it.")

    def _choose(self, name: str, offered: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 says it to the type checker
        field.choices = offered

    def _add_rest(self) -> None:
        if self.kind is not BasisKind.DANGER:
            self.fields["paper"] = PaperField(
                label="The order" if self.kind is BasisKind.COURT_ORDER else "A paper, if there is",
                help_text="PDF, PNG or JPEG, at most 10 MB. It is kept sealed, as it came.",
                required=self.kind is BasisKind.COURT_ORDER,
            )
            self.fields["until"] = Day(
                label="Ends after", help_text="If it has an end.", required=False,
                widget=DayInput(),
            )  # fmt: skip
        if self.kind in MAY_BE_IMMEDIATE:
            self.fields["immediate"] = forms.ChoiceField(
                label="Can it wait for a second person?",
                choices=[
                    ("no", "Yes: they look at it first"),
                    ("yes", "No: it goes now, and they look at it within a day"),
                ],
                widget=forms.RadioSelect,
            )
        self.fields["client"] = forms.ChoiceField(
            label="When the client is told",
            choices=[(NOW, "When something goes"), (LATER, "Later, by the end of this day")],
            widget=forms.RadioSelect,
        )
        self.fields["day"] = Day(
            label="Day",
            help_text="Until that day ends, no page of the client's shows any of this. A second "
            "person has to agree.",
            required=False,
            widget=DayInput(),
        )
        self.fields["why_later"] = _text("Why later", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for what belongs to what was chosen."""
        said = super().clean() or {}
        needed = {}
        if said.get("client") == LATER:
            needed = {"day": "Choose the day.", "why_later": "Say why the client is told later."}
        if said.get("recipient") == NEW:
            needed |= {"new_name": "Say who receives it.", "new_kind": "Choose the kind."}
        for name, words in needed.items():
            if not said.get(name) and name not in self.errors:
                self.add_error(name, words)
        return said

    @property
    def somebody_new(self) -> tuple[RecipientShown, RecipientKind] | None:
        """Give who receives it where they are not written down yet."""
        said = self.cleaned_data
        if said["recipient"] != NEW:
            return None
        shown = RecipientShown(
            said["new_name"], said["new_role"], said["new_organisation"], said["new_address"]
        )
        return shown, RecipientKind(said["new_kind"])

    def stating(self, recipient: UUID, danger: UUID | None, known: Mapping[Fact, str]) -> Stating:
        """Give what was said."""
        said = self.cleaned_data
        facts = {fact: str(said[fact.value]) for fact in self.asked}
        later = said["client"] == LATER
        return Stating(
            kind=self.kind,
            recipient=recipient,
            categories=tuple(said["categories"]),
            facts={**known, **facts},
            danger=danger,
            immediate=said.get("immediate") == "yes",
            valid_until=end_of(said.get("until")),
            tell_at=end_of(said["day"]) if later else None,
            why_later=said["why_later"] if later else "",
        )


class DecisionForm(forms.Form):
    """What the second person answers."""

    answer = forms.ChoiceField(
        label="May it go?",
        error_messages={"required": "Choose one."},
        choices=[
            (BasisAnswer.RELEASE.value, "Release it: it may go as it is stated here"),
            (BasisAnswer.REFUSE.value, "Refuse it: nothing goes on it"),
        ],
        widget=forms.RadioSelect,
    )
    later = forms.ChoiceField(label="When the client is told", widget=forms.RadioSelect)
    words = _text("Words", "Why it is refused, or what to mind.", required=False)

    def __init__(self, data: Any = None, *, day: str = "") -> None:
        """Ask about the later day only where one was asked for."""
        super().__init__(data)
        if not day:
            del self.fields["later"]
            return
        field = self.fields["later"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 says it to the type checker
        field.choices = [
            ("yes", f"Later, as asked: by the end of {day}"),
            ("no", "When something goes"),
        ]


class TellingForm(forms.Form):
    """When the client is told of something that went without their word."""

    act = forms.ChoiceField(label="Telling the client", widget=forms.RadioSelect)
    day = Day(
        label="Day",
        help_text="Where it has to wait: until that day ends, no page of theirs shows it.",
        required=False,
        widget=DayInput(),
    )
    why = _text("Why it has to wait", required=False)

    def __init__(self, data: Any = None, *, acts: list[tuple[str, str]]) -> None:
        """Offer what can still be done, by whoever asks."""
        super().__init__(data)
        field = self.fields["act"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 says it to the type checker
        field.choices = acts
        if LATER not in dict(acts):
            del self.fields["day"], self.fields["why"]
