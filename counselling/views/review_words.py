"""A finding as a sentence with its context: who, what, whose by reference, when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from audit.domain.deciding import EMERGENCY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from audit.queries import FindingRow

# what a rule adds to "Sam Ortiz opened 4 pages of case 7KQ2"; {first} is whose access it was
_ADDS: Final[Mapping[str, str]] = {
    "not-assigned": ", not assigned to {first}",
    "ended-case": ", after it had ended for {first}",
    "same-surname": ", whose client has the same surname as {first}",
    "same-address": ", whose client lives where {first} lives",
    "shut-out": ", whose client does not want {first} to open it",
    "print": ", and printed it or took it away",
}
# a rule that is no opening has a sentence of its own
_SAYS: Final[Mapping[str, str]] = {
    EMERGENCY: "{who} used emergency access to {whose}, {when}, {minutes}.",
    "own-record": "{who} opened their own file, {when}.",
    "disclosure": "{who} shared something of {whose} without the client's permission, {when}.",
    "factor-reset": "The second factor of {who} was taken away, {when}.",
    "sign-in": "{who} was signed in after many wrong tries, {when}.",
    "papers-differ": "A signed form of {whose} says something else than what is enforced, {when}.",
    "log-broken": "The log was found not to be whole, {when}.",
}
_OPENED: Final = "{who} opened {pages} of {whose}{adds}, {when}."
BY_CHANCE: Final = "Chosen by chance, so that ordinary work is looked at too."
# what else is said of a visit that broke more than one rule
_ALSO: Final[Mapping[str, str]] = {
    "not-assigned": "The case is not theirs, and no cover was arranged.",
    "ended-case": "It had ended for them.",
    "same-surname": "Same surname.",
    "same-address": "Same address.",
    "shut-out": "The client does not want them to open it.",
    "own-record": "It is their own file.",
    "print": "Something was printed or taken away.",
    "disclosure": "Something was shared without the client's permission.",
    "night": "At night, which is unusual for them.",
    "colleague": "The client is called like somebody who works here.",
    "no-session": "No session within 14 days.",
    "many-files": "Many files in one hour.",
}
_NO_COVER: Final = "No cover was arranged."


def told(
    row: FindingRow, names: Mapping[UUID, str], references: Mapping[UUID, str]
) -> tuple[str, tuple[str, ...]]:
    """Give the sentence of a finding and what is known around it."""
    who = names.get(row.person, "Somebody")
    adds = _ADDS.get(row.rule, "").format(first=who.split(" ")[0])
    sentence = _SAYS.get(row.rule, _OPENED).format(
        who=who,
        whose=_whose(row, references),
        when=_when(row),
        minutes=_many(_minutes(row), "minute"),
        pages=_many(row.count, "page"),
        adds=adds,
    )
    context = " ".join(_context(row.rule, row.facts))
    return sentence, (BY_CHANCE,) if row.is_ordinary else ((context,) if context else ())


def _whose(row: FindingRow, references: Mapping[UUID, str]) -> str:
    if row.case is not None and row.case in references:
        return f"case {references[row.case]}"
    if row.client is not None and row.client in references:
        return f"client {references[row.client]}"
    return "somebody" if row.client or row.case else "the practice"


def _when(row: FindingRow) -> str:
    began, ended = timezone.localtime(row.began), timezone.localtime(row.ended)
    said = f"{began:%a %-d %b, %H:%M}"
    if row.rule == EMERGENCY or f"{began:%H:%M}" == f"{ended:%H:%M}":
        return said
    return f"{said} to {ended:%H:%M}"


def _minutes(row: FindingRow) -> int:
    return max(1, round((row.ended - row.began).total_seconds() / 60))


def _context(rule: str, facts: Mapping[str, Any]) -> list[str]:
    """Say what is known around a visit: the other signals, and numbers where there are any."""
    said = [_NO_COVER] if rule == "not-assigned" else []
    also = (_also(code, facts) for code in facts.get("signals", ()) if code != rule)
    said.extend(filter(None, also))
    if rule in {"print", "unusual"} and not facts.get("planned"):
        said.append("No planned work was announced.")
    elif facts.get("planned"):
        said.append("Planned work was announced.")
    return said


def _also(code: str, facts: Mapping[str, Any]) -> str:
    files, usual = facts.get("files"), facts.get("busiest")
    if code == "many-files" and isinstance(files, int) and isinstance(usual, int):
        return f"{_many(files, 'file')} in one hour, usual is {usual}."
    days = facts.get("nearest_days")
    if code == "no-session" and isinstance(days, int):
        return f"The nearest session was {_many(days, 'day')} away."
    return _ALSO.get(code, "")


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
