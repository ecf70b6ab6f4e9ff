"""Read the log again, all of it or what is new, and keep what came of it."""

from audit.verifying.reading import DATABASE, Base
from audit.verifying.verdicts import (
    freeze,
    is_frozen,
    is_new,
    keep,
    last,
    thaw,
    told_already,
)
from audit.verifying.whole import (
    Lost,
    log_key,
    lost_by_restore,
    unreadable_key,
    verify,
    verify_since,
)

__all__ = [
    "DATABASE",
    "Base",
    "Lost",
    "freeze",
    "is_frozen",
    "is_new",
    "keep",
    "last",
    "log_key",
    "lost_by_restore",
    "thaw",
    "told_already",
    "unreadable_key",
    "verify",
    "verify_since",
]
