"""The ways an act ends without being done; what a person is told is in each one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


class CounsellingError(Exception):
    """Anything the product itself raises."""


class Refused(CounsellingError):
    """An act that may not be done; rolled back, recorded as an event, told in `message`."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        client: UUID | None = None,
        case: UUID | None = None,
    ) -> None:
        """Keep the code for the log and the sentence for the person."""
        super().__init__(code)
        self.code = code
        self.message = message
        self.client = client
        self.case = case


class StepUpNeeded(Refused):
    """The act needs a second factor given in the last five minutes."""

    def __init__(self) -> None:
        """Say the one thing that helps."""
        super().__init__("step-up-needed", "Please confirm it is you.")


class SecondSecretNeeded(Refused):
    """The act is for who came in with two secrets of different kinds, and this sitting has one."""

    def __init__(self) -> None:
        """Say the one thing that helps."""
        super().__init__("second-secret-needed", "Please prove in a second way that it is you.")


class TooOften(Refused):
    """The act is dear, and was done often in a short time; it may be done again after a wait."""

    def __init__(self, wait: int) -> None:
        """Keep the seconds to wait."""
        super().__init__("too-often", "That was often in a short time.")
        self.wait = wait


class NotThere(CounsellingError):
    """A row that is hidden or none: told with the same words in both cases."""

    def __init__(self, what: str, row: UUID | None = None) -> None:
        """Name the table and the id, so that a look at a hidden row can be recorded."""
        super().__init__(what)
        self.what = what
        self.row = row


class Stale(CounsellingError):
    """Somebody, or another tab, saved a newer version in the meantime."""


class Invalid(CounsellingError):
    """A rule said no to what was entered; shown at the field, nothing is lost."""

    def __init__(self, message: str, field: str | None = None) -> None:
        """Keep the sentence and the field it belongs to."""
        super().__init__(message)
        self.message = message
        self.field = field
