"""The pages on which a client reads, answers and signs, by link or in their own space alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from consent import actions, queries
from consent.domain.answers import enforced, enforced_sha256
from consent.domain.documents import text_sha256
from consent.domain.library import load_explanation
from consent.domain.states import RequestState
from consent.domain.wording import fill_explanation
from consent.domain.words import words
from consent.forms import AnswersForm, DeclineForm, QuestionForm, ReadForm, SignForm
from consent.views.doors import ended, is_handed, place
from consent.views.files import pdf
from counselling.access import ActorKind, Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere
from counselling.typed import line

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from consent.domain.form_source import Explanation

# asked once, whether another name is meant; a yes brings that name along
SURE = "sure"
ON_PAPER = "I would like to sign this on paper."


def _page(
    request: HttpRequest, template: str, request_id: UUID, status: int = 200, **facts: object
) -> HttpResponse:
    actor = actor_of(request)
    pages = ("short", "text", "signature", "question", "decline", "later", "done", "copy")
    at = {page: place(actor, page, request_id) for page in pages}
    return render(request, f"consent/{template}.html", {"at": at, **facts}, status=status)


def _aside(request: HttpRequest, request_id: UUID) -> HttpResponse | None:
    """Lead to the page of another button, if one was pressed."""
    page = request.POST.get("act", "")
    if page not in {"later", "question", "decline"}:
        return None
    return redirect(place(actor_of(request), page, request_id))


@require_http_methods(["GET", "HEAD", "POST"])
def online(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Explain signing online, once, before the very first signature (ES-01)."""
    actor = actor_of(request)
    require(actor, Permission.SIGN_CONSENT)
    row = queries.request_row(request_id)
    explained = _explained(row.form.language)
    if request.method == "POST":
        if request.POST.get("act") == "paper":
            actions.ask_question(actor=actor, request_id=request_id, text=ON_PAPER)
            return redirect(place(actor, "later", request_id))
        actions.accept_online(
            actor=actor, request_id=request_id, explained_sha256=text_sha256(explained.text)
        )
        if shown := request.POST.get("notice"):
            language = row.form.language
            actions.acknowledge_notice(actor=actor, language=language, shown_sha256=shown)
        return redirect(place(actor, "short", request_id))
    notice = queries.privacy_notice(row.form.language)
    return _page(request, "online", request_id, explained=explained, notice=notice)


def _explained(language: str) -> Explanation:
    practice, found = accounts.practice(), load_explanation(language)
    instead = words(found.language).instead
    values = {
        "practice": practice.name,
        "practice_address": practice.address or instead.practice_address,
        "practice_phone": practice.phone or instead.practice_phone,
    }
    return fill_explanation(found, values)


