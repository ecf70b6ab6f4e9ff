"""What is done with a recipient's link in these stories, one function for each step."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, Final

from consent import actions
from consent.actions.addresses import add_address, verify_address
from consent.domain.recipients import AddressKind, Verified
from counselling.access import ANONYMOUS, Actor, recipient_actor
from counselling.db import as_actor
from tests.consent import steps

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

EMAIL: Final = "front.desk@lind-surgery.example"
PHONE: Final = "+49 30 5550199"


@dataclasses.dataclass(frozen=True)
class Sent:
    """Something that was let go, to be read through a link."""

    shared: steps.Shared
    disclosure: UUID
    address: UUID
    secret: actions.Secret


def address(world: World, recipient: UUID, kind: AddressKind, value: str) -> UUID:
    """Dana writes an address down and makes sure of it."""
    with as_actor(world.dana):
        made = add_address(actor=world.dana, recipient_id=recipient, kind=kind, value=value)
    with as_actor(world.dana):
        return verify_address(actor=world.dana, address_id=made, how=Verified.CALLED_BACK)


def let_go(world: World, shared: steps.Shared) -> tuple[UUID, UUID]:
    """Dana lets a note go through a link; give the disclosure and the address."""
    to = address(world, shared.recipient, AddressKind.EMAIL, EMAIL)
    made = steps.disclose(world, shared, channel="link", address_id=to)
    return made, to


def delivered(world: World, **changes: Any) -> Sent:
    """Mara allowed it, Dana sent it."""
    shared = steps.shared_permission(world)
    disclosure, to = let_go(world, shared)
    with as_actor(world.dana):
        secret = actions.deliver(
            actor=world.dana, disclosure_id=disclosure, address_id=to, **changes
        )
    return Sent(shared, disclosure, to, secret)


def token_in(body: str) -> str:
    """Find the token in a letter."""
    found = re.search(r"/d/([\w-]{43})\b", body)
    assert found is not None, body
    return found[1]


def opened(token: str, secret: str) -> Any:
    """Somebody tries a word at a link."""
    with as_actor(ANONYMOUS):
        return actions.open_share(actor=ANONYMOUS, token=token, secret=secret)


def reader(token: str, sent: Sent, client: UUID) -> Actor:
    """Open the link with its secret, and become who reads."""
    let = opened(token, sent.secret.secret)
    assert isinstance(let, actions.Let), let
    return recipient_actor(let.sitting, client)


def read(actor: Actor, sent: Sent) -> actions.Shown:
    """Read what was shared."""
    with as_actor(actor):
        return actions.read_shared(actor=actor, link_id=sent.secret.link)
