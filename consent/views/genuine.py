"""The public page that says whether a file is one that the practice sealed (ES-18).

The browser takes the file's hash and sends only that. Without JavaScript the file is sent, hashed
while it comes in, and kept nowhere, not even for a moment.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from consent import queries
from consent.domain.numbers import MOST, is_sha256, numbers_in, read_numbers
from counselling.access import actor_of
from counselling.accounts.actions import allowances
from counselling.accounts.domain import Allowance

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LARGEST: Final = 30 * 1024 * 1024
# so many files from one address at once, and then one in so many seconds
FILES: Final = Allowance("file to verify", burst=30, regain=20)
# a number may stand across two pieces of a file
_TAIL: Final = 80


class Hashing(FileUploadHandler):
    """Hash a file while it comes in, find its numbers, and keep nothing of it."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin anew; of several files the last one counts."""
        super().new_file(*args, **kwargs)
        self.seen, self.tail = 0, b""
        self.hash, self.numbers = hashlib.sha256(), list[str]()

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> None:
        """Take one piece; whoever sends without end is cut off."""
        self.seen += len(raw_data)
        if self.seen > LARGEST:
            raise StopUpload(connection_reset=True)
        self.hash.update(raw_data)
        found = numbers_in(self.tail + raw_data)
        self.numbers = list(dict.fromkeys([*self.numbers, *found]))[:MOST]
        self.tail = raw_data[-_TAIL:]

    def file_complete(self, _size: int) -> None:
        """Give no file: there is none."""

    @property
    def sha256(self) -> str:
        """Give the hash of what came in; nothing if nothing did."""
        return self.hash.hexdigest() if getattr(self, "seen", 0) else ""


@csrf_exempt  # asked for inside, once it is set how a file is read
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a file, and say genuine, changed, unknown or withdrawn; no word of what is in it."""
    if request.method != "POST":
        return render(request, "consent/verify.html")
    hashing = Hashing(request)
    request.upload_handlers = [hashing]
    return _answered(request, hashing)


@csrf_protect
def _answered(request: HttpRequest, hashing: Hashing) -> HttpResponse:
    sent = request.POST.get("sha256", "").lower()
    sha256, numbers = hashing.sha256, getattr(hashing, "numbers", [])
    if not sha256 and is_sha256(sent):
        sha256, numbers = sent, read_numbers(request.POST.get("numbers", ""))
    if not sha256:
        wrong = _("Choose the PDF file you want to ask about.")
        return render(request, "consent/verify.html", {"wrong": wrong}, status=400)
    allowances.spend_here(actor_of(request), FILES)
    answer = queries.genuine(sha256, numbers)
    return render(request, "consent/verify.html", {"answer": answer, "sha256": sha256})
