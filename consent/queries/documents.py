"""Documents and disclosures, without a word of them, and what the sweeper has to send again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import DateTimeField, F, Func, Q

from consent.domain.answers import CATEGORY_WORDS
from consent.domain.covers import Category
from consent.domain.delivery import CHANNEL_WORDS
from consent.domain.states import DOCUMENT_WORDS, DocumentState
from consent.models import Disclosure, Document
from consent.queries.library import form_row
from counselling import db
from counselling.errors import NotThere
from counselling.speech import say

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from consent.queries.library import FormRow


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A PDF and where it stands."""

    id: UUID
    client: UUID
    kind: str
    state: DocumentState
    attempts: int
    made_at: datetime.datetime
    due_at: datetime.datetime
    sealed_at: datetime.datetime | None
    pdf_sha256: str
    request: UUID | None
    disclosure: UUID | None
    form: FormRow | None
    # whom it is about: the name is sealed
    recipient: UUID | None

    @property
    def title(self) -> str:
        """Name it in a list where nobody's name is opened."""
        return self.titled("")

    def titled(self, recipient: str) -> str:
        """Name it with whom it is about, so that two of a kind can be told apart."""
        what = _TITLES[self.kind]
        if self.form is not None:
            return say("%(what)s: %(title)s", what=what, title=self.form.titled(recipient))
        if recipient and self.disclosure:
            return say("What was shared with %(name)s", name=recipient)
        return what

    @property
    def ready(self) -> bool:
        """Say whether it can be downloaded."""
        return self.state is DocumentState.SEALED

    @property
    def chip(self) -> str:
        """Give the shape of its state."""
        return _CHIPS.get(self.state, "no")

    @property
    def word(self) -> str:
        """Say its state."""
        if self.state is DocumentState.RENDERING:
            return say("sealing, trying again") if self.attempts > 1 else DOCUMENT_WORDS[self.state]
        return DOCUMENT_WORDS[self.state]


