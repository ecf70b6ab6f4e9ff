"""What a subpoena asks for: on what it rests, locked by one, looked at and let go by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import clients.actions
import consent.queries
from consent.domain.answers import CATEGORY_WORDS, PURPOSE_WORDS
from consent.queries.bases import basis_row
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, Stale
from records import actions
from records.domain.shares import Level
from records.forms import WordsForm
from records.queries.shares import orders_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from records.queries.shares import ShareRow

_WHAT: Final = {
    Level.ATTENDANCE: ("session", "sessions"),
    Level.NOTES: ("note", "notes"),
    Level.PROCESS_NOTES: ("note kept by its author alone", "notes kept by their author alone"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def release(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Look at what is locked, as far as one may read it, and let exactly it go."""
    actor = actor_of(request)
    require(actor, Permission.RELEASE)
    if request.method == "POST":
        act = _send_back if request.POST.get("act") == "return" else _let_go
        return act(request, actor, share_id)
    return _page(request, actor, share_id, WordsForm())


def _page(
    request: HttpRequest, actor: Actor, share_id: UUID, words: WordsForm, status: int = 200
) -> HttpResponse:
    weighed = actions.weigh_share(actor=actor, share_id=share_id)
    row = weighed.row
    names = clients.actions.names_for(
        actor=actor, client_ids=[row.client], purpose="letting something go"
    )
    facts = {
        "weighed": weighed,
        "row": row,
        "name": names.get(row.client, ""),
        "by": accounts.names([row.by]).get(row.by, ""),
        "basis": basis_row(row.basis) if row.basis else None,
        "purpose": PURPOSE_WORDS.get(row.purpose, ""),
        "what": how_much(row),
        "kind": CATEGORY_WORDS.get(row.category, row.category),
        "words": words,
    }
    return render(request, "records/share_release.html", facts, status=status)


def how_much(row: ShareRow) -> str:
    """Say how much it is, by its count alone."""
    if row.level in {None, Level.SUMMARY}:
        return "one letter"
    one, several = _WHAT[row.level]
    return f"{len(row.chosen)} {one if len(row.chosen) == 1 else several}"


def _let_go(request: HttpRequest, actor: Actor, share_id: UUID) -> HttpResponse:
    try:
        actions.release_share(
            actor=actor, share_id=share_id, content_sha256=request.POST.get("content", "")
        )
    except Stale:
        messages.warning(request, "That is not what is locked. Look again.")
        return redirect("records:share-release", share_id)
    messages.success(request, "Let go. Whoever prepared it sends it; nothing else goes.")
    return redirect("today")


def _send_back(request: HttpRequest, actor: Actor, share_id: UUID) -> HttpResponse:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, share_id, form, status=400)
    try:
        actions.send_back_share(
            actor=actor, share_id=share_id, content_sha256=request.POST.get("content", ""),
            words=form.cleaned_data["words"],
        )  # fmt: skip
    except Stale:
        messages.warning(request, "That is not what is locked. Look again.")
        return redirect("records:share-release", share_id)
    messages.success(request, "Sent back. Whoever prepared it reads why, and prepares it anew.")
    return redirect("today")


# -- beside the preview, for who prepares it -------------------------------------------------------


def rest(request: HttpRequest, actor: Actor, row: ShareRow) -> HttpResponse:
    """Let it rest on what the law asks for."""
    return _told(
        request,
        row,
        lambda: actions.rest_on_order(
            actor=actor, share_id=row.id, basis_id=_id(request.POST.get("basis", ""))
        ),
        "It rests on the law now. Look once more.",
    )


def lock(request: HttpRequest, actor: Actor, row: ShareRow) -> HttpResponse:
    """Lock it, so that somebody else lets exactly it go."""
    return _told(
        request,
        row,
        lambda: actions.lock_share(
            actor=actor, share_id=row.id, previewed=request.POST.get("previewed", "")
        ),
        "Locked. A supervisor or privacy officer sees it on their Today.",
    )


def _told(request: HttpRequest, row: ShareRow, act: Callable[[], None], done: str) -> HttpResponse:
    try:
        act()
    except Invalid as wrong:
        messages.warning(request, wrong.message)
    else:
        messages.success(request, done)
    return redirect("records:share-look", row.id)


def _id(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Invalid("Choose on what.", "basis") from None


def beside(row: ShareRow) -> dict[str, object]:
    """Give what the preview says of a share that a subpoena asks for."""
    if row.subpoena is None:
        return {"asked_for": None}
    open_ = row.basis is None and row.locked_at is None
    return {
        "asked_for": consent.queries.subpoena_row(row.subpoena),
        "orders": orders_for(row) if open_ else [],
        "rests": row.basis is not None or row.ground.allowed,
    }