@require_http_methods(["GET", "HEAD", "POST"])
def short(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Page 1: six lines, and Yes or No to each point (CC-20)."""
    actor = actor_of(request)
    require(actor, Permission.SIGN_CONSENT)
    row = queries.request_row(request_id)
    if row.state is RequestState.SIGNED:
        return redirect(place(actor, "done", request_id))
    if row.is_out and not queries.accepted_online(row.client, row.guardian):
        return redirect(place(actor, "online", request_id))
    read = actions.read_form(actor=actor, request_id=request_id, page="in short")
    form = AnswersForm(request.POST or None, filled=read.filled, answers=read.answers)
    if request.method == "POST" and form.is_valid():
        aside = _aside(request, request_id)
        try:
            actions.save_answers(
                actor=actor, request_id=request_id, answers=form.answers(), complete=not aside
            )
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            return aside or redirect(place(actor, "text", request_id))
    status = 400 if form.errors else 200
    exchanges = actions.read_own_questions(actor=actor, request_id=request_id)
    return _page(request, "short", request_id, status, read=read, form=form, exchanges=exchanges)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Page 2: the whole text; its end is confirmed by going on (ES-02)."""
    actor = actor_of(request)
    require(actor, Permission.SIGN_CONSENT)
    form = ReadForm(request.POST or None)
    if request.method == "POST":
        if aside := _aside(request, request_id):
            return aside
        if form.is_valid():
            try:
                actions.finish_reading(
                    actor=actor, request_id=request_id, shown_sha256=form.cleaned_data["shown"]
                )
            except Invalid as wrong:
                form.add_error(None, wrong.message)
            else:
                return redirect(place(actor, "signature", request_id))
    read = actions.read_form(actor=actor, request_id=request_id, page="whole text")
    return _page(request, "text", request_id, 400 if form.errors else 200, read=read, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def signature(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Page 3: the very sentences that will be enforced, and the name (ES-03)."""
    actor = actor_of(request)
    require(actor, Permission.SIGN_CONSENT)
    form = SignForm(request.POST or None)
    if request.method == "POST":
        if aside := _aside(request, request_id):
            return aside
        last = queries.is_last(queries.group_of(request_id), request_id)
        if form.is_valid() and _sign(request, request_id, form):
            if is_handed(request):
                return ended(request, "signed" if last else "signed-waits")
            return redirect(place(actor, "done", request_id))
    row = queries.request_row(request_id)
    if row.state is RequestState.SIGNED:
        return redirect(place(actor, "done", request_id))
    if row.read_at is None and request.method != "POST":
        return redirect(place(actor, "text", request_id))
    read = actions.read_form(actor=actor, request_id=request_id, page="signature")
    form.initial["enforced"] = enforced_sha256(read.filled, read.together)
    facts = {
        "read": read,
        "form": form,
        "sentences": enforced(read.filled, read.together),
        "replaces": queries.replaced_by(request_id)[:1],
        "awaits": queries.waits_for(queries.group_of(request_id), request_id),
        "sure": line(form.data["name"]) if form.has_error("name", SURE) else "",
    }
    return _page(request, "signature", request_id, 400 if form.errors else 200, **facts)


def _sign(request: HttpRequest, request_id: UUID, form: Form) -> bool:
    try:
        actions.sign(
            actor=actor_of(request),
            request_id=request_id,
            name=form.cleaned_data["name"],
            enforced_shown=form.cleaned_data["enforced"],
            agent=request.headers.get("User-Agent", ""),
            sure=request.POST.get("sure", ""),
            drawing=form.cleaned_data["drawing"],
        )
    except Invalid as wrong:
        if wrong.field == SURE:
            form.add_error("name", ValidationError(wrong.message, code=SURE))
        else:
            form.add_error(wrong.field, wrong.message)
        return False
    return True


@require_http_methods(["GET", "HEAD"])
def done(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say thank you, and give the copy as soon as it is sealed (ES-09)."""
    require(actor_of(request), Permission.SIGN_CONSENT)
    row = queries.request_row(request_id)
    if row.state is not RequestState.SIGNED:
        return redirect(place(actor_of(request), "short", request_id))
    awaited = not queries.is_last(queries.group_of(request_id), request_id)
    return _page(request, "done", request_id, document=_document(row), awaited=awaited)


@require_http_methods(["GET", "HEAD"])
def copy(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Give the signed copy."""
    require(actor_of(request), Permission.SIGN_CONSENT)
    document = _document(queries.request_row(request_id))
    if document is None:
        raise NotThere("consent_document")
    return pdf(*actions.open_document(actor=actor_of(request), document_id=document.id))


def _document(row: queries.RequestRow) -> queries.DocumentRow | None:
    found = (one for one in queries.documents_of(row.client) if one.request == row.id)
    return next(found, None)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def question(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Ask the counsellor something; the form waits."""
    actor = actor_of(request)
    require(actor, Permission.SIGN_CONSENT)
    queries.request_row(request_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_question(actor=actor, request_id=request_id, text=form.cleaned_data["text"])
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            return redirect(place(actor, "later", request_id))
    return _page(request, "question", request_id, 400 if form.errors else 200, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say no thank you; asked once more, because it closes the form."""
    actor = actor_of(request)
    require(actor, Permission.SIGN_CONSENT)
    row = queries.request_row(request_id)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.decline(actor=actor, request_id=request_id, note=form.cleaned_data["note"])
        if is_handed(request):
            return ended(request, "declined")
        if actor.kind is ActorKind.LINK:  # it is over: there is no page to lead to
            return _page(request, "decline", request_id, declined=True)
        return redirect(place(actor, "decline", request_id))
    declined = row.state is RequestState.DECLINED
    status = 400 if form.errors else 200
    return _page(request, "decline", request_id, status, declined=declined, form=form)


@require_http_methods(["GET", "HEAD"])
def later(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say that everything is kept and how to come back."""
    require(actor_of(request), Permission.SIGN_CONSENT)
    row = queries.request_row(request_id)
    exchanges = actions.read_own_questions(actor=actor_of(request), request_id=request_id)
    asked = any(not one.closed for one in exchanges)
    return _page(request, "later", request_id, row=row, asked=asked, exchanges=exchanges)
