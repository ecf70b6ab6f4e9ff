"""Who may do what with a note, beyond what row security already hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counselling.access import ActorKind, Permission, Role

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor


def may_write_in(actor: Actor, *, led: bool) -> bool:
    """Say whether the actor may write about a session: they led it, and they may write."""
    return actor.may(Permission.WRITE_NOTE) and led


def signs_as_trainee(actor: Actor) -> bool:
    """Say whether what the actor signs awaits a supervisor's co-signature (SU-01)."""
    return Role.TRAINEE in actor.roles


def may_add_to(actor: Actor, author: UUID, *, in_error: bool) -> bool:
    """Say whether the actor may add to a note; only its author says it was entered in error."""
    return actor.may(Permission.WRITE_NOTE) and (actor.id == author or not in_error)


def may_open_to_clients(actor: Actor, author: UUID) -> bool:
    """Say whether the actor may let a client read a note: only who wrote it knows what is in it."""
    return actor.may(Permission.WRITE_NOTE) and actor.id == author


def seeing_amendments(actor: Actor) -> Permission:
    """Name the permission to see what a client says is not right: their own, or by one's office."""
    return (
        Permission.SEE_OWN_FILE
        if actor.kind is ActorKind.CLIENT
        else seeing_clients_amendments(actor)
    )


def seeing_clients_amendments(actor: Actor) -> Permission:
    """Name the permission to see the same as staff: to answer it, or to read what it is about."""
    answers = actor.may(Permission.ANSWER_NOT_RIGHT)
    return Permission.ANSWER_NOT_RIGHT if answers else Permission.READ_NOTE


def reading_supervision(actor: Actor) -> Permission:
    """Name the permission to read a note of supervision: by who wrote it, or who it is about."""
    supervises = actor.may(Permission.SUPERVISE)
    return Permission.SUPERVISE if supervises else Permission.BE_SUPERVISED


def looking_at_shares(actor: Actor) -> Permission:
    """Name the permission to look at what is prepared: to prepare it, or to let it go."""
    if actor.kind is ActorKind.SERVICE:
        return Permission.RUN_JOB
    return Permission.PREPARE_SHARE if actor.may(Permission.PREPARE_SHARE) else Permission.RELEASE


def sending_shares(actor: Actor) -> Permission:
    """Name the permission to send it: one's own right, or as a trainee's supervisor."""
    if actor.kind is ActorKind.SERVICE:
        return Permission.RUN_JOB
    return Permission.DISCLOSE if actor.may(Permission.DISCLOSE) else Permission.RELEASE
