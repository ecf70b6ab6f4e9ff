"""How an event reads on a page: ids only, with labels put on by the apps that know them."""

from __future__ import annotations

import dataclasses
import datetime
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from audit.domain.kinds import Act, kinds
from audit.domain.text import instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Plain = str | int | bool | None
    Labels = Callable[[frozenset[UUID]], Mapping[UUID, str]]


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
    # a keyed hash, never the address itself
    address: str = ""
    # which stored values the event tells the fingerprint of
    sealed: Mapping[str, str] = dataclasses.field(default_factory=dict)
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
    detail, sealed = said.get("detail", {}), said.get("sealed", {})
    told = (*words.values(), said["kind"], said["outcome"], said["actor_kind"])
    if not all(isinstance(one, str) for one in told) or not (
        isinstance(detail, dict) and isinstance(sealed, dict)
    ):
        message = "This is no event of ours."
        raise TypeError(message)
    known = kinds().get(said["kind"])
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
        sealed=sealed,
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
    "address",
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
