"""Consents in every state: what was asked, signed, declined, forgotten, stopped, and what went."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import consent.actions
import consent.queries
import records.actions
from consent.actions import Asking
from consent.domain.covers import Category, Purpose
from consent.domain.documents import RecipientShown
from counselling.local.practice.signing import OBSERVER, RECORDING, SHARING, Form
from counselling.local.practice.work import WEDNESDAY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from counselling.access import Actor
    from counselling.local.practice.story import Story

DR_LIND: Final = RecipientShown(
    "Dr Eva Lind", "GP", "Practice at the Old Market", "12 Market Square, Riverside"
)
DR_SAID: Final = RecipientShown(
    "Dr Amal Said", "psychiatrist", "Harbour Clinic", "1 Harbour Street, Riverside"
)
DR_NOVAK: Final = RecipientShown(
    "Dr Milan Novak", "GP", "Practice by the Bridge", "3 Bridge Street, Riverside"
)
INSURER: Final = RecipientShown(
    "Northern Health", "insurer", "Northern Health, claims", "80 North Road, Riverside"
)
WORKS_DOCTOR: Final = RecipientShown(
    "Dr Ida Moss", "works doctor", "Riverside Ambulance", "7 Station Road, Riverside"
)
FACULTY: Final = RecipientShown(
    "Dr Jonas Hein", "doctor of the faculty", "University of Riverside", "2 College Lane, Riverside"
)
# a name drawn in three strokes
DRAWN: Final = (
    "[[120,60,128,120,132,180,140,226,176,232,226,222],"
    "[286,150,270,190,284,226,306,204,322,150,340,218,372,150,392,216,424,172],"
    "[470,62,466,224,520,226,548,190,508,148,470,144,520,108,512,66,470,60,640,240]]"
)


def tell(story: Story) -> None:
    """Tell of every form and of everything that left the practice."""
    _tell_agreements(story)
    _tell_mara(story)
    _tell_jon(story)
    _tell_tom(story)
    _tell_others(story)


def _tell_agreements(story: Story) -> None:
    """Tell of the agreement of each client who signs in, a little before or after they began."""
    for number, (client, said) in enumerate({
        "mara": (True, False, False), "jon": (False, False, False), "tom": (True, True, False),
        "ines": (True, False, True), "elif": (False, False, False), "clara": (True, True, True),
        "livia": (False, False, False),
    }.items()):  # fmt: skip
        form, day = Form(story, client, "agreement"), -38 + 2 * number
        # one signs in German, draws her name too, and her counsellor sees her do it
        seen = client == "livia"
        form.ask(story.at(day, "11:55"), witness=seen)
        form.send(story.at(day, "11:58"))
        emergency, observer, recording = said
        form.sign(
            story.at(day + 1, f"18:{10 + 3 * number}"),
            {"begin": True, "emergency-contact": emergency},
            DRAWN if seen else "",
        )
        if seen:
            form.witness(story.at(day + 1, "18:50"), "lea", "Lea Fox")
        _tell_switch(Form(story, client, "recording", RECORDING), day, answer=recording)
        if observer:
            _tell_switch(Form(story, client, "observer", OBSERVER), day, answer=observer)


def _tell_switch(form: Form, day: int, *, answer: bool) -> None:
    """Tell of a form that allows one thing, signed on the evening after the agreement."""
    minute = 0 if form.slug == RECORDING else 20
    form.ask(form.story.at(day + 1, f"09:{minute:02}"))
    form.send(form.story.at(day + 1, f"09:{minute + 2:02}"))
    form.sign(form.story.at(day + 1, f"20:{minute:02}"), {form.slug: answer})


def _asking(story: Story, recipient: RecipientShown, purpose: Purpose, days: int) -> Asking:
    return Asking(new_recipient=recipient, purpose=purpose, until=story.day(days))


def _answers(*, attendance: bool, summary: bool, notes: bool) -> dict[str, bool]:
    return {"share-attendance": attendance, "share-summary": summary, "share-notes": notes}


def _tell_mara(story: Story) -> None:
    """Tell of a permission that ended, with what went under it, and of the one that lives."""
    first = Form(story, "mara", "sharing", SHARING)
    first.ask(story.at(-20, "09:40"), _asking(story, DR_LIND, Purpose.MEDICATION, -6))
    first.send(story.at(-20, "09:42"))
    first.sign(story.at(-20, "19:30"), _answers(attendance=True, summary=False, notes=True))
    _tell_sharing(story, "mara", "Dr Eva Lind", ("mara.2", "mara.3"), story.at(-17, "11:20"))
    again = Form(story, "mara", "sharing again", SHARING)

    def ask_again(dana: Actor) -> UUID:
        return consent.actions.ask(
            actor=dana,
            client_id=story.ids["mara"],
            version_id=consent.queries.request_row(story.ids["mara.sharing"]).form.id,
            case_id=story.ids["mara.case"],
            asking=Asking(
                recipient=consent.queries.recipients_of(story.ids["mara"])[0],
                purpose=Purpose.MEDICATION,
                until=story.day(170),
            ),
        )

    story.tell(story.at(-4, "09:10"), "dana", ask_again, again.name)
    again.send(story.at(-4, "09:12"))
    again.sign(story.at(-4, "20:05"), _answers(attendance=True, summary=True, notes=True))


def _tell_jon(story: Story) -> None:
    """Tell of a permission that was used once and stopped, and of a form that waits for him."""
    form = Form(story, "jon", "sharing", SHARING)
    form.ask(story.at(-14, "11:25"), _asking(story, DR_SAID, Purpose.CARE_TOGETHER, 150))
    form.send(story.at(-14, "11:27"))
    form.sign(story.at(-13, "15:00"), _answers(attendance=True, summary=False, notes=True))
    _tell_sharing(story, "jon", "Dr Amal Said", ("jon.2",), story.at(-9, "12:30"))

    def stop(jon: Actor) -> None:
        consent.actions.withdraw_everything(actor=jon, client_id=story.ids["jon"])

    story.tell(story.at(-8, "20:15"), "jon.portal", stop)
    waiting = Form(story, "jon", "sharing with his GP", SHARING)
    waiting.ask(story.at(-1, "11:30"), _asking(story, DR_NOVAK, Purpose.CARE_TOGETHER, 180))
    waiting.send(story.at(-1, "11:32"))


def _tell_tom(story: Story) -> None:
    """Tell of a permission that ends soon, and of a form that is open before him."""
    form = Form(story, "tom", "insurer", SHARING)
    form.ask(story.at(-27, "16:00"), _asking(story, INSURER, Purpose.INSURER, 10))
    form.send(story.at(-27, "16:02"))
    form.sign(story.at(-26, "12:40"), _answers(attendance=True, summary=False, notes=False))
    opened = Form(story, "tom", "works doctor", SHARING)
    opened.ask(story.ago(hours=3), _asking(story, WORKS_DOCTOR, Purpose.CARE_TOGETHER, 90))
    opened.send(story.ago(hours=3, minutes=-2))
    link = opened.open_by_link(story.ago(minutes=40))
    story.tell(
        story.ago(minutes=38),
        link,
        lambda tom: consent.actions.read_form(
            actor=tom, request_id=story.ids[opened.name], page="in short"
        ),
    )
    story.tell(
        story.ago(minutes=34),
        link,
        lambda tom: consent.actions.ask_question(
            actor=tom,
            request_id=story.ids[opened.name],
            text="May I read the summary before it goes to Dr Moss?",
        ),
    )


def _tell_others(story: Story) -> None:
    """Tell of forms that were declined, guessed at, forgotten, called back, held and prepared."""
    declined = Form(story, "elif", "faculty", SHARING)
    first = story.weekday(WEDNESDAY, 2)
    declined.ask(story.at(first, "12:10"), _asking(story, FACULTY, Purpose.SCHOOL, 60))
    declined.send(story.at(first, "12:12"))
    declined.decline(story.at(first + 1, "21:00"))
    guessed = Form(story, "henry", "agreement by mistyped link")
    guessed.ask(story.at(-13, "10:00"))
    guessed.send(story.at(-13, "10:02"))
    guessed.guess(story.at(-12, "22:10"))
    forgotten = Form(story, "henry", "agreement")
    forgotten.ask(story.at(-10, "09:00"))
    forgotten.send(story.at(-10, "09:02"))
    called_back = Form(story, "clara", "agreement of the wrong sort", SHARING)
    called_back.ask(story.at(-9, "14:00"), _asking(story, DR_NOVAK, Purpose.CARE_TOGETHER, 90))
    called_back.send(story.at(-9, "14:01"))
    called_back.call_back(story.at(-9, "14:06"))
    with_partner = Form(story, "paul", "agreement")
    with_partner.ask(story.at(-3, "14:10"))
    with_partner.send(story.at(-3, "14:12"), by="kim")
    held = Form(story, "nils", "agreement")
    held.ask(story.at(-3, "10:00"))
    held.send(story.at(-3, "10:02"))
    prepared = Form(story, "rosa", "agreement")
    prepared.ask(story.at(-2, "10:20"))


def _tell_sharing(
    story: Story, client: str, to: str, notes: Sequence[str], at: datetime.datetime
) -> None:
    """Tell that notes were prepared, looked at and handed over on paper."""

    def ids() -> list[UUID]:
        return [story.ids[f"{note}.note"] for note in notes]

    looked_at: list[str] = []

    def preview(dana: Actor) -> None:
        pack = records.actions.compose_pack(
            actor=dana, client_id=story.ids[client], to=to, note_ids=ids()
        )
        looked_at.append(consent.actions.content_sha256(pack))

    def hand_over(dana: Actor) -> None:
        living = consent.queries.live_consents(story.ids[client], sharing=True)
        covering = next(one for one in living if Category.SESSION_NOTES in one.categories)
        records.actions.share_notes(
            actor=dana,
            client_id=story.ids[client],
            consent_id=covering.id,
            to=to,
            note_ids=ids(),
            previewed=looked_at[0],
        )

    story.tell(at - datetime.timedelta(minutes=2), "dana", preview)
    story.tell(at, "dana", hand_over)
