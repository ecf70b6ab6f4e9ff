"""Look at a share as its recipient will, leave out, show it to the client first, and send it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

import clients.actions
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, Refused, Stale
from records import actions
from records.access import looking_at_shares
from records.domain.shares import Answer, Channel, Resume, ShareState
from records.forms import WordsForm
from records.forms.redacting import RedactForm
from records.queries.shares import orders_for, share_row
from records.views import share_release
from records.views.redacting import form_of, names_shown
from records.views.share_secret import shown_once
from records.views.share_way import recipient_now, resume_form, way_form
from records.views.shares import ask_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from records.actions import Looked
    from records.forms import WayForm
    from records.queries.shares import ShareRow


@require_http_methods(["GET", "HEAD", "POST"])
@once
def look(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Show exactly what they will read, with what can still be done about it beside it."""
    actor = actor_of(request)
    require(actor, looking_at_shares(actor))
    row = share_row(share_id)
    if not row.is_open:
        return _over(request, actor, row)
    if row.level is None:
        return redirect("records:share-what", share_id)
    act = _ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None
    if act is None:
        return _page(request, actor, share_id)
    try:
        return act(request, actor, row)
    except Stale:
        messages.warning(request, "Something changed since you looked. Please look again.")
        return redirect("records:share-look", share_id)
    except Refused as late:
        if late.code != "share-over":
            raise
        # two who look after one client, at the same instant: it went once, and both see what went
        messages.warning(request, "Somebody sent this or took it back a moment before you.")
        return redirect("records:share-look", share_id)


def _over(request: HttpRequest, actor: Actor, row: ShareRow) -> HttpResponse:
    """Lead on to what went; first to the second secret of what went by itself, if one waits."""
    if row.disclosure is None:
        return redirect("records:share", row.client)
    if row.secret and row.by == actor.id and actor.may(Permission.DISCLOSE):
        return render(request, "records/share_secret.html", {"row": row, "word": ""})
    return redirect("consent:disclosure", row.disclosure)


def _page(
    request: HttpRequest,
    actor: Actor,
    share_id: UUID,
    *,
    way: WayForm | None = None,
    redact: RedactForm | None = None,
    words: WordsForm | None = None,
    wrong: str = "",
) -> HttpResponse:
    try:
        looked = actions.preview_share(actor=actor, share_id=share_id)
    except Invalid as missing:
        messages.warning(request, missing.message)
        step = "records:share-letter" if missing.field == "letter" else "records:share-what"
        return redirect(step, share_id)
    row = looked.row
    recipient = recipient_now(actor, row)
    facts = (
        {
            "row": row,
            "looked": looked,
            "to": looked.to,
            "recipient": recipient.id,
            "name": _names(actor, row.client),
            "by": accounts.names([row.by]).get(row.by, ""),
            "way": way or way_form(None, row, recipient, looked.sha256),
            "wrong": wrong,
            "words": words or WordsForm(),
            "said": _said(actor, row),
            "resume": resume_form(actor, row),
            "ask": ask_path(row),
            "sends": actor.may(Permission.DISCLOSE) or row.release_asked_at is not None,
            "prepares": actor.may(Permission.PREPARE_SHARE),
            "discloses": actor.may(Permission.DISCLOSE),
            "may_show": row.basis is None and not row.subpoena and row.level != "process_notes",
            "states": ShareState,
            "action": reverse("records:share-look", args=[row.id]),
            "may_state": actor.may(Permission.STATE_BASIS),
            "bases": orders_for(row) if row.basis is None and row.subpoena is None else [],
        }
        | _beside(looked, redact)
        | share_release.beside(row)
    )
    bad = any(one is not None and one.errors for one in (way, redact, words)) or wrong
    return render(request, "records/share_preview.html", facts, status=422 if bad else 200)


def _said(actor: Actor, row: ShareRow) -> actions.SaidOfShare | None:
    """Open the words that were written to who prepares it, if it is for them to read."""
    if not actor.may(Permission.PREPARE_SHARE):
        return None
    return actions.read_said(actor=actor, share_id=row.id)


def _beside(looked: Looked, redact: RedactForm | None) -> dict[str, object]:
    """Give what is left out, to who may still change it."""
    if looked.through is None:
        return {"left_out": None}
    return {
        "left_out": names_shown(looked.through),
        "redact_form": redact or form_of(looked.through),
        "missing": looked.through.missing,
    }


def _names(actor: Actor, client_id: UUID) -> str:
    names = clients.actions.names_for(actor=actor, client_ids=[client_id], purpose="sharing")
    return names.get(client_id, "")


def _leave_out(request: HttpRequest, actor: Actor, row: ShareRow) -> HttpResponse:
    form = RedactForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, row.id, redact=form)
    actions.leave_out(actor=actor, share_id=row.id, choices=form.choices)
    return redirect("records:share-look", row.id)


