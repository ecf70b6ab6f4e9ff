"""Which elements the law and the codes of ethics ask of a form, and which of them a form lacks."""

import re
from collections.abc import Callable, Mapping

from consent.domain.form_source import ClauseSource, FormKind, FormSource
from consent.domain.readability import measure

WORDS_IN_A_PASSAGE = 12

AGREEMENT = (
    *("nature", "goals", "risks", "confidentiality", "supervision", "records"),
    *("technology", "fees", "refusal", "emergency", "succession"),
)
SHARING = [f"CC-{number:02}" for number in range(1, 11)]
WHOLE_FILE = frozenset({"all", "everything", "record", "file"})


def missing_elements(form: FormSource) -> list[str]:
    """Codes of the elements a form lacks (CC-01, CC-16:fees); none: it may be published."""
    sharing = form.kind is FormKind.SHARING
    wanted = SHARING if sharing else [f"CC-16:{each}" for each in AGREEMENT]
    missing = [code for code in wanted if not (_has_passage(form, code) and _holds(form, code))]
    return missing if measure(readable(form)).plain else [*missing, "CC-11"]


def readable(form: FormSource) -> str:
    """All that a signer reads, to be measured; a placeholder counts as one short word."""
    clauses = [f"{each.sentence}\n\n{each.if_no}" for each in form.clauses]
    return re.sub(r"\{[a-z_]+\}", "Name", "\n\n".join([form.text, *clauses, *form.closing]))


def _has_passage(form: FormSource, code: str) -> bool:
    headings = [each.heading for each in form.passages if each.element == code]
    return bool(headings) and all(
        len(_passage(form.text, each).split()) >= WORDS_IN_A_PASSAGE for each in headings
    )


def _passage(text: str, heading: str) -> str:
    found = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    return found[1] if found else ""


def _holds(form: FormSource, code: str) -> bool:
    holds = _IN_CLAUSES.get(code)
    if holds is not None and form.kind is FormKind.SHARING:
        sharing = [each for each in form.clauses if each.categories]
        return bool(sharing) and all(holds(each) for each in sharing)
    return code != "CC-10" or "{client}" in form.text


_IN_CLAUSES: Mapping[str, Callable[[ClauseSource], bool]] = {
    "CC-01": lambda clause: not WHOLE_FILE & set(clause.categories),
    "CC-02": lambda clause: "{counsellor}" in clause.sentence or "{practice}" in clause.sentence,
    "CC-03": lambda clause: clause.recipient == "named" and "{recipient}" in clause.sentence,
    "CC-04": lambda clause: bool(clause.purpose) and "{purpose}" in clause.sentence,
    "CC-05": lambda clause: "{until}" in clause.sentence or bool(clause.ends.event),
    "CC-08": lambda clause: bool(clause.if_no) and not clause.required,
}
