"""Who may do what: roles, permissions, the table between them, and the actor who asks."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import UUID

from counselling.errors import Refused, SecondSecretNeeded, StepUpNeeded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

STEP_UP_LASTS: Final = datetime.timedelta(minutes=5)


class Role(enum.StrEnum):
    """What a person is in this practice; one person may hold several."""

    COUNSELLOR = "counsellor"
    TRAINEE = "trainee"
    SUPERVISOR = "supervisor"
    PRIVACY_OFFICER = "privacy_officer"
    FRONT_DESK = "front_desk"
    ADMINISTRATOR = "administrator"
    OUTSIDE_REVIEWER = "outside_reviewer"
    CLIENT = "client"
    GUARDIAN = "guardian"


class Permission(enum.StrEnum):
    """Kinds of acts; which rows they reach is PostgreSQL's to say (row security)."""

    TAKE_IN_CLIENT = "take in a new client"
    SEE_CONTACT = "see who a client is and how to reach them"
    AMEND_CONTACT = "correct a client's contact details and safe-contact card"
    MANAGE_CASES = "open cases, change their state and members"
    OFFER_ASSIGNMENT = "offer a case to a counsellor"
    ACCEPT_ASSIGNMENT = "accept or decline a case offered"
    ARRANGE_COVER = "hand cases over for a while"
    HEAR_SHUT_OUT = "write down whom a client shuts out of their file"
    SEAL_FILE = "seal a file and let colleagues in by name"
    USE_EMERGENCY = "open a hidden file in an emergency"
    REVIEW_EMERGENCY = "review an emergency access of somebody else"
    LOG_SESSION = "log a session"
    WRITE_NOTE = "write and sign session notes"
    READ_NOTE = "read the record part of notes"
    READ_PROCESS_NOTE = "read one's own notes for oneself alone"
    ASK_CONSENT = "ask a client for a consent"
    SEND_REQUEST = "send a prepared consent request"
    SEE_CONSENTS = "see a client's consents and signed documents"
    RECORD_WITHDRAWAL = "record a withdrawal on the client's word"
    MANAGE_FORMS = "write consent forms and offer them"
    APPROVE_FORM = "approve a consent form that somebody else wrote"
    DECIDE_CAPACITY = "record who decides for a client"
    WITNESS = "sign as a witness"
    DISCLOSE = "share notes with a recipient the client agreed to"
    PREPARE_SHARE = "prepare what is shared with a recipient"
    KEEP_RECIPIENTS = "write down and verify how a recipient is reached"
    STATE_BASIS = "state that the law asks for a disclosure or allows it"
    RELEASE = "agree as the second person to what leaves"
    HANDLE_SUBPOENA = "write down a subpoena and what is done about it"
    ANSWER_RESTRICTION = "answer what a client wants kept back"
    ACCOUNT_FOR = "account for what was disclosed"
    SIGN_CONSENT = "read, sign and decline what one is asked"
    WITHDRAW_CONSENT = "withdraw one's own consent"
    READ_SHARED = "read what was shared with one"
    SEE_GUARDED = "see what is asked of the child one answers for"
    SEE_OWN_FILE = "see what is kept, who opened it and what was shared"
    SAY_NOT_RIGHT = "say what is not right in one's own record"
    ASK_KEPT_BACK = "ask that something of one's own is kept back"
    ANSWER_NOT_RIGHT = "answer what a client says is not right"
    SUPERVISE = "co-sign or return what trainees write, and keep notes of supervision"
    BE_SUPERVISED = "see what one's supervision came to"
    ANNOUNCE_WORK = "announce work with many files"
    REVIEW_TRAIL = "review the audit trail"
    LIFT_FREEZE = "let sharing go on after the log was found not to be whole"
    SEE_RESEARCH = "see by reference who agreed to take part in research"
    GIVE_PORTAL = "give a client a sign-in"
    MANAGE_STAFF = "invite staff, give roles, reset factors, arrange supervision"
    RESET_FACTOR = "take a lost second factor away, two of us together"
    AGREE_ALIAS = "agree that clients read a code for a colleague's name"
    MANAGE_OWN_ACCOUNT = "manage one's own sign-in"
    SIGN_IN = "sign in, or set a password with an invitation"
    RUN_JOB = "finish queued work"


