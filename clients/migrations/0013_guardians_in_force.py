"""Who signs for somebody, as the newest decision says, and what a guardian's own sign-in sees.

A guardian who is named by the decision in force sees, of the one client, what is asked and signed
(levels `contact` and `consent` of `visible_clients`); no case, no note, no line of the log. When
the decision ends, by its date, by a newer one or with the guardian, the sign-in shows nothing.
"""

import importlib

from django.db import migrations

from counselling.sql import (
    APP,
    definer,
    grant,
    never_changes,
    not_in_emergency,
    read_in_emergency,
    row_security,
)

first = importlib.import_module("clients.migrations.0002_row_security")
standing_in = importlib.import_module("clients.migrations.0007_standing_in_and_emergencies")
in_time = importlib.import_module("clients.migrations.0011_said_in_its_time")

ME = first.ME

DECIDED = """
SELECT said.id, said.decides::text, said.until FROM public.clients_capacitydecision said
WHERE said.client_id = person AND said.at <= now()
ORDER BY said.at DESC, said.id DESC LIMIT 1
"""
SIGNING = """
SELECT named.guardian_id FROM public.clients_decided(person) newest
JOIN public.clients_decisionguardian named ON named.decision_id = newest.decision AND named.signs
JOIN public.clients_guardian guardian ON guardian.id = named.guardian_id
WHERE newest.decides <> 'alone' AND newest.until > now()
  AND (guardian.ended_at IS NULL OR guardian.ended_at > now())
"""
# whoever signed in as a guardian, in force or not any more
GUARDING = """
SELECT own.guardian_id FROM public.clients_guardianaccess own
JOIN public.accounts_account account ON account.id = own.account_id AND account.is_active
WHERE own.account_id = public.counselling_actor()
"""
GUARDED = """
SELECT guardian.client_id FROM public.clients_guardian guardian
WHERE guardian.id = public.guarding()
  AND guardian.id IN (SELECT public.clients_signing_guardians(guardian.client_id))
"""
VISIBLE_CLIENTS = (
    standing_in.VISIBLE_CLIENTS.rpartition("END")[0]
    + """
    IF level IN ('contact', 'consent') THEN
        own := public.guarded_client();
        IF own IS NOT NULL THEN
            RETURN NEXT own;
        END IF;
    END IF;
END"""
)
# what is told of a client's openings is told to staff and to the client, never to a guardian
ABOUT = in_time.ABOUT_SEEN.replace(
    "(SELECT public.own_client()) IS NULL",
    "(SELECT public.own_client()) IS NULL AND (SELECT public.guarding()) IS NULL",
)

GUARDIAN = "(SELECT public.guarding())"
STAFF = f"{GUARDIAN} IS NULL AND (SELECT public.link_row()) IS NULL"

# a decision is made as a whole, and about one client
WHOLE = """
CREATE FUNCTION public.clients_decision_whole() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NOT EXISTS (
        SELECT FROM public.clients_capacitydecision said
        JOIN public.clients_guardian guardian ON guardian.id = NEW.guardian_id
        WHERE said.id = NEW.decision_id AND said.client_id = NEW.client_id
          AND guardian.client_id = NEW.client_id
          AND (said.at = now() OR session_user = (
              SELECT theirs.rolname FROM pg_class made JOIN pg_roles theirs
              ON theirs.oid = made.relowner WHERE made.oid = TG_RELID))
    ) THEN
        RAISE EXCEPTION 'A decision names the guardians of its client when it is made.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.clients_decision_whole() FROM PUBLIC;
CREATE TRIGGER clients_decisionguardian_whole BEFORE INSERT ON public.clients_decisionguardian
    FOR EACH ROW EXECUTE FUNCTION public.clients_decision_whole();
CREATE FUNCTION public.clients_guardian_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
        RAISE EXCEPTION 'A guardian who ended stays ended.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER clients_guardian_moves BEFORE UPDATE ON public.clients_guardian
    FOR EACH ROW EXECUTE FUNCTION public.clients_guardian_moves()
"""
NOT_WHOLE = """
DROP TRIGGER clients_decisionguardian_whole ON public.clients_decisionguardian;
DROP TRIGGER clients_guardian_moves ON public.clients_guardian;
DROP FUNCTION public.clients_decision_whole(), public.clients_guardian_moves()
"""


