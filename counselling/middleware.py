"""What surrounds every request: its id, the limits of a sitting, and the actor's transaction."""

from __future__ import annotations

import codecs
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

import audit.actions
import clients.queries
import consent.queries
from counselling import access, errors, languages, vault
from counselling.accounts import actions as account_actions
from counselling.accounts import queries as account_queries
from counselling.db import as_actor, uuid7
from counselling.views import errors as error_pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    Answer = Callable[[HttpRequest], HttpResponseBase]

log = logging.getLogger("counselling.web")


def request_id(get_response: Answer) -> Answer:
    """Give each request an id, log its route (never its address), keep pages out of caches."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.id = str(uuid7())  # type: ignore[attr-defined]  # our own attribute
        began = time.monotonic()
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        _log(request, response.status_code, began)
        return response

    return middleware


def _log(request: HttpRequest, status: int, began: float) -> None:
    match = request.resolver_match
    if match is None or match.view_name in {"healthz", "readyz"}:
        return
    facts = {
        "request_id": request.id,  # type: ignore[attr-defined]  # set above
        "route": match.view_name,
        "status": status,
        "ms": round((time.monotonic() - began) * 1000),
    }
    log.info("request", extra=facts)


def plain_text(get_response: Answer) -> Answer:
    """Refuse what is not written in UTF-8: in another code, half a letter would pass for text."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            raise BadRequest
        return get_response(request)

    return middleware


class WhoMiddleware(AuthenticationMiddleware):
    """Put on the request who is signed in, found with the sitting in one question."""

    def process_request(self, request: HttpRequest) -> None:
        """Ask when somebody asks."""
        request.user = SimpleLazyObject(lambda: account_queries.user_of(request))  # type: ignore[assignment]  # lazily one


def session_limits(get_response: Answer) -> Answer:
    """End a sitting that idled too long, lasted too long or was ended elsewhere."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        account_actions.hold_limits(request)
        return get_response(request)

    return middleware


def page_language(get_response: Answer) -> Answer:
    """Speak the language of who asks, on the page and on what is said instead of it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        of_staff = getattr(request.user, "kind", "") == access.ActorKind.STAFF
        with languages.speaking(languages.ENGLISH if of_staff else languages.of(request)):
            return get_response(request)

    return middleware


class DeviceMiddleware(MiddlewareMixin):
    """Open nothing on a device in a client's hands but the one form it was handed over for."""

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Stand before the sign-in: nobody may sign in on it either."""
        parked = account_queries.parked_for(request)
        if parked is None or _route(request) in _ON_DEVICE:
            return None
        if getattr(view, "link_view", False) and kwargs.get("request_id") == parked:
            return None
        audit.actions.record_refusal(
            actor=account_queries.actor_for(request), code="handed-over", path_name=_route(request)
        )
        return error_pages.handed_over(request)


# giving it back, and the one factor with which who works here comes back
_ON_DEVICE: Final = frozenset({"consent:device", "accounts:wake", "language"})


class ActorMiddleware:
    """Run each view in the one transaction of its actor; tell and record what was refused.

    It is the last middleware, so an exception rolls the act back before it becomes a page.
    """

    def __init__(self, get_response: Answer) -> None:
        """Keep the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; the work is in process_view."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Act as the actor, and answer refusals with their page."""
        if getattr(view, "no_actor", False):
            return None
        actor = _actor(request, view)
        request.actor = actor  # type: ignore[attr-defined]  # our own attribute
        try:
            with as_actor(actor):
                _speak_as_their_client_row_says(request, actor)
                response = view(request, *args, **kwargs)
        except (errors.CounsellingError, Http404) as ended:
            return _told(request, actor, ended)
        if isinstance(response, HttpResponseNotAllowed):
            return error_pages.not_allowed(request, response)
        return response


def _speak_as_their_client_row_says(request: HttpRequest, actor: access.Actor) -> None:
    """Learn once a sitting, from their row, in which language somebody reads."""
    if actor.kind in _READERS and not languages.is_kept(request):
        language = clients.queries.language_of(actor)
        if language in languages.known():
            languages.keep(request, language)
            languages.speak(language)


