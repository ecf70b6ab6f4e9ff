"""Legal bases: what the law asks for, stated by one person and looked at by another."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.views.decorators.http import require_http_methods, require_safe

import clients.actions
import clients.queries
import consent.actions
import consent.queries
from consent.domain.answers import CATEGORY_WORDS
from consent.domain.bases import ALONE_WAITS, BASIS_WORDS, BasisAnswer, BasisKind, Fact
from consent.domain.telling import LONGEST_DELAY, NoticeState
from counselling import db
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere
from counselling.papers import as_attachment, takes_paper
from records import actions, queries
from records.domain.dangers import ENDANGERED_WORDS
from records.forms.bases import BasisForm, DecisionForm
from records.queries.shares import shares_on
from records.views.share_release import how_much

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from consent.actions import BasisShown
    from counselling.access import Actor
    from records.actions import DangerPage

_MOMENT: Final = datetime.timedelta(seconds=1)


# what is no danger has an address of its own; a danger is first chosen, or recorded
KINDS: Final = {
    BasisKind.COURT_ORDER: "records:basis-court-order",
    BasisKind.DANGER: "records:basis-dangers",
    BasisKind.CHILD_PROTECTION: "records:basis-child-protection",
    BasisKind.STATUTE: "records:basis-statute",
}
WHEN_WORDS: Final = {
    BasisKind.COURT_ORDER: "A judge ordered what goes and to whom, and you have the paper.",
    BasisKind.DANGER: "Somebody may die or be badly hurt, and telling this person can prevent it.",
    BasisKind.CHILD_PROTECTION: "You fear for a child, and the law lets or makes you tell.",
    BasisKind.STATUTE: "An act says what has to be reported, and to which office.",
}


@require_safe
def basis_new(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Choose why the law asks for it; below stands what was stated before."""
    actor = _stating(request, client_id)
    facts = {
        "client": client_id,
        "name": named(actor, client_id),
        "kinds": [
            (reverse(row, args=[client_id]), BASIS_WORDS[one], WHEN_WORDS[one])
            for one, row in KINDS.items()
        ],
        "before": consent.queries.bases_of(client_id),
    }
    return render(request, "records/basis_kinds.html", facts)


