"""What a privacy notice must say (GDPR 13, 45 CFR 164.520), and what one lacks."""

from collections.abc import Iterator
from typing import Final

from consent.domain.clause_rules import Missing
from consent.domain.elements import Element, passage_missing, plainness
from consent.domain.form_source import Notice
from consent.domain.wording import PLACEHOLDER

KNOWN: Final = frozenset(
    {"practice", "practice_address", "practice_phone", "complaints", "edition"}
)

ELEMENTS: Final = (
    Element("RT-09:header", "what the notice is, and that there is a right to a copy"),
    Element("CC-18:controller", "who is responsible, and how to reach them"),
    Element("CC-18:officer", "whom to ask about privacy"),
    Element("CC-18:purposes", "what the information is used for"),
    Element("CC-19", "what in the law allows it, apart from permission"),
    Element("CC-18:recipients", "who gets it"),
    Element("RT-09:permission", "what is done only with written permission"),
    Element("RT-09:substances", "how records about the use of substances are protected"),
    Element("CC-18:transfers", "whether it goes to other countries"),
    Element("CC-18:retention", "how long it is kept"),
    Element("CC-18:rights", "which rights a client has"),
    Element("CC-18:withdrawal", "that a permission can be taken back"),
    Element("CC-18:complaint", "where to complain"),
    Element("CC-18:obligation", "whether a client has to tell anything"),
    Element("CC-18:automated", "whether a machine decides"),
    Element("RT-09:duties", "what the practice must do"),
    Element("RT-09:changes", "what happens when the notice changes"),
)


def notice_missing(notice: Notice) -> list[Missing]:
    """Name everything a privacy notice lacks; nothing: it may be shown."""
    return [*_passages(notice), *_facts(notice), *plainness(notice.text, notice.language)]


def _passages(notice: Notice) -> Iterator[Missing]:
    for element in ELEMENTS:
        yield from passage_missing(element, notice.text, notice.passages)


def _facts(notice: Notice) -> Iterator[Missing]:
    used = frozenset(PLACEHOLDER.findall(notice.text))
    if not {"practice", "practice_address"} <= used:
        yield Missing("CC-18:controller", "The notice does not name the practice and its address.")
    if "complaints" not in used:
        yield Missing("CC-18:complaint", "The notice does not name where to complain.")
    if "edition" not in used:
        yield Missing("RT-09:changes", "The notice does not say which edition it is.")
    for name in sorted(used - KNOWN):
        yield Missing("form", f"Nobody fills in {{{name}}}.")
