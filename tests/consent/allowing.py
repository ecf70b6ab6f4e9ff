"""A client allows an activity in their own space, in one step of a story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from consent import actions, queries
from counselling.db import as_actor
from records import actions as records
from tests.consent import steps
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

FORMS: Final = {
    "recording": "recording",
    "trainee_observer": "trainee-observer",
    "email": "messages",
    "text_messages": "messages",
    "reminders": "messages",
    "research": "research",
}


def allow(
    world: World,
    client: UUID,
    portal: Actor,
    form: str,
    answers: Mapping[str, bool],
    **asked: object,
) -> UUID:
    """Ask for a form, and have it signed with these answers; gives the request."""
    with as_actor(world.dana):
        request = actions.ask(
            actor=world.dana, client_id=client, version_id=steps.form(form),
            asking=steps.asking(**asked) if form == steps.SHARING else actions.Asking(),
        )  # fmt: skip
        actions.send_request(actor=world.dana, request_id=request)
    with as_actor(portal):
        actions.open_request(actor=portal, request_id=request)
    steps.sign(request, portal, steps.read_through(request, portal, answers))
    return request


def switched_on(world: World, client: UUID, portal: Actor, activity: str) -> UUID:
    """Sign the form of an activity with Yes; gives the consent."""
    code = activity.replace("_", "-")
    allow(world, client, portal, FORMS[activity], {code: True})
    with as_actor(world.dana):
        found = queries.live_consents(client)
    return next(one.id for one in found if one.activity == activity)


def ends_soon(consent: UUID) -> None:
    """Let a permission be three hundred days old and end in ten."""
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute(
            "UPDATE consent_consent SET since = now() - interval '300 days', "
            "until = now() + interval '10 days' WHERE id = %s",
            [consent],
        )


def allowed_and_ending(world: World, session: UUID) -> UUID:
    """Have Mara allow recording, e-mail and research, record her, and give what ends soon."""
    switched_on(world, world.mara, world.mara_portal, "recording")
    switched_on(world, world.mara, world.mara_portal, "research")
    ends = switched_on(world, world.mara, world.mara_portal, "email")
    with as_actor(world.dana):
        records.begin_recording(actor=world.dana, session_id=session)
    ends_soon(ends)
    return ends