@require_safe
def basis_dangers(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Choose the record of the danger it rests on; there has to be one."""
    actor = _stating(request, client_id)
    cases = _cases(client_id)
    facts = {
        "client": client_id,
        "name": named(actor, client_id),
        "cases": cases,
        "dangers": [one for case in cases for one in queries.dangers_of(case, client_id)],
    }
    return render(request, "records/basis_dangers.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_paper
@once
def basis_state(request: HttpRequest, client_id: UUID, kind: BasisKind) -> HttpResponse:
    """State a basis of one kind in its own short form."""
    return _state(request, _stating(request, client_id), client_id, kind, None)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def basis_danger(request: HttpRequest, client_id: UUID, danger_id: UUID) -> HttpResponse:
    """State that a danger to life is why; its facts come from its record."""
    actor = _stating(request, client_id)
    if queries.danger_row(danger_id).client != client_id:
        raise NotThere("records_danger", danger_id)
    danger = actions.open_danger(actor=actor, danger_id=danger_id, purpose="legal basis")
    return _state(request, actor, client_id, BasisKind.DANGER, danger)


def _stating(request: HttpRequest, client_id: UUID) -> Actor:
    actor = actor_of(request)
    require(actor, Permission.STATE_BASIS)
    clients.queries.client_row(client_id)
    return actor


def _as_id(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def named(actor: Actor, client_id: UUID) -> str:
    """Give the short name of whom it is about."""
    names = clients.actions.names_for(actor=actor, client_ids=[client_id], purpose="legal basis")
    return names.get(client_id, "")


def _cases(client_id: UUID) -> dict[UUID, str]:
    """Give the client's cases that the actor writes in, by reference."""
    writable = set(queries.writable_cases())
    return {
        one.id: one.reference
        for one in clients.queries.cases_of(client_id)
        if one.id in writable and client_id in one.present
    }


def _state(
    request: HttpRequest, actor: Actor, client_id: UUID, kind: BasisKind, danger: DangerPage | None
) -> HttpResponse:
    cases = _cases(client_id)
    if danger is not None:
        cases = {case: words for case, words in cases.items() if case == danger.case}
    if not cases:
        raise NotThere("clients_case")
    people = consent.actions.read_recipients(actor=actor, client_id=client_id)
    form = BasisForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        kind=kind,
        recipients=[(str(one.id), _shown(one)) for one in people],
        cases=[(str(case), words) for case, words in cases.items()],
        known=danger is not None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _stated(actor, client_id, form, danger)
        except Invalid as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
        else:
            messages.success(request, "Written down. It stays as it is.")
            return redirect("records:basis", made)
    facts = {
        "form": form,
        "kind": BASIS_WORDS[kind],
        "client": client_id,
        "name": named(actor, client_id),
        "danger": danger,
        "longest": LONGEST_DELAY.days,
        "alone": consent.queries.nobody_else_releases(actor.id),
        "alone_days": ALONE_WAITS.days,
    }
    return render(request, "records/basis_new.html", facts, status=422 if form.errors else 200)


def _shown(one: Any) -> str:
    return ", ".join(
        part for part in (one.shown.name, one.shown.role, one.shown.organisation) if part
    )


def _stated(actor: Actor, client_id: UUID, form: BasisForm, danger: DangerPage | None) -> UUID:
    said, new = form.cleaned_data, form.somebody_new
    if new is None:
        recipient = _as_id(said["recipient"])
    else:
        shown, kind = new
        recipient = consent.actions.add_recipient(
            actor=actor, client_id=client_id, shown=shown, kind=kind
        )
    case = _as_id(said["case"])
    if recipient is None or case is None:
        raise NotThere("consent_recipient")
    return consent.actions.state_basis(
        actor=actor,
        client_id=client_id,
        case_id=case,
        said=form.stating(recipient, danger.id if danger else None, _known(danger)),
        paper=said.get("paper"),
    )


def _known(danger: DangerPage | None) -> dict[Fact, str]:
    """Give the facts that the record of a danger says already."""
    if danger is None:
        return {}
    return {
        Fact.THREAT: danger.threat,
        Fact.ENDANGERED: ENDANGERED_WORDS[danger.endangered],
        Fact.CONSULTED: danger.consulted,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
def basis(request: HttpRequest, basis_id: UUID) -> HttpResponse:
    """Show a basis; the second person answers here."""
    actor = actor_of(request)
    page = consent.actions.read_basis(actor=actor, basis_id=basis_id)
    day = day_words(page.row.tell_at)
    form = DecisionForm(request.POST if request.method == "POST" else None, day=day)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            consent.actions.decide_basis(
                actor=actor,
                basis_id=basis_id,
                answer=BasisAnswer(said["answer"]),
                later=said.get("later") == "yes",
                words=said["words"],
            )
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            messages.success(request, "Decided, in your name and at this minute.")
            return redirect("records:basis", basis_id)
    facts = _facts(request, actor, page) | {"form": form, "day": day}
    return render(request, "records/basis.html", facts, status=422 if form.errors else 200)


def day_words(at: Any) -> str:
    """Give the last day before an instant, which is the midnight after it."""
    if at is None:
        return ""
    return formats.date_format(timezone.localtime(at - _MOMENT), "l j F")


def _facts(request: HttpRequest, actor: Actor, page: BasisShown) -> dict[str, Any]:
    row = page.row
    shared = [one for one in consent.queries.disclosures_of(row.client) if one.basis == row.id]
    notices = consent.queries.notices_of(row.id)
    own = row.by == actor.id
    alone = own and row.waits and consent.queries.nobody_else_releases(actor.id)
    names = accounts.names_before(request, {row.by, *([row.decided_by] if row.decided_by else [])})
    return {
        "page": page,
        "basis": row,
        "name": named(actor, row.client),
        "by": names.get(row.by, ""),
        "decided_by": names.get(row.decided_by, "") if row.decided_by else "",
        "shared": [(one, notices.get(one.id)) for one in shared],
        "prepared": [
            (one, how_much(one), CATEGORY_WORDS.get(one.category, one.category))
            for one in shares_on(row.id)
        ],
        "decides": row.waits and (
            (actor.may(Permission.RELEASE) and not own)
            or (alone and db.now() >= row.alone_from)
        ),
        "waits_alone": alone and db.now() < row.alone_from,
        "shares": row.opens and actor.may(Permission.PREPARE_SHARE),
        "reads_danger": actor.may(Permission.READ_NOTE) and row.danger,
        "told": NoticeState.TOLD,
    }  # fmt: skip


@require_safe
def basis_paper(request: HttpRequest, basis_paper_id: UUID) -> HttpResponse:
    """Give a paper back as it came, to be kept: never shown by the browser."""
    content, media = consent.actions.open_basis_paper(
        actor=actor_of(request), paper_id=basis_paper_id
    )
    return as_attachment(content, media, "paper")
