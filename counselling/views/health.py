"""Up or down, and ready or not; nothing more is said to a stranger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from counselling import health

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("up", content_type="text/plain")


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Say 200 once database, migrations, broker and worker are there."""
    try:
        ready = health.is_migrated() and health.is_beating("worker")
    except Error:
        ready = False
    response = HttpResponse(
        "up" if ready else "down", status=200 if ready else 503, content_type="text/plain"
    )
    # "not yet" is an answer and no failure: whoever asks each second must not fill the log
    response._has_been_logged = True  # type: ignore[attr-defined]  # what Django itself sets
    return response


for _view in (healthz, readyz):
    _view.no_actor = True  # type: ignore[attr-defined]  # read by ActorMiddleware
