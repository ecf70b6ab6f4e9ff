"""Every pair of colours in use keeps its contrast, by day and by night."""

from __future__ import annotations

import pathlib
import re

import pytest

TOKENS = pathlib.Path(__file__).parents[2] / "static/css/tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\);")

GROUNDS = ("paper", "surface", "sunken")
WORDS = [
    *((word, ground) for word in ("ink", "muted", "accent", "stop") for ground in GROUNDS),
    *((word, "accent-soft") for word in ("ink", "muted", "accent")),
    *((word, f"{word}-soft") for word in ("calm", "care", "stop")),
    *(("ink", f"{soft}-soft") for soft in ("calm", "care", "stop")),
    ("calm", "surface"),
    ("calm", "paper"),
    ("care", "paper"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-deep"),
    ("accent-deep", "paper"),
    ("surface", "stop"),
]
EDGES = [(edge, ground) for edge in ("edge", "accent", "stop") for ground in GROUNDS]


def _colours(mode: int) -> dict[str, str]:
    everyday = TOKENS.read_text().split("@media")[0]
    return {found[1]: found[2 + mode] for found in PAIR.finditer(everyday)}


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, bright = sorted((_light(one), _light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.req("AX-17")
@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("word", "ground"), WORDS)
def test_words_can_be_read(mode: int, word: str, ground: str) -> None:
    colours = _colours(mode)
    assert _contrast(colours[word], colours[ground]) >= 4.5


@pytest.mark.req("AX-17")
@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_can_be_seen(mode: int, edge: str, ground: str) -> None:
    colours = _colours(mode)
    assert _contrast(colours[edge], colours[ground]) >= 3
