"""Letters of the planted past and letters sent just now stand in one outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counselling.local.outbox import letters

if TYPE_CHECKING:
    import pathlib

LETTER = "Subject: A message\nTo: mara@example.org\nDate: {date}\n\nHello.\n"


def test_a_letter_without_a_zone_stands_beside_one_with_a_zone(tmp_path: pathlib.Path) -> None:
    for number, date in enumerate(
        ("Sun, 22 Nov 2026 08:00:00 +0100", "Sun, 22 Nov 2026 08:00:00 -0000")
    ):
        (tmp_path / f"{number}.log").write_text(LETTER.format(date=date))
    assert [letter.at.hour for letter in letters(tmp_path) if letter.at] == [8, 8]
