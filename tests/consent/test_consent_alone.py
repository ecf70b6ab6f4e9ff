"""What stands alone by law is granted by a form of its own, whoever writes the row."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.consent import steps

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

pytestmark = pytest.mark.django_db

ROWS = {
    "CC-12": ({"categories": ["process_notes"]}, "Notes for the author alone"),
    "CC-12 beside": ({"categories": ["session_notes", "process_notes"]}, "Notes for the author"),
    "CC-13": ({"categories": ["sud_notes"]}, "Notes of substance use counselling"),
    "CC-14": ({"purpose": "proceedings"}, "For proceedings something is shared by a form"),
    "CC-01": ({"categories": ["attendance"]}, "The clause that was signed does not share this"),
    "CC-05": ({"clause": "share-everything"}, "The form that was signed has no such clause"),
}


def shared(world: World) -> UUID:
    """Have Mara agree to share notes of chosen sessions."""
    return steps.shared_permission(world).consent


def copy_of(root: psycopg.Connection[Any], consent: UUID, **changes: Any) -> None:
    """Write the same permission once more, otherwise; as the database's owner."""
    root.execute(
        "CREATE TEMP TABLE again AS SELECT * FROM consent_consent WHERE id = %s", [consent]
    )
    changes = {"id": uuid.uuid4(), "clause": "share-notes", **changes}
    for column, value in changes.items():
        root.execute(
            psycopg.sql.SQL("UPDATE again SET {} = %s").format(psycopg.sql.Identifier(column)),
            [value],
        )
    root.execute("INSERT INTO consent_consent SELECT * FROM again")


@pytest.mark.parametrize("which", ROWS)
@pytest.mark.req("CC-12", "CC-13", "CC-14", "AC-06")
def test_no_other_form_grants_what_has_to_stand_alone(
    world: World, root: psycopg.Connection[Any], which: str
) -> None:
    consent = steps.shared_permission(world).consent
    changes, why = ROWS[which]
    with pytest.raises(psycopg.errors.RestrictViolation, match=why), root.transaction():
        copy_of(root, consent, **changes)
