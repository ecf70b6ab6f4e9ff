"""What several people allow together: only what each of them said Yes to; the stricter wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def strictest(answers: Iterable[Mapping[str, bool]]) -> dict[str, bool]:
    """Join the answers of all who sign: one No, or one who did not answer, is a No (CC-20)."""
    said = list(answers)
    asked = {clause for one in said for clause in one}
    return {clause: all(one.get(clause, False) for one in said) for clause in sorted(asked)}
