"""Count what a page asks the two databases, as somebody who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from counselling import vault
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from counselling.access import Actor


def signed_in(person: Actor) -> Client:
    visitor = Client()
    sign_in_browserless(visitor, person)
    return visitor


def questions(visitor: Client, address: str, *, first: bool = True) -> int:
    """Count the questions of a page whose keys nobody has used for a while.

    What a page asks once in the life of a process is not counted: where it is `first` looked at,
    it is looked at twice.
    """
    if first:
        visitor.get(address)
    vault.forget()
    with (
        CaptureQueriesContext(connections["default"]) as asked,
        CaptureQueriesContext(connections["keys"]) as keys,
    ):
        answer = visitor.get(address)
    assert answer.status_code == 200, address
    return len(asked) + len(keys)
