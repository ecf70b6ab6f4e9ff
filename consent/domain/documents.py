"""What a sealed document says, before it is laid out: all that is on its pages.

The three kinds are stored sealed as JSON and rendered by consent.pdf; consent and withdrawal are
also attached to their PDF unchanged.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from consent.domain.codec import DoesNotFit, decode, encode
from consent.domain.copies import ConsentCopy, LegalGround
from consent.domain.drawing import Stroke
from counselling.speech import say

FORMAT = "counselling-document/1"

# kept and hashed in English, shown in the language of the reader
REDISCLOSURE = say(
    "This information was shared with the written permission of the person it is about, for the "
    "purpose named here and for no other. Please do not pass it on without that person's "
    "permission, unless a law asks you to. Keep it safe, and destroy it when that purpose is met."
)[:]

REDISCLOSURE_BY_LAW = say(
    "This information was handed over because a law asked for it or allowed it, for the purpose "
    "named here and for no other. Please do not pass it on, unless a law asks you to. Keep it "
    "safe, and destroy it when that purpose is met."
)[:]

# the very words that 42 CFR 2.32(a)(2) gives; they stay English in every language (DS-02)
PART_TWO = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The practice as it is named on paper."""

    name: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what it says: one of the "in short" lines."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class AnsweredClause:
    """A clause, the sentence that is enforced, and the answer; no answer (None) counts as No."""

    code: str
    label: str
    sentence: str
    required: bool
    granted: bool | None
    if_no: str
    purpose: str
    recipient: str
    categories: tuple[str, ...]
    since: datetime | None
    until: date | None
    ends_with: str
    activity: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who signed, when, how we know, and what was shown (ES-04).

    `signs_for` is the authority of a representative, empty if the client signed. `drawing` is an
    extra beside the typed name; most leave it out.
    """

    signer: str
    signed_at: datetime
    signs_for: str
    identified_by: str
    opened_at: datetime
    request: str
    form: str
    form_number: int
    form_language: str
    form_sha256: str
    text_sha256: str
    online_accepted_at: datetime | None
    address_recorded: bool
    machine_recorded: bool
    drawing: tuple[Stroke, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentDocument:
    """A signed form; `shown` is the exact text the signer saw, hashed in the evidence (CC-21).

    Where several sign, `places` says who, in words, and `place` which of them this is: the first
    gets the pages, each further one a page that was kept in them (ES-12).
    """

    reference: str
    language: str
    zone: str
    practice: Letterhead
    client: str
    asked_by: str
    title: str
    in_short: tuple[Line, ...]
    text: str
    clauses: tuple[AnsweredClause, ...]
    closing: tuple[str, ...]
    shown: str
    evidence: Evidence
    place: int = 1
    places: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if text_sha256(self.shown) != self.evidence.text_sha256:
            raise DoesNotFit("the text shown does not have the hash that the evidence names")


class AddendumKind(StrEnum):
    """The three ways a signed note is added to; always shown under it, wherever it goes."""

    CORRECTION = "correction"
    LATE_ENTRY = "late_entry"
    ENTERED_IN_ERROR = "entered_in_error"


@dataclass(frozen=True, slots=True)
class SharedAddendum:
    """An addendum that travels with its note."""

    kind: AddendumKind
    author: str
    signed_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class SharedStatement:
    """A word about a note that travels with it: the client's, the refusal, what was replied."""

    heading: str
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that is shared, in Markdown: a note with its addenda, a summary, some dates."""

    heading: str
    meta: str
    text: str
    addenda: tuple[SharedAddendum, ...] = ()
    statements: tuple[SharedStatement, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """Exactly what goes; `records` composes it, `consent` decides whether it may go."""

    title: str
    to: str
    sections: tuple[Section, ...]
    redisclosure: str = REDISCLOSURE
    # at how many places a name or a passage was left out; each says so where it was
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class RecipientShown:
    """The recipient as printed."""

    name: str
    role: str
    organisation: str
    address: str


@dataclass(frozen=True, slots=True)
class Permission:
    """The consent a disclosure rests on: its sentence, when it was signed, until when it holds."""

    reference: str
    sentence: str
    signed_at: datetime
    until: date | None
    # as it was signed, where the law asks that a copy goes along (42 CFR 2.32(b))
    copy: ConsentCopy | None = None


@dataclass(frozen=True, slots=True)
class DisclosureDocument:
    """Information shared with a recipient under a consent, or on a legal basis."""

    reference: str
    language: str
    zone: str
    practice: Letterhead
    client: str
    recipient: RecipientShown
    purpose: str
    categories: tuple[str, ...]
    level: str
    channel: str
    shared_by: str
    shared_at: datetime
    permission: Permission | None
    pack: Pack
    # in place of a permission
    basis: LegalGround | None = None
    # records of treatment for the use of substances, which a law of their own protects
    part_two: bool = False


@dataclass(frozen=True, slots=True)
class EndedPermission:
    """A consent that has ended, in words."""

    label: str
    sentence: str
    recipient: str
    since: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class SentBefore:
    """A disclosure that happened before the end and cannot be called back."""

    at: datetime
    recipient: str
    what: str
    channel: str


@dataclass(frozen=True, slots=True)
class WithdrawalCertificate:
    """What the client stopped, when and how, and what had been sent before."""

    reference: str
    language: str
    zone: str
    practice: Letterhead
    client: str
    withdrawn_at: datetime
    how: str
    recorded_by: str
    ended: tuple[EndedPermission, ...]
    sent_before: tuple[SentBefore, ...]
    continues: tuple[str, ...]
    # a guardian is not told what went to whom, and so their confirmation does not say it
    tells_sent: bool = True


DocumentSource = ConsentDocument | DisclosureDocument | WithdrawalCertificate

KINDS: dict[str, type[DocumentSource]] = {
    "consent": ConsentDocument,
    "disclosure": DisclosureDocument,
    "withdrawal": WithdrawalCertificate,
}


def kind_of(source: DocumentSource) -> str:
    """The document's kind: consent, disclosure or withdrawal."""
    return next(kind for kind, made in KINDS.items() if isinstance(source, made))


def text_sha256(text: str) -> str:
    """The hash by which a shown text is known, over its UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_json(source: DocumentSource) -> dict[str, Any]:
    """JSON that from_json() turns back into an equal source."""
    return {"format": FORMAT, "kind": kind_of(source), "document": encode(source)}


def from_json(value: object) -> DocumentSource:
    """The source that to_json() wrote; anything else is refused."""
    if not isinstance(value, dict) or set(value) != {"format", "kind", "document"}:
        raise DoesNotFit("a document has exactly the fields format, kind and document")
    if value["format"] != FORMAT or value["kind"] not in KINDS:
        raise DoesNotFit("this format or kind of document is not known")
    return decode(KINDS[value["kind"]], value["document"])
