"""A restore that people acknowledged, as a signed note for the witness; built, and parsed strictly.

<name of the log>/restore
<number of entries that were there after it, decimal>
<root hash of these, base64>
<number of entries the witness had seen before it, decimal>
<root hash of those, base64>
<id of the event that tells of it>
<instant, RFC 3339>

— <key name> <base64 of: key id (4 bytes), Ed25519 signature (64 bytes)>
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import re
from typing import TYPE_CHECKING, Final
from uuid import UUID

from audit import checkpoint
from audit.checkpoint import Malformed

if TYPE_CHECKING:
    from audit.checkpoint import Signer, Verify

SUFFIX: Final = "/restore"
_HASH: Final = 32
_NUMBER: Final = "0|[1-9][0-9]{0,18}"
_NOTE: Final = re.compile(
    rf"(?P<text>(?P<origin>[^\n]+){SUFFIX}\n(?P<kept>{_NUMBER})\n(?P<kept_root>[A-Za-z0-9+/=]+)\n"
    rf"(?P<seen>{_NUMBER})\n(?P<seen_root>[A-Za-z0-9+/=]+)\n(?P<event>[0-9a-f-]{{36}})\n"
    r"(?P<at>[0-9T:.+-]+)\n)"
    r"\n(?P<signatures>(?:\u2014 [^ \n]+ [A-Za-z0-9+/=]+\n)+)",
    re.ASCII,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Restore:
    """An older log was put back: `kept` entries are here, up to `seen` had been witnessed."""

    origin: str
    kept: int
    kept_root: bytes
    seen: int
    seen_root: bytes
    event: UUID
    at: datetime.datetime

    @property
    def text(self) -> str:
        """Write what is signed."""
        lines = (
            f"{self.origin}{SUFFIX}",
            str(self.kept),
            base64.b64encode(self.kept_root).decode(),
            str(self.seen),
            base64.b64encode(self.seen_root).decode(),
            str(self.event),
            self.at.astimezone(datetime.UTC).isoformat(),
        )
        return "".join(f"{line}\n" for line in lines)

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        return sentence(self.at, self.kept, self.seen)


def sentence(at: datetime.datetime, kept: int, seen: int) -> str:
    """Say what a restore cost, to be repeated as often as the log is verified."""
    several = seen > kept + 1
    gone = (
        f"entries {kept + 1} to {seen} of before are" if several else f"entry {seen} of before is"
    )
    return f"restored on {at:%Y-%m-%d}: {gone} not here"


def is_one(note: str) -> bool:
    """Say whether a note speaks of a restore, whoever signed it."""
    return note.partition("\n")[0].endswith(SUFFIX)


def parse(note: str) -> tuple[Restore, str]:
    """Read a note and the signatures under it; raises Malformed unless `text` could write it."""
    found = _NOTE.fullmatch(note)
    try:
        restore = _restore(found) if found else None
    except ValueError:
        restore = None
    if found is None or restore is None or restore.text != found["text"]:
        message = "This is no restore."
        raise Malformed(message)
    return restore, found["signatures"]


def _restore(found: re.Match[str]) -> Restore:
    return Restore(
        found["origin"],
        int(found["kept"]),
        checkpoint.decoded(found["kept_root"], _HASH),
        int(found["seen"]),
        checkpoint.decoded(found["seen_root"], _HASH),
        UUID(found["event"]),
        datetime.datetime.fromisoformat(found["at"]),
    )


def sign(restore: Restore, signer: Signer) -> str:
    """Write the signed note."""
    return checkpoint.sign_text(restore.text, signer)


def verified(note: str, name: str, public_key: bytes, verify: Verify) -> Restore | None:
    """Give the restore if that key signed it, else None."""
    try:
        restore, lines = parse(note)
        said = checkpoint.signatures(lines)
    except Malformed:
        return None
    good = checkpoint.signed_by(restore.text, said, name, public_key, verify)
    return restore if good and restore.origin == name else None
