"""By which of the two host names somebody came in, however they spelt it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http.request import split_domain_port

if TYPE_CHECKING:
    from django.http import HttpRequest


def is_clients_host(request: HttpRequest) -> bool:
    """Say whether somebody came in by the clients' own host name.

    Names of hosts have no capitals and may end in a dot; a port counts where one is set.
    """
    if not settings.PORTAL_HOST:
        return False
    own, own_port = split_domain_port(settings.PORTAL_HOST)
    asked, port = split_domain_port(request.get_host())
    return asked == own and own_port in {"", port}
