"""space."""
from django.http import HttpRequest, HttpResponse


def space(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse()
