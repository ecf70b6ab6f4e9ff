"""The supervisor's page: who did what, in which case, when and why."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import audit.actions
import audit.domain
import audit.queries
import clients.queries
import consent.queries
from audit.domain import Act
from audit.queries import Order, Page
from counselling import typed
from counselling.access import Permission, Role, actor_of, require
from counselling.accounts import queries as accounts
from counselling.accounts.domain import ROLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from audit.domain import Entry
    from audit.queries import Asked
    from consent.queries.comparing import ComparingRow
    from counselling.access import Actor

A_PAGE: Final = 50
ACCOUNT: Final = "accounts_account"
MORE: Final = ("role", "act", "about", "outcome", "why", "order")
# as what somebody acts: in a role, or how they came if they have none
ROLES: Final[Mapping[str, str]] = {
    **{role.value: name.lower() for role, name in ROLE_NAMES.items()},
    "link": "holder of a link",
    "recipient": "recipient of something shared",
    "anonymous": "not signed in",
    "service": "the system",
}
ACTS: Final[Mapping[Act, str]] = {
    Act.READ: "read",
    Act.CREATE: "made",
    Act.UPDATE: "changed",
    Act.DELETE: "deleted",
    Act.EXECUTE: "done",
}
OUTCOMES: Final[Mapping[str, str]] = {"ok": "done", "refused": "refused", "failed": "failed"}
# how an order is named, and what comes after a page of it
ORDERS: Final[Mapping[Order, tuple[str, str]]] = {
    Order.NEWEST: ("newest first", "Older events"),
    Order.OLDEST: ("oldest first", "Later events"),
    Order.PERSON: ("by person", "More events"),
    Order.ROLE: ("by role", "More events"),
    Order.KIND: ("by kind", "More events"),
    Order.OUTCOME: ("refused and failed first", "More events"),
    Order.CASE: ("by case", "More events"),
    Order.WHY: ("by why", "More events"),
}


class TrailFilter(forms.Form):
    """Which part of the trail is asked for."""

    show_optional = False

    case = typed.Line(label="Case or client", required=False, max_length=12)
    person = forms.ChoiceField(label="Person", required=False)
    kind = forms.ChoiceField(label="Kind", required=False)
    role = forms.ChoiceField(label="As", required=False)
    act = forms.ChoiceField(label="Act", required=False)
    about = forms.ChoiceField(label="Account of", required=False)
    outcome = forms.ChoiceField(label="Outcome", required=False)
    why = typed.Line(label="A word of why", required=False, min_length=3, max_length=40)
    order = forms.ChoiceField(label="Order", required=False)
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
        kinds = sorted((one.sentence, one.code) for one in audit.domain.kinds().values())
        self._offer("person", people)
        self._offer("kind", [(code, sentence) for sentence, code in kinds])
        self._offer("role", list(ROLES.items()))
        self._offer("act", [(act.value, word) for act, word in ACTS.items()])
        self._offer("about", people)
        self._offer("outcome", list(OUTCOMES.items()))
        self._offer("order", [(order.value, ORDERS[order][0]) for order in Order], nothing=False)

    def _offer(self, name: str, choices: list[tuple[str, str]], *, nothing: bool = True) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 tells the type checker
        field.choices = [*([("", "all")] if nothing else []), *choices]

    @property
    def more(self) -> list[forms.BoundField]:
        """Give what is asked for less often."""
        return [self[name] for name in MORE]

    @property
    def asks_more(self) -> bool:
        """Say whether anything of it is asked now, or cannot be."""
        given = {name: self.data.get(name) for name in MORE}
        return any(word and word != Order.NEWEST for word in given.values())


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """An event in words, with the client by reference and, at sign-in, whose account it was."""

    event: Entry
    role: str
    client: str
    account: str
    outcome: str
    why: str


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Show one page of the trail; that it was shown is itself an event."""
    actor = actor_of(request)
    require(actor, Permission.REVIEW_TRAIL)
    form = TrailFilter(request.GET or None, people=_people(actor))
    asked = _asked(actor, form) if form.is_bound and form.is_valid() else {}
    page = Page([])
    if not form.errors and asked is not None:
        page = _page(request, actor, asked)
    badge = audit.queries.last_verification()
    facts = {
        "form": form,
        "lines": _lines(page.entries),
        **_further(request, page),
        "order": ORDERS[_order(request)][0],
        "cut": f"{audit.queries.SORTED:,}" if page.cut else "",
        "badge": badge,
        "papers": _papers(actor),
        "events": f"{badge.events:,}" if badge else "",
        "asked": bool(request.GET),
    }
    return render(request, "trail.html", facts)


