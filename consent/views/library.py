"""The forms of the practice: which there are, how they changed, who approves, what is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from consent import actions, queries
from consent.access import looking_at_forms
from consent.domain.comparing import compare, in_words
from consent.domain.wording import shown_text
from consent.domain.writing import ALONE_WAITS
from consent.views.form_fields import BackForm, LanguageForm
from consent.views.writing import measured, placed
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from consent.queries import DraftRow, FormCard, VersionRow
    from counselling.access import Actor


def _may(actor: Actor) -> dict[str, bool]:
    return {
        "may_write": actor.may(Permission.MANAGE_FORMS),
        "may_approve": actor.may(Permission.APPROVE_FORM),
        "may_ask": actor.may(Permission.ASK_CONSENT),
    }


@require_http_methods(["GET", "HEAD"])
def forms(request: HttpRequest) -> HttpResponse:
    """Every form with its languages, and what waits for somebody."""
    actor = actor_of(request)
    require(actor, looking_at_forms(actor))
    found = queries.forms_here()
    writing = [one for form in found for one in form.drafts]
    facts = {
        "forms": [one for one in found if one.versions],
        "waiting": [one for one in writing if one.waits],
        "writing": [one for one in writing if not one.waits],
        "me": actor.id,
        **_may(actor),
    }
    return render(request, "consent/forms/forms.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def form(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """One form: its versions and who approved them; offer it or not, write the next version."""
    actor = actor_of(request)
    require(actor, looking_at_forms(actor))
    if request.method == "POST":
        require(actor, Permission.MANAGE_FORMS)
        return _changed(request, queries.form_card(form_id))
    card = queries.form_card(form_id)
    people = {who for one in card.versions for who in (one.approved_by, *one.writers) if who}
    facts = {
        "card": card,
        "people": accounts.names(people),
        "compared": card.versions[:2],
        "languages": LanguageForm(),
        "left": _left(form_id),
        **_may(actor),
    }
    return render(request, "consent/forms/form.html", facts)


def _left(form_id: UUID) -> list[tuple[str, int]]:
    """Give how many each counsellor still has to ask; only a privacy officer is told."""
    left = queries.left_to_ask(form_id)
    names = accounts.names([person for person, _ in left])
    return sorted((names.get(person, ""), many) for person, many in left)


def _changed(request: HttpRequest, card: FormCard) -> HttpResponse:
    actor = actor_of(request)
    if request.POST.get("act") == "next":
        chosen = LanguageForm(request.POST)
        if not chosen.is_valid() or not card.versions:
            return redirect("consent:form", card.id)
        language = chosen.cleaned_data["language"]
        follows = _followed(card, language)
        made = actions.begin_version(actor=actor, version_id=follows.id, language=language)
        return redirect("consent:form-draft", made)
    if request.POST.get("act") not in {"offer", "take-out"}:
        return redirect("consent:form", card.id)
    offered = request.POST["act"] == "offer"
    actions.offer_form(actor=actor, form_id=card.id, offered=offered)
    said = "offered again" if offered else "not offered any more. What was signed stays"
    messages.success(request, f"“{card.title}” is {said}.")
    return redirect("consent:form", card.id)


def _followed(card: FormCard, language: str) -> VersionRow:
    """Give what the next version begins from: its own language, else English, else the first."""
    wanted = [one for one in card.newest if one.language == language]
    english = [one for one in card.newest if one.language == "en"]
    return [*wanted, *english, *card.newest][0]


@require_http_methods(["GET", "HEAD"])
def version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One published version, word for word."""
    actor = actor_of(request)
    require(actor, looking_at_forms(actor))
    row = queries.form_row(version_id)
    card = queries.form_card(queries.form_of(version_id))
    facts = {
        "row": row,
        "card": card,
        "version": next(one for one in card.versions if one.id == version_id),
        "text": shown_text(row.source),
        "clauses": [(one, in_words(one)) for one in row.source.clauses],
        "measured": measured(row.source),
    }
    return render(request, "consent/forms/version.html", facts)


@require_http_methods(["GET", "HEAD"])
def comparison(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Two versions of a form side by side."""
    actor = actor_of(request)
    require(actor, looking_at_forms(actor))
    card = queries.form_card(form_id)
    if not card.versions:
        raise NotThere("consent_form", form_id)
    before = _chosen(card, request.GET.get("before", ""), -1)
    after = _chosen(card, request.GET.get("after", ""), 0)
    facts = {
        "card": card,
        "before": before,
        "after": after,
        "parts": compare(queries.form_row(before.id).source, queries.form_row(after.id).source),
    }
    return render(request, "consent/forms/comparison.html", facts)


def _chosen(card: FormCard, said: str, otherwise: int) -> VersionRow:
    return next((one for one in card.versions if str(one.id) == said), card.versions[otherwise])


@require_http_methods(["GET", "HEAD", "POST"])
@once
def approval(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What somebody else wrote, beside the version before it: approve it, or give it back."""
    actor = actor_of(request)
    require(actor, Permission.APPROVE_FORM)
    row = queries.draft_row(draft_id)
    back = BackForm(request.POST if request.POST.get("act") == "back" else None)
    if request.method == "POST" and (answer := _decided(request, row, back)):
        return answer
    before = queries.form_row(row.follows).source if row.follows else None
    own = actor.id in row.writers
    alone = own and not queries.others_could_approve(row.writers)
    ripe = row.handed_in_at + ALONE_WAITS if row.handed_in_at else None
    facts = {
        "row": row,
        "form": back,
        "missing": placed(row),
        "measured": measured(row.source),
        "text": shown_text(row.source),
        "clauses": [(one, in_words(one)) for one in row.source.clauses],
        "parts": compare(before, row.source) if before else (),
        "people": accounts.names([*row.writers, *filter(None, [row.handed_in_by])]),
        "own": own,
        "alone": alone,
        "ripe": ripe,
        "may_now": row.waits and (not own or (alone and ripe and ripe <= timezone.now())),
        "may_write": actor.may(Permission.MANAGE_FORMS),
    }
    return render(request, "consent/forms/approval.html", facts, status=400 if back.errors else 200)


def _decided(request: HttpRequest, row: DraftRow, back: BackForm) -> HttpResponse | None:
    actor = actor_of(request)
    if request.POST.get("act") == "approve":
        sha256 = request.POST.get("sha256", "")
        actions.approve_form(actor=actor, draft_id=row.id, sha256=sha256)
        messages.success(request, "Published. Clients are asked for it from now on.")
        return redirect("consent:form", row.form)
    if not back.is_valid():
        return None
    try:
        actions.give_form_back(actor=actor, draft_id=row.id, words=back.cleaned_data["words"])
    except Invalid as wrong:
        back.add_error(wrong.field, wrong.message)
        return None
    messages.success(request, "Given back, with your words.")
    return redirect("consent:forms")
