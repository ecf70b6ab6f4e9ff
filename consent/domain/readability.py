"""How hard a text is to read: a school grade by its language, and the mean length of a sentence.

English: Flesch-Kincaid (Kincaid et al. 1975). German: the first Wiener Sachtextformel (Bamberger
and Vanecek 1984), which like it names a year of school. For any other language no grade is known
here, and only the sentences are judged.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

GRADE_AT_MOST = 8.0
WORDS_AT_MOST = 20.0

_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_MARKS = re.compile(r"[*_`>\\]|^\s*(?:[-+]|\d+\.)\s+", re.MULTILINE)
# "15. November" is no end of a sentence
_END = re.compile(
    r"(?<=[.!?:])(?<!\b\d\.)(?<!\b\d\d\.)[\"')\]]*\s+|\n\s*\n|\n(?=\s*(?:[-+*]|\d+\.)\s)"
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d[\d.,:]*")
_VOWELS = re.compile(r"[aeiouyàáâäæèéêëìíîïòóôöøùúûü]+")
_SILENT = re.compile(r"(?:[^laeiouycgsxzh]es|[^td]ed|[^l]e)$")
_GERMAN = re.compile(r"qu|aa|ee|oo|ai|au|ei|eu|ie|oi|äu|[aeiouyäöüéèàáâê]")
_MANY = 3
_LONG = 6


@dataclass(frozen=True, slots=True)
class Readability:
    """Counts of a text; headings do not count, a list item is a sentence."""

    sentences: int
    words: int
    syllables: int
    # words of one syllable, of three and more, and of more than six letters
    short: int = 0
    many: int = 0
    long: int = 0
    language: str = "en"

    @property
    def mean_sentence(self) -> float:
        """Words in a sentence."""
        return self.words / max(1, self.sentences)

    @property
    def graded(self) -> bool:
        """Say whether a formula is known for the language."""
        return self.language in _GRADES

    @property
    def grade(self) -> float:
        """Years of school needed to read it; 0 where no formula is known."""
        return _GRADES[self.language](self) if self.graded else 0.0

    @property
    def formula(self) -> str:
        """Name the formula behind the grade."""
        return FORMULAS.get(self.language, "")

    @property
    def plain(self) -> bool:
        """CC-11: grade at most 8, at most 20 words in a sentence (45 CFR 164.508(c)(3))."""
        return self.grade <= GRADE_AT_MOST and self.mean_sentence <= WORDS_AT_MOST


def measure(markdown: str, language: str = "en") -> Readability:
    """Count sentences, words and syllables of a Markdown text."""
    bare = language.lower().split("-")[0]
    sentences = [_WORD.findall(each) for each in _sentences(markdown)]
    words = [word for sentence in sentences for word in sentence]
    counts = [syllables(word, bare) for word in words]
    return Readability(
        sentences=sum(map(bool, sentences)),
        words=len(words),
        syllables=sum(counts),
        short=sum(each == 1 for each in counts),
        many=sum(each >= _MANY for each in counts),
        long=sum(len(word) > _LONG for word in words),
        language=bare,
    )


def syllables(word: str, language: str = "en") -> int:
    """Syllables of a word, by its groups of vowels; a number counts as one."""
    bare = word.lower().replace("\u2019", "'").split("'")[0]
    return max(1, _german(bare) if language == "de" else _english(bare))


def _english(bare: str) -> int:
    groups = len(_VOWELS.findall(bare))
    return groups - 1 if groups > 1 and _SILENT.search(bare) else groups


def _german(bare: str) -> int:
    return sum(each != "qu" for each in _GERMAN.findall(bare))


def _kincaid(found: Readability) -> float:
    return 0.39 * found.mean_sentence + 11.8 * found.syllables / max(1, found.words) - 15.59


def _vienna(found: Readability) -> float:
    share = 100 / max(1, found.words)
    many, long, short = found.many * share, found.long * share, found.short * share
    return 0.1935 * many + 0.1672 * found.mean_sentence + 0.1297 * long - 0.0327 * short - 0.875


FORMULAS: Final[Mapping[str, str]] = MappingProxyType(
    {"en": "Flesch-Kincaid", "de": "Wiener Sachtextformel"}
)
_GRADES: Final[Mapping[str, Callable[[Readability], float]]] = MappingProxyType(
    {"en": _kincaid, "de": _vienna}
)


def _sentences(markdown: str) -> list[str]:
    text = _HEADING.sub("", markdown)
    return [_MARKS.sub(" ", each) for each in _END.split(text)]
