"""What an event is: its kinds, its canonical text, and how it reads on a page."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Plain = str | int | bool | None
    Labels = Callable[[frozenset[UUID]], Mapping[UUID, str]]

SAFE_INTEGER: Final = 2**53 - 1
LONGEST: Final = 300
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNKEEPABLE: Final = re.compile(r"[\x00\ud800-\udfff]")
_CODE: Final = re.compile(r"[a-z][a-z0-9_.-]*")


class Act(enum.StrEnum):
    """The FHIR R5 actions: create, read, update, delete, execute."""

    CREATE = "C"
    READ = "R"
    UPDATE = "U"
    DELETE = "D"
    EXECUTE = "E"


@dataclasses.dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event; `sentence` follows the name of who acted: "opened a note"."""

    code: str
    action: Act
    sentence: str


class NotCanonical(ValueError):
    """A value that has no one way to be written."""


# -- kinds, each declared by the app that records it ---------------------------------------------

_kinds: Final[dict[str, EventKind]] = {}


def register(*kinds: EventKind) -> None:
    """Make kinds of events known; raises ValueError if a code is taken or badly formed."""
    for kind in kinds:
        if _CODE.fullmatch(kind.code) is None:
            message = f"{kind.code!r} is no code of an event: small letters, digits, . - _"
            raise ValueError(message)
        if _kinds.setdefault(kind.code, kind) != kind:
            message = f"Two kinds of event share the code {kind.code!r}."
            raise ValueError(message)


def kinds() -> Mapping[str, EventKind]:
    """Give every kind that is known, by code."""
    return MappingProxyType(_kinds)


REFUSED: Final = EventKind("refused", Act.EXECUTE, "was refused")
TRAIL_READ: Final = EventKind("audit.trail.read", Act.READ, "reviewed the trail")
OPENINGS_READ: Final = EventKind("audit.openings.read", Act.READ, "looked at who opened the file")
TRAIL_VERIFIED: Final = EventKind("audit.trail.verified", Act.EXECUTE, "verified the log")
TRAIL_EXPORTED: Final = EventKind("audit.trail.exported", Act.READ, "exported the log")
LOG_RESTORED: Final = EventKind(
    "audit.log.restored", Act.EXECUTE, "acknowledged that an older log was put back"
)
KEY_DESTROYED: Final = EventKind("key.destroyed", Act.DELETE, "destroyed a key for good")
register(KEY_DESTROYED)
KEYS_REWRAPPED: Final = EventKind("keys.rewrapped", Act.UPDATE, "wrapped the keys anew")
KEYS_ROTATED: Final = EventKind("keys.rotated", Act.UPDATE, "gave every keyholder a new key")
RESEALED: Final = EventKind("keys.resealed", Act.UPDATE, "sealed stored values with newer keys")
RESEALING_DONE: Final = EventKind("keys.done", Act.UPDATE, "sealed all with the new keys")
register(
    REFUSED,
    TRAIL_READ,
    OPENINGS_READ,
    TRAIL_VERIFIED,
    TRAIL_EXPORTED,
    LOG_RESTORED,
    KEYS_REWRAPPED,
    KEYS_ROTATED,
    RESEALED,
    RESEALING_DONE,
)


# why an older log was put back: codes, since a log holds no sentence of anybody's
RESTORE_REASONS: Final = ("hardware", "mistake", "attack", "move", "rehearsal")


# -- canonical text: RFC 8785 without floats ------------------------------------------------------


def canonical(value: object) -> str:
    """Write strings, whole numbers, booleans, null, lists and objects in the one RFC 8785 way.

    Raises NotCanonical for anything else, and for text PostgreSQL cannot keep.
    """
    _check(value)
    return _encode(value)


_encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _check(value: object) -> None:
    match value:
        case None:
            pass
        case str():
            _check_text(value)
        case int():  # booleans are whole numbers too
            _check_number(value)
        case list():
            for inner in value:
                _check(inner)
        case dict():
            _check_object(value)
        case _:
            message = f"{type(value).__name__} has no canonical form."
            raise NotCanonical(message)


def _check_object(value: dict[object, object]) -> None:
    for key, inner in value.items():
        _check_key(key)
        if type(inner) is str:  # nearly all there is
            _check_text(inner)
        else:
            _check(inner)


def _check_number(number: int) -> None:
    if abs(number) > SAFE_INTEGER:
        message = "The number is too large for every reader of JSON."
        raise NotCanonical(message)


def _check_text(text: str) -> None:
    if not (text.isascii() and "\x00" not in text) and _UNKEEPABLE.search(text):
        message = "Text with NUL or half a character cannot be kept."
        raise NotCanonical(message)


def _check_key(key: object) -> None:
    # ASCII keys sort alike by code point and by UTF-16, which RFC 8785 demands
    if not isinstance(key, str) or not key.isascii() or "\x00" in key:
        message = f"{key!r} is no key of an event."
        raise NotCanonical(message)


def clean(text: str) -> str:
    """Replace what a log must not hold (controls, line ends, half characters) and cut (AT-09)."""
    if text.isascii() and text.isprintable():
        return text[:LONGEST]
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text[:LONGEST])