_CHIPS: Final = {"sealed": "yes", "rendering": "wait", "failed": "alert"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRow:
    """What an accounting asks for; the recipient's name and address are sealed (DS-01)."""

    id: UUID
    client: UUID
    case: UUID
    # one of the two it rests on: the client's word, or what the law says
    consent: UUID | None
    basis: UUID | None
    recipient: UUID
    wording: UUID | None
    purpose: str
    categories: tuple[str, ...]
    channel: str
    level: str
    by: UUID
    at: datetime.datetime
    told_at: datetime.datetime
    content_sha256: str
    state: DocumentState
    notes: int
    # of how many sessions the attendance went
    sessions: int
    # only for who may read the notes in it
    document: DocumentRow | None

    @property
    def went(self) -> bool:
        """Say whether it left: a cancelled document never did."""
        return self.state is not DocumentState.CANCELLED

    @property
    def of_one_alone(self) -> bool:
        """Say whether notes went that their author keeps alone: only they open what went."""
        return Category.PROCESS_NOTES in self.categories

    @property
    def chip(self) -> str:
        """Give the shape of where its document stands."""
        return _CHIPS.get(self.state, "no")

    @property
    def word(self) -> str:
        """Say where its document stands."""
        return self.document.word if self.document else DOCUMENT_WORDS[self.state]

    @property
    def what(self) -> str:
        """Say what kinds of information it holds."""
        return ", ".join(str(CATEGORY_WORDS.get(one, one)) for one in self.categories)

    @property
    def how_much(self) -> str:
        """Say to staff how much it was: never "0 notes" of a letter or of dates."""
        if self.notes:
            return "1 note" if self.notes == 1 else f"{self.notes} notes"
        if self.sessions:
            return f"attendance at {self.sessions} session{'' if self.sessions == 1 else 's'}"
        return "a letter" if Category.SUMMARY in self.categories else self.what

    @property
    def way(self) -> str:
        """Say by which way it went."""
        return CHANNEL_WORDS.get(self.channel, self.channel)


_TITLES: Final = {
    "consent": say("Signed form"),
    "disclosure": say("What was shared"),
    "withdrawal": say("Confirmation"),
}


def document_row(document_id: UUID) -> DocumentRow:
    """Give a document; raises NotThere for a hidden one and for none alike."""
    found = _documents().filter(pk=document_id).first()
    if found is None:
        raise NotThere("consent_document", document_id)
    return row_of(found)


def documents_of(client_id: UUID, *, told: bool = False) -> list[DocumentRow]:
    """Give a client's documents, newest first; with `told` as the client may know them now."""
    found = _documents().filter(client_id=client_id)
    if told:
        found = found.annotate(known_at=_known_at("disclosure__id"))
        found = found.filter(Q(known_at=None) | Q(known_at__lte=db.now()))
    return [row_of(one) for one in found]


def row_of(one: Document) -> DocumentRow:
    """Give a document as pages may see it."""
    disclosure = getattr(one, "disclosure", None)
    return DocumentRow(
        id=one.pk,
        client=one.client_id,
        kind=one.kind,
        state=DocumentState(one.state),
        attempts=one.attempts,
        made_at=one.made_at,
        due_at=one.due_at,
        sealed_at=one.sealed_at,
        pdf_sha256=one.pdf_sha256,
        request=one.request_id,
        disclosure=None if disclosure is None else disclosure.pk,
        form=None if one.request is None else form_row(one.request.version_id),
        recipient=about.recipient_id if (about := disclosure or one.request) else None,
    )


def _documents() -> QuerySet[Document]:
    return Document.objects.select_related("disclosure", "request").order_by("-made_at")


def disclosure_row(disclosure_id: UUID) -> DisclosureRow:
    """Give a disclosure; raises NotThere for a hidden one and for none alike."""
    found = _rows(_disclosures().filter(pk=disclosure_id))
    if not found:
        raise NotThere("consent_disclosure", disclosure_id)
    return found[0]


def disclosures_of(client_id: UUID, *, told: bool = False) -> list[DisclosureRow]:
    """Give what was shared about a client, newest first; with `told` as the client may know now."""
    found = _disclosures().filter(client_id=client_id)
    if told:
        found = found.annotate(known_at=_known_at("id")).filter(known_at__lte=db.now())
    return _rows(found)


def disclosures_between(
    client_id: UUID, begin: datetime.datetime, end: datetime.datetime
) -> list[DisclosureRow]:
    """Give what was shared about a client from one instant to before another, oldest first."""
    found = _disclosures().filter(client_id=client_id, at__gte=begin, at__lt=end)
    return _rows(found.order_by("at"))


def told_at(disclosures: Iterable[UUID]) -> dict[UUID, datetime.datetime]:
    """Give from when the client may know of each, by the newest word about it."""
    found = Disclosure.objects.filter(pk__in=list(disclosures))
    return dict(found.annotate(known_at=_known_at("id")).values_list("pk", "known_at"))


def _known_at(disclosure: str) -> Func:
    """Ask the database, which knows of tellings and of what an official had suspended."""
    return Func(F(disclosure), function="consent_told_at", output_field=DateTimeField())


def disclosures_under(consent_ids: Iterable[UUID]) -> list[DisclosureRow]:
    """Give what was shared under some consents, oldest first."""
    return _rows(_disclosures().filter(consent_id__in=list(consent_ids)).order_by("at"))


def disclosures_among(disclosures: Iterable[UUID]) -> list[DisclosureRow]:
    """Give what went of these, newest first, as far as the actor sees it; the client, once told."""
    found = _rows(_disclosures().filter(pk__in=list(disclosures)))
    return [one for one in found if one.went]


def _disclosures() -> QuerySet[Disclosure]:
    return Disclosure.objects.order_by("-at")


def _rows(disclosures: QuerySet[Disclosure]) -> list[DisclosureRow]:
    """Put to each how it stands, for everybody, and its document, for who may open that."""
    found = list(disclosures)
    if not found:
        return []
    facts = _facts([one.pk for one in found])
    shown = {one.pk: one for one in _documents().filter(disclosure__in=found)}
    return [_disclosure(one, *facts[one.pk], shown.get(one.document_id)) for one in found]


def _facts(disclosures: list[UUID]) -> dict[UUID, tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT disclosure, state, notes FROM consent_disclosure_facts(%s)", [disclosures]
        )
        return {row: (state, notes) for row, state, notes in cursor.fetchall()}


def _disclosure(one: Disclosure, state: str, notes: int, shown: Document | None) -> DisclosureRow:
    return DisclosureRow(
        id=one.pk,
        client=one.client_id,
        case=one.case_id,
        consent=one.consent_id,
        basis=one.basis_id,
        recipient=one.recipient_id,
        wording=one.wording_id,
        purpose=one.purpose,
        categories=tuple(one.categories),
        channel=one.channel,
        level=one.level,
        by=one.by,
        at=one.at,
        told_at=one.told_at,
        content_sha256=one.content_sha256,
        state=DocumentState(state),
        notes=notes,
        sessions=len(one.sessions or ()),
        document=None if shown is None else row_of(shown),
    )


def why_not_now(disclosures: Iterable[UUID]) -> dict[UUID, str]:
    """Give of each disclosure why it may not be handed out now; empty where it may (CL-05).

    The one question of the gate, asked again: by the worker, and when a link is opened. What it
    rests on is locked until the transaction ends, so that nobody takes it back meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT disclosure, why FROM consent_disclosures_why_not(%s)", [list(disclosures)]
        )
        return {row: why or "" for row, why in cursor.fetchall()}


def frozen_now(disclosures: Iterable[UUID]) -> set[UUID]:
    """Give those that nobody is handed for now, because the log is not whole.

    What rests on an immediate danger is none of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_disclosures_frozen(%s)", [list(disclosures)])
        return {row for (row,) in cursor.fetchall()}


def due_documents() -> list[tuple[UUID, UUID]]:
    """Give document and client of every PDF that is due, for the sweeper; it sees no content."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT document, client FROM consent_due_documents()")
        return [(document, client) for document, client in cursor.fetchall()]
