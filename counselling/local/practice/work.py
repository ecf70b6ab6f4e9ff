"""Six weeks of sessions: who came, what was written about it, and what was added later."""

from __future__ import annotations

import dataclasses
import datetime
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import records.actions
from counselling.local.practice.caseload import CARE
from counselling.local.practice.together import MEMBERS, tell_roster
from records.actions import Typed
from records.domain import AddendumKind, Attendance, Modality, Risk, Structure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counselling.local.practice.story import Story

NOTES: Final = Path(__file__).with_name("notes.toml")
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = range(4)
_VIDEO, _PHONE = Modality.VIDEO, Modality.PHONE
_CANCELLED, _NO_SHOW = Attendance.CANCELLED, Attendance.NO_SHOW


@dataclasses.dataclass(frozen=True, slots=True)
class Held:
    """A session: with whom, when, how; its note is named in notes.toml, if there is one."""

    case: str
    day: int
    clock: str
    note: str = ""
    modality: Modality = Modality.IN_PERSON
    attendance: Attendance = Attendance.ATTENDED
    minutes: int = 50
    signed_days_later: int = 0
    # who of a couple or group was not there
    away: tuple[str, ...] = ()


def _past(story: Story) -> tuple[Held, ...]:
    when = story.weekday
    return (
        Held("mara", -35, "09:00", "mara.1"),
        Held("mara", -28, "09:00", "mara.2"),
        Held("mara", -21, "09:00", "mara.3"),
        Held("mara", -14, "09:00", "mara.4", _VIDEO),
        Held("mara", -7, "09:00", "mara.5"),
        Held("jon", -28, "10:30", "jon.1"),
        Held("jon", -21, "10:30", attendance=_CANCELLED),
        Held("jon", -14, "10:30", "jon.2", signed_days_later=4),
        Held("jon", -7, "10:30", "jon.3"),
        Held("ines", -21, "13:00", "romero.1"),
        Held("ines", -7, "13:00", "romero.2"),
        Held("tom", -28, "15:00", "tom.1"),
        Held("tom", -21, "15:00", attendance=_NO_SHOW),
        Held("tom", -14, "15:00", "tom.2", _VIDEO),
        Held("tom", -7, "15:00", attendance=_CANCELLED),
        Held("elif", when(WEDNESDAY, 2), "11:00", "elif.1"),
        Held("elif", when(WEDNESDAY, 1), "11:00", "elif.2"),
        Held("elif", when(THURSDAY, 0), "12:15", "elif.wrong", _PHONE, minutes=10),
        Held("henry", when(THURSDAY, 0), "16:00", "henry.1"),
        Held("anton", when(MONDAY, 1), "12:00", "anton.1"),
        Held("clara", when(MONDAY, 1), "14:00", "clara.1"),
        Held("clara", when(MONDAY, 0), "14:00", "clara.2"),
        Held("clara", when(THURSDAY, 0), "17:00", "clara.3", _PHONE, minutes=20),
        Held("rosa", when(TUESDAY, 1), "18:30", "group.1", minutes=90),
        Held("rosa", when(TUESDAY, 0), "18:30", "group.2", minutes=90, away=("amina",)),
        Held("livia", when(THURSDAY, 1), "10:00", "livia.1"),
    )


# yesterday's, still unwritten or begun; and what is before everybody today
_UNWRITTEN: Final = Held("tom", -1, "16:00")
_BEGUN: Final = (
    Held("ines", -1, "17:00", "romero.draft"),
    Held("rosa", -1, "12:30", "group.draft"),
)
_TODAY: Final = (
    Held("mara", 0, "09:00"),
    Held("jon", 0, "10:30"),
    Held("ines", 0, "13:00"),
    Held("tom", 0, "15:00", modality=_VIDEO),
    Held("elif", 0, "11:00"),
    Held("clara", 0, "14:00"),
)


