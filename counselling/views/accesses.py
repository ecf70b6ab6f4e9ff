"""accesses."""
from django.http import HttpRequest, HttpResponse


def accesses(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse()
