"""Whom one can be in the demo: invented people whose passwords and factors everybody knows."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Final

from counselling.access import Role

PASSWORD: Final = "a quiet room by the river"  # noqa: S105 everybody may know it
WORD: Final = "paper lantern"


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the fictional practice; `try_it` says what their page is good for."""

    key: str
    name: str
    title: str
    roles: frozenset[Role]
    try_it: str

    @property
    def is_client(self) -> bool:
        """Say whether they are cared for here, and not of the staff."""
        return Role.CLIENT in self.roles

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.key}@example.org"

    @property
    def password(self) -> str:
        """The password, the same for all."""
        return PASSWORD

    @property
    def word(self) -> str:
        """The word a client agreed on; staff have none."""
        return WORD if self.is_client else ""

    @property
    def secret(self) -> str:
        """The key of their authenticator in base 16; clients have none."""
        known = hashlib.sha256(f"demo:{self.email}".encode()).hexdigest()
        return "" if self.is_client else known[:40]


def _staff(key: str, name: str, title: str, role: Role, try_it: str) -> Person:
    return Person(key, name, title, frozenset({role}), try_it)


def _client(key: str, name: str, try_it: str, of: str = "Dana Reyes") -> Person:
    return Person(key, name, f"client of {of}", frozenset({Role.CLIENT}), try_it)


TEAM: Final = (
    _staff("dana", "Dana Reyes", "counsellor", Role.COUNSELLOR,
           "Write and sign a note, ask for a consent, share two notes with Mara's GP."),
    _staff("sam", "Sam Ortiz", "counsellor", Role.COUNSELLOR,
           "Find that Dana's clients do not exist here, and a form that was declined."),
    _staff("lea", "Lea Fox", "counsellor", Role.COUNSELLOR,
           "Accept the case that is offered, see a group, send a form that is prepared."),
    _staff("noor", "Noor Haddad", "trainee", Role.TRAINEE,
           "Answer a note that came back with comments beside its passages."),
    _staff("ruth", "Ruth Amsel", "supervisor", Role.SUPERVISOR,
           "Co-sign a trainee's note or return it, and read the trail of the people supervised."),
    _staff("priya", "Priya Nair", "privacy officer", Role.PRIVACY_OFFICER,
           "Approve a form that waits, read the whole trail, but not one note."),
    _staff("kim", "Kim Aalto", "front desk", Role.FRONT_DESK,
           "Take in a client, write the safe-contact card, offer a case."),
    _staff("jo", "Jo Berger", "administrator", Role.ADMINISTRATOR,
           "Write a form for a second person to approve, invite a colleague; no client in sight."),
)  # fmt: skip
CLIENTS: Final = (
    _client("mara", "Mara Kessler", "See who opened the file, stop a permission in two clicks."),
    _client(
        "jon", "Jon Adler", "Sign the form that waits, see what was stopped and what had gone."
    ),
    _client("tom", "Tom Berg", "See a permission that ends in ten days."),
    _client("ines", "Ines Romero", "Be one of a couple, and see nothing of the other."),
    _client(
        "livia",
        "Livia Brandt",
        "Read everything in German, and a document with a drawn name and a witness.",
        "Lea Fox",
    ),
)
PEOPLE: Final = (*TEAM, *CLIENTS)
