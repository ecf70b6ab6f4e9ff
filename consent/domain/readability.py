"""How hard an English text is to read: Flesch-Kincaid grade and mean length of a sentence."""

import re
from dataclasses import dataclass

GRADE_AT_MOST = 8.0
WORDS_AT_MOST = 20.0

_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_MARKS = re.compile(r"[*_`>\\]|^\s*(?:[-+]|\d+\.)\s+", re.MULTILINE)
_END = re.compile(r"(?<=[.!?:])[\"')\]]*\s+|\n\s*\n|\n(?=\s*(?:[-+*]|\d+\.)\s)")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d[\d.,:]*")
_VOWELS = re.compile(r"[aeiouyàáâäæèéêëìíîïòóôöøùúûü]+")
_SILENT = re.compile(r"(?:[^laeiouycgsxzh]es|[^td]ed|[^l]e)$")


@dataclass(frozen=True, slots=True)
class Readability:
    """Counts of a text; headings do not count, a list item is a sentence."""

    sentences: int
    words: int
    syllables: int

    @property
    def mean_sentence(self) -> float:
        """Words in a sentence."""
        return self.words / max(1, self.sentences)

    @property
    def grade(self) -> float:
        """Flesch-Kincaid grade: years of school (Kincaid 1975)."""
        return 0.39 * self.mean_sentence + 11.8 * self.syllables / max(1, self.words) - 15.59

    @property
    def plain(self) -> bool:
        """CC-11: grade at most 8, at most 20 words in a sentence (45 CFR 164.508(c)(3))."""
        return self.grade <= GRADE_AT_MOST and self.mean_sentence <= WORDS_AT_MOST


def measure(markdown: str) -> Readability:
    """Count sentences, words and syllables of a Markdown text."""
    sentences = [_WORD.findall(each) for each in _sentences(markdown)]
    words = [word for sentence in sentences for word in sentence]
    return Readability(sum(map(bool, sentences)), len(words), sum(map(syllables, words)))


def syllables(word: str) -> int:
    """Syllables of an English word, by its groups of vowels; a number counts as one."""
    bare = word.lower().replace("\u2019", "'").split("'")[0]
    groups = len(_VOWELS.findall(bare))
    if groups > 1 and _SILENT.search(bare):
        groups -= 1
    return max(1, groups)


def _sentences(markdown: str) -> list[str]:
    text = _HEADING.sub("", markdown)
    return [_MARKS.sub(" ", each) for each in _END.split(text)]
