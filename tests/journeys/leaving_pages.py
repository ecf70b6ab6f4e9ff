"""Every page about what leaves Mara's file, with something on it, and who looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import consent.actions
from consent.domain.recipients import AddressKind
from counselling.db import as_actor
from records.domain.shares import Level
from tests.consent import basis_steps, delivering, steps
from tests.records import reading, releasing, sharing
from tests.records.safety import recorded_danger
from tests.records.writing import signed_note
from tests.web import accounted, kept, lawful, prepared

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World


def pages(world: World, shared: steps.Shared, note: UUID) -> list[tuple[Actor, list[str]]]:
    """Make one of everything that leaves, or waits to, and say who looks at it where."""
    dana, mara = world.dana, f"/clients/{world.mara}"
    known = kept.known(dana, world.mara)
    law = accounted.asked_by_law(world, dana, world.mara)
    waits = lawful.stated(dana, world.mara, world.mara_case)
    ordered = basis_steps.hand_over(world, basis_steps.released(world))
    danger = recorded_danger(dana, world.mara_case, world.mara)
    letter = prepared._shown_first(dana, world.mara, world.mara_case, shared.recipient)
    share = sharing.begin(world, shared.recipient)
    sharing.choose(world, share, Level.NOTES, note)
    locked = releasing.locked(world, note).share
    said, other = _corrected(world)
    changed, linked = f"/recipients/{known['recipient']}", _linked(world, shared)
    return [
        (dana, [
            f"{mara}/recipients", changed, f"{changed}/name", f"{changed}/merge",
            f"/recipients/{shared.recipient}", f"/recipients/addresses/{known['address']}",
            f"{mara}/restrictions", f"/restrictions/{known['restriction']}",
            f"/shares/{share}", f"/shares/{share}/preview", f"/shares/{letter['share']}/letter",
            f"/shares/{locked}/preview", linked, f"{linked}/link", f"/disclosures/{ordered}",
            f"/disclosures/{ordered}/telling", f"{mara}/bases/new", f"{mara}/bases/court-order",
            f"{mara}/bases/child-protection", f"{mara}/bases/statute", f"{mara}/bases/danger",
            f"{mara}/bases/danger/{danger}", f"/bases/{waits}", f"{mara}/subpoenas",
            f"{mara}/subpoenas/new", f"/subpoenas/{law['subpoena']}", f"{mara}/holds/new",
            f"/holds/{law['hold']}", f"{mara}/accounting", f"{mara}/accounting/requests/new",
            f"/accounting/{law['accounting_asked']}",
            f"/amendments/{said}", f"/amendments/{said}/named",
            f"/amendments/{said}/others/{other}",
        ]),
        (world.priya, [
            f"{changed}/decision", f"/holds/{law['hold_to_end']}", f"/shares/{locked}/release",
            f"{mara}/accounting/suspensions/new", f"/bases/{waits}",
            f"/accounting/suspensions/{law['suspension']}",
        ]),
        (world.mara_portal, [
            "/space/kept-back", f"/space/shares/{letter['showing']}",
            f"/space/amendments/{said}", f"/space/amendments/{said}/named",
        ]),
    ]  # fmt: skip


def _corrected(world: World) -> tuple[UUID, UUID]:
    """Correct a note; give what was said of it, and whom Mara named who is to know."""
    note = signed_note(world.dana, world.mara_case, "Slept five hours.")
    reading.let_read(world.dana, note, world.mara)
    said = reading.says(world.mara_portal, note)
    reading.accepts(world.dana, said, "Seven hours.")
    return said, reading.names(world.mara_portal, said)


def _linked(world: World, shared: steps.Shared) -> str:
    """Send a note through a link; give the page of what went."""
    email = delivering.address(world, shared.recipient, AddressKind.EMAIL, delivering.EMAIL)
    made = steps.disclose(world, shared, channel="link", address_id=email)
    with as_actor(world.dana):
        consent.actions.deliver(actor=world.dana, disclosure_id=made, address_id=email)
    return f"/disclosures/{made}"
