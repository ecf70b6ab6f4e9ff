"""trail."""
from django.http import HttpRequest, HttpResponse


def trail(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse()
