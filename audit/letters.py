"""The mail witness: what stands in a letter, and what a saved mailbox testifies.

Anybody can write to an address, so a letter counts only if the log's own key signed what is in it.
"""

from __future__ import annotations

import bisect
import datetime
import email
import email.policy
import email.utils
import mailbox
import re
from email.message import EmailMessage
from typing import TYPE_CHECKING, Final

from audit import checkpoint
from audit.witness import Testimony

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Iterator

    from audit.checkpoint import Verify

SUBJECT: Final = "Checkpoint"
_NEVER: Final = datetime.datetime.min.replace(tzinfo=datetime.UTC)
_MBOX: Final = b"From "


def letters_of(path: pathlib.Path, name: str, public_key: bytes, verify: Verify) -> list[Testimony]:
    """Give the checkpoints of this log in a mailbox (mbox) or one letter (eml), the oldest first.

    Raises OSError for a file that cannot be read.
    """
    found = [
        Testimony(at, note)
        for at, note in map(_read, _letters(path))
        if checkpoint.verified(note, name, public_key, verify)
    ]
    return sorted(found, key=lambda one: one.at)


def joined(lines: list[Testimony], letters: Iterable[Testimony]) -> list[Testimony]:
    """Put letters among the lines of the file where they came; the order of the lines stays.

    An acknowledged restore in the file excuses what was said before it, in a letter too.
    """
    times: list[datetime.datetime] = []
    for one in lines:
        # a clock that was set back once must not put letters out of order for ever
        times.append(max(one.at, times[-1]) if times else one.at)
    whole = list(lines)
    for letter in letters:
        place = bisect.bisect_right(times, letter.at)
        times.insert(place, letter.at)
        whole.insert(place, letter)
    return whole


def _letters(path: pathlib.Path) -> Iterator[EmailMessage]:
    raw = path.read_bytes()
    if not raw.startswith(_MBOX):
        yield _parsed(raw)
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.keys():  # noqa: SIM118 a mailbox iterates over messages, not over keys
            yield _parsed(box.get_bytes(key))
    finally:
        box.close()


def _parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, EmailMessage, policy=email.policy.default)


def _read(letter: EmailMessage) -> tuple[datetime.datetime, str]:
    """Give when a letter was written and the note in it; nothing for a letter of another sort."""
    part = letter.get_body(preferencelist=("plain",))
    try:
        text = part.get_content() if part else ""
        at = email.utils.parsedate_to_datetime(str(letter["date"]))
    except (LookupError, ValueError, TypeError):
        return _NEVER, ""
    lines = re.sub(r"\r\n?", "\n", text).strip("\n")
    return at if at.tzinfo else at.replace(tzinfo=datetime.UTC), f"{lines}\n"
