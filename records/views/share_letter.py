"""Write the letter that is to be shared; it is saved sealed while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from counselling.access import Permission, actor_of, require
from counselling.errors import Invalid, Stale
from records import actions
from records.forms import LetterForm
from records.views.share_way import recipient_now

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Write the letter; saved sealed while it is typed."""
    actor = actor_of(request)
    require(actor, Permission.PREPARE_SHARE)
    if request.method == "POST":
        form = LetterForm(request.POST)
        if request.headers.get("Accept", "").startswith("application/json"):
            return _saved(actor, share_id, form)
        return _finished(request, actor, share_id, form)
    page = actions.open_letter(actor=actor, share_id=share_id)
    text = page.text or _skeleton()
    form = LetterForm(initial={"letter": text, "version": page.version, "tab": uuid4()})
    return _letter(request, actor, page, form)


def _skeleton() -> str:
    """Begin with what a letter has; no word of the client's."""
    return (
        "**Why this letter**\n\n\n**What we have worked on**\n\n\n"
        "**How it stands now**\n\n\n**What would help**\n\n"
    )


def _letter(
    request: HttpRequest,
    actor: Actor,
    page: actions.LetterPage,
    form: LetterForm,
    *,
    other: bool = False,
) -> HttpResponse:
    facts = {
        "page": page,
        "row": page.row,
        "form": form,
        "other": other,
        "to": recipient_now(actor, page.row).shown.name,
        "kept": actions.read_kept_out(actor=actor, row=page.row),
    }
    status = 409 if other else 422 if form.errors else 200
    return render(request, "records/share_letter.html", facts, status=status)


def _saved(actor: Actor, share_id: UUID, form: LetterForm) -> JsonResponse:
    """Save it while it is typed."""
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    said = form.cleaned_data
    try:
        version, saved_at = actions.write_letter(
            actor=actor,
            share_id=share_id,
            version=said["version"],
            text=said["letter"],
            tab=said["tab"],
        )
    except Stale:
        return JsonResponse({"conflict": True}, status=409)
    at = timezone.localtime(saved_at)
    return JsonResponse({"version": version, "saved_at": f"{at:%H:%M:%S}"})


def _finished(request: HttpRequest, actor: Actor, share_id: UUID, form: LetterForm) -> HttpResponse:
    """Save it and go on to the preview; first, that what is kept back is not in it."""
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.finish_letter(
                actor=actor,
                share_id=share_id,
                version=said["version"],
                text=said["letter"],
                tab=said["tab"],
                left_out=said["left_out"],
            )
        except Stale:
            return _changed(request, actor, share_id, form)
        except Invalid as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
        else:
            return redirect("records:share-look", share_id)
    return _letter(request, actor, actions.open_letter(actor=actor, share_id=share_id), form)


def _changed(request: HttpRequest, actor: Actor, share_id: UUID, form: LetterForm) -> HttpResponse:
    """Show both texts where another page saved meanwhile."""
    page = actions.open_letter(actor=actor, share_id=share_id)
    said = form.cleaned_data | {"version": page.version, "tab": uuid4()}
    return _letter(request, actor, page, LetterForm(initial=said), other=True)
