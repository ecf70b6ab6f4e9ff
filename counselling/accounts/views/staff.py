"""The pages of the staff: who works here, with which roles, supervised by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from counselling import db
from counselling.access import Permission, Role, actor_of, require, require_step_up
from counselling.accounts import actions, forms, queries
from counselling.accounts.domain import ROLE_NAMES
from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, QueryDict

    from counselling.access import Actor
    from counselling.accounts.domain import Arrangement, Person

    Act = Callable[[Actor, UUID, str], str]
    Dated = Callable[[Actor, UUID, str, forms.DatesForm], str]


A_PAGE: Final = 50


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """List who works here, and what waits for a second person."""
    actor = actor_of(request)
    require(actor, Permission.RESET_FACTOR)
    people = queries.staff()
    typed = request.GET.get("name", "").strip()[:80]
    named = [one for one in people if one.is_active and typed.casefold() in one.name.casefold()]
    page = Paginator(named, A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "people": page.object_list,
        "typed": typed,
        "filters": len(people) > A_PAGE,
        "earlier": _page(page.number - 1, typed) if page.has_previous() else "",
        "further": _page(page.number + 1, typed) if page.has_next() else "",
        "closed": [one for one in people if not one.is_active],
        "alone": {one.id for one in queries.trainees_alone()},
        "resets": queries.resets(),
        "may_invite": actor.may(Permission.MANAGE_STAFF),
    }
    return render(request, "accounts/staff.html", shown)


def _page(number: int, typed: str) -> str:
    return f"?{urlencode({'name': typed, 'page': number} if typed else {'page': number})}"


@require_http_methods(["GET", "HEAD", "POST"])
def staff_new(request: HttpRequest) -> HttpResponse:
    """Invite a colleague."""
    actor = actor_of(request)
    require(actor, Permission.MANAGE_STAFF)
    require_step_up(actor, db.now())
    form = forms.StaffForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        roles = [Role(role) for role in said.pop("roles")]
        try:
            person_id = actions.create_staff(actor=actor, roles=roles, **said)
        except Invalid as no:
            form.add_error(no.field, no.message)
        else:
            messages.success(request, f"An invitation is on its way to {said['name']}.")
            return redirect("accounts:person", person_id)
    return render(request, "accounts/staff_new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show one colleague, and do one thing about their account."""
    actor = actor_of(request)
    require(actor, Permission.RESET_FACTOR)
    if request.method == "POST":
        return _act(request, actor, person_id)
    return _shown(request, actor, person_id)


