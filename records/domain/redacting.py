"""Names and passages left out of what is shared: found, chosen, and visibly gone from the copy.

Whoever prepares a share is shown each name the system knows, at each place, and says what stays.
Nothing said means left out. What is left out is not in the pack any more; a word in ⟦these
brackets⟧ says that something was there, and the pack counts them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

from records.domain.as_read import AsRead
from records.domain.roster import LookedFor, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from consent.domain.documents import Pack, Section

LONGEST_PASSAGE: Final = 2000
MOST_PASSAGES: Final = 100
# before and after a name in the list of its places
_CONTEXT: Final = 40
# in front of a name, but nobody's name
_TITLES: Final = frozenset(
    {"dr", "prof", "mr", "mrs", "ms", "miss", "herr", "frau", "dipl", "psych", "med", "phd", "md"}
)
_MARKS: Final = re.compile(r"[*`#]+")


@dataclasses.dataclass(frozen=True, slots=True)
class KnownName:
    """Somebody whose name the system knows and the actor may see: who they are, as written."""

    key: str
    name: str = dataclasses.field(repr=False)
    who: str
    spellings: frozenset[tuple[str, ...]] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """One place where somebody is named; `place` stays the same while that text does."""

    place: str
    field: int
    start: int
    end: int
    keys: tuple[str, ...]
    said: str = dataclasses.field(repr=False)
    before: str = dataclasses.field(repr=False)
    after: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Choices:
    """What is left out: by name, by place (which counts more), and passages as they were typed."""

    names: Mapping[str, bool] = dataclasses.field(default_factory=dict)
    places: Mapping[str, bool] = dataclasses.field(default_factory=dict)
    passages: tuple[str, ...] = dataclasses.field(default=(), repr=False)

    def leaves_out(self, mark: Mark) -> bool:
        """Say whether a name is left out at one place; unless somebody said so, it is."""
        by_name = any(self.names.get(key, True) for key in mark.keys)
        return self.places.get(mark.place, by_name)

    def to_json(self) -> dict[str, Any]:
        """Give what is sealed."""
        return {
            "names": dict(self.names),
            "places": dict(self.places),
            "passages": list(self.passages),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Choices:
        """Read back what was sealed."""
        return cls(
            {str(key): bool(out) for key, out in said.get("names", {}).items()},
            {str(place): bool(out) for place, out in said.get("places", {}).items()},
            tuple(str(one) for one in said.get("passages", ())),
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """What stands where something was, in the language of the reader."""

    name: str
    passage: str


IN_ENGLISH: Final = Words("name left out", "passage left out")


def known(
    key: str, who: str, *names: str, but: frozenset[str] = frozenset(), whole: bool = False
) -> KnownName:
    """Give somebody with every spelling of their names; words in `but` never count alone.

    `whole` looks only for the whole name and its last word: what an organisation is called.
    """
    runs = spellings(names)
    runs |= {run for run in map(_without_titles, runs) if run}
    if whole:
        last = {run[-1:] for run in runs if len(run) > 1}
        runs = frozenset(run for run in runs if len(run) > 1 or run in last or len(runs) == 1)
    fitting = (run for run in runs if len(run) > 1 or not {*run} & (but | _TITLES))
    return KnownName(key, names[0], who, frozenset(fitting))


def _without_titles(run: tuple[str, ...]) -> tuple[str, ...]:
    """Give a name as it is without what stands in front of it: "Dr Eva Lind" is Eva Lind too."""
    while run and run[0] in _TITLES:
        run = run[1:]
    return run


def words_in(*names: str) -> frozenset[str]:
    """Give the words of names that are no secret in this copy: the client's own, the reader's."""
    return frozenset(word for run in spellings(names) for word in run)


def fields_of(pack: Pack) -> list[str]:
    """Give every text of a pack in which somebody may be named, in order."""
    return [pack.title, *(text for section in pack.sections for text in _texts(section))]


def _texts(section: Section) -> Iterator[str]:
    yield section.heading
    yield section.text
    yield from (one.text for one in section.addenda)
    yield from (one.text for one in section.statements)


def _filled(pack: Pack, texts: Sequence[str], left_out: int) -> Pack:
    """Put texts back where fields_of() took them from."""
    new = iter(texts)
    title = next(new)
    sections = tuple(_section(section, new) for section in pack.sections)
    return dataclasses.replace(pack, title=title, sections=sections, left_out=left_out)


def _section(section: Section, new: Iterator[str]) -> Section:
    return dataclasses.replace(
        section,
        heading=next(new),
        text=next(new),
        addenda=tuple(dataclasses.replace(one, text=next(new)) for one in section.addenda),
        statements=tuple(dataclasses.replace(one, text=next(new)) for one in section.statements),
    )


def propose(pack: Pack, names: Iterable[KnownName]) -> tuple[Mark, ...]:
    """Mark every place where somebody known is named, whatever stands inside or between."""
    whose: dict[tuple[str, ...], list[str]] = {}
    for one in names:
        for run in one.spellings:
            whose.setdefault(run, []).append(one.key)
    runs = LookedFor(whose)
    return tuple(
        mark
        for number, text in enumerate(fields_of(pack))
        for mark in _marks(number, text, runs, whose)
    )


def _marks(
    number: int, text: str, runs: LookedFor, whose: Mapping[tuple[str, ...], list[str]]
) -> Iterator[Mark]:
    plain = AsRead(text)
    hashed = ""
    for found, run in runs.found_in(plain.text):
        hashed = hashed or _hashed(text)
        start, end = plain.span(found.start, found.end)
        yield Mark(
            place=f"{hashed}-{start}-{end}",
            field=number,
            start=start,
            end=end,
            keys=tuple(whose[run]),
            said=plain.text[found.start : found.end],
            before=_before(plain.text, found.start),
            after=_after(plain.text, found.end),
        )


def _before(text: str, place: int) -> str:
    """Give a few whole words before a place, without what only marks them."""
    said = text[max(0, place - _CONTEXT) : place]
    if place > _CONTEXT:
        said = said.partition(" ")[2] or said
    return _MARKS.sub("", said)


def _after(text: str, place: int) -> str:
    said = text[place : place + _CONTEXT]
    if place + _CONTEXT < len(text):
        said = said.rpartition(" ")[0] or said
    return _MARKS.sub("", said)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def redact(pack: Pack, marks: Iterable[Mark], choices: Choices, words: Words = IN_ENGLISH) -> Pack:
    """Give the pack without what was left out; nothing else of any text changes."""
    out: dict[int, list[_Cut]] = {}
    there = fields_of(pack)
    hashes: dict[int, str] = {}
    for mark in marks:
        if mark.field not in hashes:
            hashes[mark.field] = _hashed(there[mark.field])
        if not mark.place.startswith(hashes[mark.field]):
            raise ValueError("these places are of another text")
        if choices.leaves_out(mark):
            out.setdefault(mark.field, []).append(_Cut(mark.start, mark.end, words.name))
    texts, count = [], 0
    for number, text in enumerate(there):
        cuts = [*out.get(number, ()), *_passages(text, choices.passages, words)]
        joined = _joined(cuts, words)
        texts.append(_without(text, joined))
        count += len(joined)
    return _filled(pack, texts, pack.left_out + count)


def not_found(pack: Pack, passages: Iterable[str]) -> tuple[str, ...]:
    """Give the passages that stand nowhere in a pack: mistyped, or gone meanwhile."""
    texts = fields_of(pack)
    return tuple(
        one for one in passages if not any(_passages(text, (one,), IN_ENGLISH) for text in texts)
    )


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class _Cut:
    start: int
    end: int
    word: str


def _joined(cuts: Iterable[_Cut], words: Words) -> list[_Cut]:
    """Make one of cuts that overlap."""
    made: list[_Cut] = []
    for cut in sorted(cuts):
        if made and cut.start < made[-1].end:
            last = made.pop()
            made.append(_Cut(last.start, max(last.end, cut.end), words.passage))
        else:
            made.append(cut)
    return made


def _without(text: str, cuts: Sequence[_Cut]) -> str:
    for cut in reversed(cuts):
        text = f"{text[: cut.start]}\u27e6{cut.word}\u27e7{text[cut.end :]}"
    return text


def _passages(text: str, passages: Iterable[str], words: Words) -> list[_Cut]:
    """Find passages as they read, however their lines are broken and whatever marks them."""
    plain = None
    found = []
    for one in passages:
        pattern = _pattern(one)
        if pattern is None:
            continue
        plain = plain or AsRead(text, bare=True)
        spans = [plain.span(each.start(), each.end()) for each in pattern.finditer(plain.text)]
        found += [_Cut(start, end, words.passage) for start, end in spans]
    return found


def _pattern(passage: str) -> re.Pattern[str] | None:
    parts = AsRead(passage[:LONGEST_PASSAGE], bare=True).text.split()
    if not parts:
        return None
    return re.compile(r"\s+".join(re.escape(part) for part in parts), re.IGNORECASE)
