"""Each use case of signing in and of the staff, done once in the world of the tests."""

from __future__ import annotations

import base64
import dataclasses
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from counselling.access import ANONYMOUS, SERVICE, Role
from counselling.accounts import actions, domain, queries
from counselling.accounts.actions import sittings
from counselling.accounts.models import Account, TotpDevice
from counselling.db import as_actor, uuid7
from tests.accounts import acts_portal
from tests.people import PASSWORD, code_now, fresh

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from counselling.access import Actor
    from tests.world import World

ADA: Final = "ada@practice.example"


def request_of(actor: Actor = ANONYMOUS) -> HttpRequest:
    """Make a request with a session; a signed-in actor's has a sitting."""
    request = RequestFactory().post("/")
    request.session = SessionStore()
    request.user = AnonymousUser()
    if actor is not ANONYMOUS:
        account = Account.objects.get(pk=actor.id)
        with as_actor(actor):
            sittings.begin(request, account, uuid7(), "")
    return request


def sitting_actor(actor: Actor, request: HttpRequest) -> Actor:
    """Give the actor as they are in that request's sitting."""
    return dataclasses.replace(fresh(actor), session=request.session["sitting"])


def _begun(world: World) -> HttpRequest:
    request = request_of()
    with as_actor(ANONYMOUS):
        actions.give_password(actor=ANONYMOUS, request=request, email=ADA, password=PASSWORD)
    return request


def _without_factor(world: World) -> HttpRequest:
    TotpDevice.objects.filter(user=world.ada.id).delete()
    return _begun(world)


def _codes(world: World, person: Actor) -> list[str]:
    with as_actor(person):
        return actions.make_codes(actor=fresh(person))


def give_password(world: World) -> None:
    request = request_of()
    with as_actor(ANONYMOUS):
        actions.give_password(actor=ANONYMOUS, request=request, email=ADA, password=PASSWORD)


def give_code(world: World) -> None:
    request, code = _begun(world), code_now(world.ada.id)
    with as_actor(ANONYMOUS):
        actions.give_code(actor=ANONYMOUS, request=request, code=code)


def give_recovery_code(world: World) -> None:
    codes, request = _codes(world, world.ada), request_of()
    with as_actor(ANONYMOUS):
        actions.give_recovery_code(
            actor=ANONYMOUS, request=request, email=ADA, password=PASSWORD, code=codes[0]
        )


def begin_enrolment(world: World) -> None:
    request = _without_factor(world)
    with as_actor(ANONYMOUS):
        actions.begin_enrolment(actor=ANONYMOUS, request=request)


def confirm_enrolment(world: World) -> None:
    request = _without_factor(world)
    with as_actor(ANONYMOUS):
        key = actions.begin_enrolment(actor=ANONYMOUS, request=request)
    with as_actor(ANONYMOUS):
        actions.confirm_enrolment(actor=ANONYMOUS, request=request, code=_first_code(key))


def _first_code(key: domain.NewKey | None) -> str:
    assert key is not None
    return queries.code_at(base64.b32decode(key.text).hex(), queries.clock())


def begin_new_device(world: World) -> None:
    with as_actor(world.dana):
        actions.begin_new_device(actor=fresh(world.dana))


def confirm_new_device(world: World) -> None:
    with as_actor(world.dana):
        key = actions.begin_new_device(actor=fresh(world.dana))
    with as_actor(world.dana):
        actions.confirm_new_device(actor=fresh(world.dana), code=_first_code(key))


def make_codes(world: World) -> None:
    _codes(world, world.dana)


def step_up(world: World) -> None:
    request = request_of(world.dana)
    dana = sitting_actor(world.dana, request)
    with as_actor(dana):
        actions.step_up(actor=dana, request=request, answer=code_now(dana.id))


def fall_asleep(world: World) -> None:
    request = request_of(world.dana)
    with as_actor(world.dana):
        actions.fall_asleep(actor=world.dana, request=request)


