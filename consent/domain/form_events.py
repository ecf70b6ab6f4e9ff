"""The kinds of events that writing forms and asking again leave, each with its sentence."""

from typing import Final

from audit.domain import Act, EventKind, register

FORM_BEGUN: Final = EventKind("form.begun", Act.CREATE, "began to write a consent form")
FORM_SAVED: Final = EventKind("form.saved", Act.UPDATE, "wrote at a consent form")
FORM_HANDED_IN: Final = EventKind(
    "form.handed_in", Act.UPDATE, "handed a consent form in for approval"
)
FORM_GIVEN_BACK: Final = EventKind("form.given_back", Act.UPDATE, "gave a consent form back")
FORM_DROPPED: Final = EventKind("form.dropped", Act.UPDATE, "dropped a consent form")
FORM_PUBLISHED: Final = EventKind(
    "form.published", Act.CREATE, "approved a consent form and published it"
)
FORM_OFFERED: Final = EventKind(
    "form.offered", Act.UPDATE, "chose whether a consent form is offered"
)
ASKED_AGAIN: Final = EventKind(
    "form.again", Act.CREATE, "asked for a newer version of a consent form to be signed"
)
AGAIN_DONE: Final = EventKind(
    "form.again_done", Act.UPDATE, "prepared the newer version of a consent form for a client"
)
AGAIN_FAILED: Final = EventKind(
    "form.again_failed", Act.UPDATE, "could not prepare a newer version of a consent form"
)

register(
    FORM_BEGUN, FORM_SAVED, FORM_HANDED_IN, FORM_GIVEN_BACK, FORM_DROPPED, FORM_PUBLISHED,
    FORM_OFFERED, ASKED_AGAIN, AGAIN_DONE, AGAIN_FAILED,
)  # fmt: skip
