"""What is known of a guardian: who they are to the client, by what right, how to reach them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from clients.domain.people import Card, Contact
from counselling.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST: Final = 120


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GuardianDetails:
    """A guardian as staff wrote them down; all of it is sealed by the client's key."""

    name: str
    relationship: str
    # by what right they sign: "parental authority", "order of the court of …, 3 May 2024"
    authority: str = ""
    contact: Contact = dataclasses.field(default_factory=Contact)
    card: Card = dataclasses.field(default_factory=Card)

    def signs_for(self, client: str) -> str:
        """Say by what right they sign for somebody (CC-06, CC-22)."""
        right = f", {self.authority}" if self.authority else ""
        return f"{self.relationship} of {client}{right}"

    def to_json(self) -> dict[str, Any]:
        """Give what is sealed."""
        return {
            "name": self.name,
            "relationship": self.relationship,
            "authority": self.authority,
            **self.contact.to_json(),
            "card": self.card.to_json(),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> GuardianDetails:
        """Read back what was sealed."""
        return cls(
            name=said.get("name", ""),
            relationship=said.get("relationship", ""),
            authority=said.get("authority", ""),
            contact=Contact.from_json(said),
            card=Card.from_json(said.get("card", {})),
        )


def decide_details(details: GuardianDetails) -> None:
    """Raise Invalid unless a document can say who signs, and by what right."""
    if not details.name.strip():
        raise Invalid("Write their name.", "name")
    if not details.relationship.strip():
        raise Invalid("Say what they are to the client, such as mother or legal guardian.",
                      "relationship")  # fmt: skip
    if not details.authority.strip():
        raise Invalid("Say by what right they sign, such as parental authority.", "authority")
