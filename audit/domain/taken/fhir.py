"""An event as FHIR R5 says it: one AuditEvent of a Bundle, by the patterns of IHE BALP.

BALP's profiles are of R4 and name things otherwise, so events follow its patterns and claim none of
its profiles. People and things are told by their ids, as logical references: the log knows no more.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from audit.domain.taken import codes
from audit.domain.text import canonical, instant

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from audit.domain.entries import Entry
    from audit.domain.taken.codes import Coding

_URI: Final = "urn:ietf:rfc:3986"
# what a row of a table is among the kinds of things FHIR knows
_THINGS: Final[Mapping[str, str]] = {
    "accounts_account": "Practitioner",
    "clients_case": "EpisodeOfCare",
    "clients_client": "Patient",
    "consent_consent": "Consent",
    "consent_document": "DocumentReference",
    "consent_request": "Task",
    "records_addendum": "DocumentReference",
    "records_note": "DocumentReference",
    "records_processnote": "DocumentReference",
    "records_session": "Encounter",
}
_WHO: Final[Mapping[str, str]] = {
    "staff": "Practitioner",
    "client": "Patient",
    "recipient": "RelatedPerson",
    "service": "Device",
}
_REQUEST: Final = "consent_request"


def begin(at: datetime.datetime, number: UUID) -> str:
    """Begin a bundle; its first entry follows without a comma."""
    head = {
        "resourceType": "Bundle",
        "identifier": _identifier(number),
        "type": "collection",
        "timestamp": instant(at),
    }
    return json.dumps(head, ensure_ascii=False)[:-1]


def end(*, empty: bool) -> str:
    """End it; a list without entries is none in FHIR."""
    return "}\n" if empty else "\n]}\n"


def event(entry: Entry, clients: Mapping[UUID, str], *, first: bool) -> str:
    """Write one entry; `clients` are references by which clients are called."""
    made = {"fullUrl": f"urn:uuid:{entry.id}", "resource": resource(entry, clients)}
    joint = ', "entry": [\n' if first else ",\n"
    return joint + json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def resource(entry: Entry, clients: Mapping[UUID, str]) -> dict[str, Any]:
    """Give the AuditEvent of an event."""
    category, said = codes.classed(entry)
    own = (codes.OURS, entry.kind or "unreadable", entry.sentence)
    made = {
        "resourceType": "AuditEvent",
        "id": str(entry.id),
        "category": [_concept(category)],
        "code": _concept(*said, own),
        "action": entry.action.value,
        "severity": codes.severity(entry),
        "occurredDateTime": instant(entry.when),
        "recorded": instant(entry.when),
        "outcome": _outcome(entry),
        "authorization": [_authorisation(entry)],
        "basedOn": [_logical("Task", entry.row)] if entry.thing == _REQUEST else None,
        "patient": _patient(entry.client, clients) if entry.client else None,
        "encounter": _logical("Encounter", entry.row) if _is(entry, "Encounter") else None,
        "agent": list(_agents(entry)),
        "source": {
            "observer": {"type": "Device", "display": "the practice's own log"},
            "type": [_concept(codes.SERVER)],
        },
        "entity": list(_entities(entry, clients)),
    }
    found: dict[str, Any] = _without_nothing(made)
    return found


def _outcome(entry: Entry) -> dict[str, Any]:
    told = codes.OUTCOMES.get(entry.outcome, codes.OUTCOMES["failed"])
    return {
        "code": _coding(told),
        "detail": [{"text": entry.reason}] if entry.outcome != "ok" and entry.reason else None,
    }


def _authorisation(entry: Entry) -> dict[str, Any]:
    """Give the purpose of use; the log's own words for it stand beside."""
    words = [word for word in (entry.relation, entry.purpose, _reason(entry)) if word]
    return _concept(codes.authorised(entry)) | {"text": ", ".join(words)}


def _reason(entry: Entry) -> str:
    """A reason is why it was done, where it is not why it was refused."""
    return entry.reason if entry.outcome == "ok" else ""


