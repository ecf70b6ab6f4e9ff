"""Supervision: what waits, one note to judge, what was said of one's own, and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import clients.actions
import clients.queries
from counselling.access import Permission, Role, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.actions.once import once
from counselling.errors import Invalid, NotThere, Stale
from records import access, actions, queries
from records.actions.judging import count_shown
from records.domain import NoteState
from records.forms import AddendumForm
from records.forms.supervision import CommentForms, CoSignForm
from records.views import judged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from clients.queries import CaseRow
    from counselling.access import Actor
    from records.queries import Judged, LeftNote


@require_safe
def supervision(request: HttpRequest) -> HttpResponse:
    """Show what waits for the supervisor, and what one's own supervision came to."""
    actor = actor_of(request)
    require(actor, access.reading_supervision(actor))
    facts: dict[str, object] = {}
    lists: dict[str, Sequence[Judged]] = {}
    if actor.may(Permission.SUPERVISE):
        lists |= {
            "waiting": queries.to_co_sign(actor),
            "with_authors": queries.with_their_authors(actor),
        }
        facts |= {"count": queries.count_to_co_sign(actor), "people": _people(actor)}
    if actor.may(Permission.BE_SUPERVISED):
        lists |= {"returned": queries.returned_to(actor), "sent": queries.awaiting_of(actor)}
        facts |= {
            "mine": accounts.supervisors_of(actor.id),
            "trainee": Role.TRAINEE in actor.roles,
            "told": _told(actor),
        }
    facts |= _listed(actor, lists)
    return render(request, "records/supervision.html", facts)


def _people(actor: Actor) -> list[tuple[UUID, str, bool]]:
    """Give whom the actor supervises, and whom they wrote about when they did."""
    now = {one.id: one.name for one in accounts.supervisees(actor)}
    before = accounts.names(queries.people_noted(actor) - now.keys())
    return [(key, name, True) for key, name in now.items()] + [
        (key, name, False) for key, name in before.items()
    ]


def _told(actor: Actor) -> list[tuple[object, str]]:
    notes = queries.notes_shared_with(actor)
    names = accounts.names({one.supervisor for one in notes})
    return [(one, names.get(one.supervisor, "")) for one in notes]


def _listed(actor: Actor, lists: Mapping[str, Sequence[Judged]]) -> dict[str, object]:
    """Put the people in the cases, and who wrote, to every line: two questions for all."""
    rows = [one for found in lists.values() for one in found]
    cases = clients.queries.cases_by_id({one.case for one in rows})
    left = queries.left_notes() if any(one.case not in cases for one in rows) else {}
    present = {one for case in cases.values() for one in case.present}
    names = clients.actions.names_for(actor=actor, client_ids=present, purpose="supervision")
    staff = accounts.names(
        {one.author for one in rows} | {one.returned_by for one in rows if one.returned_by}
    )
    return {
        name: [
            {
                "note": one,
                "who": _who(cases.get(one.case) or left.get(one.id), names),
                "left": one.case not in cases,
                "author": staff.get(one.author, ""),
                "by": staff.get(one.returned_by, "") if one.returned_by else "",
            }
            for one in found
        ]
        for name, found in lists.items()
    }


def _who(case: CaseRow | LeftNote | None, names: Mapping[UUID, str]) -> str:
    if case is None:
        return ""
    known = [names[one] for one in case.present if one in names]
    if case.kind == "group":
        return f"Group {case.reference}"
    return " and ".join(known) or f"Case {case.reference}"


