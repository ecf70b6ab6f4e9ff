"""What is to be kept back, from whom; how it is answered, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.domain.answers import CATEGORY_WORDS
from consent.domain.recipients import KIND_WORDS, RecipientKind
from consent.domain.restrictions import (
    WAY_WORDS,
    AskedHow,
    EndWay,
    RestrictionAnswer,
    What,
    Wish,
)
from records.forms.fields import LongText

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAID: Final = "paid"
WHATS: Final = (
    (What.EVERYTHING.value, _("everything")),
    (What.CATEGORY.value, _("one kind of information")),
    (What.SESSION.value, _("one session")),
    (PAID, _("a session that was paid for in full, from the insurer")),
    (What.ADDRESS.value, _("nothing is kept back: reach me another way")),
)
HOWS: Final = (
    (AskedHow.ROOM.value, "in the room"),
    (AskedHow.PHONE.value, "by phone"),
    (AskedHow.LETTER.value, "by letter"),
)


class WishForm(forms.Form):
    """What a client wants kept back, as they or staff say it."""

    # what is needed depends on what is chosen, and the help says so; "optional" would mislead
    show_optional = False

    what = forms.ChoiceField(
        label=_("What is kept back"),
        choices=WHATS,
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        error_messages={"required": _("Choose what.")},
    )
    category = forms.ChoiceField(
        label=_("Which kind"),
        required=False,
        choices=[("", _("not said")), *CATEGORY_WORDS.items()],
        help_text=_("For one kind of information."),
    )
    item = forms.ChoiceField(
        label=_("Which session"), required=False, help_text=_("For one session.")
    )
    whom = forms.ChoiceField(
        label=_("From whom"),
        required=False,
        help_text=_("What was paid for in full is kept from every insurer."),
    )
    words = LongText(
        label=_("In your own words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("If you like. To be reached another way, say how."),
    )

    def __init__(
        self,
        *args: Any,
        items: Sequence[tuple[str, str]],
        recipients: Mapping[UUID, str],
        by_staff: bool = False,
        **kwargs: Any,
    ) -> None:
        """Offer the client's own sessions and recipients; staff say how they were asked."""
        super().__init__(*args, **kwargs)
        self._offer("item", [("", _("not said")), *items])
        kinds = [
            (f"kind:{k.value}", w) for k, w in KIND_WORDS.items() if k is not RecipientKind.OTHER
        ]
        people = [(f"one:{row}", name) for row, name in recipients.items()]
        self._offer("whom", [("", _("everybody")), *people, *kinds])
        if by_staff:
            self.fields["words"].label = "In their own words"
            self.fields["words"].help_text = "To be reached another way, how."
            self.fields["how"] = forms.ChoiceField(
                label="How they asked",
                choices=HOWS,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose how."},
            )

    def _offer(self, field: str, choices: list[Any]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]  # a choice field has them

    def wish(self) -> Wish:
        """Give what was said as the use case takes it."""
        said = self.cleaned_data
        paid = said["what"] == PAID
        what = What.SESSION if paid else What(said["what"])
        of, _sep, which = said["item"].partition(":")
        kind, _sep, whom = said["whom"].partition(":")
        item = UUID(which) if what is What.SESSION and which else None
        nobody = what is What.ADDRESS
        return Wish(
            what=What.NOTE if item and of == "note" and not paid else what,
            category=said["category"] if what is What.CATEGORY else "",
            note=item if of == "note" and not paid else None,
            session=item if of == "session" or paid else None,
            recipient=UUID(whom) if kind == "one" and not (paid or nobody) else None,
            recipient_kind=_kind(kind, whom, paid=paid, nobody=nobody),
            paid=paid,
            words=said["words"],
        )

    def how(self) -> AskedHow | None:
        """Give how staff were asked."""
        return AskedHow(self.cleaned_data["how"]) if self.cleaned_data.get("how") else None


def _kind(kind: str, whom: str, *, paid: bool, nobody: bool) -> RecipientKind | None:
    if paid:
        return RecipientKind.INSURER
    return RecipientKind(whom) if kind == "kind" and not nobody else None


class AnswerWishForm(forms.Form):
    """What the practice says; a no needs its reason, and what was paid in full gets none."""

    answer = forms.ChoiceField(
        label="What we say",
        choices=[
            (RestrictionAnswer.AGREED.value, "Agreed: it is kept back from now on"),
            (RestrictionAnswer.REFUSED.value, "Refused"),
        ],
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        error_messages={"required": "Choose one."},
    )
    reason = LongText(
        label="Why",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed for a no. The client reads it.",
    )

    def __init__(self, *args: Any, paid: bool, **kwargs: Any) -> None:
        """Offer no refusal where the law leaves none."""
        super().__init__(*args, **kwargs)
        if paid:
            self.fields["answer"].choices = self.fields["answer"].choices[:1]  # type: ignore[attr-defined]  # a choice field has them


class EndWishForm(forms.Form):
    """In which of the listed ways it ended, and how that came."""

    way = forms.ChoiceField(
        label="How it ends",
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        error_messages={"required": "Choose how."},
    )
    words = LongText(
        label="How that came",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What the client wrote or said, or how they were told. They read it.",
        error_messages={"required": "Write down how that came."},
    )

    def __init__(self, *args: Any, ways: Sequence[EndWay], **kwargs: Any) -> None:
        """Offer the ways there are for this one."""
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [(one.value, WAY_WORDS[one]) for one in ways]  # type: ignore[attr-defined]  # a choice field has them
