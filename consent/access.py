"""Which permission an act needs, where that depends on how somebody came to act."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from clients.access import is_guardian
from counselling.access import ActorKind, Permission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counselling.access import Actor

_TO_SEE: Final[Mapping[ActorKind, Permission]] = MappingProxyType(
    {
        ActorKind.STAFF: Permission.SEE_CONSENTS,
        ActorKind.CLIENT: Permission.SEE_OWN_FILE,
        # a link sees the one document that was signed through it
        ActorKind.LINK: Permission.SIGN_CONSENT,
    }
)


def seeing(actor: Actor) -> Permission:
    """Name the permission to see consents and documents: one's clients', or one's own."""
    if is_guardian(actor):
        return Permission.SEE_GUARDED
    return _TO_SEE.get(actor.kind, Permission.RUN_JOB)


def stopping(actor: Actor) -> Permission:
    """Name the permission to end a consent: on the client's word, or one's own."""
    if actor.kind is ActorKind.STAFF:
        return Permission.RECORD_WITHDRAWAL
    return Permission.WITHDRAW_CONSENT


def asking_again(actor: Actor) -> Permission:
    """Name the permission to have the same asked again: of one's clients, or of oneself."""
    if actor.kind is ActorKind.SERVICE:
        return Permission.RUN_JOB
    return Permission.ASK_CONSENT if actor.kind is ActorKind.STAFF else Permission.SIGN_CONSENT


def preparing(actor: Actor) -> Permission:
    """Name the permission to prepare a form: one's own, or the machine's on somebody's behalf."""
    return Permission.RUN_JOB if actor.kind is ActorKind.SERVICE else Permission.ASK_CONSENT


def sending(actor: Actor) -> Permission:
    """Name the permission to send a prepared form, or to have the machine send it."""
    return Permission.RUN_JOB if actor.kind is ActorKind.SERVICE else Permission.SEND_REQUEST


def looking_at_forms(actor: Actor) -> Permission:
    """Name the permission to look at forms: to write, to approve, or to ask clients for them."""
    ways = (Permission.MANAGE_FORMS, Permission.APPROVE_FORM)
    return next((one for one in ways if actor.may(one)), Permission.ASK_CONSENT)


def handing_over(actor: Actor, *, prepared_by_other: bool) -> Permission:
    """Name the permission to let something leave: one's own, a second person's, the machine's.

    Who may agree as the second person lets go what somebody else prepared, as a trainee does.
    """
    if actor.kind is ActorKind.SERVICE:
        return Permission.RUN_JOB
    if prepared_by_other and not actor.may(Permission.DISCLOSE):
        return Permission.RELEASE
    return Permission.DISCLOSE


def delivering(actor: Actor) -> Permission:
    """Name the permission to send what was let go: one's own, a second person's, the machine's."""
    return handing_over(actor, prepared_by_other=True)


def taking_back(actor: Actor) -> Permission:
    """Name the permission to close a recipient's link: whoever prepares shares or lets them go."""
    return Permission.PREPARE_SHARE if actor.may(Permission.PREPARE_SHARE) else Permission.RELEASE


def looking_at_bases(actor: Actor) -> Permission:
    """Name the permission to look at a legal basis: as who states one, or as the second person."""
    ways = (Permission.STATE_BASIS, Permission.PREPARE_SHARE)
    return next((one for one in ways if actor.may(one)), Permission.RELEASE)


def telling(actor: Actor) -> Permission:
    """Name the permission to tell a client of what went without their word."""
    ways = (Permission.STATE_BASIS, Permission.RELEASE)
    return next((one for one in ways if actor.may(one)), Permission.STATE_BASIS)


def accounting(actor: Actor) -> Permission:
    """Name the permission to account for what went: of one's clients, or one's own file."""
    if actor.kind is ActorKind.CLIENT and not is_guardian(actor):
        return Permission.SEE_OWN_FILE
    return Permission.ACCOUNT_FOR


def looking_at_suspensions(actor: Actor) -> Permission:
    """Name the permission to look at what officials had held back: as a second person, or as who
    accounts for it.
    """
    return Permission.RELEASE if actor.may(Permission.RELEASE) else Permission.ACCOUNT_FOR


def asking_back(actor: Actor) -> Permission:
    """Name the permission to ask that something is kept back: for oneself, or on their word."""
    own = actor.kind is ActorKind.CLIENT and not is_guardian(actor)
    return Permission.ASK_KEPT_BACK if own else Permission.ANSWER_RESTRICTION
