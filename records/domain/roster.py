"""Who is on the roster of a session, and their names where a group's shared part has none."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from audit.domain import Act, EventKind, register
from clients.domain import CaseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# what several people said together: a roster, a shared part and a part for each of them
SEVERAL: Final = frozenset({CaseKind.COUPLE, CaseKind.FAMILY, CaseKind.GROUP})
# letters with the marks that stand above and below them; an apostrophe or a hyphen parts words
_WORD: Final = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")
# finds the same words sooner, where a text holds neither of what tells the two apart
_PLAIN_WORD: Final = re.compile(r"\w+")
_NOT_PLAIN: Final = re.compile("[_\u0300-\u036f]")
_SHORTEST: Final = 2
# so short a name is also an everyday word in some language: it counts where it is written large
_SHORT: Final = 3


CO_LEADER_ADDED: Final = EventKind("session.co-leader-added", Act.UPDATE, "added a co-leader")
CO_LEADER_REMOVED: Final = EventKind(
    "session.co-leader-removed", Act.UPDATE, "took a co-leader back"
)
register(CO_LEADER_ADDED, CO_LEADER_REMOVED)


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Named:
    """A passage that names somebody: from where, until where."""

    start: int
    end: int


def has_roster(kind: str) -> bool:
    """Say whether the sessions of such a case are of several people."""
    return kind in SEVERAL


def without_names(kind: str) -> bool:
    """Say whether the shared part of such a case is to be without its members' names."""
    return kind == CaseKind.GROUP


def spellings(names: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Give what to look for, each a run of folded words: whole names, and the words in them.

    A word of a longer name counts alone only if it is written large: "Berg", not "van der".
    """
    found: set[tuple[str, ...]] = set()
    for name in names:
        words = [name[one.start : one.end] for one in _words(name)]
        found.add(tuple(map(folded, words)))
        found |= {(folded(word),) for word in words if word[:1].isupper()}
    return frozenset(run for run in found if run and len("".join(run)) >= _SHORTEST)


class LookedFor:
    """Spellings made ready to be found in one text after the other; each word is folded once."""

    def __init__(self, spellings: Iterable[tuple[str, ...]]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        self._folded: dict[str, str] = {}
        # what begins no spelling: most of what anybody writes
        self._others: set[str] = set()
        for run in sorted(spellings, key=len, reverse=True):
            for first in {run[0], f"{run[0]}s"} if len(run) == 1 else {run[0]}:
                self._by_first.setdefault(first, []).append(run)

    def found_in(self, text: str) -> Iterator[tuple[Named, tuple[str, ...]]]:
        """Give the passages of a text that hold one of the spellings, each with which."""
        if not self._begins_in(text):
            return
        words = list(_word_in(text).finditer(text))
        said = [self._fold(one[0]) for one in words]
        after = 0
        for place, word in enumerate(said):
            runs = self._by_first.get(word)
            if runs is None or place < after:
                continue
            run = next((run for run in runs if _fits(said[place : place + len(run)], run)), ())
            large = words[place][0][0].isupper()
            if len(run) > 1 or (run and (large or len(word) > _SHORT)):
                yield Named(words[place].start(), words[place + len(run) - 1].end()), run
            after = place + len(run)

    def _begins_in(self, text: str) -> bool:
        """Say whether a word of a text begins a spelling; what stands between blanks is judged

        once, however often it is written.
        """
        new = {*text.split()} - self._others
        begin = {
            said
            for said in new
            if any(self._fold(word) in self._by_first for word in _WORD.findall(said))
        }
        self._others |= new - begin
        return bool(begin)

    def _fold(self, word: str) -> str:
        known = self._folded.get(word)
        if known is None:
            known = self._folded[word] = folded(word)
        return known


def names_in(text: str, looked_for: Iterable[tuple[str, ...]]) -> tuple[Named, ...]:
    """Give the passages of a text that hold one of the spellings, the longest where several fit.

    Case and accents do not matter, nor an s that makes a genitive ("Rosas Mutter").
    """
    return tuple(found for found, _ in LookedFor(looked_for).found_in(text))


def folded_words(text: str) -> frozenset[str]:
    """Give every word of a text, folded."""
    return frozenset(folded(word) for word in {*_word_in(text).findall(text)})


def folded(word: str) -> str:
    """Give a word without case and accents."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in plain if not unicodedata.combining(one))


def _words(text: str) -> Iterator[Named]:
    return (Named(one.start(), one.end()) for one in _word_in(text).finditer(text))


def _word_in(text: str) -> re.Pattern[str]:
    """Give what finds the words of a text."""
    return _WORD if _NOT_PLAIN.search(text) else _PLAIN_WORD


def _fits(said: list[str], run: tuple[str, ...]) -> bool:
    if len(said) != len(run) or said[:-1] != list(run[:-1]):
        return False
    return said[-1] in {run[-1], f"{run[-1]}s"}
