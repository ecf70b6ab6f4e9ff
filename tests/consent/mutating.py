"""Breaks the text of a function of the database in every small way that could let something pass.

Each condition is taken away as a whole, each part of it that is joined by AND or OR by itself,
each comparison is moved to its edge and each length made one longer.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    r"--[^\n]*|'(?:[^']|'')*'|[A-Za-z_\"][\w.\"]*|:=|<@|&&|<>|<=|>=|->>|::|\|\||\S"
)
_OPENS: Final = {"WHEN", "IF", "WHERE", "ON", "SELECT", "RETURN", ":=", "(", ","}
_BOUNDS: Final = _OPENS - {"("} | {
    "THEN", "ELSE", "END", "ORDER", "GROUP", "LIMIT", "UNION", "FOR", "JOIN", "LEFT", "CROSS",
    "FROM", "LOOP", "RETURNING", "SET", "CASE", "INTO", "AS", ";", ",",
}  # fmt: skip
_EDGES: Final = {"<=": "<", "<": "<=", ">=": ">", ">": ">="}


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One rule broken in one way, as SQL that replaces the function."""

    name: str
    sql: str
    # a rule taken away, and not a part or an edge of one
    whole: bool = False


@dataclasses.dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int
    depth: int


@dataclasses.dataclass(frozen=True)
class _Change:
    """A place of the text and what stands there instead."""

    start: int
    end: int
    instead: str
    whole: bool = False


def mutants(name: str, definition: str) -> list[Mutant]:
    """Give every mutant of a function, each under a name of its own."""
    begin = definition.index("$function$") + len("$function$")
    tokens = list(_tokens(definition, begin))
    changes = {
        (one.start, one.end, one.instead): one
        for one in itertools.chain(_conditions(tokens), _edges(tokens))
    }
    counted: dict[str, int] = {}
    made = []
    for one in sorted(changes.values(), key=lambda found: (found.start, found.end)):
        was = " ".join(definition[one.start : one.end].split())
        said = f"{name}: {was} -> {one.instead}"
        counted[said] = counted.get(said, 0) + 1
        said += f" ({counted[said]})" if counted[said] > 1 else ""
        text = definition[: one.start] + one.instead + definition[one.end :]
        made.append(Mutant(said, text, one.whole))
    return made


def _tokens(text: str, begin: int) -> Iterator[_Token]:
    depth = 0
    for found in _TOKEN.finditer(text, begin, text.rindex("$function$")):
        word = found.group()
        if word.startswith("--"):
            continue
        depth -= word in {")", "]"}
        yield _Token(word, found.start(), found.end(), depth)
        depth += word in {"(", "["}


def _conditions(tokens: list[_Token]) -> Iterator[_Change]:
    for place, opens in enumerate(tokens):
        if not _begins(tokens, place):
            continue
        depth = opens.depth + (opens.text == "(")
        yield from _broken(opens.text, _inside(tokens, place + 1, depth), depth)


def _begins(tokens: list[_Token], place: int) -> bool:
    word, before = tokens[place].text, tokens[place - 1].text if place else ""
    if word == "ON":
        return before != "DISTINCT"
    return word in _OPENS and not (word == "IF" and before == "END")


def _inside(tokens: list[_Token], begin: int, depth: int) -> list[_Token]:
    """Give what a condition is made of, up to the word that ends it."""
    end = begin
    while end < len(tokens) and tokens[end].depth >= depth:
        one = tokens[end]
        distinct = one.text == "FROM" and tokens[end - 1].text == "DISTINCT"
        if one.depth == depth and one.text in _BOUNDS and not distinct:
            break
        end += 1
    return tokens[begin:end]


def _broken(opens: str, inside: list[_Token], depth: int) -> Iterator[_Change]:
    """Break one condition: as a whole where it decides, and each of its parts."""
    parts, joins = _parts(inside, depth)
    if not inside or (len(inside) == 1 and inside[0].text.startswith("'")):
        return
    if opens in {"WHEN", "IF"}:
        yield _Change(inside[0].start, inside[-1].end, "false", whole=True)
    if opens == "WHERE" and not joins:
        yield _Change(inside[0].start, inside[-1].end, "true")
    for place, part in enumerate(parts if joins else []):
        beside = set(joins[max(place - 1, 0) : place + 1])
        yield _Change(part[0].start, part[-1].end, "true" if "AND" in beside else "false")


def _parts(inside: list[_Token], depth: int) -> tuple[list[list[_Token]], list[str]]:
    parts: list[list[_Token]] = [[]]
    joins: list[str] = []
    between = False
    for one in inside:
        joined = one.depth == depth and one.text in {"AND", "OR"} and not between
        if one.depth == depth and one.text in {"BETWEEN", "AND"}:
            between = one.text == "BETWEEN"
        if joined:
            joins.append(one.text)
            parts.append([])
        else:
            parts[-1].append(one)
    return (parts, joins) if all(parts) else ([], [])


def _edges(tokens: list[_Token]) -> Iterator[_Change]:
    for before, one in itertools.pairwise(tokens):
        if one.text in _EDGES:
            yield _Change(one.start, one.end, _EDGES[one.text])
        length = re.fullmatch(r"'(\d+) (\w+)'", one.text)
        if before.text == "interval" and length:
            longer = f"'{int(length[1]) + 1} {length[2]}'"
            yield _Change(one.start, one.end, longer)
