"""Every table about a client or a case is under row security, and the application owns nothing."""

from typing import Any

import psycopg
import pytest

pytestmark = pytest.mark.django_db

# tables that are read before there is an actor, or hold nothing about a client; each with a reason
OPEN = {
    "accounts_": "read before there is an actor",
    "django_": "Django's own",
    "auth_": "Django's own, unused",
    "counselling_heartbeat": "which process is alive",
    "counselling_restore_seen": "which backups were tried",
    "consent_form": "what anybody could be asked to sign",
    "consent_formversion": "what anybody could be asked to sign",
    "consent_form_version": "what anybody could be asked to sign",
    "audit_leaf": "numbers and hashes",
    "audit_checkpoint": "numbers and hashes",
    "audit_watermark": "how far sealing has come",
    "audit_verification": "what the verifier found",
    "audit_": "see the tests of audit",
}


def _tables(root: psycopg.Connection[Any]) -> list[tuple[str, bool, bool, str]]:
    return root.execute(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, r.rolname FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner "
        "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
    ).fetchall()


@pytest.mark.req("AC-16")
def test_every_client_table_is_under_row_security(root: psycopg.Connection[Any]) -> None:
    bare = [
        name
        for name, enabled, _, _ in _tables(root)
        if not enabled and not any(name.startswith(prefix) for prefix in OPEN)
    ]
    assert bare == []


@pytest.mark.req("AC-16")
def test_every_client_table_has_a_policy_for_reading(root: psycopg.Connection[Any]) -> None:
    read = {
        row[0]
        for row in root.execute("SELECT tablename FROM pg_policies WHERE cmd IN ('SELECT', 'ALL')")
    }
    without = [
        name
        for name, enabled, _, _ in _tables(root)
        if enabled and name not in read and name.split("_")[0] in {"clients", "consent", "records"}
    ]
    assert without == []


def test_the_application_owns_nothing(root: psycopg.Connection[Any]) -> None:
    assert {owner for *_, owner in _tables(root)} == {"counselling_owner"}


@pytest.mark.req("AT-06")
def test_the_application_may_neither_bypass_nor_create(root: psycopg.Connection[Any]) -> None:
    rights = root.execute(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, "
        "has_schema_privilege(rolname, 'public', 'CREATE') "
        "FROM pg_roles WHERE rolname = 'counselling_app'"
    ).fetchone()
    assert rights == (False, False, False, False, False)


@pytest.mark.req("AC-16")
def test_without_an_actor_no_client_table_shows_a_row(
    root: psycopg.Connection[Any], application: psycopg.Connection[Any]
) -> None:
    for name, enabled, _, _ in _tables(root):
        if enabled and name.split("_")[0] in {"clients", "consent", "records"}:
            count = application.execute(f"SELECT count(*) FROM public.{name}").fetchone()
            assert count == (0,), name
