"""Writing events: with the act or not at all, and only as who acts, now."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from audit import domain
from audit.actions import record, record_refusal
from counselling import vault
from counselling.access import ANONYMOUS
from counselling.db import as_actor, clock_at, in_actor_transaction
from tests.audit.writers import INSERT, TOUCHED, act, begin, payload, somebody, write

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

pytestmark = pytest.mark.django_db


def told(root: psycopg.Connection[Any], event: UUID | None = None) -> list[dict[str, Any]]:
    """Give what events say, as superuser."""
    rows = root.execute("SELECT payload FROM audit_event ORDER BY recorded, id").fetchall()
    found = [json.loads(text) for (text,) in rows]
    return [one for one in found if event is None or one["id"] == str(event)]


@pytest.mark.req("AT-02")
def test_an_event_holds_who_what_whose_when_and_why(root: psycopg.Connection[Any]) -> None:
    actor, client, case, row = somebody(), uuid4(), uuid4(), uuid4()
    event = act(
        actor, client=client, case=case, about=("records_note", row), rows=[row],
        sealed={"record_part": "ab"}, purpose="care", relation="assigned", reason="code",
        reason_hash="cd", detail={"count": 1, "late": False, "text": "a\nb"},
    )  # fmt: skip
    said = told(root, event)[0]
    assert said["actor"] == str(actor.id)
    assert said["role"] == "counsellor"
    assert said["clients"] == [str(client)]
    assert said["case"] == str(case)
    assert said["sealed"] == {f"records_note/{row}/record_part": "ab"}
    assert said["detail"] == {"count": 1, "late": False, "text": "a\ufffdb"}
    columns = root.execute(
        "SELECT id, kind, outcome, actor, client, case_id, clients FROM audit_event WHERE id = %s",
        [event],
    ).fetchone()
    assert columns == (event, TOUCHED.code, "ok", actor.id, client, case, [client])


def test_the_grant_opens_what_the_event_names_in_this_act_only() -> None:
    actor, client, other, case = somebody(), uuid4(), uuid4(), uuid4()
    author = vault.holders.author(case, actor.id)
    with as_actor(actor):
        grant = record(
            actor=actor, kind=TOUCHED, client=client, clients=[other], case=case, holders=[author]
        )
        assert grant.transaction == in_actor_transaction()
    assert grant.actor == actor.id
    holders = vault.holders
    assert grant.holders == {
        holders.client(client), holders.client(other), holders.case(case), author,
    }  # fmt: skip


def test_an_address_is_kept_as_a_keyed_hash(root: psycopg.Connection[Any]) -> None:
    actor = somebody()
    actor = type(actor)(actor.id, actor.kind, actor.roles, address="192.0.2.7")
    said = told(root, act(actor))[0]
    assert said["address"] == vault.keyed_index("address", "192.0.2.7")
    assert "192.0.2.7" not in json.dumps(said)


@pytest.mark.req("AT-09")
def test_a_header_full_of_rubbish_does_not_stop_the_act(root: psycopg.Connection[Any]) -> None:
    actor = somebody()
    actor = type(actor)(actor.id, actor.kind, actor.roles, request="\x00\ud800\x1b[2J\r\n" * 99)
    assert len(told(root, act(actor))[0]["request"]) == domain.LONGEST


def test_an_event_is_written_by_who_acts_in_the_act() -> None:
    actor = somebody()
    with pytest.raises(RuntimeError, match="by who acts"):
        record(actor=actor, kind=TOUCHED)
    with as_actor(somebody()), pytest.raises(RuntimeError, match="by who acts"):
        record(actor=actor, kind=TOUCHED)


def test_an_act_that_is_rolled_back_leaves_no_event(root: psycopg.Connection[Any]) -> None:
    with pytest.raises(ZeroDivisionError):
        _write_then_fail(somebody())
    assert told(root) == []


def _write_then_fail(actor: Actor) -> None:
    with as_actor(actor):
        record(actor=actor, kind=TOUCHED)
        raise ZeroDivisionError


@pytest.mark.req("AT-08")
def test_no_audit_no_action(root: psycopg.Connection[Any]) -> None:
    root.execute("CREATE TABLE probe (word text); GRANT INSERT ON probe TO counselling_app")
    root.execute("ALTER TABLE audit_event RENAME TO audit_event_away")
    try:
        with pytest.raises(DatabaseError):
            _change_then_record(somebody())
        assert root.execute("SELECT count(*) FROM probe").fetchone() == (0,)
    finally:
        root.execute("ALTER TABLE audit_event_away RENAME TO audit_event; DROP TABLE probe")


def _change_then_record(actor: Actor) -> None:
    with as_actor(actor), connection.cursor() as cursor:
        cursor.execute("INSERT INTO probe VALUES ('done')")
        record(actor=actor, kind=TOUCHED)


def test_a_refusal_is_recorded_after_the_act_rolled_back(root: psycopg.Connection[Any]) -> None:
    actor, client, row = somebody(), uuid4(), uuid4()
    record_refusal(
        actor=actor, code="not-permitted", path_name="records:note", client=client, row=row,
        what="records_note",
    )  # fmt: skip
    record_refusal(actor=ANONYMOUS, code="wrong-password", path_name="accounts:sign-in", row=row)
    first, second = sorted(told(root), key=lambda one: one["actor_kind"], reverse=True)
    assert (first["outcome"], first["reason"], first["row"]) == (
        "refused", "not-permitted", str(row),
    )  # fmt: skip
    assert first["detail"] == {"page": "records:note"}
    assert second["actor_kind"] == "anonymous"
    assert second["rows"] == [str(row)]
    record_refusal(actor=actor, code="x", path_name="y")
    assert len(told(root)) == 3


@pytest.mark.req("AT-03", "AT-06")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET payload = payload",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "INSERT INTO audit_event (payload, recorded) VALUES ('{}', now())",
        "INSERT INTO audit_event (payload, xid) VALUES ('{}', '1')",
        "INSERT INTO audit_event (payload, actor) VALUES ('{}', gen_random_uuid())",
        "INSERT INTO audit_leaf VALUES (1, now(), gen_random_uuid(), '')",
        "SELECT * FROM audit_leaf",
        "INSERT INTO audit_checkpoint VALUES (1, '', '')",
        "UPDATE audit_watermark SET xid = '0'",
        "INSERT INTO audit_verification VALUES (gen_random_uuid(), now(), true, 1, 0)",
        "SELECT audit_make_partition('2020-01-01')",
        "SELECT audit_make_partitions()",
        "SELECT * FROM audit_fingerprints('clients_client', 'identity')",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP TABLE audit_event",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_can_only_add_to_the_log(
    statement: str, application: psycopg.Connection[Any]
) -> None:
    act()
    with pytest.raises(psycopg.Error) as refused:
        application.execute(statement)
    assert refused.type in {
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.GeneratedAlways,
    }


def test_the_application_reaches_no_partition_past_the_policies(
    application: psycopg.Connection[Any], root: psycopg.Connection[Any]
) -> None:
    partitions = root.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits "
        "WHERE inhparent = 'public.audit_event'::regclass"
    ).fetchall()
    assert len(partitions) >= 4
    for (partition,) in partitions:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(f"SELECT FROM {partition}")


@pytest.mark.parametrize("role", ["owner", "root"])
@pytest.mark.parametrize(
    ("table", "thing"),
    [
        ("audit_event", "audit event"),
        ("audit_leaf", "sealed leaf"),
        ("audit_checkpoint", "checkpoint"),
        ("audit_verification", "verification"),
    ],
)
def test_not_even_the_owner_changes_the_log(
    role: str, table: str, thing: str, request: pytest.FixtureRequest
) -> None:
    connection: psycopg.Connection[Any] = request.getfixturevalue(role)
    act()
    root: psycopg.Connection[Any] = request.getfixturevalue("root")
    root.execute("INSERT INTO audit_leaf VALUES (1, now(), gen_random_uuid(), sha256(''))")
    root.execute("INSERT INTO audit_checkpoint VALUES (1, sha256(''), '')")
    root.execute(
        "INSERT INTO audit_verification (id, whole, events, waiting, sentence) "
        "VALUES (gen_random_uuid(), true, 1, 0, '')"
    )
    column = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table]
    ).fetchone()
    assert column
    for statement in (
        f"UPDATE {table} SET {column[0]} = {column[0]}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
    ):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match=f"{thing} never"):
            connection.execute(statement)


def test_no_partition_is_emptied_by_itself(owner: psycopg.Connection[Any]) -> None:
    month = f"audit_event_{datetime.datetime.now(datetime.UTC):%Y_%m}"
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"):
        owner.execute(f"TRUNCATE {month}")


def test_nobody_writes_as_somebody_else(application: psycopg.Connection[Any]) -> None:
    me, you = uuid4(), uuid4()
    with application.transaction():
        write(application, me)
    for acting in (me, None):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _write_as(application, you, acting)


def _write_as(connection: psycopg.Connection[Any], said: UUID, acting: UUID | None) -> None:
    with connection.transaction():
        at = begin(connection, acting or "")
        connection.execute(INSERT, [payload(said, at)])


@pytest.mark.parametrize("shift", [datetime.timedelta(days=-1), datetime.timedelta(microseconds=1)])
def test_nobody_writes_another_time(
    shift: datetime.timedelta, application: psycopg.Connection[Any]
) -> None:
    me = uuid4()
    with (
        pytest.raises(psycopg.errors.CheckViolation, match="time_is_told"),
        application.transaction(),
    ):
        application.execute(INSERT, [payload(me, begin(application, me) + shift)])


@pytest.mark.parametrize("missing", ["id", "at", "kind", "outcome", "actor"])
def test_an_event_that_leaves_something_out_is_refused(
    missing: str, application: psycopg.Connection[Any]
) -> None:
    me = uuid4()
    with pytest.raises(psycopg.Error), application.transaction():
        application.execute(INSERT, [payload(me, begin(application, me), **{missing: None})])


def test_a_fictional_past_is_planted_by_the_owner_only(
    root: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    past = datetime.datetime(2024, 2, 29, 12, 30, 0, 5, tzinfo=datetime.UTC)
    with clock_at(past), pytest.raises(DatabaseError):
        act()
    from django.db import connections

    from audit import actions

    monkeypatch.setattr(actions.recording, "connection", connections["owner"])
    actor = somebody()
    with clock_at(past), as_actor(actor), transaction.atomic(using="owner"):
        event = record(actor=actor, kind=TOUCHED).event
    assert told(root, event)[0]["at"] == "2024-02-29T12:30:00.000005Z"
    found = root.execute("SELECT tableoid::regclass::text FROM audit_event").fetchone()
    assert found == ("audit_event_2024_02",)
