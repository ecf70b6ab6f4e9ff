"""Which permission an act needs, where that depends on how somebody came to act."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counselling.access import ActorKind, Permission, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counselling.access import Actor

_TO_SEE_NAMES: Final[Mapping[ActorKind, Permission]] = MappingProxyType(
    {
        ActorKind.STAFF: Permission.SEE_CONTACT,
        ActorKind.CLIENT: Permission.SEE_OWN_FILE,
        ActorKind.LINK: Permission.SIGN_CONSENT,
    }
)
_TO_SEND: Final[Mapping[ActorKind, Permission]] = MappingProxyType(
    {
        ActorKind.STAFF: Permission.SEND_REQUEST,
        ActorKind.CLIENT: Permission.WITHDRAW_CONSENT,
        ActorKind.LINK: Permission.SIGN_CONSENT,
    }
)


def is_guardian(actor: Actor) -> bool:
    """Say whether somebody signed in as a guardian of a client."""
    return actor.kind is ActorKind.CLIENT and Role.GUARDIAN in actor.roles


def seeing_names(actor: Actor) -> Permission:
    """Name the permission to see names: staff see clients', clients and links their own."""
    return Permission.SEE_GUARDED if is_guardian(actor) else seeing_file(actor)


def seeing_file(actor: Actor) -> Permission:
    """Name the permission to see how to reach somebody: a guardian sees no more than the name."""
    return _TO_SEE_NAMES.get(actor.kind, Permission.RUN_JOB)


def sending(actor: Actor) -> Permission:
    """Name the permission to have a message sent; who only answers clients tells them that."""
    if actor.kind is ActorKind.STAFF and not actor.may(Permission.SEND_REQUEST):
        return Permission.ANSWER_NOT_RIGHT
    return _TO_SEND.get(actor.kind, Permission.RUN_JOB)


def hearing(actor: Actor) -> Permission:
    """Name the permission to say who may not open a file: one's own, or as heard from a client."""
    client = actor.kind is ActorKind.CLIENT and not is_guardian(actor)
    return Permission.SEE_OWN_FILE if client else Permission.HEAR_SHUT_OUT


def naming_signers(actor: Actor) -> Permission:
    """Name the permission to see who signs for a client: who asks them, or the machine for them."""
    return Permission.RUN_JOB if actor.kind is ActorKind.SERVICE else Permission.SEND_REQUEST


def ending_links(actor: Actor) -> Permission:
    """Name the permission to end links: who guessed a second secret away is nobody yet."""
    return Permission.SIGN_IN if actor.kind is ActorKind.ANONYMOUS else sending(actor)


def may_use_emergency(actor: Actor) -> bool:
    """Say whether somebody may open a hidden file in an emergency; a trainee never."""
    return actor.may(Permission.USE_EMERGENCY) and Role.TRAINEE not in actor.roles


def may_manage(actor: Actor) -> bool:
    """Say whether the actor's roles let them change cases at all; which, row security says."""
    return actor.may(Permission.MANAGE_CASES)
