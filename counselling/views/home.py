"""home."""
from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse()


def quick_exit(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse()