def _shown(
    request: HttpRequest,
    actor: Actor,
    person_id: UUID,
    *,
    typed: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the page; days that were typed wrong are shown again with what is wrong."""
    found = queries.person(person_id)
    arranged = queries.supervisions_of(person_id)
    supervisors = _free_to_supervise(actor, person_id, arranged)
    shown = {
        "who": found,
        "roles": [(ROLE_NAMES[role], role.value) for role in Role if role in found.roles],
        **_supervision(found, arranged),
        "role_form": forms.RoleForm(without=frozenset(role.value for role in found.roles)),
        "supervisor_form": forms.SupervisorForm(typed, supervisors=supervisors),
        "has_supervisors": bool(supervisors),
        "enrolled": queries.is_enrolled(person_id),
        "resets": [one for one in queries.resets() if one.person.id == person_id],
        "is_self": actor.id == person_id,
        "may_manage": actor.may(Permission.MANAGE_STAFF),
    }
    return render(request, "accounts/person.html", shown, status=status)


def _free_to_supervise(actor: Actor, person_id: UUID, arranged: list[Arrangement]) -> list[Person]:
    """Give who may be chosen: nobody who supervises them already without an end."""
    open_ended = {
        one.supervisor.id
        for one in arranged
        if one.supervisee.id == person_id and one.until is None
    }
    return [
        one
        for one in queries.staff()
        if one.is_active
        and Role.SUPERVISOR in one.roles
        and one.id not in {actor.id, person_id} | open_ended
    ]


def _supervision(who: Person, arranged: list[Arrangement]) -> dict[str, object]:
    """Give what was arranged, and whether a trainee stands without anybody."""
    trainee = who.is_active and Role.TRAINEE in who.roles
    return {
        "arrangements": [one for one in arranged if not one.has_ended],
        "ended": [one for one in arranged if one.has_ended],
        "alone": trainee and not queries.supervisors_of(who.id),
    }


def _act(request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponse:
    named, of = request.POST.get("act", ""), request.POST.get("of", "")
    act, dated = _ACTS.get(named), _DATED.get(named)
    try:
        if dated is not None:
            done = dated(actor, person_id, of, forms.DatesForm(request.POST))
        elif act is not None:
            done = act(actor, person_id, of)
        else:
            raise Http404
        messages.success(request, done)
    except Invalid as no:
        messages.error(request, no.message)
        if dated is not None:
            typed = request.POST.copy() if named == "supervise" else None
            if typed is not None:
                typed["supervisor"] = of
            return _shown(request, actor, person_id, typed=typed, status=422)
    return redirect("accounts:person", person_id)


@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, reset_id: UUID) -> HttpResponse:
    """Have a second person confirm that a factor is taken away."""
    actor = actor_of(request)
    require(actor, Permission.RESET_FACTOR)
    if request.method == "POST":
        actions.confirm_reset(actor=actor, reset_id=reset_id)
        messages.success(request, "The second factor is taken away, and its owner was written to.")
        return redirect("accounts:staff")
    require_step_up(actor, db.now())
    waiting = next((one for one in queries.resets() if one.id == reset_id), None)
    if waiting is None:
        raise Http404
    shown = {"reset": waiting, "back": reverse("accounts:staff")}
    return render(request, "accounts/reset.html", shown)


# -- what the buttons on a person's page do ----------------------------------------------------


def _role(said: str) -> Role:
    if said not in set(Role):
        raise Invalid("Please choose a role.")
    return Role(said)


def _id(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Invalid("Please choose one of the list.") from None


def _give_role(actor: Actor, person_id: UUID, of: str) -> str:
    actions.give_role(actor=actor, person_id=person_id, role=_role(of))
    return "The role is given, from now on."


def _end_role(actor: Actor, person_id: UUID, of: str) -> str:
    actions.end_role(actor=actor, person_id=person_id, role=_role(of))
    return "The role has ended, also where they are signed in now."


def _supervise(actor: Actor, person_id: UUID, of: str, days: forms.DatesForm) -> str:
    actions.supervise(actor=actor, supervisor_id=_id(of), supervisee_id=person_id, **days.said())
    return "The supervision is arranged."


def _end_supervision(actor: Actor, person_id: UUID, of: str, days: forms.DatesForm) -> str:
    until = days.said()["until"]
    actions.end_supervision(actor=actor, supervision_id=_id(of), until=until)
    return "The supervision ends with that day." if until else "The supervision has ended."


def _invite(actor: Actor, person_id: UUID, of: str) -> str:
    actions.invite_again(actor=actor, person_id=person_id)
    return "A new link is on its way; it is good for an hour."


def _end_sessions(actor: Actor, person_id: UUID, of: str) -> str:
    actions.end_sessions_of(actor=actor, person_id=person_id)
    return "They are signed out everywhere."


def _close(actor: Actor, person_id: UUID, of: str) -> str:
    actions.deactivate(actor=actor, person_id=person_id)
    return "The account is closed, and they are signed out everywhere."


def _open(actor: Actor, person_id: UUID, of: str) -> str:
    actions.reactivate(actor=actor, person_id=person_id)
    return "The account is open again, with the roles it had."


def _reset(actor: Actor, person_id: UUID, of: str) -> str:
    actions.ask_reset(actor=actor, person_id=person_id)
    return "The reset waits for a second person now. The owner was written to."


_ACTS: Final[dict[str, Act]] = {
    "give-role": _give_role,
    "end-role": _end_role,
    "invite": _invite,
    "end-sessions": _end_sessions,
    "close": _close,
    "open": _open,
    "reset": _reset,
}
_DATED: Final[dict[str, Dated]] = {
    "supervise": _supervise,
    "end-supervision": _end_supervision,
}
