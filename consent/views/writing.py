"""An administrator writes a form: what is missing, part by part, clause by clause, and hands it in.

Each part is a page of its own, saved by a button; with JavaScript also every three seconds.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from consent import actions, queries
from consent.domain.comparing import in_words
from consent.domain.elements import readable, what_is_missing
from consent.domain.form_source import FormKind
from consent.domain.readability import GRADE_AT_MOST, WORDS_AT_MOST, measure
from consent.views.clause_fields import ClauseForm, moved_up, new_clause, without_clause
from consent.views.form_details import PART_NAMES, PARTS
from consent.views.form_fields import NewForm, PartForm
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, Stale

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from consent.domain.clause_rules import Missing
    from consent.domain.form_source import ClauseSource, FormSource
    from consent.queries import DraftRow


@require_http_methods(["GET", "HEAD", "POST"])
@once
def form_new(request: HttpRequest) -> HttpResponse:
    """Begin a form of one's own."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_FORMS)
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = actions.begin_form(
            actor=actor,
            title=said["title"],
            kind=FormKind(said["kind"]),
            language=said["language"],
        )
        return redirect("consent:form-draft", made)
    status = 400 if form.errors else 200
    return render(request, "consent/forms/new.html", {"form": form}, status=status)


def about(row: DraftRow) -> dict[str, Any]:
    """Give what stands beside every page of a draft: what is missing, how hard it is to read."""
    return {"row": row, "missing": placed(row), "measured": measured(row.source)}


def measured(source: FormSource) -> dict[str, Any]:
    """Measure a form: its whole, as a signer reads it, and its text."""
    found = measure(readable(source), source.language)
    return {
        "grade": f"{found.grade:.1f}" if found.graded and found.words else "",
        "mean": f"{found.mean_sentence:.1f}",
        "words": found.words,
        "formula": found.formula,
        "plain": found.plain,
        "grade_at_most": f"{GRADE_AT_MOST:.0f}",
        "mean_at_most": f"{WORDS_AT_MOST:.0f}",
    }


def placed(row: DraftRow) -> list[tuple[Missing, str]]:
    """Give what a form lacks, each with the page on which it is written."""
    return [(one, _where(row, one)) for one in what_is_missing(row.source)]


def _where(row: DraftRow, lacks: Missing) -> str:
    if any(clause.code == lacks.clause for clause in row.source.clauses):
        return clause_url(row.id, lacks.clause)
    if lacks.code in {"form", "CC-11"} or "heading" in lacks.sentence:
        return reverse("consent:form-text", args=[row.id])
    if lacks.code == "in-short":
        return reverse("consent:form-short", args=[row.id])
    return reverse("consent:form-passages", args=[row.id])


def clause_id(draft_id: UUID, code: str) -> UUID:
    """Name a clause of a form in writing in an address, where no code stands."""
    return uuid5(draft_id, code)


def clause_url(draft_id: UUID, code: str) -> str:
    """Give the page on which a clause is written."""
    return reverse("consent:form-clause", args=[draft_id, clause_id(draft_id, code)])


@require_http_methods(["GET", "HEAD", "POST"])
@once
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A form in writing on one page; add a clause, hand it in, drop it."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_FORMS)
    row = queries.draft_row(draft_id)
    if request.method == "POST":
        try:
            return _acted(request, row, request.POST.get("act", ""))
        except Invalid as wrong:
            messages.error(request, wrong.message)
            return redirect("consent:form-draft", draft_id)
    facts = {
        **about(row),
        "parts": [
            (reverse(f"consent:form-{part}", args=[row.id]), name)
            for part, name in PART_NAMES.items()
        ],
        "clauses": [
            (one, in_words(one), clause_url(row.id, one.code)) for one in row.source.clauses
        ],
        "people": accounts.names([*row.writers, *filter(None, [row.handed_in_by])]),
        "may_approve": actor.may(Permission.APPROVE_FORM),
    }
    return render(request, "consent/forms/draft.html", facts)


