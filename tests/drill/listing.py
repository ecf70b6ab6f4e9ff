"""The list of attacks on the log, and how one gets on it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.drill.log import Log

    Steps = Callable[[Log, bool], None]

WHOLE: Final = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Attack:
    """One attack, and what is said of it (a pattern; nothing where it is not found).

    `alone` is said without the witness, `exported` by the verifier of an export with the witness.
    `also` is what the report says even though the log is whole.
    """

    title: str
    steps: Steps
    found: str
    alone: str
    exported: str
    also: str = ""


ATTACKS: Final[list[Attack]] = []
UP_TO: Final = r"was changed, moved or put in, says"
OTHERWISE: Final = r"^entry 7 \(event .*\) is filed otherwise than its text says$"
NEVER: Final = "that this log never signed"
CUT: Final = "^entry 9 is missing, and all up to entry 12, says the witness$"


def attack(
    title: str, found: str, *, alone: str | None = None, exported: str = ".", also: str = ""
) -> Callable[[Steps], Steps]:
    """Put steps on the list; found alone as well unless said otherwise."""

    def listed(steps: Steps) -> Steps:
        said = found if alone is None else alone
        ATTACKS.append(Attack(title, steps, found, said, exported, also))
        return steps

    return listed
