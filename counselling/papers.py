"""The few pages that take a paper: a scan or a file as it came, looked at by its content."""

from __future__ import annotations

import dataclasses
import io
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from counselling.access import ActorKind

if TYPE_CHECKING:
    from collections.abc import Callable

_View = TypeVar("_View", bound="Callable[..., Any]")

MOST: Final = 10 * 1024 * 1024
# the file, and room for what is typed beside it
MOST_SENT: Final = MOST + 512 * 1024
_ENDS: Final = 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"
ENDINGS: Final = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """A file as it came, and what its own bytes say it is."""

    content: bytes = dataclasses.field(repr=False)
    media: str


def takes_paper(view: _View) -> _View:
    """Let a page take a file; every other page refuses one before a byte is read."""
    view.takes_paper = True  # type: ignore[attr-defined]  # a mark on a function
    return view


class Papers(FileUploadHandler):
    """Take a file only where staff keep a paper; hold it in memory, never in a folder."""

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002  Django's
        META: Any,  # noqa: ARG002, N803  Django's
        content_length: int,
        boundary: str,  # noqa: ARG002  Django's
        encoding: str | None = None,  # noqa: ARG002  Django's
    ) -> None:
        """Refuse what is too long before it is read."""
        self._held = io.BytesIO()
        self._taken = 0
        if content_length > MOST_SENT:
            raise BadRequest

    def new_file(self, *args: Any, **named: Any) -> None:
        """Refuse the whole request where no paper is asked for, or for a second file."""
        super().new_file(*args, **named)
        self._taken += 1
        if self._taken > 1 or not self._asked_for():
            raise BadRequest

    def _asked_for(self) -> bool:
        if self.field_name != "paper" or self.request is None:
            return False
        # a browser's form is read to compare its secret, before anybody acts: ask who is signed in
        if getattr(getattr(self.request, "user", None), "kind", "") != ActorKind.STAFF:
            return False
        try:
            return getattr(resolve(self.request.path_info).func, "takes_paper", False)
        except Resolver404:
            return False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep it, up to what a paper may have."""
        if start + len(raw_data) > MOST_SENT:
            raise BadRequest
        self._held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Give it without the name it had: that may be somebody's."""
        self._held.seek(0)
        return InMemoryUploadedFile(
            self._held, self.field_name, "paper", "application/octet-stream", file_size, None
        )


class PaperField(forms.FileField):
    """A PDF or a picture of a paper, at most 10 MB, known by its content and not by its name."""

    def __init__(self, **named: Any) -> None:
        """Offer the kinds that are taken."""
        accepted = forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"})
        super().__init__(**({"widget": accepted} | named))

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Give the paper, or None where none was chosen and none is needed."""
        found = super().clean(data, initial)
        if not found:
            return None
        content = found.read()
        if len(content) > MOST:
            raise ValidationError("Choose a file of at most 10 MB.", code="too-long")
        media = media_of(content)
        if media is None:
            raise ValidationError("Choose a PDF, a PNG or a JPEG file.", code="unknown")
        return Paper(content, media)


def media_of(content: bytes) -> str | None:
    """Say what a file is by its first and last bytes; None for whatever is not taken."""
    last = content[-_ENDS:]
    if content.startswith(b"%PDF-") and b"%%EOF" in last:
        return "application/pdf"
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and b"IEND" in last:
        return "image/png"
    if content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in last:
        return "image/jpeg"
    return None


def as_attachment(content: bytes, media: str, name: str) -> HttpResponse:
    """Give a paper back as it came: to be kept, never to be shown by a browser."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}.{ENDINGS.get(media, "bin")}"'
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response