def _agents(entry: Entry) -> Iterator[dict[str, Any]]:
    """Give who acted, from where; what left the house also says that the house let it go."""
    yield {
        "type": _concept(codes.agent_type(entry)),
        "role": [{"text": entry.role}] if entry.role else None,
        "who": _logical(_WHO.get(entry.who_kind, ""), entry.who) | {"display": entry.who_label},
        "requestor": True,
        # a hash made with a key of the practice: alike for one address, and no address
        "networkString": entry.address,
        "authorization": [_concept(codes.authorised(entry))],
    }
    if codes.classed(entry)[0] == codes.EXPORT:
        yield {
            "type": _concept((codes.DCM, "110153", "Source Role ID")),
            "who": {"type": "Device", "display": "the practice's own system"},
            "requestor": False,
        }


def _entities(entry: Entry, clients: Mapping[UUID, str]) -> Iterator[dict[str, Any]]:
    """Give what an event is about: people under care, case, thing, rows, request, sitting."""
    for person in sorted({*entry.clients, *([entry.client] if entry.client else [])}, key=str):
        yield _entity(codes.OF_PATIENT, _patient(person, clients), codes.RESTRICTED)
    if entry.case:
        case = _logical("EpisodeOfCare", entry.case) | {"display": entry.case_label}
        yield _entity(codes.OF_RESOURCE, case, codes.RESTRICTED)
    if entry.row:
        yield _thing(entry)
    for row in entry.rows:
        yield _entity(codes.OF_RESOURCE, _logical("", row))
    if codes.classed(entry)[0] == codes.QUERY:
        # the words looked for are in no log; what was looked through is
        asked = base64.b64encode(canonical(dict(entry.detail)).encode()).decode()
        yield {"role": _concept(codes.OF_QUERY), "query": asked}
    if entry.request:
        yield _entity(codes.OF_REQUEST, _named("request", entry.request))
    if entry.session:
        yield _entity(codes.OF_RESOURCE, _named("sitting", entry.session))


def _thing(entry: Entry) -> dict[str, Any]:
    """Give the row an event is about, with the hash of each stored value it tells of."""
    about = _logical(_THINGS.get(entry.thing, ""), entry.row) | {"display": entry.thing}
    details = [_detail("SHA-256", f"{name} {value}") for name, value in entry.sealed.items()]
    details += [_detail(name, value) for name, value in entry.detail.items() if value is not None]
    label = codes.RESTRICTED if entry.client or entry.clients or entry.case else None
    return _entity(codes.OF_RESOURCE, about, label) | {"detail": details}


def _detail(name: str, value: object) -> dict[str, Any]:
    # a truth is no number here, though it is one in Python
    kind = {bool: "valueBoolean", int: "valueInteger"}.get(type(value), "valueString")
    large = isinstance(value, int) and abs(value) >= 2**31
    return {"type": {"text": name}, **({"valueString": str(value)} if large else {kind: value})}


def _entity(role: Coding, what: dict[str, Any], label: Coding | None = None) -> dict[str, Any]:
    return {
        "what": what,
        "role": _concept(role),
        "securityLabel": [_concept(label)] if label else None,
    }


def _patient(person: UUID, clients: Mapping[UUID, str]) -> dict[str, Any]:
    return _logical("Patient", person) | {"display": clients.get(person, "")}


def _logical(kind: str, row: UUID | None) -> dict[str, Any]:
    return {"type": kind, "identifier": _identifier(row)} if row else {}


def _identifier(row: UUID) -> dict[str, str]:
    return {"system": _URI, "value": f"urn:uuid:{row}"}


def _named(of: str, word: str) -> dict[str, Any]:
    return {"identifier": {"system": f"urn:counselling:{of}", "value": word}}


def _is(entry: Entry, kind: str) -> bool:
    return entry.row is not None and _THINGS.get(entry.thing) == kind


def _concept(*said: Coding) -> dict[str, Any]:
    return {"coding": [_coding(one) for one in said]}


def _coding(said: Coding) -> dict[str, str]:
    system, code, display = said
    return {"system": system, "code": code, "display": display}


def _without_nothing(value: Any) -> Any:
    """Leave out what says nothing, all the way down: FHIR has no empty values."""
    if isinstance(value, dict):
        kept = {name: _without_nothing(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one not in ("", None, [], {})}
    if isinstance(value, list):
        return [_without_nothing(one) for one in value]
    return value