def _acted(request: HttpRequest, row: DraftRow, act: str) -> HttpResponse:
    actor = actor_of(request)
    if act == "hand-in":
        actions.hand_in_form(actor=actor, draft_id=row.id, revision=row.revision)
        messages.success(request, "Handed in. Somebody else looks at it before it is published.")
    elif act == "drop":
        actions.drop_form(actor=actor, draft_id=row.id)
        messages.success(request, "Dropped. What is published stays as it is.")
        return redirect("consent:form", row.form)
    elif act == "clause":
        source, code = new_clause(row.source)
        actions.save_form(actor=actor, draft_id=row.id, source=source, revision=row.revision)
        return redirect(clause_url(row.id, code))
    return redirect("consent:form-draft", row.id)


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, draft_id: UUID, part: str) -> HttpResponse:
    """One part of a form: the text, "in short", questions and details, where what is said."""
    require(actor_of(request), Permission.MANAGE_FORMS)
    row = queries.draft_row(draft_id)
    form = PARTS[part](request.POST or None, source=row.source, revision=row.revision)
    page = "details" if part == "details" else "part"
    facts = {"heading": PART_NAMES[part], "template": f"consent/forms/{page}.html"}
    return _edited(request, row, form, facts)


@require_http_methods(["GET", "HEAD", "POST"])
def clause(request: HttpRequest, draft_id: UUID, clause_id: UUID) -> HttpResponse:
    """One clause of a form: what is asked, and what a Yes switches on."""
    require(actor_of(request), Permission.MANAGE_FORMS)
    row = queries.draft_row(draft_id)
    shown = _clause(row, clause_id)
    code = shown.code
    if request.method == "POST" and request.POST.get("act") == "remove":
        return _saved(request, row, without_clause(row.source, code), row.revision, None)
    form = ClauseForm(request.POST or None, clause=shown, source=row.source, revision=row.revision)
    facts = {
        "clause": shown,
        "first": row.source.clauses[0].code == code,
        "heading": shown.label or "A new clause",
        "template": "consent/forms/clause.html",
    }
    return _edited(request, row, form, facts)


def _clause(row: DraftRow, wanted: UUID) -> ClauseSource:
    named = ((clause_id(row.id, one.code), one) for one in row.source.clauses)
    found = next((one for name, one in named if name == wanted), None)
    if found is None:
        raise Http404
    return found


def _edited(
    request: HttpRequest, row: DraftRow, form: PartForm, facts: dict[str, Any]
) -> HttpResponse:
    """Show a part, or save it: for a person with a page, for the script with what is new."""
    quiet = _is_script(request)
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, row, _typed(request, form), form.cleaned_data["version"], facts)
        except Stale:
            if quiet:
                return JsonResponse({"signed": False}, status=409)
            facts = {**facts, "stale": True}
            form.data = request.POST.copy()
            form.data["version"] = str(row.revision)
        except Invalid as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
    if quiet and form.errors:
        return JsonResponse({}, status=422)
    status = 409 if facts.get("stale") else 400 if form.errors else 200
    return render(request, facts["template"], {**about(row), "form": form, **facts}, status=status)


def _typed(request: HttpRequest, form: PartForm) -> FormSource:
    """Give the form with what was typed, and a clause one place earlier if that was pressed."""
    typed = form.applied()
    if isinstance(form, ClauseForm) and request.POST.get("act") == "up":
        return moved_up(typed, form.clause.code)
    return typed


def _saved(
    request: HttpRequest,
    row: DraftRow,
    source: FormSource,
    revision: int,
    facts: dict[str, Any] | None,
) -> HttpResponse:
    saved = actions.save_form(
        actor=actor_of(request), draft_id=row.id, source=source, revision=revision
    )
    at = f"{timezone.localtime(saved.saved_at):%H:%M:%S}"
    if facts is not None and _is_script(request):
        now = dataclasses.replace(row, source=source, revision=saved.revision)
        beside = render_to_string("consent/forms/beside.html", about(now), request)
        return JsonResponse({"version": saved.revision, "saved_at": at, "beside": beside})
    messages.success(request, f"Saved {at[:5]}.")
    if facts is None or request.POST.get("act") in {"back", "up"}:
        return redirect("consent:form-draft", row.id)
    return HttpResponseRedirect(request.path)


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
