"""A form that is sent twice is done once: a double click, a second Enter, a page loaded again.

A page's form carries a token that no other page shares, so the same fields with the same token in
the same sitting are the same click. The second one waits for the first and is led to what it made.
"""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db import connection
from django.http import HttpResponseRedirect

from counselling import vault
from counselling.accounts import queries
from counselling.accounts.models import Posted

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = TypeVar("View", bound=Callable[..., HttpResponse])

_PURPOSE: Final = "posted"
_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105 the name of a field
_KEPT: Final = datetime.timedelta(hours=24)


def once(view: View) -> View:
    """Do what a form asks once; where it was done already, lead to what it made.

    What answers with a page, since it shows a secret this once, says by `made_at` where the thing
    is that it made.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not request.POST.get(_TOKEN):
            return view(request, *args, **kwargs)
        key = _key(request)
        _alone(key)
        if (made := Posted.objects.filter(pk=key).first()) is not None:
            return HttpResponseRedirect(made.led_to)
        response = view(request, *args, **kwargs)
        if led_to := getattr(response, "made_at", response.headers.get("Location", "")):
            _keep(key, led_to)
        return response

    return guarded  # type: ignore[return-value]  # wrapped, with the same arguments


def _key(request: HttpRequest) -> str:
    sent = sorted((name, tuple(values)) for name, values in request.POST.lists())
    said = f"{request.session.session_key}|{request.get_full_path()}|{sent!r}"
    return vault.keyed_index(_PURPOSE, said)


def _alone(key: str) -> None:
    """Wait for the first click; this lock is the first of its transaction, so nobody deadlocks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [key])


def _keep(key: str, led_to: str) -> None:
    at = queries.clock()
    Posted.objects.create(key=key, at=at, led_to=led_to)
    old = Posted.objects.select_for_update(skip_locked=True).filter(at__lt=at - _KEPT)
    Posted.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:100])).delete()
