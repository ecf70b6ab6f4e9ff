"""Forms, their versions and what is being written; how many hold which version, and never who."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection

from consent.domain.codec import decode
from consent.domain.form_source import KINDS, FormKind, FormSource
from consent.domain.writing import LANGUAGES, DraftState
from consent.models import Form, FormDraft, FormVersion
from consent.models.writing import OPEN
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version, as the list of a form shows it."""

    id: UUID
    number: int
    language: str
    title: str
    published_at: datetime.datetime
    holders: int
    newest: bool
    # none: it came with the product
    approved_by: UUID | None
    approved_at: datetime.datetime | None
    alone: bool
    writers: tuple[UUID, ...]

    @property
    def language_name(self) -> str:
        """Name its language."""
        return LANGUAGES.get(self.language, self.language)

    @property
    def name(self) -> str:
        """Name it by language and number."""
        return f"{self.language_name} {self.number}"

    @property
    def shipped(self) -> bool:
        """Say whether it came with the product."""
        return self.approved_by is None


@dataclasses.dataclass(frozen=True, slots=True)
class DraftRow:
    """A form in writing, with its words: no client is in them."""

    id: UUID
    form: UUID
    slug: str
    language: str
    source: FormSource
    revision: int
    state: DraftState
    writers: tuple[UUID, ...]
    saved_at: datetime.datetime
    handed_in_at: datetime.datetime | None
    handed_in_by: UUID | None
    sha256: str
    given_back: str
    follows: UUID | None
    version: UUID | None

    @property
    def language_name(self) -> str:
        """Name its language."""
        return LANGUAGES.get(self.language, self.language)

    @property
    def title(self) -> str:
        """Name it in a list, where nobody is meant yet."""
        return _titled(self.source.title)

    @property
    def waits(self) -> bool:
        """Say whether somebody has to look at it now."""
        return self.state is DraftState.WAITING


@dataclasses.dataclass(frozen=True, slots=True)
class FormCard:
    """A form with everything there is of it."""

    id: UUID
    slug: str
    title: str
    kind: str
    offered: bool
    versions: tuple[VersionRow, ...]
    drafts: tuple[DraftRow, ...]

    @property
    def newest(self) -> tuple[VersionRow, ...]:
        """Give the newest version in each language."""
        return tuple(one for one in self.versions if one.newest)

    @property
    def holders(self) -> int:
        """Count those who hold any version."""
        return sum(one.holders for one in self.versions)

    @property
    def holders_of_older(self) -> int:
        """Count those who hold one that a newer one has followed."""
        return sum(one.holders for one in self.versions if not one.newest)


def forms_here() -> list[FormCard]:
    """Give every form: what is asked first, then what is only being written."""
    held = _holders()
    versions: dict[UUID, list[FormVersion]] = {}
    for version in FormVersion.objects.select_related("draft__approval").order_by(
        "language", "-number"
    ):
        versions.setdefault(version.form_id, []).append(version)
    drafts: dict[UUID, list[FormDraft]] = {}
    for draft in FormDraft.objects.filter(OPEN).select_related("form", "version"):
        drafts.setdefault(draft.form_id, []).append(draft)
    cards = [
        _card(form, versions.get(form.pk, []), drafts.get(form.pk, []), held)
        for form in Form.objects.all()
    ]
    shown = [card for card in cards if card.versions or card.drafts]
    return sorted(shown, key=lambda card: (not card.offered, not card.versions, card.title))


def form_card(form_id: UUID) -> FormCard:
    """Give one form; raises NotThere if there is none."""
    form = Form.objects.filter(pk=form_id).first()
    if form is None:
        raise NotThere("consent_form", form_id)
    versions = form.versions.select_related("draft__approval").order_by("language", "-number")
    drafts = form.drafts.filter(OPEN).select_related("form", "version")
    return _card(form, versions, drafts, _holders())


def _card(
    form: Form,
    versions: Iterable[FormVersion],
    drafts: Iterable[FormDraft],
    held: dict[UUID, int],
) -> FormCard:
    rows, seen = [], set()
    for version in sorted(versions, key=lambda one: (one.language != "en", one.language)):
        rows.append(_version(version, held, newest=version.language not in seen))
        seen.add(version.language)
    titles = {row.language: row.title for row in rows if row.newest}
    writing = tuple(_draft(one) for one in drafts)
    title = (
        titles.get("en")
        or next(iter(titles.values()), "")
        or next((one.title for one in writing), form.title)
    )
    return FormCard(
        id=form.pk,
        slug=form.slug,
        title=_titled(title),
        kind=KINDS[FormKind(form.kind)],
        offered=form.offered,
        versions=tuple(rows),
        drafts=writing,
    )


def _version(version: FormVersion, held: dict[UUID, int], *, newest: bool) -> VersionRow:
    approval = version.draft.approval if version.draft else None
    return VersionRow(
        id=version.pk,
        number=version.number,
        language=version.language,
        title=_titled(version.title),
        published_at=version.published_at,
        holders=held.get(version.pk, 0),
        newest=newest,
        approved_by=approval.by if approval else None,
        approved_at=approval.at if approval else None,
        alone=bool(approval and approval.alone),
        writers=tuple(version.draft.writers) if version.draft else (),
    )


def _titled(title: str) -> str:
    return title.replace("{recipient}", "somebody else") or "No title yet"


def _draft(draft: FormDraft) -> DraftRow:
    made = getattr(draft, "version", None)
    return DraftRow(
        id=draft.pk,
        form=draft.form_id,
        slug=draft.form.slug,
        language=draft.language,
        source=decode(FormSource, draft.source),
        revision=draft.revision,
        state=DraftState(draft.state),
        writers=tuple(draft.writers),
        saved_at=draft.saved_at,
        handed_in_at=draft.handed_in_at,
        handed_in_by=draft.handed_in_by,
        sha256=draft.sha256,
        given_back=draft.given_back,
        follows=draft.follows_id,
        version=made.pk if made else None,
    )


def draft_row(draft_id: UUID) -> DraftRow:
    """Give a form in writing; raises NotThere if there is none."""
    found = FormDraft.objects.select_related("form", "version").filter(pk=draft_id).first()
    if found is None:
        raise NotThere("consent_formdraft", draft_id)
    return _draft(found)


def form_of(version_id: UUID) -> UUID:
    """Give the form a version is of; raises NotThere if there is none."""
    found = FormVersion.objects.filter(pk=version_id).values_list("form_id", flat=True).first()
    if found is None:
        raise NotThere("consent_formversion", version_id)
    return found


def drafts_waiting(person: UUID) -> list[tuple[UUID, datetime.datetime]]:
    """Give the forms that somebody could approve: they wrote no word of them; the oldest first."""
    waiting = FormDraft.objects.filter(state=DraftState.WAITING, handed_in_at__isnull=False)
    others = waiting.exclude(writers__contains=[person]).order_by("handed_in_at")
    return [(row, at) for row, at in others.values_list("id", "handed_in_at") if at]


def others_could_approve(writers: Collection[UUID]) -> bool:
    """Say whether anybody but its writers could approve a form."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_other_approver(%s)", [list(writers)])
        row = cursor.fetchone()
    return row is not None and bool(row[0])


def _holders() -> dict[UUID, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, clients FROM consent_holders()")
        return dict(cursor.fetchall())
