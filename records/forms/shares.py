"""The form of what is given to a third person."""

from __future__ import annotations

from typing import Any

from django import forms


class ShareForm(forms.Form):
    """Which permission, and which notes; nothing is chosen beforehand."""

    # an ended permission is accepted here, so that the gate can say why it is refused
    consent = forms.UUIDField(
        label="To whom",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who receives it."},
    )
    notes = forms.MultipleChoiceField(
        label="Which signed notes",
        help_text="Corrections and late entries always come along.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one note."},
    )

    def __init__(
        self,
        *args: Any,
        consents: list[tuple[str, str]],
        notes: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        """Offer what the client agreed to, and what may go."""
        super().__init__(*args, **kwargs)
        self.consents = consents
        offered, picked = self.fields["consent"].widget, self.fields["notes"]
        assert isinstance(offered, forms.RadioSelect)  # noqa: S101 tells the type checker
        assert isinstance(picked, forms.MultipleChoiceField)  # noqa: S101 the same
        offered.choices = consents
        picked.choices = notes
