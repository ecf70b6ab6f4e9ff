"""How much is planted: caseloads are numbered, and a larger size goes on where a smaller ended."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """So many counsellors with so many clients each, and how much was written and looked at.

    A session that took place leaves one note and five events; `looks` adds readings to each.
    """

    counsellors: int
    clients: int
    sessions: int
    looks: int
    agreements: int


SIZES: Final[Mapping[str, Size]] = MappingProxyType({
    # for tests
    "tiny": Size(counsellors=5, clients=3, sessions=4, looks=5, agreements=1),
    # 10,000 notes, 60,000 events
    "small": Size(counsellors=20, clients=25, sessions=22, looks=0, agreements=3),
    # 100,000 notes, a million events
    "large": Size(counsellors=200, clients=25, sessions=22, looks=5, agreements=3),
})  # fmt: skip
# the largest caseload of any size: what is numbered by it stays the same in every size
MOST_CLIENTS: Final = 100
