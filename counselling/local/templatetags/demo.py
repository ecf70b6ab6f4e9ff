"""What the demo's pages show besides: whom one can be, and what their authenticator shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from counselling.access import actor_of
from counselling.accounts import queries as accounts
from counselling.errors import NotThere
from counselling.local.people import CLIENTS, PEOPLE, TEAM, WORD

if TYPE_CHECKING:
    from django.http import HttpRequest

    from counselling.local.people import Person

register = template.Library()


@register.simple_tag
def demo_team() -> tuple[Person, ...]:
    """Give the staff one can be."""
    return TEAM


@register.simple_tag
def demo_clients() -> tuple[Person, ...]:
    """Give the clients one can be."""
    return CLIENTS


@register.simple_tag
def demo_password() -> str:
    """Give the password they all have."""
    return PEOPLE[0].password


@register.simple_tag
def demo_word() -> str:
    """Give the word every client of the demo agreed on."""
    return WORD


@register.simple_tag
def demo_code(request: HttpRequest) -> str:
    """Give the code of whoever is asked for one here; empty for people who are not of the demo."""
    known = accounts.pending_account(request) or accounts.sleeping_of(request)
    who = actor_of(request).id
    if known is not None:
        who = getattr(known, "account_id", known.id)
    try:
        name = accounts.person(who).name
    except NotThere:
        return ""
    secret = next((one.secret for one in TEAM if one.name == name), "")
    return accounts.next_code(who, secret) if secret else ""
