"""Draw growth curves as one SVG, both axes logarithmic, readable on light and on dark."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Steps = Sequence[tuple[int, dict[str, float]]]

PICTURE: Final = Path(__file__).with_name("growth.svg")
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 860, 520, 84, 64, 210, 64
# told apart by colour-blind eyes, on white and on black (Okabe and Ito)
COLOURS: Final = (
    "#999999", "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#b8a000",
)  # fmt: skip
DASHES: Final = ("", "6 3", "2 3")
_STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #1b1f24 }
.title { font-size: 17px; font-weight: 600 } .quiet { fill: #57606a }
.ground { fill: #ffffff } .grid { stroke: #d8dee4 } .curve { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .quiet { fill: #9198a1 }
  .ground { fill: #0d1117 } .grid { stroke: #30363d }
}
"""


def write(steps: Steps) -> None:
    """Keep the picture beside the results."""
    PICTURE.write_text(draw(steps), encoding="utf-8")


def draw(steps: Steps) -> str:
    """Give the picture: rows to the right, milliseconds upwards, a curve for each name."""
    names = list(steps[0][1])
    xs = [events for events, _ in steps]
    ys = [seconds * 1000 for _, found in steps for seconds in found.values()]
    plot = _Plot(_decades(xs), _decades(ys))
    curves = {name: [(x, found[name] * 1000) for x, found in steps] for name in names}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title desc">',
        '<title id="title">How long things take while the practice grows</title>',
        f'<desc id="desc">{_words(curves)}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="30">While the practice grows</text>',
        f'<text class="quiet" x="{LEFT}" y="50">median time, both axes logarithmic</text>',
        *plot.grid(),
        *_curves(plot, curves),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _decades(values: Iterable[float]) -> tuple[int, int]:
    found = list(values)
    low, high = math.floor(math.log10(min(found))), math.ceil(math.log10(max(found)))
    return low, max(high, low + 1)


class _Plot:
    """The field of the curves, from powers of ten to places in the picture."""

    def __init__(self, across: tuple[int, int], upwards: tuple[int, int]) -> None:
        self.across, self.upwards = across, upwards

    def x(self, value: float) -> float:
        low, high = self.across
        return LEFT + (math.log10(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        low, high = self.upwards
        return HEIGHT - BOTTOM - (math.log10(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def grid(self) -> list[str]:
        parts = []
        for power in range(self.across[0], self.across[1] + 1):
            x = f"{self.x(10.0**power):.1f}"
            parts.append(f'<path class="grid" d="M{x} {TOP}V{HEIGHT - BOTTOM}"/>')
            parts.append(
                f'<text class="quiet" x="{x}" y="{HEIGHT - BOTTOM + 20}" '
                f'text-anchor="middle">{10**power:,}</text>'
            )
        for power in range(self.upwards[0], self.upwards[1] + 1):
            y = self.y(10.0**power)
            parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            parts.append(
                f'<text class="quiet" x="{LEFT - 8}" y="{y + 4:.1f}" '
                f'text-anchor="end">{_duration(10.0**power)}</text>'
            )
        middle = (LEFT + WIDTH - RIGHT) / 2
        below = HEIGHT - 18
        parts.append(
            f'<text x="{middle:.0f}" y="{below}" text-anchor="middle">events in the log</text>'
        )
        return parts


def _curves(plot: _Plot, curves: dict[str, list[tuple[float, float]]]) -> list[str]:
    """Draw each curve with its name at its end, names pushed apart so that none covers another."""
    parts, free = [], math.inf
    ordered = sorted(enumerate(curves.items()), key=lambda one: one[1][1][-1][1])
    for place, (name, points) in ordered:
        colour = COLOURS[place % len(COLOURS)]
        dash = DASHES[place // len(COLOURS) % len(DASHES)]
        path = "L".join(f"{plot.x(x):.1f} {plot.y(y):.1f}" for x, y in points)
        end = plot.y(points[-1][1])
        free = min(free - 17, end + 4)
        parts += [
            f'<path class="curve" stroke="{colour}" stroke-dasharray="{dash}" d="M{path}"/>',
            *(
                f'<circle cx="{plot.x(x):.1f}" cy="{plot.y(y):.1f}" r="3" fill="{colour}"/>'
                for x, y in points
            ),
            f'<path stroke="{colour}" d="M{WIDTH - RIGHT + 2} {end:.1f}L{WIDTH - RIGHT + 14} '
            f'{free - 4:.1f}"/>',
            f'<text x="{WIDTH - RIGHT + 18}" y="{free:.1f}">{name}, '
            f"{_duration(points[-1][1])}</text>",
        ]
    return parts


def _duration(milliseconds: float) -> str:
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.3g} s"
    return f"{milliseconds:.3g} ms"


def _words(curves: dict[str, list[tuple[float, float]]]) -> str:
    """Say the picture to who does not see it."""
    said = [
        f"{name}: {_duration(points[0][1])} at {points[0][0]:,} events, "
        f"{_duration(points[-1][1])} at {points[-1][0]:,}"
        for name, points in curves.items()
    ]
    return ". ".join(said) + "."