def _send(request: HttpRequest, actor: Actor, row: ShareRow) -> HttpResponse:
    form = way_form(request, row, recipient_now(actor, row), "")
    if not form.is_valid():
        return _page(request, actor, row.id, way=form)
    said = form.cleaned_data
    try:
        sent = actions.send_share(
            actor=actor,
            share_id=row.id,
            previewed=said["previewed"],
            way=actions.Way(**form.way()),
            unwaited=said.get("unwaited", ""),
        )
    except Invalid as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
        return _page(request, actor, row.id, way=form)
    if sent.secret is not None:
        return shown_once(request, sent)
    messages.success(request, _SENT[form.way()["channel"]])
    return redirect("consent:disclosure", sent.disclosure)


_SENT = {
    Channel.PAPER: "Recorded. The sealed document is being made; print it from here.",
    Channel.FILE: "Recorded. Lock the sealed document under a password from here.",
    Channel.LINK: "The e-mail with the link is on its way.",
}


def _show(request: HttpRequest, actor: Actor, row: ShareRow) -> HttpResponse:
    actions.show_first(actor=actor, share_id=row.id, previewed=request.POST.get("previewed", ""))
    messages.success(request, "The client sees it in their space now.")
    return redirect("records:share-look", row.id)


def _room(request: HttpRequest, actor: Actor, row: ShareRow) -> HttpResponse:
    actions.answer_in_room(actor=actor, share_id=row.id, answer=Answer.FINE)
    messages.success(request, "Written down: they said it is fine.")
    return redirect("records:share-look", row.id)


_BESIDE = frozenset({"unwaited", "address", "told"})


def _resume(request: HttpRequest, actor: Actor, row: ShareRow) -> HttpResponse:
    chosen = resume_form(actor, row, request.POST)
    if not chosen.is_valid():
        return _page(request, actor, row.id, wrong="Choose what happens when they agree.")
    how = Resume(chosen.cleaned_data["how"])
    sends = how is Resume.SEND
    # what was typed is judged also where it is not needed: nothing is swallowed unseen
    asked = sends or any(request.POST.get(one) for one in _BESIDE)
    form = way_form(request, row, recipient_now(actor, row), "") if asked else None
    if form is not None and not form.is_valid() and (sends or _BESIDE & form.errors.keys()):
        return _page(request, actor, row.id, way=form)
    way = form if sends else None
    try:
        _keep_how(request, actor, row, how, way)
    except Invalid as wrong:
        return _page(request, actor, row.id, wrong=wrong.message, way=way)
    messages.success(request, "Kept. Now ask the client.")
    return redirect(ask_path(row) if not row.ground.is_asked else _own(row))


def _keep_how(
    request: HttpRequest, actor: Actor, row: ShareRow, how: Resume, way: WayForm | None
) -> None:
    """Keep what happens then, and why it goes before the client said anything, in one act."""
    with transaction.atomic():
        why = way.cleaned_data.get("unwaited", "") if way is not None else ""
        if why:
            actions.send_without_waiting(actor=actor, share_id=row.id, why=why)
        actions.resume_when_agreed(
            actor=actor,
            share_id=row.id,
            how=how,
            previewed=request.POST.get("previewed", ""),
            way=None if way is None else actions.Way(**way.way()),
        )


def _own(row: ShareRow) -> str:
    return reverse("records:share-look", args=[row.id])


def _release(request: HttpRequest, actor: Actor, row: ShareRow) -> HttpResponse:
    form = way_form(request, row, recipient_now(actor, row), "")
    if not form.is_valid():
        return _page(request, actor, row.id, way=form)
    try:
        actions.ask_release(
            actor=actor,
            share_id=row.id,
            previewed=form.cleaned_data["previewed"],
            way=actions.Way(**form.way()),
        )
    except Invalid as wrong:
        return _page(request, actor, row.id, wrong=wrong.message)
    messages.success(request, "Your supervisor sees it on their Today.")
    return redirect("records:share-look", row.id)


def _give_back(request: HttpRequest, actor: Actor, row: ShareRow) -> HttpResponse:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, row.id, words=form)
    actions.give_back_share(actor=actor, share_id=row.id, words=form.cleaned_data["words"])
    messages.success(request, "Given back.")
    return redirect("today")


_ACTS: dict[str, Callable[[HttpRequest, Actor, ShareRow], HttpResponse]] = {
    "leave out": _leave_out,
    "send": _send,
    "show": _show,
    "room": _room,
    "resume": _resume,
    "release": _release,
    "give back": _give_back,
    "rest": share_release.rest,
    "lock": share_release.lock,
}
