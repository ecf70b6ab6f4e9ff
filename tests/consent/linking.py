"""What went through a link, and the link to it, in raw SQL; some of it not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.consent.gating import APP, MACHINE, Ground, become, insert, nobody, past_rules

if TYPE_CHECKING:
    from uuid import UUID

    from tests.consent.steps import Shared
    from tests.world import World


def went(world: World, shared: Shared, root: Any, channel: str = "link") -> Ground:
    """Something of Mara's went to who may have it."""
    ground = Ground(root=root, world=world, shared=shared, changes={"channel": channel})
    ground.disclose()
    return ground


def link(ground: Ground, role: str = APP, actor: UUID | None = None, **given: object) -> UUID:
    """Dana makes a link to it, as a form would; or something about it is otherwise."""
    row: dict[str, object] = {
        "client_id": ground.world.mara, "disclosure_id": ground.made, "told_by": "in_person",
        "told_address_id": None, "token_hash": None, "secret_hash": "x", "failures": 0,
        "by": ground.world.dana.id, "made_at": "{now()}", "ended_by": None, "ended_at": None,
        "expires_at": "{now() + interval '14 days'}", "most_openings": 2, "why_ended": "",
    }  # fmt: skip
    row |= {"address_id": ground.address()} if "address_id" not in given else {}
    become(ground.root, role, (actor or ground.world.dana.id) if role == APP else None,
           ground.world.mara if actor == MACHINE else None)  # fmt: skip
    made = insert(ground.root, "consent_share_link", **(row | given))
    nobody(ground.root)
    return made


def stops(ground: Ground) -> None:
    with past_rules(ground.root):
        insert(ground.root, "consent_withdrawal", client_id=ground.world.mara,
               consent_id=ground.shared.consent, at="{now()}")  # fmt: skip
