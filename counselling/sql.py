"""The SQL that migrations share: grants, row security, and tables that never change."""

from __future__ import annotations

from typing import Final

from django.db import migrations

APP = "counselling_app"


def grant(table: str, rights: str, role: str = APP) -> migrations.RunSQL:
    """Grant rights ("SELECT, INSERT (payload)") on one table to one role."""
    return migrations.RunSQL(
        f"GRANT {rights} ON public.{table} TO {role}",
        f"REVOKE {rights} ON public.{table} FROM {role}",
    )


_CLAUSES: Final = {
    "select": "USING ({0})",
    "insert": "WITH CHECK ({0})",
    "update": "USING ({0}) WITH CHECK ({0})",
    "delete": "USING ({0})",
}


def row_security(table: str, **policies: str) -> migrations.RunSQL:
    """Enable row security with one policy per command.

    Keys are `select`, `insert`, `update`, `delete`; the value is the condition. An update's
    condition is asked of the old and of the new row alike.
    """
    forward = [f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY"]
    for command, condition in policies.items():
        clause = _CLAUSES[command].format(condition)
        forward.append(
            f"CREATE POLICY {table}_{command} ON public.{table} "
            f"FOR {command.upper()} TO {APP} {clause}"
        )
    backward = [f"DROP POLICY {table}_{command} ON public.{table}" for command in policies]
    backward.append(f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY")
    return migrations.RunSQL(";\n".join(forward), ";\n".join(backward))


def policy(table: str, command: str, condition: str, before: str) -> migrations.RunSQL:
    """Give the policy that `row_security` made for a command another condition."""
    forward, backward = (
        f"ALTER POLICY {table}_{command} ON public.{table} {_CLAUSES[command].format(one)}"
        for one in (condition, before)
    )
    return migrations.RunSQL(forward, backward)


def another_policy(table: str, name: str, command: str, condition: str) -> migrations.RunSQL:
    """Let rows through for one more reason: policies of a table are joined by OR."""
    return migrations.RunSQL(
        f"CREATE POLICY {name} ON public.{table} FOR {command.upper()} TO {APP} "
        f"{_CLAUSES[command].format(condition)}",
        f"DROP POLICY {name} ON public.{table}",
    )


_EMERGENCY = "(SELECT public.clients_emergency_client())"


def not_in_emergency(*tables: str) -> migrations.RunSQL:
    """Show and take nothing of these tables inside an emergency access, whatever else allows it."""
    return migrations.RunSQL(
        ";\n".join(
            f"CREATE POLICY {table}_no_emergency ON public.{table} AS RESTRICTIVE FOR ALL TO {APP} "
            f"USING ({_EMERGENCY} IS NULL)"
            for table in tables
        ),
        ";\n".join(f"DROP POLICY {table}_no_emergency ON public.{table}" for table in tables),
    )


def read_in_emergency(table: str, client: str = "") -> migrations.RunSQL:
    """Take nothing of a table inside an emergency access; of its `client` column show one client.

    What else is shown of it is what other policies let through for the cases of that client.
    """
    policies = [
        (f"{table}_no_emergency_{command}", command, check.format(f"{_EMERGENCY} IS NULL"))
        for command, check in (
            ("insert", "WITH CHECK ({0})"), ("update", "USING ({0})"), ("delete", "USING ({0})")
        )
    ]  # fmt: skip
    if client:
        one = f"USING ({_EMERGENCY} IS NULL OR {client} = {_EMERGENCY})"
        policies.append((f"{table}_emergency_one_client", "select", one))
    return migrations.RunSQL(
        ";\n".join(
            f"CREATE POLICY {name} ON public.{table} AS RESTRICTIVE FOR {command.upper()} TO {APP} "
            f"{clause}"
            for name, command, clause in policies
        ),
        ";\n".join(f"DROP POLICY {name} ON public.{table}" for name, _, _ in policies),
    )


def never_changes(table: str, thing: str) -> migrations.RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE by trigger, whoever asks; `thing` is for the message."""
    message = f"A {thing} never changes."
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON public.{table} "
        f"FOR EACH ROW EXECUTE FUNCTION public.counselling_refuse_change('{message}');"
        f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON public.{table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION public.counselling_refuse_change('{message}')",
        f"DROP TRIGGER {table}_never_changes ON public.{table};"
        f"DROP TRIGGER {table}_never_emptied ON public.{table}",
    )


def definer(signature: str, returns: str, body: str, language: str = "sql") -> migrations.RunSQL:
    """Make a stable function of the owner that policies ask; fixed search path, no public right.

    `signature` is "name(argument type, ...)"; inside, tables are written `public.x`.
    """
    name = signature.split("(", maxsplit=1)[0]
    types = ", ".join(
        " ".join(part.split(" DEFAULT ")[0].split()[1:])
        for part in signature[len(name) + 1 : -1].split(",")
        if part.strip()
    )
    return migrations.RunSQL(
        f"CREATE FUNCTION public.{signature} RETURNS {returns} LANGUAGE {language} STABLE "
        f"SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ {body} $body$;"
        f"REVOKE ALL ON FUNCTION public.{name}({types}) FROM PUBLIC;"
        f"GRANT EXECUTE ON FUNCTION public.{name}({types}) TO {APP}",
        f"DROP FUNCTION public.{name}({types})",
    )
