"""Forms of sessions and notes."""

from records.forms.drafts import (
    DraftForm,
    SignForm,
)
from records.forms.fields import (
    DayInput,
    LongText,
)
from records.forms.notes import (
    AddendumForm,
)
from records.forms.searching import (
    SearchForm,
)
from records.forms.sessions import (
    SessionForm,
)
from records.forms.shares import (
    ShareForm,
)

__all__ = [
    "AddendumForm",
    "DayInput",
    "DraftForm",
    "LongText",
    "SearchForm",
    "SessionForm",
    "ShareForm",
    "SignForm",
]