def _papers(actor: Actor) -> ComparingRow | None:
    """Give how far signed forms were compared with what is enforced: for the privacy officer."""
    return consent.queries.last_comparing() if _sees_all(actor) else None


def _sees_all(actor: Actor) -> bool:
    return Role.PRIVACY_OFFICER in actor.roles


def _page(request: HttpRequest, actor: Actor, asked: Asked) -> Page:
    """Give the page asked for; one that does not exist is the first."""
    before = request.GET.get("before") or None
    if before and audit.domain.parse_cursor(before) is None:
        before = None
    asked |= {"before": before, "limit": A_PAGE}
    return audit.actions.read_trail(actor=actor, **asked)


def _lines(entries: list[Entry]) -> list[Line]:
    references = clients.queries.client_references({one.client for one in entries if one.client})
    accounts_meant = {one.row for one in entries if one.row and one.thing == ACCOUNT}
    names = accounts.names(accounts_meant)
    return [
        Line(
            one,
            ROLES.get(one.role, one.role) if one.who_kind == "staff" else "",
            references.get(one.client, "") if one.client else "",
            names.get(one.row, "a client") if one.row in accounts_meant and one.row else "",
            _said(": ", one.outcome, one.reason.replace("-", " ")) if one.outcome != "ok" else "",
            _said(", ", one.relation, one.purpose),
        )
        for one in entries
    ]


def _said(between: str, *codes: str) -> str:
    """Give codes as words."""
    return between.join(code.replace("_", " ") for code in codes if code)


def _people(actor: Actor) -> list[tuple[str, str]]:
    if _sees_all(actor):
        return [(str(one), name) for one, name in accounts.staff_names().items()]
    return [(str(one.id), one.name) for one in accounts.supervisees(actor)]


def _asked(actor: Actor, form: TrailFilter) -> Asked | None:
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
        "about": UUID(said["about"]) if said["about"] else None,
        "kind": said["kind"] or None,
        "act": said["act"] or None,
        "role": said["role"] or None,
        "outcome": said["outcome"] or None,
        "why": said["why"] or None,
        "since": said["since"] and _midnight(said["since"]),
        "until": until,
        "order": Order(said["order"] or Order.NEWEST),
    }


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _further(request: HttpRequest, page: Page) -> dict[str, Any]:
    """Give the address of the next page, if there may be one, and how far was looked."""
    order = _order(request)
    looked = audit.domain.parse_cursor(page.reached)
    facts = {"looked": f"{audit.queries.LOOKED:,}", "looked_to": looked and looked[0]}
    # what is put in order begins with the newest each time: only by time is further looked
    by_time = order in {Order.NEWEST, Order.OLDEST}
    full = len(page.entries) == A_PAGE
    if not full and not (page.reached and by_time):
        return facts
    kept = request.GET.copy()
    kept["before"] = page.entries[-1].cursor if full else page.reached
    words = ORDERS[order][1] if full else "Look further"
    return facts | {"further": f"?{kept.urlencode()}", "further_words": words}


def _order(request: HttpRequest) -> Order:
    said = request.GET.get("order")
    return Order(said) if said in set(Order) else Order.NEWEST
