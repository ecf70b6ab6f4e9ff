"""Acts of people who share, one a line, beside a practice that is killed: `leaving FILE`.

One program for all of them: each line names an act, and is answered by a line.
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")

import django

if TYPE_CHECKING:
    from collections.abc import Iterator

# the doctor Mara goes on trusting, and the one of whom she thinks otherwise meanwhile
DOCTORS = {
    "kept": ("Dr Aurelia Bleibtreu {}", "aurelia{}@praxis.example"),
    "stopped": ("Dr Benno Kurzweil {}", "benno{}@praxis.example"),
}


class Acts:
    """Who acts, and what was made so far."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Find Dana, Vera and Mara."""
        from counselling.accounts.queries import actor_of_person

        who = {name: actor_of_person(UUID(told["people"][name]["id"])) for name in ("dana", "vera")}
        self.mara, self.case = UUID(told["clients"]["mara"]["id"]), UUID(told["cases"]["mara"])
        self.world: Any = SimpleNamespace(**who, mara=self.mara, mara_case=self.case)
        self.recipients: dict[str, UUID] = {}
        self.links: dict[str, tuple[UUID, Any]] = {}

    def prepares(self) -> dict[str, str]:
        """Dana prepares for two doctors what goes by itself, and asks Mara; gives the shares."""
        return {name: self._prepared(name) for name in DOCTORS}

    def _prepared(self, name: str) -> str:
        import records.actions
        from consent.actions.recipients import add_recipient
        from consent.domain.documents import RecipientShown
        from consent.domain.recipients import AddressKind, RecipientKind
        from counselling.db import as_actor
        from records.domain.shares import Channel, Level, Resume
        from tests.consent import delivering, steps
        from tests.records import sharing
        from tests.records.writing import signed_note

        doctor, email = (said.format(os.getpid()) for said in DOCTORS[name])
        with as_actor(self.world.dana):
            to = self.recipients[name] = add_recipient(
                actor=self.world.dana, client_id=self.mara, kind=RecipientKind.DOCTOR,
                shown=RecipientShown(doctor, "GP", "", ""),
            )  # fmt: skip
        address = delivering.address(self.world, to, AddressKind.EMAIL, email)
        share = sharing.begin(self.world, to)
        note = signed_note(self.world.dana, self.case, f"She told {name} of the lake.")
        sharing.choose(self.world, share, Level.NOTES, note)
        request = sharing.ask(self.world, to)
        link = steps.open_by_link(steps.send(self.world, request), self.mara)
        way = records.actions.Way(channel=Channel.LINK, address=address, told_by="in_person")
        sharing.resume(self.world, share, Resume.SEND, way)
        self.links[name] = (request, link)
        return str(share)

    def signs(self) -> None:
        """Mara agrees to both: from here on it may go by itself."""
        from tests.consent import steps

        for request, link in self.links.values():
            steps.sign(request, link, steps.read_through(request, link, steps.YES))

    def sends(self) -> dict[str, str]:
        """Dana sends each doctor a link, and hands something over that a court ordered."""
        made = {name: self._sent(name) for name in DOCTORS}
        return made | {"ordered": self._ordered()}

    def _sent(self, name: str) -> str:
        from consent import actions, queries
        from counselling.db import as_actor
        from tests.consent import steps

        with as_actor(self.world.dana):
            row = next(
                one
                for one in queries.live_consents(self.mara, sharing=True)
                if one.recipient == self.recipients[name]
            )
            (address,) = queries.recipients.addresses_of(self.recipients[name])
        shared = steps.Shared(row.request, row.id, self.recipients[name])
        made = steps.disclose(self.world, shared, channel="link", address_id=address.id)
        with as_actor(self.world.dana):
            actions.deliver(actor=self.world.dana, disclosure_id=made, address_id=address.id)
        return str(made)

    def _ordered(self) -> str:
        from tests.consent import basis_steps

        return str(basis_steps.hand_over(self.world, basis_steps.released(self.world)))

    def withdraws(self) -> None:
        """Mara stops what the second doctor was allowed, told by telephone; not if it is over."""
        from consent import actions, queries
        from counselling.db import as_actor

        with as_actor(self.world.dana):
            for one in queries.live_consents(self.mara, sharing=True):
                if one.recipient == self.recipients["stopped"]:
                    actions.withdraw(actor=self.world.dana, consent_id=one.id, how="phone")

    def sweeps(self) -> int:
        """Let the minute of the sweep be now."""
        from counselling import jobs

        return jobs.sweep()

    def troubled(self) -> list[str]:
        """Name the disclosures whose letter waits on Dana's Today for a person to look."""
        from consent import queries
        from counselling.db import as_actor

        with as_actor(self.world.dana):
            return [str(one.disclosure) for one in queries.troubled([self.mara])]


def answers(told: dict[str, Any], lines: Iterator[str]) -> None:
    """Do what each line says, and say that it is done."""
    acts = Acts(told)
    for line in lines:
        done = getattr(acts, line.strip())()
        print(json.dumps({"done": done}), flush=True)  # noqa: T201 the answer of a program


if __name__ == "__main__":
    django.setup()
    answers(json.loads(pathlib.Path(sys.argv[1]).read_text()), sys.stdin)  # type: ignore[arg-type]  # a file gives lines
