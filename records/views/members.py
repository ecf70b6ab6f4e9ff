"""What pages of several people share: the roster, and a part for each member by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counselling.typed import text
from records import queries
from records.domain import ADDENDUM_WORDS, ATTENDANCE_WORDS, Attendance, has_roster
from records.forms.parts import LEFT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest

    from counselling.access import Actor
    from records.actions import DraftPage, NotePage
    from records.queries import SessionRow, Together

NAMED: Final = (
    "The shared part of this note names somebody in the group. Take the names out before you sign."
)


def together_in(actor: Actor, session: SessionRow) -> Together:
    """Give the roster of a session to who holds it."""
    return queries.together(
        actor,
        session=session.id,
        case=session.case,
        person=session.person,
        ends_at=session.ends_at,
    )


def for_members(page: DraftPage, together: Together, likely: str) -> dict[str, str]:
    """Prefill the fields of each member: what was kept, and who is likely to have been there."""
    came = {
        f"came_{one.client}": likely if one.attendance is Attendance.EXPECTED else one.attendance
        for one in together.places
        if together.kind
    }
    return came | {f"part_{client}": text for client, text in page.parts.items()}


def typed_elsewhere(request: HttpRequest, page: NotePage) -> list[tuple[str, str]]:
    """Give what was typed about members in an editor whose note was signed in another tab."""
    signed = {one.client: one.text for one in page.parts}
    people = {*page.case.present, *signed}
    typed = {one: text(request.POST.get(f"part_{one}", "")) for one in people}
    return [
        (page.names.get(one, LEFT), words)
        for one, words in typed.items()
        if words.strip() and _lines(words) != _lines(signed.get(one, ""))
    ]


def _lines(words: str) -> str:
    return words.replace("\r\n", "\n").strip()


def shown_by_name(page: NotePage, authors: Mapping[UUID, str]) -> list[dict[str, object]]:
    """Give the signed parts as a page shows them."""
    return [
        {
            "id": one.id,
            "name": page.names.get(one.client, LEFT),
            "text": one.text,
            "in_error": one.in_error,
            "addenda": [
                {
                    "word": ADDENDUM_WORDS[added.kind],
                    "author": authors.get(added.author, ""),
                    "signed_at": added.signed_at,
                    "text": added.text,
                }
                for added in one.addenda
            ],
        }
        for one in page.parts
    ]


def who_came(page: NotePage) -> list[tuple[str, str]]:
    """Give the roster of a note's session: each by name, with whether they were there."""
    if not has_roster(page.case.kind):
        return []
    kept = queries.rosters([page.session]).get(page.session, {})
    return [
        (page.names.get(one, LEFT), ATTENDANCE_WORDS[word].lower()) for one, word in kept.items()
    ]


def notes_beside(page: NotePage) -> dict[UUID, UUID]:
    """Give what others who led the session wrote about it: notes, each with its author."""
    if not has_roster(page.case.kind):
        return {}
    found = queries.notes_of_session(page.session)
    return {note: author for note, author in found.items() if note != page.id}


def writers(page: NotePage) -> set[UUID]:
    """Name everybody who wrote under a note or a part of it."""
    under = (*page.addenda, *(added for one in page.parts for added in one.addenda))
    return {page.author, *(one.author for one in under)}


def parts_by_name(page: DraftPage) -> list[tuple[str, str]]:
    """Give the parts of a draft, each with whom it is about."""
    return [(page.names.get(client, LEFT), text) for client, text in page.parts.items()]
