"""A press beside the note: we have gone through what was agreed to, together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from consent import actions
from counselling.access import actor_of
from counselling.accounts.domain import local_path

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@require_POST
def gone_through(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Note it, and lead back to the page it was pressed on, which may have stayed where it is."""
    actions.go_through(actor=actor_of(request), client_id=client_id)
    if request.headers.get("Accept", "").startswith("application/json"):
        return HttpResponse(status=204)
    onward = reverse("consent:consents", args=[client_id])
    return redirect(local_path(request.POST.get("next"), onward))
