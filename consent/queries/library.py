"""The library: which forms there are, in whose language, and which was asked last."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.conf.locale import LANG_INFO
from django.db.models import Max

from consent.domain.codec import decode
from consent.domain.form_source import KINDS, FormSource
from consent.domain.words import ENGLISH, words
from consent.models import Form, FormVersion, Request
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from uuid import UUID


YEAR: Final = 12


@dataclasses.dataclass(frozen=True, slots=True)
class FormRow:
    """A published version; its texts still hold placeholders."""

    id: UUID
    slug: str
    number: int
    language: str
    sha256: str
    source: FormSource

    @property
    def title(self) -> str:
        """Name the form in a list, where nobody is meant yet."""
        return self.titled("")

    def titled(self, recipient: str) -> str:
        """Name the form where it is known whom it is about."""
        instead = words(self.language).instead.recipient
        return self.source.title.replace("{recipient}", recipient or instead)

    @property
    def shares(self) -> bool:
        """Say whether it asks about a named recipient."""
        return any(clause.recipient == "named" for clause in self.source.clauses)

    @property
    def kind_words(self) -> str:
        """Say what kind of form it is."""
        return KINDS[self.source.kind]

    @property
    def language_word(self) -> str:
        """Name its language, in English as staff pages do."""
        known = LANG_INFO.get(self.language, {})
        return str(known.get("name", self.language))

    @property
    def recipient_kind(self) -> str:
        """Say what the recipient is likely to be, if the form says it."""
        kinds = (clause.recipient_kind for clause in self.source.clauses)
        return next((kind for kind in kinds if kind), "")

    @property
    def months(self) -> int:
        """Say for how many months a permission is proposed: the shortest of its clauses."""
        found = [one.ends.months for one in self.source.clauses if one.ends.months]
        return min(found, default=YEAR)


@lru_cache(maxsize=64)
def form_row(version_id: UUID) -> FormRow:
    """Give a published version; it never changes, so it is read once."""
    found = FormVersion.objects.select_related("form").filter(pk=version_id).first()
    if found is None:
        raise NotThere("consent_formversion", version_id)
    return _row(found)


def is_offered(version_id: UUID) -> bool:
    """Say whether clients are asked for the form of a version here."""
    return Form.objects.filter(versions=version_id, offered=True).exists()


def newest_like(version_id: UUID) -> FormRow:
    """Give the newest edition of the same form in the same language."""
    asked = form_row(version_id)
    found = FormVersion.objects.filter(form__slug=asked.slug, language=asked.language)
    return form_row(found.order_by("-number").values_list("pk", flat=True)[0])


def forms_for(client_id: UUID, language: str) -> list[FormRow]:
    """Give the newest version of each form in the client's language; the last used come first.

    A form that is not there in their language comes in English, or else in whatever there is.
    """
    newest: dict[str, FormVersion] = {}
    order = ("form__slug", "number")
    offered = FormVersion.objects.filter(form__offered=True)
    for version in offered.select_related("form").order_by(*order):
        held = newest.get(version.form.slug)
        if held is None or _fits(version, language) >= _fits(held, language):
            newest[version.form.slug] = version
    used = dict(
        Request.objects.filter(client_id=client_id)
        .values_list("version__form__slug")
        .annotate(last=Max("made_at"))
    )
    rows = [_row(version) for version in newest.values()]
    return sorted(rows, key=lambda row: (-_last(used.get(row.slug)), _place(row)))


def _last(used: datetime.datetime | None) -> float:
    return 0.0 if used is None else used.timestamp()


def _place(row: FormRow) -> tuple[int, str]:
    """Say where a form stands that was not used yet: what everybody needs comes first."""
    return list(KINDS).index(row.source.kind), row.slug


def _fits(version: FormVersion, language: str) -> int:
    """Say how well a version's language fits: the client's own, else English, else any other."""
    return 2 if version.language == language else int(version.language == ENGLISH)


def _row(version: FormVersion) -> FormRow:
    return FormRow(
        id=version.pk,
        slug=version.form.slug,
        number=version.number,
        language=version.language,
        sha256=version.sha256,
        source=decode(FormSource, version.source),
    )
