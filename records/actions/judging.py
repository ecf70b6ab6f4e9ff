"""Co-sign a trainee's note, return it with comments on passages, read such comments."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

import audit.actions
from consent.domain.prose import to_html
from counselling import vault
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.db import now
from counselling.errors import Invalid, Refused, Stale
from records import queries
from records.actions.about import about_note, stored
from records.actions.notes import open_note
from records.domain import ADDENDUM_WORDS, IllegalMove, NoteMove, decide_state
from records.domain.passages import find_in, plain
from records.domain.supervision import (
    COMMENTS_OPENED,
    LONGEST_COMMENT,
    MOST_COMMENTS,
    NOTE_CO_SIGNED,
    NOTE_RETURNED,
    Said,
    from_json,
    to_json,
)
from records.models import Comment, CoSignature, Return

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence
    from uuid import UUID

    from counselling.access import Actor
    from records.actions.notes import NotePage
    from records.actions.shown import AddendumShown
    from records.queries import Judged

HEADING = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A part of a note as it stands on the page: safe HTML, and what stands under it."""

    key: str
    heading: str
    html: str = dataclasses.field(repr=False)
    author: UUID
    signed_at: datetime.datetime
    added: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """A comment as it was typed: where the passage was picked, or only its words."""

    words: str = dataclasses.field(repr=False)
    quote: str = dataclasses.field(default="", repr=False)
    part: str = ""
    start: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ReturnShown:
    """A return with its comments, opened."""

    id: UUID
    supervisor: UUID
    returned_at: datetime.datetime
    comments: tuple[Said, ...]


def shown_parts(page: NotePage) -> list[Shown]:
    """Give the parts of an opened note that a supervisor judges, each with what stands under it."""
    first = "Shared part" if page.parts else "Record"
    parts = [
        Shown(
            "record", first, to_html(page.record_part, heading=HEADING), page.author,
            page.signed_at,
        )
    ]  # fmt: skip
    parts += _added("addendum", page.addenda)
    for one in page.parts:
        name = page.names.get(one.client) or "one of them"
        html = to_html(one.text, heading=HEADING)
        parts.append(Shown(f"part-{one.id}", f"About {name}", html, one.author, one.signed_at))
        parts += _added(f"part-{one.id}", one.addenda)
    return parts


def _added(key: str, addenda: Iterable[AddendumShown]) -> Iterator[Shown]:
    """Give what stands under a part; addenda only grow, so a number stays whose it is."""
    for number, one in enumerate(addenda):
        html = to_html(one.text, heading=HEADING)
        heading = ADDENDUM_WORDS[one.kind]
        yield Shown(f"{key}-{number}", heading, html, one.author, one.signed_at, added=True)


def count_shown(page: NotePage) -> int:
    """Count what stands under the note and its parts on the page."""
    return sum(one.added for one in shown_parts(page))


def co_sign(*, actor: Actor, note_id: UUID, addenda: int) -> UUID:
    """Sign under a supervisee's note; gives the signature's id. Its text stays its author's.

    `addenda` is how many were on the page. Raises NotThere for a hidden note, Refused for one's
    own or a stranger's, Stale when it was judged or added to meanwhile.
    """
    require(actor, Permission.SUPERVISE)
    judged = _to_judge(actor, note_id, NoteMove.CO_SIGN, addenda)
    row = CoSignature(
        note_id=judged.id,
        case_id=judged.case,
        author_id=judged.author,
        supervisor_id=actor.id,
        signed_at=now(),
    )
    # asked before: a co-signature may put the note out of its supervisor's sight
    about = about_note(actor, judged.id, judged.case)
    _keep(row)
    audit.actions.record(
        actor=actor,
        kind=NOTE_CO_SIGNED,
        about=("note", judged.id),
        rows=[row.id],
        detail={"author": str(judged.author)},
        **about,
    )
    return row.id


