"""Mail of the fictional past: written into the demo's outbox, dated by its own clock."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING

from django.core.mail.backends import filebased

from counselling.db import given_clock

if TYPE_CHECKING:
    from django.core.mail import EmailMessage


class DatedOutbox(filebased.EmailBackend):
    """Django's own outbox of files, with the given instant as the date of each message."""

    def write_message(self, message: EmailMessage) -> None:
        """Write one message."""
        if (at := given_clock()) is not None:
            message.extra_headers["Date"] = format_datetime(at)
        super().write_message(message)
