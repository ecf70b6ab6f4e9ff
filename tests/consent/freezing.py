"""A log that was found not to be whole, past every trigger, and what two people say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consent import actions
from counselling.db import as_actor
from tests.people import fresh
from tests.raw import superuser

if TYPE_CHECKING:
    from counselling.access import Actor


def freeze(sentence: str = "The log is not whole: entry 9 was deleted.", days: float = 0) -> None:
    """A verification found it twice, so many days ago."""
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute(  # whoever works here did so before that
            "UPDATE accounts_roleheld SET since = since - make_interval(hours => %s)",
            [round(days * 24)],
        )
        root.execute(
            "INSERT INTO audit_freeze (id, at, sentence) "
            "VALUES (gen_random_uuid(), now() - make_interval(hours => %s), %s)",
            [round(days * 24), sentence],
        )


def agree(actor: Actor, why: str = "examined") -> bool:
    """Somebody says, with a second factor, that sharing goes on."""
    sure = fresh(actor)
    with as_actor(sure):
        return actions.let_go_on(actor=sure, why=why)
