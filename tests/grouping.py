"""Which tests of a run stay together: those whose files name the same `xdist_group`.

pytest 9.2 made the ids of tests unchangeable, and pytest-xdist 3.8 hands its groups on in them:
grouped tests were spread over all workers without a word, and what a group shares was set up in
each (pytest-xdist, issue 1386). The file of a test says the group just as well.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pathlib

    import pytest

_GROUP: Final = re.compile(r'^pytestmark = .*xdist_group\("(\w+)"\)', re.MULTILINE)


@functools.cache
def group_of(file: pathlib.Path) -> str | None:
    """Give the group a file of tests names for all it holds."""
    found = _GROUP.search(file.read_text())
    return found[1] if found else None


class Grouped(LoadScopeScheduling):
    """Gives a worker a whole group, and every other test to whoever is free."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        self._root = config.rootpath

    def _split_scope(self, nodeid: str) -> str:
        return group_of(self._root / nodeid.split("::", maxsplit=1)[0]) or nodeid