_READERS: Final = frozenset({access.ActorKind.CLIENT, access.ActorKind.LINK})


def _told(request: HttpRequest, actor: access.Actor, ended: Exception) -> HttpResponse:
    """Answer an act that ended without being done; it has been rolled back by now."""
    if isinstance(ended, errors.StepUpNeeded):
        return _step_up(request)
    if isinstance(ended, errors.SecondSecretNeeded):
        return _second_secret(request)
    if isinstance(ended, errors.Refused):
        return _refused(request, actor, ended)
    if isinstance(ended, errors.NotThere):
        return _not_there(request, actor, ended)
    if isinstance(ended, vault.SealBroken):
        return _seal_broken(request, actor, ended)
    page = next((page for kind, page in _PAGES if isinstance(ended, kind)), None)
    if page is None:
        raise ended
    return page(request)


_PAGES: Final = (
    (errors.Stale, error_pages.stale),
    (errors.Invalid, error_pages.bad_request),
    (Http404, error_pages.not_found),
)


def _actor(request: HttpRequest, view: Callable[..., HttpResponse]) -> access.Actor:
    actor = account_queries.actor_for(request)
    if getattr(view, "link_view", False) and actor.kind is access.ActorKind.ANONYMOUS:
        return consent.queries.link_actor_for(request) or actor
    if getattr(view, "recipient_view", False) and actor.kind is access.ActorKind.ANONYMOUS:
        return consent.queries.recipient_actor_for(request) or _of_no_share(request, actor)
    return actor


def _of_no_share(request: HttpRequest, actor: access.Actor) -> access.Actor:
    """Record who reads one share and asks for another's page; they are told what nobody is."""
    reader = consent.queries.delivery.reader_of_another(request)
    match = request.resolver_match
    if reader is not None and match is not None:
        _looked(request, reader, "consent_share_link", match.kwargs["link_id"])
    return actor


def _step_up(request: HttpRequest) -> HttpResponse:
    """Ask for a factor; a form that was posted is shown again afterwards."""
    query = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('accounts:step-up')}?{query}")


def _second_secret(request: HttpRequest) -> HttpResponse:
    """Ask for what makes a sitting of one secret one of two, and go on there afterwards."""
    return HttpResponseRedirect(f"{reverse('accounts:second')}?{urlencode({'next': request.path})}")


def _refused(request: HttpRequest, actor: access.Actor, refused: errors.Refused) -> HttpResponse:
    audit.actions.record_refusal(
        actor=actor,
        code=refused.code,
        path_name=_route(request),
        client=refused.client,
        case=refused.case,
    )
    if isinstance(refused, errors.TooOften):
        return error_pages.too_often(request, refused.wait)
    # what a role allows is for who has one; others are told what the page says by itself
    of_a_role = refused.code == "not-permitted" and actor.kind is not access.ActorKind.STAFF
    return error_pages.forbidden(request, "" if of_a_role else refused.message)


def _seal_broken(
    request: HttpRequest, actor: access.Actor, broken: vault.SealBroken
) -> HttpResponse:
    """Show nothing of a value that is not what was sealed; record it and tell a person (EN-03)."""
    place = broken.place
    audit.actions.record_refusal(
        actor=actor,
        code="seal-broken",
        path_name=_route(request),
        what=place.table if place else "",
        row=place.row if place else None,
    )
    with as_actor(access.SERVICE):
        account_actions.alert_privacy_officers(actor=access.SERVICE, code="seal-broken")
    return error_pages.not_whole(request)


def _not_there(request: HttpRequest, actor: access.Actor, missing: errors.NotThere) -> HttpResponse:
    """Answer hidden and none alike, in words and in time; a look at either is recorded."""
    if missing.row is not None:
        _looked(request, actor, missing.what, missing.row)
    return error_pages.not_found(request)


def _looked(request: HttpRequest, actor: access.Actor, what: str, row: UUID) -> None:
    """Record a look at what is hidden or none."""
    with as_actor(actor):
        hidden = clients.queries.row_exists(what, row)
    audit.actions.record_refusal(
        actor=actor,
        code="not-available" if hidden else "not-there",
        path_name=_route(request),
        row=row,
    )


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""
