"""Read back what the demo would have sent: the files that Django's outbox of files writes."""

from __future__ import annotations

import dataclasses
import datetime
import email
import email.policy
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

BETWEEN: Final = b"\n" + b"-" * 79 + b"\n"
_NEVER: Final = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class Letter:
    """One message."""

    to: str
    subject: str
    at: datetime.datetime | None
    body: str


def letters(folder: Path) -> list[Letter]:
    """Give the messages in a folder, newest first; none if there is no folder yet."""
    found = [letter for path in folder.glob("*.log") for letter in _in_file(path)]
    return sorted(found, key=lambda letter: letter.at or _NEVER, reverse=True)


def _in_file(path: Path) -> Iterator[Letter]:
    for part in path.read_bytes().split(BETWEEN):
        if part.strip():
            yield _letter(email.message_from_bytes(part, policy=email.policy.default))


def _letter(message: EmailMessage) -> Letter:
    body = message.get_body(("plain",))
    try:
        at = parsedate_to_datetime(message["Date"])
        # a message that says "-0000" tells no zone: it is in UTC
        at = at if at.tzinfo else at.replace(tzinfo=datetime.UTC)
    except (TypeError, ValueError):
        at = None
    return Letter(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=at,
        body="" if body is None else str(body.get_content()).strip(),
    )
