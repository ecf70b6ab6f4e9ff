"""The kinds of events that sitting in, recording and reminders of appointments leave."""

from __future__ import annotations

from typing import Final

from audit.domain import Act, EventKind, register

SITTING_IN_BEGUN: Final = EventKind("sitting-in.begun", Act.CREATE, "had a trainee sit in")
SITTING_IN_ENDED: Final = EventKind("sitting-in.ended", Act.UPDATE, "had a trainee leave")
RECORDING_BEGUN: Final = EventKind("recording.begun", Act.CREATE, "recorded the sound of a session")
RECORDING_ERASED: Final = EventKind("recording.erased", Act.DELETE, "erased a recording")
APPOINTMENT_REMINDED: Final = EventKind(
    "appointment.reminded", Act.CREATE, "asked for a reminder of an appointment"
)
register(
    SITTING_IN_BEGUN, SITTING_IN_ENDED, RECORDING_BEGUN, RECORDING_ERASED, APPOINTMENT_REMINDED
)
