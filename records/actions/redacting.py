"""Find whom a pack names that the system knows, and leave out what whoever prepares it chose."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import clients.actions
import consent.actions
from clients import queries as clients_queries
from counselling import languages
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.speech import say
from records.domain.redacting import (
    Choices,
    KnownName,
    Mark,
    Words,
    fields_of,
    known,
    not_found,
    propose,
    redact,
    words_in,
)
from records.domain.roster import folded_words, names_in, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from clients.actions import WhoIsKnown
    from clients.domain import Identity
    from consent.domain.documents import Pack
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class LookedThrough:
    """A pack as it leaves, beside where names stood in it and what was chosen."""

    pack: Pack
    names: tuple[KnownName, ...]
    marks: tuple[Mark, ...]
    choices: Choices
    # passages that were to be left out and stand nowhere
    missing: tuple[str, ...]


def look_through(
    *, actor: Actor, client_id: UUID, case_id: UUID, pack: Pack, choices: Choices, language: str
) -> LookedThrough:
    """Give a composed pack without what is left out, for the reader's language.

    What was said of a name or a place holds; of a name that is new since, nothing was, and it is
    left out. So the same pack and choices may give another hash later, and the share is looked at
    again.
    """
    require(actor, Permission.PREPARE_SHARE)
    names = known_names(actor=actor, client_id=client_id, case_id=case_id, pack=pack)
    marks = propose(pack, names)
    named = {key for mark in marks for key in mark.keys}
    return LookedThrough(
        redact(pack, marks, choices, words_of(language)),
        tuple(one for one in names if one.key in named),
        marks,
        choices,
        not_found(pack, choices.passages),
    )


def words_of(language: str) -> Words:
    """Give what stands where something was, in the language of the reader."""
    with languages.speaking(language):
        return Words(str(say("name left out")), str(say("passage left out")))


def known_names(
    *, actor: Actor, client_id: UUID, case_id: UUID, pack: Pack
) -> tuple[KnownName, ...]:
    """Give whom the system knows and the actor may see, that a pack may name.

    Not the client, not whom it is for, and not who signed what is in it: they stand on it anyway.
    """
    require(actor, Permission.PREPARE_SHARE)
    clients_queries.case_row(case_id)
    around = clients.actions.who_is_known(actor=actor, client_id=client_id, texts=fields_of(pack))
    recipients = consent.actions.names_of_recipients(actor=actor, client_id=client_id)
    no_secret = words_in(*_said(around.client), pack.to)
    return (
        *_around(around, no_secret),
        *(
            known(f"recipient:{row}", "somebody the client agreed to", one.name,
                  but=no_secret, whole=True)
            for row, one in recipients.items()
            if one.name and one.name not in pack.to
        ),
        *_staff(actor, pack, no_secret),
    )  # fmt: skip


def _around(around: WhoIsKnown, no_secret: frozenset[str]) -> Iterable[KnownName]:
    for row, one in around.together.items():
        yield known(f"client:{row}", "in a case with the client", *_said(one), but=no_secret)
    for guardian in around.guardians:
        who = guardian.details.relationship or "guardian"
        yield known(f"guardian:{guardian.row.id}", who, guardian.details.name, but=no_secret)
    for row, one in around.others.items():
        yield known(f"client:{row}", "another client", *_said(one), but=no_secret)


def _said(one: Identity) -> tuple[str, ...]:
    """Give how somebody may be called, the whole name first."""
    return tuple(name for name in (one.full, one.given, one.family, one.called) if name)


def _staff(actor: Actor, pack: Pack, no_secret: frozenset[str]) -> Iterable[KnownName]:
    signed = " \n ".join(
        [
            *(section.meta for section in pack.sections),
            *(one.author for section in pack.sections for one in section.addenda),
            *(one.by for section in pack.sections for one in section.statements),
        ]
    )
    said = folded_words(signed)
    for row, name in accounts.staff_names().items():
        runs = spellings([name])
        begins = any(run[0] in said or f"{run[0]}s" in said for run in runs)
        if row != actor.id and not (begins and names_in(signed, runs)):
            yield known(f"staff:{row}", "works here", name, but=no_secret)
