"""Which part of the trail is asked for: the filter, and what the log is asked by it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

import audit.domain
import clients.queries
from audit.domain import Act
from audit.queries import Order
from counselling import typed
from counselling.access import Actor, Role
from counselling.accounts import queries as accounts
from counselling.accounts.domain import ROLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.queries import Asked

EVENTS: Final = "events"
MORE: Final = ("role", "act", "about", "outcome", "why", "address", "sitting", "order", "show")
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


SHOWN: Final = [("", "visits"), (EVENTS, "event by event")]
HASH: Final = "Give at least its first four characters, as a line of the trail shows them."


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
    address = typed.Line(
        label="Address",
        required=False,
        max_length=64,
        validators=[RegexValidator(r"^[0-9a-fA-F]{4,64}\Z", HASH)],
    )
    sitting = typed.Line(
        label="Sitting",
        required=False,
        max_length=36,
        validators=[RegexValidator(r"^[0-9a-fA-F-]{4,36}\Z", HASH)],
    )
    order = forms.ChoiceField(label="Order", required=False)
    show = forms.ChoiceField(label="Show", required=False, choices=SHOWN)
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

    @property
    def by_event(self) -> bool:
        """Say whether events are asked for; visits come by time only, the newest first."""
        if not self.is_bound or not self.is_valid():
            return False
        said = self.cleaned_data
        return said["show"] == EVENTS or said["order"] not in {"", Order.NEWEST}


def sees_all(actor: Actor) -> bool:
    """Say whether somebody reviews everybody's accesses."""
    return not {Role.PRIVACY_OFFICER, Role.OUTSIDE_REVIEWER}.isdisjoint(actor.roles)


def people_for(actor: Actor) -> list[tuple[str, str]]:
    """Offer those whose accesses somebody looks at."""
    if sees_all(actor):
        return [(str(one), name) for one, name in accounts.staff_names().items()]
    return [(str(one.id), one.name) for one in accounts.supervisees(actor)]


def asked_of(actor: Actor, form: TrailFilter) -> Asked | None:
    """Turn the filter into what the log is asked; None for a reference nobody here can name."""
    said = form.cleaned_data
    found = case_or_client(actor, said["case"])
    if found is None:
        return None
    until = said["until"] and midnight(said["until"] + datetime.timedelta(days=1))
    return {
        "case": found[0],
        "client": found[1],
        "person": UUID(said["person"]) if said["person"] else None,
        "about": UUID(said["about"]) if said["about"] else None,
        "kind": said["kind"] or None,
        "act": said["act"] or None,
        "role": said["role"] or None,
        "outcome": said["outcome"] or None,
        "why": said["why"] or None,
        "address": said["address"].lower() or None,
        "session": said["sitting"].lower() or None,
        "since": said["since"] and midnight(said["since"]),
        "until": until,
        "order": Order(said["order"] or Order.NEWEST),
    }


def case_or_client(actor: Actor, said: str) -> tuple[UUID | None, UUID | None] | None:
    """Give the case or the client of a reference, neither for none; None for an unknown one."""
    if not said:
        return None, None
    client = clients.queries.client_by_reference(said)
    if client is not None:
        return None, client
    found = clients.queries.caseload(actor, reference=said).rows
    return (found[0].id, None) if found else clients.queries.case_or_client_outside(said)


def midnight(day: datetime.date) -> datetime.datetime:
    """Give when a day begins here."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
