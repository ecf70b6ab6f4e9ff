"""The form that says who led a session too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms

if TYPE_CHECKING:
    from collections.abc import Iterable


class CoLeaderForm(forms.Form):
    """A colleague who cares for the same case."""

    person = forms.ChoiceField(label="Colleague")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        """Take who cares for the case, and who leads the session already."""
        super().__init__(*args, **kwargs)
        self._people = people
        self._offer(people)

    def offer_all_but(self, there: Iterable[UUID]) -> None:
        """Show those who can still be added."""
        known = set(map(str, there))
        self._offer([one for one in self._people if one[0] not in known])

    def _offer(self, people: list[tuple[str, str]]) -> None:
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 tells the type checker
        field.choices = people
        self.can_add = bool(people)

    @property
    def chosen(self) -> UUID:
        """Give who was chosen."""
        return UUID(self.cleaned_data["person"])
