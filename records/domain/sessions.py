"""What is said of a session: how the people met, and whether it took place."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping


class Modality(enum.StrEnum):
    """How the people met."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class Attendance(enum.StrEnum):
    """Whether the session took place."""

    EXPECTED = "expected"
    ATTENDED = "attended"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


MODALITY_WORDS: Final[Mapping[Modality, str]] = MappingProxyType({
    Modality.IN_PERSON: say("In person"),
    Modality.VIDEO: say("Video"),
    Modality.PHONE: say("Telephone"),
})  # fmt: skip

ATTENDANCE_WORDS: Final[Mapping[Attendance, str]] = MappingProxyType({
    Attendance.EXPECTED: say("Expected"),
    Attendance.ATTENDED: say("Attended"),
    Attendance.CANCELLED: say("Cancelled"),
    Attendance.NO_SHOW: say("Did not come"),
})  # fmt: skip

# in a sentence, for somebody outside: a session that nobody has said anything of is a plan
MODALITY_IN_A_LINE: Final[Mapping[Modality, str]] = MappingProxyType({
    Modality.IN_PERSON: say("in person"),
    Modality.VIDEO: say("by video"),
    Modality.PHONE: say("by telephone"),
})  # fmt: skip

ATTENDANCE_IN_A_LINE: Final[Mapping[Attendance, str]] = MappingProxyType({
    Attendance.EXPECTED: say("planned"),
    Attendance.ATTENDED: say("attended"),
    Attendance.CANCELLED: say("called off"),
    Attendance.NO_SHOW: say("did not come"),
})  # fmt: skip
