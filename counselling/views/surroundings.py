"""What every page shows around its content: navigation, who is signed in, the practice."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from clients.access import is_guardian
from counselling.access import ActorKind, Permission, actor_of
from counselling.accounts import queries as accounts
from counselling.hosts import is_clients_host
from counselling.speech import say

if TYPE_CHECKING:
    from django.http import HttpRequest

    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool
    count: str = ""
    key: str = ""


_STAFF: Final = (
    ("Today", "today", Permission.MANAGE_OWN_ACCOUNT),
    ("Review", "review", Permission.REVIEW_TRAIL),
    ("Clients", "clients:caseload", Permission.SEE_CONTACT),
    ("Search", "records:search", Permission.READ_NOTE),
    ("Amendments", "records:amendments", Permission.ANSWER_NOT_RIGHT),
    ("Supervision", "records:supervision", Permission.SUPERVISE),
    ("Supervision", "records:supervision", Permission.BE_SUPERVISED),
    ("Emergencies", "clients:emergencies", Permission.REVIEW_EMERGENCY),
    ("Forms", "consent:forms", Permission.MANAGE_FORMS),
    ("Forms", "consent:forms", Permission.APPROVE_FORM),
    ("Forms", "consent:forms", Permission.ASK_CONSENT),
    ("Trail", "trail", Permission.REVIEW_TRAIL),
    ("Log", "log", Permission.MANAGE_STAFF),
    ("Research", "consent:research", Permission.SEE_RESEARCH),
    ("Staff", "accounts:staff", Permission.RESET_FACTOR),
)
_CLIENT: Final = (
    (say("Start"), "space"),
    (say("Permissions"), "consent:permissions"),
    (say("Notes"), "records:own-notes"),
    (say("Documents"), "consent:documents"),
    (say("Shared"), "consent:shared"),
    (say("Who opened it"), "accesses"),
)

_GUARDIAN: Final = (("Start", "consent:guarded"),)

# single letters that lead there, for who wants them (WCAG 2.1.4)
_KEYS: Final = {
    "today": "t", "clients:caseload": "c", "trail": "r", "review": "v", "accounts:staff": "s",
}  # fmt: skip

_SIGNED_IN: Final = frozenset({ActorKind.CLIENT, ActorKind.STAFF})
_CLIENTS: Final = frozenset({ActorKind.CLIENT, ActorKind.LINK})


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Give the layout what it shows; nothing here opens a sealed value."""
    actor = actor_of(request)
    return {
        "navigation": _places(request, actor),
        "my_id": str(actor.id),
        "single_keys": actor.kind is ActorKind.STAFF and accounts.has_single_keys(request),
        "may_log": actor.may(Permission.LOG_SESSION),
        "my_name": accounts.name_of(request) if actor.kind is ActorKind.STAFF else "",
        "practice": SimpleLazyObject(accounts.practice),
        "is_client": actor.kind in _CLIENTS,
        "idle_seconds": settings.IDLE_CLIENT_SECONDS
        if actor.kind in _CLIENTS
        else settings.IDLE_STAFF_SECONDS,
        "clients_host": is_clients_host(request),
        "stay_url": _stay_url(request, actor),
        "demo": settings.DEMO,
        # the one form for which staff handed the device over, if they did
        "handed": accounts.parked_for(request),
    }


def _stay_url(request: HttpRequest, actor: Actor) -> str:
    """Give where a page tells that somebody is still there; empty where nobody is signed in."""
    if actor.kind is not ActorKind.LINK:
        return reverse("accounts:stay") if actor.kind in _SIGNED_IN else ""
    match = request.resolver_match
    asked = None if match is None else match.kwargs.get("request_id")
    return reverse("consent:sign-presence", args=[asked]) if asked else ""


def _places(request: HttpRequest, actor: Actor) -> list[Place]:
    if actor.kind is ActorKind.CLIENT:
        names = list(_GUARDIAN if is_guardian(actor) else _CLIENT)
    elif actor.kind is ActorKind.STAFF:
        may = [(label, name) for label, name, permission in _STAFF if actor.may(permission)]
        names = list(dict.fromkeys(may))
    else:
        return []
    return [
        Place(label, reverse(name), _is_current(request, name), key=_KEYS.get(name, ""))
        for label, name in names
    ]


def _is_current(request: HttpRequest, name: str) -> bool:
    return request.resolver_match is not None and request.resolver_match.view_name == name
