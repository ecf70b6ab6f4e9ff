"""A consent form while it is being written: how one begins, where it stands, who may publish it."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
import unicodedata
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from consent.domain.codec import encode
from consent.domain.documents import text_sha256
from consent.domain.form_source import FormSource
from counselling.errors import Invalid, Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

    from consent.domain.form_source import ClauseSource, FormKind

# where nobody else can approve, everybody has so long to object (DESIGN.md 3)
ALONE_WAITS: Final = datetime.timedelta(hours=72)
LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"en": "English", "de": "German"})


class DraftState(StrEnum):
    """Where a form in writing stands."""

    WRITING = "writing"
    WAITING = "waiting"
    PUBLISHED = "published"
    DROPPED = "dropped"


MOVES: Final[Mapping[DraftState, frozenset[DraftState]]] = MappingProxyType(
    {
        DraftState.WRITING: frozenset({DraftState.WAITING, DraftState.DROPPED}),
        DraftState.WAITING: frozenset({DraftState.WRITING, DraftState.PUBLISHED}),
        DraftState.PUBLISHED: frozenset(),
        DraftState.DROPPED: frozenset(),
    }
)


def require_draft_move(now: DraftState, then: DraftState) -> None:
    """Raise Refused unless a form in writing may go there from here."""
    if then not in MOVES[now]:
        raise Refused("draft-moved", f"This form is {_WORDS[now]}. Nothing was changed.")


_WORDS: Final[Mapping[DraftState, str]] = MappingProxyType(
    {
        DraftState.WRITING: "still being written",
        DraftState.WAITING: "waiting for approval",
        DraftState.PUBLISHED: "published already",
        DraftState.DROPPED: "dropped",
    }
)


def beginning(*, slug: str, kind: FormKind, language: str, title: str) -> FormSource:
    """Give an empty form, to be written."""
    nothing: tuple[()] = ()
    return FormSource(
        slug=slug, kind=kind, language=language, edition=1, title=title, text="",
        in_short=nothing, clauses=nothing, closing=nothing, particulars=nothing,
        purposes=nothing, questions=nothing, passages=nothing,
    )  # fmt: skip


def following(last: FormSource, *, slug: str, language: str, number: int) -> FormSource:
    """Give what the next version begins with: every word and clause of the one it follows."""
    return dataclasses.replace(last, slug=slug, language=language, edition=number)


def next_number(numbers: Mapping[str, int], language: str, follows: tuple[str, int] | None) -> int:
    """Number a version: one more in its language, or what it translates, so that both are one."""
    own = numbers.get(language, 0) + 1
    if follows is None or follows[0] == language:
        return own
    return max(own, follows[1])


def require_same_questions(written: FormSource, other: FormSource) -> None:
    """Raise Invalid where a translation asks for something else than what it translates.

    A Yes has to mean the same in every language: words may differ, what they allow may not.
    """
    asked = {one.code: _asks(one) for one in written.clauses}
    meant = {one.code: _asks(one) for one in other.clauses}
    apart = sorted({code for code in asked | meant if asked.get(code) != meant.get(code)})
    if apart:
        raise Invalid(
            f"In {LANGUAGES.get(other.language, other.language)} this form, number "
            f"{other.edition}, asks for something else: {', '.join(apart)}. A translation has the "
            "same clauses, for the same recipients, purposes, contents and activities."
        )


def _asks(clause: ClauseSource) -> tuple[object, ...]:
    """Give what a Yes to a clause allows, without the words that ask for it."""
    return (
        clause.required,
        clause.purpose,
        clause.recipient,
        frozenset(clause.categories),
        clause.activity,
        clause.ends.months,
    )


def slug_of(title: str, taken: Iterable[str]) -> str:
    """Give a form a short name that no other form has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or "form"
    others, number = set(taken), 2
    if stem not in others:
        return stem
    while f"{stem}-{number}" in others:
        number += 1
    return f"{stem}-{number}"


def form_sha256(form: FormSource) -> str:
    """Give the hash a version is known by, over the whole form as it is kept."""
    return text_sha256(
        json.dumps(encode(form), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    )


def decide_approval(
    *,
    by: UUID,
    writers: Collection[UUID],
    others: bool,
    handed_in_at: datetime.datetime,
    at: datetime.datetime,
) -> bool:
    """Say whether an approval is one person's alone; raises Refused where it may not be given.

    `others` says whether anybody else here could approve.
    """
    if by not in writers:
        return False
    if others:
        raise Refused("own-form", "Somebody else than its writer approves a form.")
    if at < handed_in_at + ALONE_WAITS:
        raise Refused(
            "too-early",
            "Nobody else here can approve it. You can publish it alone 72 hours after handing in.",
        )
    return True


def require_language(language: str) -> None:
    """Raise Invalid for a language nobody reads forms in here."""
    if language not in LANGUAGES:
        raise Invalid("Choose a language.", "language")
