"""SQL is injected: it may write events of its own, and stops neither sealing, nor verifying."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from audit import domain, queries
from audit.standalone import verify_bundle
from counselling.access import ANONYMOUS
from counselling.db import as_actor
from tests.audit.writers import OPENED, act
from tests.world import World

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    import psycopg

    from audit.findings import Report
    from audit.sealing import Sealed

    Seal = Callable[[], Sealed]
    Verified = Callable[[], Report]

pytestmark = [pytest.mark.django_db, pytest.mark.req("AT-04")]


def injected(event: UUID | None = None, wrap: Callable[[str], str] = str, **more: Any) -> UUID:
    """Write an event as the application's role can, whatever the program would write."""
    event = event or uuid4()
    with as_actor(ANONYMOUS) as at, connection.cursor() as cursor:
        said = {
            "id": str(event), "at": domain.instant(at), "kind": "probe", "outcome": "ok",
            "actor": str(ANONYMOUS.id), **more,
        }  # fmt: skip
        cursor.execute("INSERT INTO audit_event (payload) VALUES (%s)", [wrap(json.dumps(said))])
    return event


def test_an_id_that_is_another_event_s_does_not_stop_the_sealer(
    seal: Seal, verified: Verified
) -> None:
    known = act()
    seal()
    injected(known, act="R", actor_kind="anonymous")
    act()
    assert seal().count == 2
    assert verified().sentence.startswith("The log is whole: 3 events")


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "audit.log.restored"},
        {"kind": "audit.log.restored", "detail": {"kept": "many"}},
        {"sealed": ["consent_signature/x"]},
        {"sealed": {"consent_signature/": "x"}, "act": "D"},
        {"sealed": {"accounts_account/a/email": 7}},
        {"deep": "accounts_account/", "sealed": {}},
    ],
)
def test_what_is_no_event_is_a_finding_and_ends_no_verification(
    said: dict[str, Any], seal: Seal, verified: Verified
) -> None:
    act()
    deep = said.get("deep")
    event = injected(
        wrap=(lambda text: text[:-1] + ',"x":' + "[" * 4000 + "]" * 4000 + "}") if deep else str,
        **({"act": "C", "actor_kind": "anonymous"} | said),
    )
    act()
    seal()
    report = verified()
    assert report.events == 3
    assert [(one.event, one.what) for one in report.findings] == [(event, "is no event of ours")]


def test_an_event_is_one_line_so_that_an_export_verifies(
    seal: Seal, tmp_path: pathlib.Path
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        injected(wrap=lambda text: text.replace(", ", ",\n", 1), act="R")
    act()
    seal()
    call_command("export_audit", str(tmp_path / "log.tar"), stdout=sys.stderr)
    assert verify_bundle.main([str(tmp_path / "log.tar")]) == 0


@pytest.mark.parametrize(
    "said",
    [{}, {"act": "Z"}, {"act": "R", "role": {}}, {"act": "R", "detail": []}, {"rows": [1]}],
)
def test_the_trail_and_the_client_s_page_still_show_the_others(
    said: dict[str, Any], root: psycopg.Connection[Any]
) -> None:
    world = World.build()
    reviewer, client = world.priya, world.mara
    root.execute("CREATE POLICY probe ON audit_event FOR SELECT TO counselling_app USING (true)")
    try:
        event = injected(client=str(client), **({"actor_kind": "staff"} | said))
        other = act(kind=OPENED, client=client)
        with as_actor(reviewer):
            shown = queries.trail(reviewer).entries[:2]
            opened = queries.openings_of(client, also=["probe"])[:2]
    finally:
        root.execute("DROP POLICY probe ON audit_event")
    assert [one.id for one in shown] == [other, event]
    assert "none of ours" in shown[1].sentence
    assert [one.id for one in opened] == [other, event]


_KEPT_FOR_EVER = """
SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE p.proname = 'counselling_refuse_change' AND t.tgname LIKE '%never_changes'
"""
_OF_THE_OWNER = "SELECT proname, prosrc FROM pg_proc WHERE prosecdef"
_CASCADES = """
SELECT conrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND (confupdtype NOT IN ('a', 'r') OR confdeltype NOT IN ('a', 'r'))
"""


@pytest.mark.req("EN-07")
def test_nothing_that_runs_as_the_owner_changes_what_never_changes(
    root: psycopg.Connection[Any],
) -> None:
    """Anybody may set the setting under which the owner's changes pass: so nothing may use it."""
    kept = {table for (table,) in root.execute(_KEPT_FOR_EVER)}
    assert {"records_note", "consent_signature", "audit_event"} <= kept
    changed = re.compile(r"\bUPDATE\s+(?:public\.)?(\w+)|\bEXECUTE\b[^;]*UPDATE", re.IGNORECASE)
    found = {
        name: sorted({match[1] or "any" for match in changed.finditer(body)})
        for name, body in root.execute(_OF_THE_OWNER)
        if changed.search(body)
    }
    assert found.pop("counselling_reseal") == ["any"]
    assert not kept & {table for tables in found.values() for table in tables}, found
    assert not any("any" in tables for tables in found.values()), found
    # a foreign key that cascades is the owner's act, too
    assert not kept & {table for (table,) in root.execute(_CASCADES)}