P = Permission
_OWN = frozenset({P.MANAGE_OWN_ACCOUNT})
_COUNSELLING = _OWN | {
    P.SEE_CONTACT, P.AMEND_CONTACT, P.MANAGE_CASES, P.ACCEPT_ASSIGNMENT, P.LOG_SESSION,
    P.WRITE_NOTE, P.READ_NOTE, P.READ_PROCESS_NOTE, P.ASK_CONSENT, P.SEND_REQUEST,
    P.SEE_CONSENTS, P.RECORD_WITHDRAWAL, P.GIVE_PORTAL, P.ANSWER_NOT_RIGHT,
    P.BE_SUPERVISED, P.WITNESS, P.PREPARE_SHARE, P.KEEP_RECIPIENTS, P.HANDLE_SUBPOENA,
    P.ANSWER_RESTRICTION, P.ACCOUNT_FOR, P.HEAR_SHUT_OUT, P.ANNOUNCE_WORK,
}  # fmt: skip

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType({
    # everything in the cases assigned to them
    Role.COUNSELLOR: _COUNSELLING | {
        P.DISCLOSE, P.TAKE_IN_CLIENT, P.OFFER_ASSIGNMENT, P.ARRANGE_COVER, P.USE_EMERGENCY,
        P.DECIDE_CAPACITY, P.STATE_BASIS, P.SEAL_FILE,
    },
    # as a counsellor, but sends no disclosure alone and opens nothing in an emergency
    Role.TRAINEE: _COUNSELLING,
    # reads record parts of supervisees' cases, co-signs or returns, reviews trails; changes no word
    Role.SUPERVISOR: _OWN | {
        P.SEE_CONTACT, P.READ_NOTE, P.SEE_CONSENTS, P.REVIEW_TRAIL, P.SUPERVISE,
        P.ANNOUNCE_WORK,
        P.ARRANGE_COVER, P.USE_EMERGENCY, P.REVIEW_EMERGENCY, P.APPROVE_FORM,
        P.RELEASE,
    },
    # the whole trail, consents and disclosures; no notes but in an emergency
    Role.PRIVACY_OFFICER: _OWN | {
        P.SEE_CONTACT, P.SEE_CONSENTS, P.REVIEW_TRAIL, P.RESET_FACTOR, P.ANSWER_NOT_RIGHT,
        P.USE_EMERGENCY, P.REVIEW_EMERGENCY, P.APPROVE_FORM, P.SEE_RESEARCH,
        P.RELEASE, P.HANDLE_SUBPOENA, P.ANSWER_RESTRICTION, P.ACCOUNT_FOR, P.LIFT_FREEZE,
        P.ANNOUNCE_WORK,
        P.HEAR_SHUT_OUT, P.SEAL_FILE, P.AGREE_ALIAS,
    },
    # contact details, appointments, sending prepared requests; no note, no answer, no reason
    Role.FRONT_DESK: _OWN | {
        P.TAKE_IN_CLIENT, P.SEE_CONTACT, P.AMEND_CONTACT, P.MANAGE_CASES,
        P.OFFER_ASSIGNMENT, P.SEND_REQUEST, P.GIVE_PORTAL, P.HEAR_SHUT_OUT, P.SEAL_FILE,
        P.ANNOUNCE_WORK,
    },
    # staff, forms, keys, settings; no client data at all
    Role.ADMINISTRATOR: _OWN | {
        P.MANAGE_STAFF, P.RESET_FACTOR, P.MANAGE_FORMS, P.APPROVE_FORM, P.LIFT_FREEZE,
    },
    # somebody from outside who reviews accesses by reference; no name, no note, no contact
    Role.OUTSIDE_REVIEWER: _OWN | {P.REVIEW_TRAIL, P.REVIEW_EMERGENCY, P.LIFT_FREEZE},
    # their own file, and no other's
    Role.CLIENT: _OWN | {
        P.SIGN_CONSENT, P.WITHDRAW_CONSENT, P.SEE_OWN_FILE, P.SAY_NOT_RIGHT, P.ASK_KEPT_BACK,
    },
    # what the recorded capacity decision grants; nothing before there is one
    Role.GUARDIAN: _OWN | {P.SIGN_CONSENT, P.WITHDRAW_CONSENT, P.SEE_GUARDED},
})  # fmt: skip