@require_safe
def review(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Show a supervisee's note to be co-signed or returned."""
    actor = actor_of(request)
    require(actor, Permission.SUPERVISE)
    return _review(request, actor, queries.judged_by(actor, note_id), CommentForms(prefix="c"))


def _review(
    request: HttpRequest, actor: Actor, note: Judged, forms: object, *, status: int = 200
) -> HttpResponse:
    page = actions.open_note(actor=actor, note_id=note.id, purpose="co-signing", to_judge=True)
    returns = actions.open_comments(actor=actor, note_id=note.id)
    facts = judged.facts(page, note, returns) | {
        "forms": forms,
        "form": CoSignForm(initial={"addenda": count_shown(page)}, auto_id=False),
        "waits": note.state is NoteState.AWAITING,
        "left": queries.count_to_co_sign(actor) - (note.state is NoteState.AWAITING),
    }
    return render(request, "records/review.html", facts, status=status)


@require_POST
@once
def co_signature(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Co-sign, and lead to the next note that waits."""
    actor = actor_of(request)
    require(actor, Permission.SUPERVISE)
    form = CoSignForm(request.POST)
    queries.judged_by(actor, note_id)
    if not form.is_valid():
        return redirect("records:review", note_id)
    try:
        actions.co_sign(actor=actor, note_id=note_id, addenda=form.cleaned_data["addenda"])
    except Stale:
        return _meanwhile(request, note_id)
    return _next(request, actor, note_id, "Co-signed.")


def _meanwhile(request: HttpRequest, note_id: UUID) -> HttpResponse:
    messages.warning(
        request, "Something happened to this note meanwhile. This is how it stands now."
    )
    return redirect("records:review", note_id)


def _next(request: HttpRequest, actor: Actor, note_id: UUID, done: str) -> HttpResponse:
    following = queries.next_to_co_sign(actor, note_id)
    if following is None:
        messages.success(request, f"{done} Nothing else waits for you.")
        return redirect("records:supervision")
    messages.success(request, f"{done} This is the next one.")
    return redirect("records:review", following)


@require_POST
@once
def give_back(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Return a note with comments, and lead to the next that waits."""
    actor = actor_of(request)
    require(actor, Permission.SUPERVISE)
    note = queries.judged_by(actor, note_id)
    seen, forms = CoSignForm(request.POST), CommentForms(request.POST, prefix="c")
    if not (forms.is_valid() and seen.is_valid()):
        return _review(request, actor, note, forms, status=422)
    said = [one for one in forms if one.is_said]
    try:
        actions.return_note(
            actor=actor,
            note_id=note_id,
            comments=[_given(one) for one in said],
            addenda=seen.cleaned_data["addenda"],
        )
    except Stale:
        return _meanwhile(request, note_id)
    except Invalid as wrong:
        _blame(said or [*forms][:1], wrong)
        return _review(request, actor, note, forms, status=422)
    return _next(request, actor, note_id, "Returned with your comments.")


def _given(form: object) -> actions.Given:
    said = form.cleaned_data  # type: ignore[attr-defined]  # one of the forms above
    return actions.Given(said["words"], said["quote"], said["part"], said["start"])


def _blame(forms: Sequence[object], wrong: Invalid) -> None:
    """Show what is wrong at the comment it is about."""
    place, _, field = (wrong.field or "0-words").partition("-")
    forms[int(place)].add_error(field, wrong.message)  # type: ignore[attr-defined]  # as above


@require_http_methods(["GET", "HEAD", "POST"])
@once
def comments(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Show an author what was said of their note, beside its passages; an addendum answers."""
    actor = actor_of(request)
    require(actor, Permission.BE_SUPERVISED)
    note = queries.standing(note_id)
    if note.author != actor.id:
        raise NotThere("records_note", note_id)
    form = AddendumForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.add_addendum(
                actor=actor, note_id=note_id, kind=form.chosen_kind,
                text=form.cleaned_data["text"],
            )  # fmt: skip
        except Invalid as wrong:
            form.add_error(wrong.field, wrong.message)
        else:
            messages.success(request, "Signed. The note waits for your supervisor again.")
            # what is hidden for everything else goes out of its author's sight again
            seen = clients.queries.cases_by_id([note.case])
            return redirect("records:note", note_id) if seen else redirect("records:supervision")
    page = actions.open_note(
        actor=actor, note_id=note_id, purpose="reading comments", to_judge=True
    )
    returns = actions.open_comments(actor=actor, note_id=note_id)
    facts = judged.facts(page, note, returns) | {
        "form": form, "answers": note.state is NoteState.RETURNED,
    }  # fmt: skip
    return render(request, "records/comments.html", facts, status=422 if form.errors else 200)
