"""Let disclosures go on after the log was found not to be whole: two people agree, never one."""

from __future__ import annotations

import datetime
from typing import Final

from django.db import IntegrityError, connection, transaction

import audit.actions
from audit.domain import LOG_THAWED, THAW_AGREED, THAW_REASONS
from audit.queries.outside import frozen, is_frozen
from counselling import db
from counselling.access import Actor, Permission, require, require_step_up
from counselling.errors import Invalid, Refused, Stale

# so long somebody who is alone here waits: time enough to be stopped by whoever hears of it
WAIT: Final = datetime.timedelta(hours=72)
_ANOTHER: Final = "SELECT consent_another_lifter(%s)"
_AMONG: Final = "SELECT %s IN (SELECT consent_lifters())"
_AGREE: Final = """
INSERT INTO audit_thaw (id, freeze_id, "by", why, alone) VALUES (%s, %s, %s, %s, %s)
"""


def let_go_on(*, actor: Actor, why: str) -> bool:
    """Agree that disclosures go on; say whether they do now, or a second person is waited for.

    Who is the only one that could agree waits 72 hours and then does it alone, which the event
    says. Raises Stale where nothing is stopped or one has agreed already.
    """
    require(actor, Permission.LIFT_FREEZE)
    require_step_up(actor, db.now())
    if why not in THAW_REASONS:
        raise Invalid("Say what was found out.", "why")
    stopped = frozen()
    if stopped is None:
        raise Stale
    if not _asked(_AMONG, actor):
        raise Refused(
            "came-later",
            "Two who could agree when sharing was stopped decide. You have this role since then.",
        )
    alone = not _asked(_ANOTHER, actor)
    if alone and db.now() - stopped.at < WAIT:
        raise Refused("second-needed", "Nobody else here could agree: after three days you may.")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_AGREE, [db.uuid7(), stopped.id, actor.id, why, alone])
    except IntegrityError:
        raise Stale from None
    about = ("audit_freeze", stopped.id)
    audit.actions.record(
        actor=actor, kind=THAW_AGREED, about=about, reason=why, detail={"alone": alone}
    )
    if is_frozen():
        return False
    audit.actions.record(
        actor=actor, kind=LOG_THAWED, about=about, reason="by-one" if alone else "by-two"
    )
    return True


def _asked(question: str, actor: Actor) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [actor.id])
        found: bool = cursor.fetchone()[0]
    return found
