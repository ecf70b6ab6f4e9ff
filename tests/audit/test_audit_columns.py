"""Every sealed column of every model: what is put there from elsewhere never opens, or is found.

The models are walked, so that a column that comes later is attacked too.
"""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import pytest

from audit import comparing, domain, sealing, verifying
from counselling import vault
from tests.audit import tampering
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.architecture.rewinding import Noted

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("columns")]

# sealed, and not compared with what an event says; each with its reason
NOT_COMPARED: Final = {
    "records_draft.risk": "a draft changes between two events, at most a minute apart",
    "records_draft.record_part": "as above",
    "records_draft.process_part": "as above",
    "records_draft_part.text": "as above",
    "records_plan_draft.content": "as above",
    "records_supervision_draft.text": "as above",
    "records_share_paper.letter": "as above",
}
# gone, or emptied, in the course of things: an empty one is no finding
MAY_BE_EMPTY: Final = {
    "clients_message.content", "consent_request.answers", "accounts_totpdevice.key",
    # what is prepared is prepared anew, and its secret is shown once
    "records_share.why_so_much", "records_share.unwaited_why", "records_share.release_words",
    "records_share.secret", "records_share_paper.pack", "records_share_paper.redactions",
}  # fmt: skip


@functools.cache
def planted() -> Noted:
    """Live through everything that seals something, once, and note what the tables held then."""
    from tests.architecture.rewinding import Noted
    from tests.web import planting

    planting.plant()
    sealing.seal_all(vault.signing.checkpoint_signer())
    return Noted("columns")


@pytest.fixture
def practice(db: None, real_broker: None) -> Iterator[None]:
    planted().rewind()
    # what was stored a moment before the newest is older here
    with mock.patch.object(comparing, "OVERLAP", datetime.timedelta(0)):
        yield


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Iterator[None]:
    yield
    if planted.cache_info().currsize:
        planted().forget()
        planted.cache_clear()


@pytest.mark.req("EN-03", "EN-04")
def test_nothing_that_was_altered_or_moved_opens(practice: None) -> None:
    opened, tried = [], 0
    with tampering.hands() as put:
        for column in tampering.columns():
            row = next(iter(column.rows()), None)
            assert row is not None, f"Plant something in {column} too."
            kept = tampering.envelope_of(column, row)
            assert tampering.opens(column.value(row.pk)), column
            for how, content in tampering.altered(column, row, kept):
                put(column, row.pk, content)
                tried += 1
                if tampering.opens(column.value(row.pk)):
                    opened.append(f"{column}: {how}")
            put(column, row.pk, kept)
    assert not opened, "\n".join(opened)
    assert tried > 500


def findings() -> list[str]:
    report = verifying.verify(*verifying.log_key(), vault.signing.verify_ed25519)
    return [str(one) for one in report.findings]


def test_every_sealed_column_is_compared_or_says_why_not() -> None:
    compared = {f"{one.table}.{one.column}" for one in domain.sealed_columns()}
    every = {str(one) for one in tampering.columns()}
    assert compared | set(NOT_COMPARED) == every
    assert not compared & set(NOT_COMPARED)
    kept = {f"{one.table}.{one.column}" for one in domain.sealed_columns() if one.kept}
    assert compared - kept == MAY_BE_EMPTY


@pytest.mark.req("EN-03", "AT-04")
def test_an_older_value_put_back_or_a_value_taken_away_is_found(practice: None) -> None:
    assert findings() == []
    missed = []
    with tampering.hands() as put:
        for column in tampering.columns():
            if str(column) in NOT_COMPARED:
                continue
            row = column.rows()[0]
            kept = tampering.envelope_of(column, row)
            place = f"{column.table}/{row.pk}/{column.name}"
            for how in ("older", "gone"):
                put(column, row.pk, tampering.sealed_anew(column, row) if how == "older" else None)
                expected = how == "older" or str(column) not in MAY_BE_EMPTY
                found = [one for one in findings() if place in one]
                if bool(found) is not expected:
                    missed.append(f"{column}: {how}: {found}")
            put(column, row.pk, kept)
    assert not missed, "\n".join(missed)
    assert findings() == []


@pytest.mark.req("EN-11", "AT-04")
def test_a_row_deleted_from_a_kept_table_and_a_client_removed_whole_are_found(
    practice: None,
) -> None:
    columns: dict[str, list[str]] = {}
    for one in domain.sealed_columns():
        if one.kept:
            columns.setdefault(one.table, []).append(f'"{one.column}" IS NOT NULL')
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        for table, holds in sorted(columns.items()):
            row = root.execute(
                f"DELETE FROM {table} WHERE ctid = "
                f"(SELECT max(ctid) FROM {table} WHERE {' OR '.join(holds)}) RETURNING *"
            ).fetchone()
            assert row, table
            gone = [one for one in findings() if one.endswith("which is gone")]
            assert any(f"{table}/" in one for one in gone), table
            planted().rewind()
        # everything of one client, as if they had never been here
        client = root.execute("SELECT id FROM clients_client LIMIT 1").fetchone()
        assert client
        for table in _tables_of_clients(root):
            root.execute(f"DELETE FROM {table} WHERE client_id = %s", client)
        root.execute("DELETE FROM clients_client WHERE id = %s", client)
        assert any(f"clients_client/{client[0]}/identity" in one for one in findings())


def _tables_of_clients(root: Any) -> list[str]:
    found = root.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relkind = 'r' AND a.attname = 'client_id' AND c.relnamespace = "
        "'public'::regnamespace"
    ).fetchall()
    return [name for (name,) in found]
