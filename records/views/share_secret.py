"""The second secret of a link: shown in one answer, to be told, and kept nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

import consent.queries
from consent.domain.delivery import TOLD_BY_WORDS
from counselling.access import Permission, actor_of, require
from records import actions
from records.queries.shares import share_row

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


def shown_once(request: HttpRequest, sent: actions.ShareSent) -> HttpResponse:
    """Show the word in the answer itself: it is kept nowhere, so shown once."""
    assert sent.secret is not None  # noqa: S101 asked by the caller; the type checker cannot know
    facts = {
        "secret": sent.secret,
        "row": consent.queries.disclosure_row(sent.disclosure),
        "told_by": TOLD_BY_WORDS[sent.secret.told_by],
    }
    response = render(request, "consent/link_sent.html", facts)
    response.made_at = reverse("consent:disclosure", args=[sent.disclosure])  # type: ignore[attr-defined]  # read by `once`
    return response


@require_POST
def secret(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Show once the second secret of a link that went by itself."""
    actor = actor_of(request)
    require(actor, Permission.DISCLOSE)
    row = share_row(share_id)
    word = actions.read_secret(actor=actor, share_id=share_id)
    if not word and row.disclosure is not None:
        messages.warning(request, "That link opens nothing any more, so its word is of no use.")
        return redirect("consent:disclosure", row.disclosure)
    return render(request, "records/share_secret.html", {"row": row, "word": word})
