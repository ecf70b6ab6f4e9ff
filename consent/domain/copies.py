"""What a recipient is shown of the ground: the one clause that was signed for it, or which law.

No other clause of the form is in it: what else a client decided is nobody else's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 the codec reads these from the hints


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Who signed and when; `signs_for` is the authority of a representative."""

    name: str
    signs_for: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentCopy:
    """The clause in the very words and the language in which it was signed (42 CFR 2.32(b))."""

    # of the sealed document of which this is a part
    reference: str
    language: str
    form: str
    number: int
    label: str
    sentence: str
    ends: str
    until: date | None
    signed: tuple[SignedBy, ...]
    # the exact text that was shown to whom it made a consent of
    text_sha256: str


@dataclass(frozen=True, slots=True)
class LegalGround:
    """What the law says where the client was not asked; never the facts of a danger."""

    reference: str
    sentence: str
    stated_at: datetime
    # which order or law it is, in its own words
    named: str = ""
