"""A drawn signature: strokes of whole numbers on a small grid, and nothing else of what was sent.

What a browser sends is never kept or shown. It is read as numbers, bounded, and drawn anew here;
how fast or how hard somebody drew is not asked and not kept (ES-20).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, NoReturn

from counselling.errors import Invalid
from counselling.speech import say

WIDTH: Final = 1000
HEIGHT: Final = 300
MOST_TYPED: Final = 40_000
MOST_STROKES: Final = 60
MOST_NUMBERS: Final = 8_000
# less than this is a slip of the finger
LEAST_NUMBERS: Final = 6


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line without lifting the pen: x and y in turn."""

    points: tuple[int, ...]


def read_drawing(sent: str) -> tuple[Stroke, ...]:
    """Give the strokes of `[[x, y, x, y, …], …]`, nothing for nothing; raises Invalid otherwise."""
    if not sent.strip():
        return ()
    strokes = _parsed(sent)
    if not isinstance(strokes, list) or not 0 < len(strokes) <= MOST_STROKES:
        _refuse()
    drawn = tuple(_stroke(each) for each in strokes)
    if not LEAST_NUMBERS <= sum(len(each.points) for each in drawn) <= MOST_NUMBERS:
        _refuse()
    return drawn


def path_of(drawing: tuple[Stroke, ...]) -> str:
    """Give the drawing as an SVG path, made of our own letters and whole numbers only."""
    return " ".join(_line(stroke.points) for stroke in drawing)


def _parsed(sent: str) -> object:
    if len(sent) > MOST_TYPED:
        _refuse()
    try:
        return json.loads(sent, parse_constant=_refuse, parse_float=_refuse)
    except (ValueError, RecursionError):
        _refuse()


def _stroke(value: object) -> Stroke:
    if not isinstance(value, list) or len(value) < 2 or len(value) % 2:  # noqa: PLR2004 a point is two numbers
        _refuse()
    for at, number in enumerate(value):
        if type(number) is not int or not 0 <= number <= (HEIGHT if at % 2 else WIDTH):
            _refuse()
    return Stroke(tuple(value))


def _line(points: tuple[int, ...]) -> str:
    first, *others = zip(points[::2], points[1::2], strict=True)
    # a dot is a line to itself, which a round pen shows
    return f"M{first[0]} {first[1]}" + "".join(f"L{x} {y}" for x, y in others or [first])


def _refuse(_: object = None) -> NoReturn:
    raise Invalid(
        say(
            "The drawing could not be read. "
            "Draw it again, or leave it out: your typed name is enough."
        ),
        "drawing",
    )