def wake(world: World) -> None:
    request = request_of(world.dana)
    with as_actor(world.dana):
        actions.fall_asleep(actor=world.dana, request=request)
    with as_actor(ANONYMOUS):
        actions.wake(actor=ANONYMOUS, request=request, answer=PASSWORD)


def park(world: World) -> None:
    request = request_of(world.dana)
    with as_actor(world.dana):
        actions.park(actor=world.dana, request=request, row=uuid7())


def keep_home(world: World) -> None:
    with as_actor(world.dana):
        actions.keep_home(actor=world.dana, address="Lange Gasse 7, Ulm")


def choose_shortcuts(world: World) -> None:
    with as_actor(world.dana):
        actions.choose_shortcuts(actor=world.dana, single_keys=False)


def sign_out(world: World) -> None:
    request = request_of(world.dana)
    with as_actor(world.dana):
        actions.sign_out(actor=sitting_actor(world.dana, request), request=request)


def end_session(world: World) -> None:
    sitting = UUID(request_of(world.dana).session["sitting"])
    with as_actor(world.dana):
        actions.end_session(actor=world.dana, session_id=sitting)


def change_password(world: World) -> None:
    request = request_of(world.dana)
    dana = sitting_actor(world.dana, request)
    with as_actor(dana):
        actions.change_password(
            actor=dana, request=request, current=PASSWORD, new="violet hammer quarry noon"
        )


def create_first_administrator(world: World) -> None:
    # as if nobody worked here yet
    Account.objects.all().update(kind="client", name="", title="")
    with as_actor(SERVICE):
        actions.create_first_administrator(actor=SERVICE, name="Zoe", email="zoe@practice.example")


def create_staff(world: World) -> None:
    ada = fresh(world.ada)
    with as_actor(ada):
        actions.create_staff(
            actor=ada, name="Lea Fox", email="lea@practice.example", roles=[Role.COUNSELLOR]
        )


def create_client_account(world: World) -> None:
    with as_actor(world.fred):
        actions.create_client_account(actor=world.fred, email="new@mailbox.example")


def invite_client_again(world: World) -> None:
    with as_actor(world.fred):
        actions.invite_client_again(actor=fresh(world.fred), account_id=world.mara_portal.id)


def accept_invitation(world: World) -> None:
    with as_actor(world.fred):
        invited = actions.create_client_account(actor=world.fred, email="new@mailbox.example")
    token = invited.path.rsplit("/", 1)[-1]
    with as_actor(ANONYMOUS):
        actions.accept_invitation(
            actor=ANONYMOUS, token=token, pin=invited.pin, password="violet hammer quarry noon"
        )


def invite_again(world: World) -> None:
    _as_ada(world, actions.invite_again, person_id=world.dana.id)


def end_sessions_of(world: World) -> None:
    _as_ada(world, actions.end_sessions_of, person_id=world.dana.id)


def give_role(world: World) -> None:
    _as_ada(world, actions.give_role, person_id=world.dana.id, role=Role.SUPERVISOR)


def end_role(world: World) -> None:
    _as_ada(world, actions.end_role, person_id=world.dana.id, role=Role.COUNSELLOR)


def supervise(world: World) -> None:
    vera, sam = world.vera.id, world.sam.id
    _as_ada(world, actions.supervise, supervisor_id=vera, supervisee_id=sam)


def end_supervision(world: World) -> None:
    row = queries.supervisions_of(world.dana.id)[0].id
    _as_ada(world, actions.end_supervision, supervision_id=row)


def deactivate(world: World) -> None:
    _as_ada(world, actions.deactivate, person_id=world.dana.id)


def reactivate(world: World) -> None:
    Account.objects.filter(pk=world.dana.id).update(is_active=False)
    _as_ada(world, actions.reactivate, person_id=world.dana.id)


def ask_reset(world: World) -> None:
    _as_ada(world, actions.ask_reset, person_id=world.dana.id)


def confirm_reset(world: World) -> None:
    priya = fresh(world.priya)
    with as_actor(priya):
        reset = actions.ask_reset(actor=priya, person_id=world.dana.id)
    _as_ada(world, actions.confirm_reset, reset_id=reset)


