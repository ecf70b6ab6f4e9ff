"""Who looked at what: supervisor, front desk, privacy officer, clients, and one too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
import audit.domain
import clients.actions
import consent.actions
import consent.queries
import records.actions
from records.domain import Outlet

if TYPE_CHECKING:
    import datetime

    from counselling.access import Actor
    from counselling.local.practice.story import Story


def tell(story: Story) -> None:
    """Tell of the reading that a trail is for."""
    for days, clock, note in (
        (-27, "10:05", "mara.2"),
        (-27, "10:12", "jon.1"),
        (-20, "10:02", "mara.3"),
        (-20, "10:15", "romero.1"),
        (-6, "10:04", "romero.2"),
        (-6, "10:20", "jon.3"),
    ):
        _tell_supervision(story, note, story.at(days, clock))
    for days, clock, key in ((-30, "08:55", "tom"), (-21, "08:20", "jon"), (-7, "13:40", "tom")):
        _tell_call(story, key, story.at(days, clock))
    _tell_supervision(story, "clara.2", story.at(story.weekday(0, 0), "16:30"))
    _tell_own_reading(story)
    _tell_review(story)
    _tell_refusal(story)
    _tell_print_at_night(story)


def _tell_supervision(story: Story, note: str, at: datetime.datetime) -> None:
    story.tell(
        at,
        "ruth",
        lambda ruth: records.actions.open_note(actor=ruth, note_id=story.ids[f"{note}.note"]),
    )


def _tell_call(story: Story, key: str, at: datetime.datetime) -> None:
    story.tell(
        at,
        "kim",
        lambda kim: clients.actions.open_client(
            actor=kim, client_id=story.ids[key], purpose="appointment"
        ),
    )


def _tell_own_reading(story: Story) -> None:
    def look(mara: Actor) -> None:
        client = story.ids["mara"]
        consent.actions.read_permissions(actor=mara, client_id=client)
        for document in consent.queries.documents_of(client, told=True)[:1]:
            consent.actions.open_document(actor=mara, document_id=document.id)

    story.tell(story.at(-3, "20:40"), "mara.portal", look)


def _tell_review(story: Story) -> None:
    def review(reviewer: Actor) -> None:
        audit.actions.read_trail(actor=reviewer)

    story.tell(story.at(-12, "16:00"), "ruth", review)
    story.tell(story.at(-5, "16:00"), "ruth", review)
    story.tell(story.at(-5, "09:00"), "priya", review)
    story.tell(
        story.at(-5, "09:10"),
        "priya",
        lambda priya: consent.actions.read_disclosures(actor=priya, client_id=story.ids["mara"]),
    )


def _tell_refusal(story: Story) -> None:
    """Tell that a colleague tried a page that does not exist for him, as the middleware would."""

    def tried(sam: Actor) -> None:
        audit.actions.record(
            actor=sam,
            kind=audit.domain.REFUSED,
            rows=[story.ids["mara"]],
            outcome="refused",
            reason="not-available",
            detail={"page": "client"},
        )

    story.tell(story.at(-2, "17:50"), "sam", tried)


def _tell_print_at_night(story: Story) -> None:
    """Tell that somebody printed notes late in the evening, which a reviewer should ask about."""

    def printed(lea: Actor) -> None:
        records.actions.open_year(actor=lea, client_id=story.ids["livia"], outlet=Outlet.PRINT)

    story.tell(story.at(story.weekday(3, 0), "22:41"), "lea", printed)
