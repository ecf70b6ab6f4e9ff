"""Hand out what is previewed as its file, marked as a preview on each page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from counselling.access import actor_of, require
from counselling.errors import Invalid
from records import actions
from records.access import looking_at_shares

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@require_safe
def preview_file(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Give the file as a download that no cache keeps; what cannot be laid out is looked at."""
    actor = actor_of(request)
    require(actor, looking_at_shares(actor))
    try:
        content = actions.preview_file(actor=actor, share_id=share_id)
    except Invalid:
        return redirect("records:share-look", share_id)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="preview.pdf"'
    response["Cache-Control"] = "no-store"
    return response
