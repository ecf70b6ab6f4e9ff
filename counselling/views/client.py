"""client."""
from django.http import HttpRequest, HttpResponse


def client(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse()
