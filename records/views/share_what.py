"""How much is shared, and of what: one page, on which nothing is picked beforehand."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.views.decorators.http import require_http_methods

import consent.actions
from consent.domain.answers import PURPOSE_WORDS
from counselling.access import Permission, actor_of, require
from counselling.errors import Invalid
from records import actions
from records.actions import shares as preparing
from records.domain.shares import CATEGORY_OF, FEW_NOTES, Level
from records.forms.shares import LevelForm, WhatForm
from records.queries.shares import share_row
from records.views.shares import named, to_whom

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from counselling.access import Actor
    from records.queries.shares import Choosable, ShareRow

LEVELS: Final = {
    Level.ATTENDANCE: ("Attendance only", "The dates of chosen sessions, and whether they came."),
    Level.SUMMARY: ("Summary letter", "A letter you write. The client sees it first."),
    Level.NOTES: ("Chosen notes", "Signed notes, with every correction under them."),
    Level.PROCESS_NOTES: (
        "Your own notes",
        "What you keep for yourself alone. Only under a permission for nothing else, or by court "
        "order.",
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Offered:
    """One way to share as much, with what can be picked of it, or why it cannot be."""

    level: Level
    why_not: str
    form: WhatForm
    # sessions the client wants kept back from them
    kept: tuple[Choosable, ...]

    @property
    def title(self) -> str:
        """Name it."""
        return LEVELS[self.level][0]

    @property
    def words(self) -> str:
        """Say what it holds."""
        return LEVELS[self.level][1]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Give what can be picked, each with its words."""
        return self.form.offered

    @property
    def picked(self) -> list[str]:
        """Give what is ticked, as it was sent or as it was chosen before."""
        return [str(one) for one in self.form["items"].value() or ()]

    @property
    def nothing(self) -> bool:
        """Say whether there is nothing to pick."""
        return self.level is not Level.SUMMARY and not self.choices

    @property
    def many(self) -> int:
        """Give how many want no reason yet, where more do."""
        return FEW_NOTES if "why_so_much" in self.form.fields else 0


@require_http_methods(["GET", "HEAD", "POST"])
def what(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Choose how much goes, and of what; what no permission covers cannot be picked."""
    actor = actor_of(request)
    require(actor, Permission.PREPARE_SHARE)
    row = share_row(share_id)
    if not row.is_open:
        return _over(request, row)
    offered = list(_offered(actor, row, request))
    allowed = [str(one.level) for one in offered if not one.why_not and not one.nothing]
    picker = LevelForm(request.POST or None, levels=allowed, initial={"level": row.level or ""})
    chosen = _of(offered, picker) if request.method == "POST" and picker.is_valid() else None
    if chosen is not None and chosen.form.is_valid():
        answer = _chosen(actor, row, chosen)
        if answer is not None:
            return answer
    wrong = bool(picker.errors or (chosen is not None and chosen.form.errors))
    facts = {
        "row": row,
        "to": to_whom(consent.actions.read_recipients(actor=actor, client_id=row.client), row),
        "name": named(actor, row.client),
        "purpose": PURPOSE_WORDS.get(row.purpose, ""),
        "picker": picker,
        "level": picker["level"].value(),
        "chosen": chosen,
        "offered": offered,
    }
    return render(request, "records/share_what.html", facts, status=422 if wrong else 200)


def _of(offered: list[Offered], picker: LevelForm) -> Offered:
    return next(one for one in offered if one.level == picker.cleaned_data["level"])


def _offered(actor: Actor, row: ShareRow, request: HttpRequest) -> list[Offered]:
    """Give each level with what can be picked of it, or why it cannot be chosen."""
    covered = preparing.coverage(row.client, row.recipient, row.purpose, row.basis)
    kept = preparing.restricted(row.client, row.recipient, row.basis)
    found = []
    for level in LEVELS:
        category = CATEGORY_OF[level]
        why_not = ""
        if covered and category not in covered:
            why_not = f"Not {'reached by the law' if row.basis else 'covered by the permission'}."
        elif kept is not None and kept.keeps([category]):
            why_not = str(kept.why)
        there = [] if why_not else _pickable(actor, row, level)
        if level is Level.PROCESS_NOTES and not there and not why_not:
            continue
        back = [one for one in there if preparing.is_kept(kept, one, category)]
        form = _form(request, row, level, [one for one in there if one not in back])
        found.append(Offered(level, why_not, form, tuple(back)))
    return found


def _pickable(actor: Actor, row: ShareRow, level: Level) -> list[Choosable]:
    if level is Level.SUMMARY:
        return []
    return preparing.pickable(actor, row.client, row.case, level)


def _form(request: HttpRequest, row: ShareRow, level: Level, there: list[Choosable]) -> WhatForm:
    said = request.POST if request.POST.get("level") == level else None
    initial: dict[str, Any] = {
        "show_first": row.show_first if row.level else level is Level.SUMMARY,
        "items": [str(one) for one in row.chosen] if row.level is level else [],
    }
    if request.method == "POST" and said is None:
        initial = _beside(request, level)
    items = [(str(one.id), _label(one)) for one in there]
    return WhatForm(said, level=level, items=items, initial=initial)


def _beside(request: HttpRequest, level: Level) -> dict[str, Any]:
    """Keep what was entered below another choice than the one that was sent."""
    return {
        "items": request.POST.getlist(f"{level}-items"),
        "why_so_much": request.POST.get(f"{level}-why_so_much", ""),
        "show_first": f"{level}-show_first" in request.POST,
    }


def _label(one: Choosable) -> str:
    at = timezone.localtime(one.session_at)
    day = formats.date_format(at, "l j F Y, H:i")
    if not one.addenda:
        return day
    added = "a correction or late entry" if one.addenda == 1 else "corrections or late entries"
    return f"{day}, with {added if one.addenda == 1 else f'{one.addenda} {added}'}"


def _chosen(actor: Actor, row: ShareRow, offered: Offered) -> HttpResponse | None:
    form, said = offered.form, offered.form.cleaned_data
    try:
        actions.choose(
            actor=actor,
            share_id=row.id,
            chosen=actions.Chosen(
                level=offered.level,
                items=form.picked(),
                why_so_much=said.get("why_so_much", ""),
                show_first=said.get("show_first", False),
            ),
        )
    except Invalid as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, wrong.message)
        return None
    step = "records:share-letter" if offered.level is Level.SUMMARY else "records:share-look"
    return redirect(step, row.id)


def _over(request: HttpRequest, row: ShareRow) -> HttpResponse:
    if row.disclosure is not None:
        return redirect("consent:disclosure", row.disclosure)
    messages.info(request, "This was taken back.")
    return redirect("records:share", row.client)