def not_for_guardians(*tables: str, unless: str = "false") -> migrations.RunSQL:
    """Show a guardian nothing of these tables, whatever else would."""
    return migrations.RunSQL(
        ";\n".join(
            f"CREATE POLICY {table}_no_guardian ON public.{table} AS RESTRICTIVE FOR SELECT "
            f"TO {APP} USING ({GUARDIAN} IS NULL OR {unless})"
            for table in tables
        ),
        ";\n".join(f"DROP POLICY {table}_no_guardian ON public.{table}" for table in tables),
    )


def replaced(body: str, before: str) -> migrations.RunSQL:
    """Give `visible_clients` another body; who may call it and what asks it stays."""
    forward, backward = (
        str(definer("visible_clients(level text)", "SETOF uuid", one, "plpgsql").sql).replace(
            "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
        )
        for one in (body, before)
    )
    return migrations.RunSQL(forward, backward)


class Migration(migrations.Migration):
    """A guardian is somebody outside who is let in as far as the decision goes."""

    dependencies = [("clients", "0012_who_decides")]

    operations = [
        definer(
            "clients_decided(person uuid)",
            "TABLE (decision uuid, decides text, until timestamptz)",
            DECIDED,
        ),
        definer("clients_signing_guardians(person uuid)", "SETOF uuid", SIGNING),
        migrations.RunSQL(
            f"REVOKE EXECUTE ON FUNCTION public.clients_decided(uuid) FROM {APP};"
            f"REVOKE EXECUTE ON FUNCTION public.clients_signing_guardians(uuid) FROM {APP}",
            migrations.RunSQL.noop,
        ),
        definer("guarding()", "uuid", GUARDING),
        definer("guarded_client()", "uuid", GUARDED),
        replaced(VISIBLE_CLIENTS, standing_in.VISIBLE_CLIENTS),
        migrations.RunSQL(ABOUT, in_time.ABOUT_SEEN),
        migrations.RunSQL(WHOLE, NOT_WHOLE),
        row_security(
            "clients_guardian",
            select=f"{first.clients('contact')} AND ({STAFF} OR id = {GUARDIAN})",
            insert=f"{first.clients('manage')} AND created_by = {ME} AND ended_at IS NULL",
            update=first.clients("manage"),
        ),
        grant("clients_guardian", "SELECT, INSERT, UPDATE (details, ended_at)"),
        read_in_emergency("clients_guardian", "client_id"),
        row_security(
            "clients_capacitydecision",
            select=f"{first.clients('contact')} AND (SELECT public.link_row()) IS NULL",
            insert=f"{first.clients('manage')} AND by = {ME} AND {first.role('counsellor')}",
        ),
        grant("clients_capacitydecision", "SELECT, INSERT"),
        never_changes("clients_capacitydecision", "decision"),
        not_in_emergency("clients_capacitydecision", "clients_decisionguardian"),
        row_security(
            "clients_decisionguardian",
            select=f"{first.clients('contact')} AND ({STAFF} OR guardian_id = {GUARDIAN})",
            insert=f"{first.clients('manage')} AND {first.role('counsellor')}",
        ),
        grant("clients_decisionguardian", "SELECT, INSERT"),
        never_changes("clients_decisionguardian", "decision"),
        row_security(
            "clients_guardianaccess",
            select=f"account_id = {ME} OR {first.clients('contact')} AND {STAFF}",
            insert=f"given_by = {ME} AND {first.clients('manage')} "
            "AND public.clients_is_client_account(account_id)",
        ),
        grant("clients_guardianaccess", "SELECT, INSERT"),
        never_changes("clients_guardianaccess", "sign-in of a guardian"),
        not_in_emergency("clients_guardianaccess"),
        not_for_guardians("clients_contactcard", "clients_message"),
        not_for_guardians("clients_portalaccess", unless=f"account_id = {ME}"),
    ]
