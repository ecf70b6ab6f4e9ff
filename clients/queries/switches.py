"""Whether a client's word allows an activity now: an app above this one knows, and is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings

from clients.domain.messages import TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    # (client, activity) to whether it is allowed at this instant
    Switch = Callable[[UUID, str], bool]

_switches: Final[list[Switch]] = []


def register_switch(switch: Switch) -> None:
    """Have somebody asked before what needs a client's word happens."""
    _switches[:] = [switch]


def is_on(client_id: UUID, activity: str) -> bool:
    """Say whether it is allowed; where nobody knows, it is not."""
    return any(switch(client_id, activity) for switch in _switches)


def texts_may_go(client_id: UUID) -> bool:
    """Say whether text messages can be sent from here and this client agreed to them."""
    return bool(settings.TEXT_GATEWAY) and is_on(client_id, TEXTS)
