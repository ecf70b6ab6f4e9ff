"""Put opened notes into the words of a paper: the same words as on their page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as in_words

from consent.domain.documents import Letterhead
from consent.domain.papers import Block, NotesPaper, PaperNote
from counselling.accounts import queries as accounts
from counselling.db import now

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from records.actions import NotePage, YearPage


def paper_of(page: YearPage, notes: Iterable[dict[str, Any]], made_for: str) -> NotesPaper:
    """Give the paper of a year, or of one note."""
    practice, at = accounts.practice(), now()
    name = page.names.get(page.client, "")
    return NotesPaper(
        practice=Letterhead(practice.name, practice.address, practice.phone),
        about=f"{page.year}: {name}, {page.reference}",
        made=f"Made by {made_for}, {_when(at)}, {settings.TIME_ZONE}.",
        made_at=at,
        notes=tuple(_note(one) for one in notes),
    )


def _note(facts: dict[str, Any]) -> PaperNote:
    note: NotePage = facts["note"]
    return PaperNote(
        heading=f"Session of {_when(note.session_at)}",
        facts=(
            ("Held", f"{facts['modality']}. {facts['attendance']}."),
            ("Written", _when(note.written_at)),
            ("Signed", f"{_when(note.signed_at)}, {facts['author']}"),
            ("State", ", ".join(word for word in (facts["state"], note.late) if word)),
            # one line for all of a couple or family leaves with what is about all of them
            *([("Risk", facts["risk"])] if facts["risk"] else []),
        ),
        blocks=tuple(_blocks(facts)),
    )


def _blocks(facts: dict[str, Any]) -> Iterable[Block]:
    """Give the parts of a note and what stands under each, in the order of its page."""
    note: NotePage = facts["note"]
    if note.record_part or facts["told"]:
        title = "Shared part" if facts["parts"] or facts["told"] else "Record"
        yield Block(title, note.record_part or facts["told"], "", in_error=facts["in_error"])
    yield from (_added(one) for one in facts["addenda"])
    for part in facts["parts"]:
        yield Block(f"About {part['name']}", part["text"], "", in_error=part["in_error"])
        yield from (_added(one) for one in part["addenda"])
    for one in facts["said"]:
        yield from _said(one)


def _added(one: dict[str, Any]) -> Block:
    return Block(
        one["word"],
        one["text"],
        f"Signed by {one['author']}, {_when(one['signed_at'])}",
        added=True,
    )


def _said(one: dict[str, Any]) -> Iterable[Block]:
    words = f"{one['wrong']}\n\nWhat it should say:\n\n{one['better']}"
    title = f"{one['who']} said: this is not right"
    yield Block(title, words, f"{_when(one['asked_at'])}. {one['word']}.", added=True)
    for step in one["steps"]:
        text = "\n\n".join(said for said in (step["basis"], step["text"]) if said)
        yield Block(step["word"], text, f"{step['by']}, {_when(step['at'])}", added=True)


def _when(at: datetime.datetime) -> str:
    return in_words(timezone.localtime(at), "l j F Y, H:i")
