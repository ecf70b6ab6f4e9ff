"""Who may do what with a note, beyond what row security already hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counselling.access import Permission, Role

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def may_write_in(actor: Actor, person: UUID) -> bool:
    """Say whether the actor may write the note of a session: it is theirs, and they may write."""
    return actor.may(Permission.WRITE_NOTE) and actor.id == person


def signs_as_trainee(actor: Actor) -> bool:
    """Say whether what the actor signs awaits a supervisor's co-signature (SU-01)."""
    return Role.TRAINEE in actor.roles


def may_add_to(actor: Actor, author: UUID, *, in_error: bool) -> bool:
    """Say whether the actor may add to a note; only its author says it was entered in error."""
    return actor.may(Permission.WRITE_NOTE) and (actor.id == author or not in_error)
