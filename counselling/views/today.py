"""today."""
from django.http import HttpRequest, HttpResponse


def today(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse()
