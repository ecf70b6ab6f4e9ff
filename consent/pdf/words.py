"""What a document's template needs, in words: dates with their weekday, Markdown as HTML."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from consent.domain.copies import ConsentCopy
from consent.domain.documents import (
    PART_TWO,
    AddendumKind,
    AnsweredClause,
    ConsentDocument,
    DisclosureDocument,
    DocumentSource,
    Section,
    WithdrawalCertificate,
)
from consent.domain.drawing import path_of
from consent.domain.packs import NOT_YET
from consent.domain.prose import plain_to_html, to_html
from counselling import languages
from counselling.speech import say

ADDENDUM_WORDS: Mapping[AddendumKind, str] = {
    AddendumKind.CORRECTION: say("Correction"),
    AddendumKind.LATE_ENTRY: say("Late entry"),
    AddendumKind.ENTERED_IN_ERROR: say("Entered in error"),
}


def day(value: date) -> str:
    """Tuesday 3 November 2026."""
    return languages.day_in_words(value)


def moment(at: datetime, zone: str) -> str:
    """Tuesday 3 November 2026, 14:02:11 (Europe/Berlin, UTC+01:00)."""
    local = at.astimezone(ZoneInfo(zone))
    offset = f"{local:%z}"
    return f"{day(local)}, {local:%H:%M:%S} ({zone}, UTC{offset[:3]}:{offset[3:]})"


def minute(at: datetime, zone: str) -> str:
    """Tuesday 3 November 2026, 14:02, for where the zone is said elsewhere on the page."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local)}, {local:%H:%M}"


def happened_at(source: DocumentSource) -> datetime:
    """The instant a document is about: signed, shared or withdrawn."""
    match source:
        case ConsentDocument():
            return source.evidence.signed_at
        case DisclosureDocument():
            return source.shared_at
        case WithdrawalCertificate():
            return source.withdrawn_at


def page_of(source: DocumentSource) -> dict[str, Any]:
    """The context of the document's template."""
    at = happened_at(source)
    created = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    common = {"source": source, "created": created, "at": moment(at, source.zone)}
    common["on"] = minute(at, source.zone)
    match source:
        case ConsentDocument():
            return common | _consent(source)
        case DisclosureDocument():
            return common | _disclosure(source)
        case WithdrawalCertificate():
            return common | _withdrawal(source)


def _consent(source: ConsentDocument) -> dict[str, Any]:
    evidence = source.evidence
    accepted = evidence.online_accepted_at
    return {
        "drawing": path_of(evidence.drawing),
        "kept": list(enumerate(source.places[1:], start=2)),
        "text": _html(source.text, heading=3),
        "clauses": [_clause(each, source.zone) for each in source.clauses],
        "opened_at": moment(evidence.opened_at, source.zone),
        "signed_at_utc": f"{evidence.signed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "online_accepted_at": accepted and moment(accepted, source.zone),
    }


def _clause(clause: AnsweredClause, zone: str) -> dict[str, Any]:
    since = clause.since.astimezone(ZoneInfo(zone)) if clause.since else None
    return {
        "clause": clause,
        "since": day(since) if since else "",
        "ends": day(clause.until) if clause.until else clause.ends_with,
    }


def _disclosure(source: DisclosureDocument) -> dict[str, Any]:
    pack = source.pack
    return {
        "title": _blocks(pack.title),
        "not_yet": source.reference == NOT_YET,
        # kept in English, shown to its reader in theirs
        "redisclosure": gettext(pack.redisclosure),
        "part_two": PART_TWO if source.part_two else "",
        "sections": [_section(each, source.zone) for each in pack.sections],
    } | _ground(source)


def _ground(source: DisclosureDocument) -> dict[str, Any]:
    permission, basis = source.permission, source.basis
    if permission is None:
        return {"basis_stated_on": minute(basis.stated_at, source.zone) if basis else ""}
    return {
        "permission_signed_on": minute(permission.signed_at, source.zone),
        "permission_until": day(permission.until) if permission.until else "",
        "copy": permission.copy and _copy(permission.copy, source.zone),
    }


def _copy(copy: ConsentCopy, zone: str) -> dict[str, Any]:
    return {
        "said": copy,
        "ends": day(copy.until) if copy.until else copy.ends,
        "signed": [(one, minute(one.signed_at, zone)) for one in copy.signed],
    }


def _section(section: Section, zone: str) -> dict[str, Any]:
    kinds = {each.kind for each in section.addenda}
    return {
        "heading": _blocks(section.heading),
        "meta": section.meta,
        "text": _html(section.text, heading=4),
        "in_error": AddendumKind.ENTERED_IN_ERROR in kinds,
        "addenda": [
            {
                "kind": ADDENDUM_WORDS[each.kind],
                "author": each.author,
                "at": minute(each.signed_at, zone),
                "text": _html(each.text, heading=5),
            }
            for each in section.addenda
        ],
        "statements": [
            {
                "heading": each.heading,
                "by": each.by,
                "at": minute(each.at, zone),
                "text": _blocks(each.text),
            }
            for each in section.statements
        ],
    }


def _withdrawal(source: WithdrawalCertificate) -> dict[str, Any]:
    zone = source.zone
    return {
        "ended": [
            {
                "permission": each,
                "since": minute(each.since, zone),
                "ended": minute(each.ended_at, zone),
            }
            for each in source.ended
        ],
        "sent": [{"sent": each, "at": minute(each.at, zone)} for each in source.sent_before],
    }


def _html(markdown: str, *, heading: int) -> SafeString:
    return mark_safe(to_html(markdown, heading=heading))  # noqa: S308  sanitised by to_html


def _blocks(text: str) -> SafeString:
    return mark_safe(plain_to_html(text))  # noqa: S308  escaped by plain_to_html
