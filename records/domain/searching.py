"""What is looked for in notes, and where it stands in a text: words, "phrases", dates.

Case and accents do not count, nor which of its forms a sign has: somebody who types "cafe" finds
"Café", "strasse" finds "Straße". A word is found inside longer ones, so "sleep" finds "sleeping".
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence

MOST_TERMS: Final = 8
LONGEST_QUERY: Final = 200
# so many letters around what was found, so many passages of one text
AROUND: Final = 70
MOST_PASSAGES: Final = 3

_TERM: Final = re.compile(r'["“”„«»]([^"“”„«»]+)["“”„«»]|([^\s"“”„«»]+)')
_BLANK: Final = re.compile(r"\s+")
# letters that no decomposition of Unicode takes apart
_LETTERS: Final = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "\u0131": "i"}
# apostrophes and dashes, whatever the editor made of them
_SIGNS: Final = {"'": "'`\u00b4\u02bc\u2018\u2019", "-": "-\u2010\u2011\u2012\u2013\u2014"}
_LATIN: Final = (*range(0x30, 0x250), *range(0x1E00, 0x1F00))
_MARKS: Final = "[\u0300-\u036f]*"


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: all of the terms in one note, and sessions between two days."""

    terms: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text, cut up so that what was found can be marked: (words, found)."""

    parts: tuple[tuple[str, bool], ...] = dataclasses.field(repr=False)


def read_terms(typed: str) -> tuple[str, ...]:
    """Give the words and "phrases" of a line, each once."""
    found = (phrase or word for phrase, word in _TERM.findall(typed))
    kept = dict.fromkeys(term for one in found if (term := folded(one)))
    return tuple(kept)[:MOST_TERMS]


def folded(text: str) -> str:
    """Give a text as it is compared: no case, no accents, one blank between words."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    spelled = "".join(_LETTERS.get(letter, _sign(letter)) for letter in bare.casefold())
    return _BLANK.sub(" ", spelled).strip()


def _sign(letter: str) -> str:
    return next((sign for sign, forms in _SIGNS.items() if letter in forms), letter)


def _forms() -> dict[str, str]:
    """Give, for each plain letter, all letters that fold to it."""
    found: dict[str, str] = {}
    for code in _LATIN:
        if len(plain := folded(chr(code))) == 1:
            found[plain] = found.get(plain, "") + chr(code)
    return found


_FORMS: Final = _forms()
_LIGATURES: Final = {"ss": "ßẞ", "ae": "æÆ", "oe": "œŒ"}


# of every byte of Latin-1 the plain small letter: most texts are written in these, and for them
# looking is ten times as quick as with a pattern
_PLAIN: Final = bytes(
    ord(plain) if len(plain := folded(chr(code))) == 1 and plain.isascii() else code
    for code in range(256)
)
# where a term falls apart into pieces that stand in such a text letter by letter
_BREAKS: Final = re.compile("|".join((*_LIGATURES, "[^0-9a-z]+")))


def _quickly_folded(text: str) -> bytes | None:
    try:
        return text.encode("latin-1").translate(_PLAIN)
    except UnicodeEncodeError:
        return None


class _Term:
    """A term: its pieces, all of which are in any text it is in, and its pattern, which decides."""

    __slots__ = ("_pieces", "_whole", "pattern")

    def __init__(self, term: str) -> None:
        self.pattern = re.compile(_pattern(term))
        self._pieces = tuple(piece.encode() for piece in _BREAKS.split(term) if piece)
        self._whole = self._pieces == (term.encode(),)

    def is_in(self, text: str, plain: bytes | None) -> bool:
        if plain is not None:
            for piece in self._pieces:
                if piece not in plain:
                    return False
            if self._whole:
                return True
        return self.pattern.search(text) is not None


class Finder:
    """The terms made ready to be looked for in many texts."""

    def __init__(self, terms: tuple[str, ...]) -> None:
        """Take folded terms (`read_terms`)."""
        self.terms = terms
        self._looked_for = tuple(enumerate(map(_Term, terms)))

    def missing(self, text: str) -> frozenset[int]:
        """Say which terms, by number, are not in a text."""
        plain = _quickly_folded(text)
        return frozenset([n for n, term in self._looked_for if not term.is_in(text, plain)])

    def stands(self, texts: Sequence[str]) -> bool:
        """Say whether each term is in one of the texts."""
        if len(texts) == 1:
            return not self.missing(texts[0])
        return bool(texts) and not frozenset.intersection(*map(self.missing, texts))

    def passages(self, text: str, most: int = MOST_PASSAGES) -> tuple[Passage, ...]:
        """Cut out what was found with the words around it; nothing where nothing was found."""
        spans = sorted(
            {one.span() for _, each in self._looked_for for one in _first(each.pattern, text)}
        )
        return tuple(_passage(text, group) for group in _together(spans)[:most])


def beginning(text: str) -> Passage:
    """Give the first words of a text, where no words were looked for."""
    return _passage(text[: 4 * AROUND], [(0, 0)])


def _pattern(term: str) -> str:
    """Write a folded term as a pattern that fits all its forms in a text."""
    written, place = [], 0
    while place < len(term):
        pair = term[place : place + 2]
        if pair in _LIGATURES:
            written.append(f"(?:{_letter(pair[0])}{_letter(pair[1])}|[{_LIGATURES[pair]}])")
            place += 2
        else:
            written.append(_letter(term[place]))
            place += 1
    return "".join(written)


def _letter(letter: str) -> str:
    if letter == " ":
        return r"\s+"
    if letter in _SIGNS:
        return f"[{re.escape(_SIGNS[letter])}]"
    forms = _FORMS.get(letter) or "".join({letter, letter.upper(), letter.title()})
    one = f"[{re.escape(forms)}]" if len(forms) > 1 else re.escape(forms)
    return one + (_MARKS if letter.isalpha() else "")


def _first(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Give the first few places; nobody reads more of one note in a list."""
    for number, found in enumerate(pattern.finditer(text)):
        if number >= 2 * MOST_PASSAGES:
            return
        yield found


def _together(spans: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Put those into one passage that stand close to each other."""
    groups: list[list[tuple[int, int]]] = []
    for span in spans:
        if groups and span[0] < groups[-1][-1][1]:
            groups[-1][-1] = (groups[-1][-1][0], max(groups[-1][-1][1], span[1]))
        elif groups and span[0] - groups[-1][-1][1] < AROUND:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _passage(text: str, spans: list[tuple[int, int]]) -> Passage:
    begins = _word_edge(text, max(0, spans[0][0] - AROUND), -1)
    ends = _word_edge(text, min(len(text), spans[-1][1] + AROUND), 1)
    parts, place = [("… " if begins else "", False)], begins
    for start, end in spans:
        parts += [(text[place:start], False), (text[start:end], True)]
        place = end
    parts += [(text[place:ends], False), (" …" if ends < len(text) else "", False)]
    return Passage(tuple((_BLANK.sub(" ", words), found) for words, found in parts if words))


def _word_edge(text: str, place: int, step: int) -> int:
    """Move a cut to the edge of a word, unless the word is longer than a line."""
    for moved in range(20):
        at = place + step * moved
        if not 0 < at < len(text):
            return min(max(at, 0), len(text))
        if text[at - 1].isspace() or text[at].isspace():
            return at
    return place
