"""What people do in these stories, one function for each step."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any, Final

from consent import actions, queries
from consent.domain.answers import enforced_sha256
from consent.domain.documents import Pack, RecipientShown, Section, text_sha256
from consent.forms import today
from counselling.access import ANONYMOUS, Actor, link_actor
from counselling.db import as_actor, uuid7

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from tests.world import World

AGREEMENT: Final = "counselling-agreement"
SHARING: Final = "share-with-named-recipient"
RECORDING: Final = "recording"
OBSERVER: Final = "trainee-observer"
EVA: Final = RecipientShown("Dr Evangelia Lindqvarn", "GP", "Lind Surgery", "Am Markt 2, Berlin")
SECTION: Final = Section(
    "Session of Tuesday 3 November 2026",
    "In the room, 50 minutes. Written by Dana Roth.",
    "She slept through most nights this week and walked to the lake again.",
)
PACK: Final = Pack("Notes for Dr Lindqvarn", EVA.name, (SECTION,))
YES: Final = {"share-notes": True, "share-summary": False}


@dataclasses.dataclass(frozen=True)
class Shared:
    """A permission to share notes, signed, and whom it is about."""

    request: UUID
    consent: UUID
    recipient: UUID


def form(slug: str, language: str = "en") -> UUID:
    from consent.models import FormVersion

    found = FormVersion.objects.filter(form__slug=slug, language=language).order_by("-number")
    return found.values_list("pk", flat=True)[0]


def asking(**changes: Any) -> actions.Asking:
    given: dict[str, Any] = {
        "new_recipient": EVA,
        "purpose": "medication",
        "until": today() + datetime.timedelta(days=200),
    }
    return actions.Asking(**(given | changes))


def ask(world: World, slug: str = SHARING, client: UUID | None = None, **changes: Any) -> UUID:
    """Dana prepares a form for Mara."""
    with as_actor(world.dana):
        return actions.ask(
            actor=world.dana,
            client_id=client or world.mara,
            version_id=form(slug),
            case_id=world.mara_case if client in {None, world.mara} else None,
            asking=asking(**changes) if slug == SHARING else actions.Asking(),
        )


def send(world: World, request: UUID, by: Actor | None = None) -> actions.Sent:
    actor = by or world.dana
    with as_actor(actor):
        return actions.send_request(actor=actor, request_id=request)


def token_of(sent: actions.Sent) -> str:
    return sent.path.rsplit("/", 1)[-1]


def open_by_link(sent: actions.Sent, client: UUID) -> Actor:
    """Somebody opens the link with its PIN and becomes its actor."""
    with as_actor(ANONYMOUS):
        opened = actions.open_link(actor=ANONYMOUS, token=token_of(sent), pin=sent.pin)
    assert isinstance(opened, actions.Opened), opened
    return link_actor(opened.link, client)


def ready_to_read(world: World, slug: str = SHARING, **changes: Any) -> tuple[UUID, Actor]:
    """A form is sent and opened by link."""
    request = ask(world, slug, **changes)
    return request, open_by_link(send(world, request), world.mara)


def read_through(request: UUID, actor: Actor, answers: Mapping[str, bool]) -> str:
    """Accept signing online, answer, reach the end of the text; give what page 3 shows."""
    with as_actor(actor):
        actions.accept_online(
            actor=actor, request_id=request, explained_sha256=text_sha256("explained")
        )
    with as_actor(actor):
        actions.save_answers(actor=actor, request_id=request, answers=answers)
    with as_actor(actor):
        read = actions.read_form(actor=actor, request_id=request, page="whole text")
    with as_actor(actor):
        actions.finish_reading(actor=actor, request_id=request, shown_sha256=read.shown_sha256)
    return enforced_sha256(read.filled, answers)


def sign(
    request: UUID,
    actor: Actor,
    shown: str,
    name: str = "Maraquilla Kettlebourne",
    drawing: str = "",
) -> UUID:
    with as_actor(actor):
        return actions.sign(
            actor=actor, request_id=request, name=name, enforced_shown=shown,
            agent="Browser/1", sure=name, drawing=drawing,
        )  # fmt: skip


def signed(
    world: World,
    slug: str = SHARING,
    answers: Mapping[str, bool] | None = None,
    **changes: Any,
) -> UUID:
    """Mara signs a form by link; give the request."""
    request, actor = ready_to_read(world, slug, **changes)
    said = answers or (YES if slug == SHARING else {"begin": True, "emergency-contact": False})
    sign(request, actor, read_through(request, actor, said))
    return request


def shared_permission(world: World, **changes: Any) -> Shared:
    """Mara allows notes to go to her GP."""
    request = signed(world, **changes)
    with as_actor(world.dana):
        (row,) = queries.live_consents(world.mara, sharing=True)
    assert row.recipient is not None
    return Shared(request, row.id, row.recipient)


def disclose(world: World, shared: Shared, **changes: Any) -> UUID:
    """Dana hands one note over."""
    given: dict[str, Any] = {
        "actor": world.dana,
        "client_id": world.mara,
        "case_id": world.mara_case,
        "consent_id": shared.consent,
        "pack": PACK,
        "note_ids": [uuid7()],
        "categories": ["session_notes"],
    }
    with as_actor(world.dana):
        return actions.disclose(**(given | changes))


def stop(world: World, consent: UUID) -> None:
    """Mara stops a permission in her space."""
    with as_actor(world.mara_portal):
        actions.withdraw(actor=world.mara_portal, consent_id=consent)


def kinds(root: Any) -> list[str]:
    """Every event so far, by kind, in order."""
    rows = root.execute("SELECT payload::jsonb ->> 'kind' FROM audit_event ORDER BY recorded, id")
    return [row[0] for row in rows]


def last_act(root: Any) -> list[str]:
    """The kinds of the newest act's events; within one act their order is not told."""
    rows = root.execute(
        "SELECT payload::jsonb ->> 'kind' FROM audit_event "
        "WHERE recorded = (SELECT max(recorded) FROM audit_event)"
    )
    return sorted(row[0] for row in rows)