def instant(at: datetime.datetime) -> str:
    """Write an instant as UTC with microseconds, the form the CHECK in the table reads."""
    utc = at.astimezone(datetime.UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds") + "Z"


def sealed_name(name: str, about: tuple[str, UUID] | None) -> str:
    """Spell which value a fingerprint is of as "table/row/column".

    `name` is a column of the row the event is about, or "table.column" of a row with the same
    id, or already spelt in full. Raises ValueError if the row is not said.
    """
    if name.count("/") == 2:  # noqa: PLR2004 the three parts
        return name
    if about is None:
        message = f"Which row is {name!r} of? Say what the event is about."
        raise ValueError(message)
    table, _, column = name.rpartition(".")
    return f"{table or about[0]}/{about[1]}/{column}"


# -- how an event reads ---------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as a page shows it; ids only, with labels put on by the apps that know them."""

    id: UUID
    when: datetime.datetime
    kind: str
    action: Act
    sentence: str
    outcome: str
    who: UUID
    who_kind: str
    role: str
    who_label: str = ""
    client: UUID | None = None
    clients: tuple[UUID, ...] = ()
    case: UUID | None = None
    case_label: str = ""
    thing: str = ""
    row: UUID | None = None
    rows: tuple[UUID, ...] = ()
    relation: str = ""
    purpose: str = ""
    reason: str = ""
    reason_hash: str = ""
    session: str = ""
    request: str = ""
    detail: Mapping[str, Plain] = dataclasses.field(default_factory=dict)

    @property
    def cursor(self) -> str:
        """Where the page after this entry begins."""
        return cursor(self.when, self.id)


# what reading an event raises that no program of ours wrote: SQL injected can write any
NOT_OURS: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def entry(payload: str) -> Entry:
    """Read an event's text back; raises one of NOT_OURS for what the program never writes."""
    said: dict[str, Any] = json.loads(payload)
    words = {name: said.get(name, "") for name in _WORDS}
    detail = said.get("detail", {})
    told = (*words.values(), said["kind"], said["outcome"], said["actor_kind"])
    if not all(isinstance(one, str) for one in told) or not isinstance(detail, dict):
        message = "This is no event of ours."
        raise TypeError(message)
    known = _kinds.get(said["kind"])
    return Entry(
        id=UUID(said["id"]),
        when=datetime.datetime.fromisoformat(said["at"]),
        kind=said["kind"],
        action=Act(said["act"]),
        sentence=known.sentence if known else said["kind"],
        outcome=said["outcome"],
        who=UUID(said["actor"]),
        who_kind=said["actor_kind"],
        client=_uuid(said.get("client")),
        clients=tuple(map(UUID, said.get("clients", ()))),
        case=_uuid(said.get("case")),
        row=_uuid(said.get("row")),
        rows=tuple(map(UUID, said.get("rows", ()))),
        detail=detail,
        **words,
    )


def unreadable(at: datetime.datetime, event: UUID, actor: UUID) -> Entry:
    """Give what a page shows of an event that is none of ours, so that it hides no other."""
    return Entry(
        id=event,
        when=at,
        kind="",
        action=Act.EXECUTE,
        sentence="left an event that is none of ours",
        outcome="failed",
        who=actor,
        who_kind="",
        role="",
    )


_WORDS: Final = (
    "role", "thing", "relation", "purpose", "reason", "reason_hash", "session", "request",
)  # fmt: skip


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def cursor(at: datetime.datetime, row: UUID) -> str:
    """Write where a page begins."""
    return f"{instant(at)}~{row}"


def parse_cursor(cursor: str) -> tuple[datetime.datetime, UUID] | None:
    """Read where a page begins; None for anything that is no cursor."""
    when, _, row = cursor.partition("~")
    try:
        at, known = datetime.datetime.fromisoformat(when), UUID(row)
    except ValueError:
        return None
    return (at, known) if at.tzinfo else None


_labels: Final[dict[str, Labels]] = {}


def register_labels(thing: str, labels: Labels) -> None:
    """Say how ids of a `thing` ("person", "case") are shown; the log itself knows no names."""
    _labels[thing] = labels


def labelled(entries: Iterable[Entry]) -> list[Entry]:
    """Put people's names and cases' references on entries, one question for each."""
    found = list(entries)
    people = _ask("person", frozenset(one.who for one in found))
    cases = _ask("case", frozenset(one.case for one in found if one.case))
    return [
        dataclasses.replace(
            one,
            who_label=people.get(one.who) or WITHOUT_NAME.get(one.who_kind, one.role),
            case_label=cases.get(one.case, "") if one.case else "",
        )
        for one in found
    ]


WITHOUT_NAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "service": "The system",
        "anonymous": "Somebody not signed in",
        "link": "The holder of a link",
        "recipient": "Somebody something was shared with",
        "client": "The client",
    }
)


def _ask(thing: str, ids: frozenset[UUID]) -> Mapping[UUID, str]:
    labels = _labels.get(thing)
    return labels(ids) if labels and ids else {}


# -- what the verifier compares with the rows themselves ------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose every stored value is named, with its hash, by the newest event about it."""

    table: str
    column: str
    kept: bool


_sealed_columns: Final[dict[tuple[str, str], SealedColumn]] = {}


def register_fingerprints(table: str, *columns: str, kept: bool = False) -> None:
    """Have the verifier compare the columns' stored values with the newest event's hash.

    `kept` says that rows stay: one that is named by an event and gone is a finding. Columns that
    change without an event (a draft between two events) are not registered.
    """
    for column in columns:
        _sealed_columns[table, column] = SealedColumn(table, column, kept)


def sealed_columns() -> list[SealedColumn]:
    """Give every column the verifier compares."""
    return list(_sealed_columns.values())