def return_note(*, actor: Actor, note_id: UUID, comments: Sequence[Given], addenda: int) -> UUID:
    """Give a note back to its author with comments; gives the return's id.

    Raises what co_sign raises, and Invalid without a comment, or for a passage that is not there.
    """
    require(actor, Permission.SUPERVISE)
    judged = _to_judge(actor, note_id, NoteMove.RETURN, addenda)
    said = _placed(
        open_note(actor=actor, note_id=note_id, purpose="returning", to_judge=True), comments
    )
    row = Return(
        note_id=judged.id,
        case_id=judged.case,
        author_id=judged.author,
        supervisor_id=actor.id,
        returned_at=now(),
    )
    _keep(row)
    kept = [_comment(row, place, one) for place, one in enumerate(said)]
    audit.actions.record(
        actor=actor,
        kind=NOTE_RETURNED,
        about=("note", judged.id),
        rows=[row.id, *(one.id for one in kept)],
        sealed={name: digest for one in kept for name, digest in stored(one, "content").items()},
        detail={"author": str(judged.author), "comments": len(kept)},
        **about_note(actor, judged.id, judged.case),
    )
    return row.id


def open_comments(*, actor: Actor, note_id: UUID) -> tuple[ReturnShown, ...]:
    """Open what supervisors said of a note, oldest first; nothing for who is not to read it.

    They are read by its author and by who supervises them, and are in no client's record.
    """
    require(actor, Permission.READ_NOTE)
    judged = queries.standing(note_id)
    back = Return.objects.filter(note_id=note_id).order_by("returned_at", "id")
    rows = [one for one in back.prefetch_related("comments") if one.comments.all()]
    if not rows:
        return ()
    about = about_note(actor, judged.id, judged.case)
    # named by its case: what is said to the author of a note is no reading of the client's file
    grant = audit.actions.record(
        actor=actor,
        kind=COMMENTS_OPENED,
        about=("note", note_id),
        rows=[one.id for one in rows],
        holders=[vault.holders.author(judged.case, one.supervisor_id) for one in rows],
        case=judged.case,
        relation=about["relation"],
    )
    return tuple(_opened(one, grant) for one in rows)


def _opened(row: Return, grant: vault.Grant) -> ReturnShown:
    comments = sorted(row.comments.all(), key=lambda one: one.place)
    said = tuple(from_json(vault.open_json(one.content, grant)) for one in comments)
    return ReturnShown(row.id, row.supervisor_id, row.returned_at, said)


def _to_judge(actor: Actor, note_id: UUID, move: NoteMove, addenda: int) -> Judged:
    judged = queries.standing(note_id)
    if judged.author == actor.id:
        raise Refused("own-note", "Nobody approves their own note.", case=judged.case)
    if judged.author not in {one.id for one in accounts.supervisees(actor)}:
        raise Refused("not-supervised", "You do not supervise who wrote this.", case=judged.case)
    try:
        decide_state(judged.state, move)
    except IllegalMove:
        raise Stale from None
    if queries.count_added(note_id) != addenda:
        raise Stale
    return judged


def _keep(row: CoSignature | Return) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # the database asked again: another supervisor was quicker
        raise Stale from None


def _placed(page: NotePage, comments: Sequence[Given]) -> list[Said]:
    """Find each passage on the page; a comment without one is about the whole note."""
    if not comments:
        raise Invalid("Say what is to be changed or added, and where.", None)
    if len(comments) > MOST_COMMENTS:
        raise Invalid(f"A return holds at most {MOST_COMMENTS} comments.", None)
    parts = [(one.key, plain(one.html)) for one in shown_parts(page)]
    return [_said(parts, place, one) for place, one in enumerate(comments)]


def _said(parts: list[tuple[str, str]], place: int, one: Given) -> Said:
    if not one.words.strip():
        raise Invalid("Write what you want to say about it.", f"{place}-words")
    if len(one.words) > LONGEST_COMMENT:
        raise Invalid(f"A comment holds at most {LONGEST_COMMENT:,} characters.", f"{place}-words")
    if not one.quote.strip():
        return Said(one.words.strip())
    passage = find_in(parts, one.quote, one.part, one.start)
    if passage is None:
        raise Invalid("These words do not stand in the note like this.", f"{place}-quote")
    return Said(one.words.strip(), passage)


def _comment(row: Return, place: int, said: Said) -> Comment:
    comment = Comment(
        of_return_id=row.id,
        case_id=row.case_id,
        author_id=row.author_id,
        supervisor_id=row.supervisor_id,
        place=place,
        content=to_json(said),
    )
    comment.save(force_insert=True)
    return comment
