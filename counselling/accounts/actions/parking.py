"""Parking a sitting: the device goes into a client's hands, and its browser opens one form only.

The sitting sleeps as any does that is left alone, and one factor of its owner wakes it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

import audit.actions
from counselling.access import Permission, require
from counselling.accounts import domain, queries
from counselling.accounts.actions.sleeping import TABLE
from counselling.accounts.models import SignedInSession
from counselling.errors import Stale

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from counselling.access import Actor


def park(*, actor: Actor, request: HttpRequest, row: UUID) -> None:
    """Let the sitting sleep while the device is handed over for one form.

    The browser's session gets a new id, so that no page kept from before is shown again.
    """
    require(actor, Permission.MANAGE_OWN_ACCOUNT)
    sitting = queries.sitting_of(request)
    if sitting is None:
        raise Stale
    awake = SignedInSession.objects.filter(pk=sitting.pk, ended_at=None, asleep_at=None)
    at = queries.clock()
    if awake.update(asleep_at=at, step_up_at=None, parked_for=row) != 1:
        raise Stale
    audit.actions.record(actor=actor, kind=domain.PARKED, about=(TABLE, sitting.id), rows=[row])
    sitting.asleep_at, sitting.parked_for = at, row
    request.session.cycle_key()
    request.user = AnonymousUser()