def describe_practice(world: World) -> None:
    practice = domain.Practice("Linden", phone="+49 30 901820", crisis_line="112")
    _as_ada(world, actions.describe_practice, practice=practice)


def ask_alias(world: World) -> None:
    _as_ada(world, actions.ask_alias, person_id=world.dana.id, reason="Threatened.")


def agree_alias(world: World) -> None:
    ask_alias(world)
    priya = fresh(world.priya)
    with as_actor(priya):
        actions.agree_alias(actor=priya, person_id=world.dana.id)


def end_alias(world: World) -> None:
    ask_alias(world)
    _as_ada(world, actions.end_alias, person_id=world.dana.id)


def read_alias(world: World) -> None:
    ask_alias(world)
    _as_ada(world, actions.read_alias, person_id=world.dana.id)


def write_to_colleagues(world: World) -> None:
    with as_actor(SERVICE):
        actions.write_to_colleagues(actor=SERVICE, people=[world.vera.id], letter="emergency")


def alert_privacy_officers(world: World) -> None:
    with as_actor(SERVICE):
        actions.alert_privacy_officers(actor=SERVICE, code="seal-broken")


def _as_ada(world: World, act: Callable[..., Any], **said: Any) -> None:
    ada = fresh(world.ada)
    with as_actor(ada):
        act(actor=ada, **said)


# the event that the last transaction of each act leaves, among whatever came before
EVENTS: Final[dict[str, tuple[str, ...]]] = {
    "give_password": ("accounts.password.right",),
    "give_code": ("accounts.sign-in",),
    "give_recovery_code": ("accounts.recovery.used", "accounts.sign-in"),
    "begin_enrolment": ("accounts.factor.shown",),
    "confirm_enrolment": ("accounts.factor.enrolled", "accounts.sign-in"),
    "begin_new_device": ("accounts.factor.shown",),
    "confirm_new_device": ("accounts.factor.enrolled",),
    "make_codes": ("accounts.codes.made",),
    "step_up": ("accounts.step-up",),
    "fall_asleep": ("accounts.asleep",),
    "park": ("accounts.parked",),
    "wake": ("accounts.woken",),
    "choose_shortcuts": ("accounts.settings.changed",),
    "keep_home": ("accounts.settings.changed",),
    "sign_out": ("accounts.sign-out",),
    "end_session": ("accounts.session.ended",),
    "end_sessions_of": ("accounts.session.ended",),
    "change_password": ("accounts.password.changed",),
    "create_first_administrator": ("accounts.staff.invited",),
    "create_staff": ("accounts.staff.invited",),
    "create_client_account": ("accounts.client.invited",),
    "invite_client_again": ("accounts.invitation.sent",),
    "invite_again": ("accounts.invitation.sent",),
    "accept_invitation": ("accounts.invitation.used",),
    "give_role": ("accounts.role.given",),
    "end_role": ("accounts.role.ended",),
    "supervise": ("accounts.supervision.arranged",),
    "end_supervision": ("accounts.supervision.ended",),
    "deactivate": ("accounts.deactivated",),
    "reactivate": ("accounts.reactivated",),
    "ask_reset": ("accounts.reset.asked",),
    "confirm_reset": ("accounts.reset.done",),
    "ask_alias": ("accounts.alias.asked",),
    "agree_alias": ("accounts.alias.agreed",),
    "end_alias": ("accounts.alias.ended",),
    "read_alias": ("accounts.alias.read",),
    "describe_practice": ("accounts.practice.described",),
    "alert_privacy_officers": ("accounts.alerted",),
    "write_to_colleagues": ("accounts.told",),
    **acts_portal.EVENTS,
}
ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"counselling.accounts.actions.{name}": globals().get(name) or getattr(acts_portal, name)
    for name in EVENTS
}
# reads that show nothing but yes or no, and what runs before there is an actor
SILENT: Final = ("are_codes_of", "hold_limits")
