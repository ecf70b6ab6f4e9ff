"""The supervisor's page: who did what, in which case, when and why."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import audit.actions
import audit.domain
import audit.queries
import clients.queries
from counselling import typed
from counselling.access import Permission, actor_of, require
from counselling.accounts import queries as accounts

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from audit.domain import Entry
    from counselling.access import Actor

A_PAGE = 50
ACCOUNT = "accounts_account"


class TrailFilter(forms.Form):
    """Which part of the trail is asked for."""

    show_optional = False

    case = typed.Line(label="Case or client", required=False, max_length=12)
    person = forms.ChoiceField(label="Person", required=False)
    kind = forms.ChoiceField(label="Kind", required=False)
    since = typed.Day(
        label="From",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = typed.Day(
        label="To",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the people whose trail the reviewer sees, and every kind of event."""
        super().__init__(*args, **kwargs)
        kinds = sorted((one.code, one.sentence) for one in audit.domain.kinds().values())
        for name, choices in (("person", people), ("kind", kinds)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 tells the type checker
            field.choices = [("", "all"), *choices]


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """An event in words, with the client by reference and, at sign-in, whose account it was."""

    event: Entry
    client: str
    account: str
    why: str


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Show one page of the trail; that it was shown is itself an event."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    form = TrailFilter(request.GET or None, people=_people(actor))
    asked = _asked(actor, form) if form.is_bound and form.is_valid() else {}
    entries: list[Entry] = []
    if not form.errors and asked is not None:
        entries = _page(request, actor, asked)
    facts = {
        "form": form,
        "lines": _lines(entries),
        "older": _older(request, entries),
        "badge": audit.queries.last_verification(),
        "standing": audit.queries.standing(),
        "asked": bool(request.GET),
    }
    return render(request, "trail.html", facts)


def _page(request: HttpRequest, actor: Actor, asked: dict[str, Any]) -> list[Entry]:
    """Give the page asked for; one that does not exist is the first."""
    before = request.GET.get("before") or None
    if before and audit.domain.parse_cursor(before) is None:
        before = None
    return audit.actions.read_trail(actor=actor, before=before, limit=A_PAGE, **asked)


def _lines(entries: list[Entry]) -> list[Line]:
    references = clients.queries.client_references({one.client for one in entries if one.client})
    accounts_meant = {one.row for one in entries if one.row and one.thing == ACCOUNT}
    names = accounts.names(accounts_meant)
    return [
        Line(
            one,
            references.get(one.client, "") if one.client else "",
            names.get(one.row, "a client") if one.row in accounts_meant and one.row else "",
            ", ".join(word.replace("_", " ") for word in (one.relation, one.purpose) if word),
        )
        for one in entries
    ]


def _people(actor: Actor) -> list[tuple[str, str]]:
    people = accounts.staff() if "privacy_officer" in actor.roles else accounts.supervisees(actor)
    return [(str(one.id), one.name) for one in people]


def _asked(actor: Actor, form: TrailFilter) -> dict[str, Any] | None:
    """Turn the filter into what the log is asked; None for a reference nobody here can name."""
    said = form.cleaned_data
    case, client = None, None
    if said["case"]:
        client = clients.queries.client_by_reference(said["case"])
        found = clients.queries.caseload(actor, reference=said["case"]).rows
        if client is None and not found:
            return None
        case = None if client else found[0].id
    until = said["until"] and _midnight(said["until"] + datetime.timedelta(days=1))
    return {
        "case": case,
        "client": client,
        "person": UUID(said["person"]) if said["person"] else None,
        "kind": said["kind"] or None,
        "since": said["since"] and _midnight(said["since"]),
        "until": until,
    }


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _older(request: HttpRequest, entries: list[Entry]) -> str:
    """Give the address of the next page, if there may be one."""
    if len(entries) < A_PAGE:
        return ""
    kept = request.GET.copy()
    kept["before"] = entries[-1].cursor
    return f"?{kept.urlencode()}"
