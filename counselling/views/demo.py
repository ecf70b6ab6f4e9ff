"""demo."""

from django.http import HttpRequest, HttpResponse


def people(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse()


def outbox(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse()
