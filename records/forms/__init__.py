"""Forms of sessions and notes."""

from records.forms.dangers import (
    DangerAdditionForm,
    DangerForm,
)
from records.forms.drafts import (
    DraftForm,
    SignForm,
)
from records.forms.fields import (
    DayInput,
    LongText,
)
from records.forms.leading import CoLeaderForm
from records.forms.locked import (
    LockedForm,
)
from records.forms.notes import (
    AddendumForm,
)
from records.forms.plans import (
    PlanForm,
)
from records.forms.readings import (
    AcceptForm,
    NamedForm,
    NotRightForm,
    NotToldForm,
    ReadersForm,
    ReasonForm,
    RefuseForm,
    ReplyForm,
    StatementForm,
    TellForm,
)
from records.forms.searching import (
    SearchForm,
)
from records.forms.sessions import (
    AppointmentForm,
    SessionForm,
)
from records.forms.shares import (
    LetterForm,
    OwnWordForm,
    ResumeForm,
    WayForm,
    WhatForm,
    WhomForm,
    WordsForm,
)

__all__ = [
    "AcceptForm",
    "AddendumForm",
    "AppointmentForm",
    "CoLeaderForm",
    "DangerAdditionForm",
    "DangerForm",
    "DayInput",
    "DraftForm",
    "LetterForm",
    "LockedForm",
    "LongText",
    "NamedForm",
    "NotRightForm",
    "NotToldForm",
    "OwnWordForm",
    "PlanForm",
    "ReadersForm",
    "ReasonForm",
    "RefuseForm",
    "ReplyForm",
    "ResumeForm",
    "SearchForm",
    "SessionForm",
    "SignForm",
    "StatementForm",
    "TellForm",
    "WayForm",
    "WhatForm",
    "WhomForm",
    "WordsForm",
]
