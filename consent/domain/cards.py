"""What stands on a card that somebody carries with them: nothing on it says whose it is."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Card:
    """Steps with their lines, in the order in which they help, and the line that always answers."""

    steps: tuple[tuple[str, tuple[str, ...]], ...]
    crisis_line: str
    made_at: datetime
    zone: str
    title: str = "When it gets hard"
