"""A page about what leaves asks as many questions for many rows as for few."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

import consent.actions
import consent.queries
import records.actions
from consent.domain.recipients import AddressKind
from consent.domain.subpoenas import Step
from counselling.accounts.actions import sittings
from counselling.db import as_actor
from records.domain.shares import Level
from tests.consent import acts_delivery, basis_steps, delivering, law_steps, steps
from tests.growth.counting import questions, signed_in
from tests.records import sharing
from tests.records.safety import recorded_danger
from tests.records.writing import signed_note
from tests.web import accounted, kept, lawful, prepared
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db

# every list of what leaves; a form about one row asks what one of these asks
PAGES: Final = (
    ("/today", "dana"),
    ("/today", "vera"),
    ("/today", "priya"),
    ("/clients/{client}", "dana"),
    ("/clients/{client}/recipients", "dana"),
    ("/recipients/{recipient}", "dana"),
    ("/recipients/{changed}/merge", "dana"),
    ("/recipients/{changed}/decision", "priya"),
    ("/clients/{client}/restrictions", "dana"),
    ("/clients/{client}/disclosures/new", "dana"),
    ("/shares/{share}", "dana"),
    ("/shares/{share}/preview", "dana"),
    ("/shares/{locked}/release", "vera"),
    ("/disclosures/{linked}", "dana"),
    ("/disclosures/{ordered}", "dana"),
    ("/disclosures/{ordered}/telling", "dana"),
    ("/clients/{client}/bases/new", "dana"),
    ("/clients/{client}/bases/court-order", "dana"),
    ("/clients/{client}/bases/danger", "dana"),
    ("/bases/{basis}", "dana"),
    ("/clients/{client}/subpoenas", "dana"),
    ("/subpoenas/{subpoena}", "dana"),
    ("/holds/{hold}", "dana"),
    ("/clients/{client}/accounting", "dana"),
    ("/clients/{client}/accounting/suspensions/new", "priya"),
    ("/space", "mara_portal"),
    ("/space/permissions", "mara_portal"),
    ("/space/disclosures", "mara_portal"),
    ("/space/kept-back", "mara_portal"),
    ("/space/shares/{showing}", "mara_portal"),
)


@dataclasses.dataclass
class Leaving:
    """What leaves Mara's file, and by what it is reached; each round adds to what is there."""

    world: World
    shared: steps.Shared
    email: UUID
    linked: UUID
    basis: UUID
    court: UUID
    subpoena: UUID
    share: UUID
    notes: list[UUID]

    @classmethod
    def begun(cls) -> Leaving:
        world = World.build()
        shared = steps.shared_permission(world)
        email = delivering.address(world, shared.recipient, AddressKind.EMAIL, delivering.EMAIL)
        court = basis_steps.recipient(world)
        return cls(
            world, shared, email,
            linked=steps.disclose(world, shared, channel="link", address_id=email),
            basis=basis_steps.released(world, recipient=court), court=court,
            subpoena=law_steps.subpoena(world), share=sharing.begin(world, shared.recipient),
            notes=[],
        )  # fmt: skip

    def grows(self, number: int) -> dict[str, UUID]:
        """Add one more of all that these pages list; give what they are about."""
        world, dana, mara = self.world, self.world.dana, self.world.mara
        self.notes.append(signed_note(dana, world.mara_case, "She slept.", hours_ago=50 + number))
        known = kept.known(dana, mara, f"Amsel{number}")
        with as_actor(dana):
            consent.actions.add_address(
                actor=dana, recipient_id=self.shared.recipient, kind=AddressKind.POST,
                value=f"Ring {number}",
            )  # fmt: skip
        lawful.stated(dana, mara, world.mara_case, f"waits {number}")
        recorded_danger(dana, world.mara_case, mara)
        law = accounted.asked_by_law(world, dana, mara, f"asked {number}")
        self._asks_more(number)
        shown = prepared._shown_first(dana, mara, world.mara_case, self.shared.recipient)
        return {
            "client": mara, "recipient": self.shared.recipient, "address": known["address"],
            "changed": known["recipient"], "restriction": known["restriction"],
            "share": self.share, "lettered": shown["share"], "showing": shown["showing"],
            "locked": self._locked(), "linked": self.linked, "ordered": self._went(),
            "basis": self.basis, "subpoena": self.subpoena, "hold": law["hold"],
            "asked": law["accounting_asked"],
        }  # fmt: skip

    def _asks_more(self, number: int) -> None:
        law_steps.step(self.world, self.subpoena, Step.TALKED, f"once more {number}")
        with as_actor(self.world.dana):
            consent.actions.keep_subpoena_paper(
                actor=self.world.dana, subpoena_id=self.subpoena, content=law_steps.PAPER,
                media="application/pdf",
            )  # fmt: skip

    def _went(self) -> UUID:
        """Send one more through a link, and one more on paper by order; choose all notes."""
        steps.disclose(self.world, self.shared, channel="link", address_id=self.email)
        sharing.choose(
            self.world, self.share, Level.NOTES, *self.notes, why_so_much="All of it is about it."
        )
        return basis_steps.hand_over(self.world, self.basis)

    def _locked(self) -> UUID:
        """Lock all notes so far, since a subpoena asks for them and a court ordered it."""
        world, dana = self.world, self.world.dana
        share = sharing.begin(world, self.court, purpose="", subpoena_id=self.subpoena)
        sharing.choose(world, share, Level.NOTES, *self.notes, why_so_much="The order says so.")
        with as_actor(dana):
            records.actions.rest_on_order(actor=dana, share_id=share, basis_id=self.basis)
        sha = sharing.look(world, share).sha256
        with as_actor(dana):
            records.actions.lock_share(actor=dana, share_id=share, previewed=sha)
        return share

    def doctor(self) -> tuple[Client, str]:
        """Send the link anew and open it; give the doctor's browser and the page they read."""
        with as_actor(self.world.dana):
            secret = consent.actions.deliver(
                actor=self.world.dana, disclosure_id=self.linked, address_id=self.email
            )
        visitor = Client()
        door = f"/d/{delivering.token_in(acts_delivery.claimed(self.world))}"
        assert visitor.post(door, {"secret": secret.secret}).status_code == 302
        return visitor, f"/d/{secret.link}/read"


def test_no_page_about_what_leaves_asks_more_when_more_left(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a sitting is seen by every page, not by whichever comes first after a while
    monkeypatch.setattr(sittings, "SEEN_EVERY", 0)
    with mock.patch.multiple(Argon2PasswordHasher, time_cost=1, memory_cost=64):
        leaving = Leaving.begun()
        visitors = {who: signed_in(getattr(leaving.world, who)) for _, who in PAGES}
        few = _asked(leaving, visitors, 1)
        many = _asked(leaving, visitors, 2)
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}


def _asked(leaving: Leaving, visitors: dict[str, Client], number: int) -> dict[Any, int]:
    """Let it grow by one of each, then count what each page asks."""
    about = leaving.grows(number)
    doctor, reading = leaving.doctor()
    asked = {
        (page, who): questions(visitors[who], page.format(**about), first=number == 1)
        for page, who in PAGES
    }
    return asked | {("/d/…/read", "the doctor"): questions(doctor, reading)}
