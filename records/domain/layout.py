"""Lay a record out anew as SOAP, DAP or BIRP: every line of it stays, under a heading that fits.

What has no heading of its own in the new structure keeps its name one level deeper, so that going
back to where one came from gives what was there.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from records.domain.notes import STRUCTURE_TEXTS, Structure

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADING: Final = re.compile(r"#{2,3} +(\w+) *")


def _titles(structure: Structure) -> tuple[str, ...]:
    return tuple(
        found[1]
        for line in STRUCTURE_TEXTS[structure].splitlines()
        if (found := _HEADING.fullmatch(line))
    )


TITLES: Final[Mapping[Structure, tuple[str, ...]]] = MappingProxyType(
    {structure: _titles(structure) for structure in Structure}
)
_KNOWN: Final = frozenset(title for titles in TITLES.values() for title in titles)
# what people came to, where a structure has no line for it; everything else is what was there
_CAME_OF_IT: Final = MappingProxyType({("Assessment", Structure.BIRP): "Response"})


def lay_out(text: str, to: Structure) -> str:
    """Give the same record under the headings of another structure."""
    before, parts = _parts(text.replace("\r\n", "\n"))
    if to is Structure.FREE:
        return _joined([before, *(_under("##", title, body) for title, body in parts if body)])
    sections: dict[str, list[str]] = {title: [] for title in TITLES[to]}
    for title, body in parts:
        if title in sections:
            sections[title].append(body)
        elif body:
            sections[_akin(title, to)].append(_under("###", title, body))
    laid = [f"## {title}\n\n{_joined(bodies)}\n" for title, bodies in sections.items()]
    return _joined([before, "\n".join(laid)], "\n\n")


def _akin(title: str, to: Structure) -> str:
    return _CAME_OF_IT.get((title, to), TITLES[to][0])


def _under(marks: str, title: str, body: str) -> str:
    return f"{marks} {title}\n\n{body}"


def _joined(pieces: list[str], by: str = "\n\n") -> str:
    return by.join(piece for piece in pieces if piece)


def _parts(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Take a record apart: what stands before any heading we know, then each with its lines."""
    before: list[str] = []
    parts: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        found = _HEADING.fullmatch(line)
        if found and found[1] in _KNOWN:
            parts.append((found[1], []))
        else:
            (parts[-1][1] if parts else before).append(line)
    return _trimmed(before), [(title, _trimmed(lines)) for title, lines in parts]


def _trimmed(lines: list[str]) -> str:
    """Leave out the empty lines around; those within are the writer's."""
    return re.sub(r"\A(?:[ \t]*\n)+|\s+\Z", "", "\n".join(lines))