_MOST_TELLING: Final = (
    Role.COUNSELLOR, Role.TRAINEE, Role.SUPERVISOR, Role.PRIVACY_OFFICER,
    Role.FRONT_DESK, Role.ADMINISTRATOR, Role.OUTSIDE_REVIEWER, Role.CLIENT, Role.GUARDIAN,
)  # fmt: skip


class ActorKind(enum.StrEnum):
    """How somebody came to act."""

    STAFF = "staff"
    CLIENT = "client"
    LINK = "link"
    RECIPIENT = "recipient"
    SERVICE = "service"
    ANONYMOUS = "anonymous"


_BY_KIND: Final[Mapping[ActorKind, frozenset[Permission]]] = MappingProxyType(
    {
        ActorKind.LINK: frozenset({P.SIGN_CONSENT}),
        ActorKind.RECIPIENT: frozenset({P.READ_SHARED}),
        ActorKind.SERVICE: frozenset({P.RUN_JOB}),
        ActorKind.ANONYMOUS: frozenset({P.SIGN_IN}),
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as what, from where; handed to every use case, never ambient."""

    id: UUID
    kind: ActorKind
    roles: frozenset[Role] = frozenset()
    session: str = ""
    address: str = ""
    request: str = ""
    step_up_at: datetime.datetime | None = None
    client: UUID | None = None
    # whether the sitting began with two secrets of different kinds, or was given the second since
    proven: bool = True

    def may(self, permission: Permission) -> bool:
        """Say whether one of the actor's roles, or its kind, allows the act."""
        if permission in _BY_KIND.get(self.kind, frozenset()):
            return True
        return any(permission in PERMISSIONS[role] for role in self.roles)

    @property
    def role(self) -> str:
        """Name the most telling role, for events."""
        return next((role.value for role in _MOST_TELLING if role in self.roles), self.kind.value)


SERVICE: Final = Actor(UUID("00000000-0000-7000-8000-000000000001"), ActorKind.SERVICE)
ANONYMOUS: Final = Actor(UUID("00000000-0000-7000-8000-000000000002"), ActorKind.ANONYMOUS)


def link_actor(link: UUID, client: UUID) -> Actor:
    """Make the actor of a signing link whose PIN was right: one request of one client."""
    return Actor(link, ActorKind.LINK, client=client)


def recipient_actor(link: UUID, client: UUID) -> Actor:
    """Make the actor of a share's link whose second secret was right: one thing of one client."""
    return Actor(link, ActorKind.RECIPIENT, client=client)


def require(actor: Actor, permission: Permission) -> None:
    """Raise Refused unless the actor may."""
    if not actor.may(permission):
        raise Refused("not-permitted", f"Your role does not allow you to {permission.value}.")
    if permission in _TWO_SECRETS:
        require_two_secrets(actor)


# what somebody who only knows a password must not do in a client's name (AU-03); stopping a
# permission is not among it: that is as easy as it can be
_TWO_SECRETS: Final = frozenset({P.SIGN_CONSENT, P.SAY_NOT_RIGHT})


def require_two_secrets(actor: Actor) -> None:
    """Raise SecondSecretNeeded unless whoever acts proved in two ways who they are (AU-03)."""
    if not actor.proven:
        raise SecondSecretNeeded


def require_step_up(actor: Actor, at: datetime.datetime) -> None:
    """Raise StepUpNeeded unless a second factor was given in the last five minutes (AU-09)."""
    if actor.step_up_at is None or at - actor.step_up_at > STEP_UP_LASTS:
        raise StepUpNeeded


def actor_of(request: HttpRequest) -> Actor:
    """Give the actor the middleware put on the request."""
    actor = getattr(request, "actor", ANONYMOUS)
    return actor if isinstance(actor, Actor) else ANONYMOUS