def tell(story: Story) -> None:
    """Tell of every session, the notes about them, and what is still to be done."""
    written = tomllib.loads(NOTES.read_text("utf-8"))
    for held in _past(story):
        ended = _tell_session(story, held)
        if held.note:
            _tell_note(story, held, ended, written[held.note])
    _tell_session(story, _UNWRITTEN)
    for held in _BEGUN:
        _tell_draft(story, held, _tell_session(story, held), written[held.note])
    for held in _TODAY:
        _tell_appointment(story, held)
    _tell_addenda(story)


def _tell_appointment(story: Story, held: Held) -> datetime.datetime:
    """Tell that a session was agreed, six days before; give when it ends."""
    starts = story.at(held.day, held.clock)
    ends = starts + datetime.timedelta(minutes=held.minutes)
    story.tell(
        story.at(held.day - 6, "12:05"),
        CARE[held.case],
        lambda actor: records.actions.log_session(
            actor=actor,
            case_id=story.ids[f"{held.case}.case"],
            starts_at=starts,
            ends_at=ends,
            modality=held.modality,
        ),
        _name(held),
    )
    return ends


def _name(held: Held) -> str:
    return held.note or f"{held.case}{held.day}"


def _tell_session(story: Story, held: Held) -> datetime.datetime:
    ends = _tell_appointment(story, held)
    story.tell(
        ends + datetime.timedelta(minutes=1),
        CARE[held.case],
        lambda actor: records.actions.set_attendance(
            actor=actor,
            session_id=story.ids[_name(held)],
            attendance=held.attendance,
            modality=held.modality,
        ),
    )
    if held.case in MEMBERS and held.attendance is Attendance.ATTENDED:
        _tell_roster(story, held, ends)
    return ends


def _tell_roster(story: Story, held: Held, ended: datetime.datetime) -> None:
    at = ended + datetime.timedelta(minutes=2)
    tell_roster(story, at, held.case, CARE[held.case], _name(held), held.away)


def _tell_draft(
    story: Story, held: Held, ended: datetime.datetime, written: Mapping[str, Any]
) -> None:
    def typed() -> Typed:
        return Typed(
            record_part=written["record"].strip(),
            process_part=written.get("mine", "").strip(),
            structure=Structure(written.get("structure", "free")),
            risk=Risk(written["risk"]) if "risk" in written else None,
            parts={story.ids[key]: text.strip() for key, text in written.get("of", {}).items()},
        )

    story.tell(
        ended + datetime.timedelta(minutes=4),
        CARE[held.case],
        lambda actor: records.actions.save_draft(
            actor=actor, session_id=story.ids[held.note], version=0, typed=typed()
        ),
    )


def _tell_note(
    story: Story, held: Held, ended: datetime.datetime, written: Mapping[str, Any]
) -> None:
    _tell_draft(story, held, ended, written)
    story.tell(
        ended + datetime.timedelta(days=held.signed_days_later, minutes=9),
        CARE[held.case],
        lambda actor: records.actions.sign_draft(
            actor=actor, session_id=story.ids[held.note], version=1
        ),
        f"{held.note}.note",
    )


def _tell_addenda(story: Story) -> None:
    _tell_addendum(
        story, story.at(-20, "08:40"), "dana", "mara.3", AddendumKind.CORRECTION,
        "Her mother fell on **Wednesday**, not on Thursday. Mara told me on the telephone.",
    )  # fmt: skip
    _tell_addendum(
        story, story.at(story.weekday(MONDAY, 0), "15:40"), "noor", "clara.1",
        AddendumKind.LATE_ENTRY,
        "Not noted on the day: Clara asked whether her mother would be told that she comes here. "
        "I said no, and that she decides.",
    )  # fmt: skip
    _tell_addendum(
        story, story.at(story.weekday(THURSDAY, 0), "13:05"), "sam", "elif.wrong",
        AddendumKind.ENTERED_IN_ERROR,
        "Written into the wrong file. The call was with somebody else and is noted there. "
        "Nothing in it is about this client.",
    )  # fmt: skip


def _tell_addendum(
    story: Story, at: datetime.datetime, person: str, note: str, kind: AddendumKind, text: str
) -> None:
    story.tell(
        at,
        person,
        lambda actor: records.actions.add_addendum(
            actor=actor, note_id=story.ids[f"{note}.note"], kind=kind, text=text
        ),
    )
