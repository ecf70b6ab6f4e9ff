"""A decision is of the instant it is made; a sign-in is told to its owner; letters are apart."""

import importlib

from django.db import migrations

told = importlib.import_module("clients.migrations.0021_guardians_told_too")
first = importlib.import_module("clients.migrations.0002_row_security")
links = importlib.import_module("clients.migrations.0003_links_and_trail")

# planting a fictional past is the owner's work; one dated ahead would decide when nobody looks
DATED = """
CREATE FUNCTION public.clients_decided_now() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NEW.at <> now() AND session_user <> (
        SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
    ) THEN
        RAISE EXCEPTION 'A decision is of the instant it is made.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER clients_capacitydecision_now BEFORE INSERT ON public.clients_capacitydecision
    FOR EACH ROW EXECUTE FUNCTION public.clients_decided_now()
"""
UNDATED = """
DROP TRIGGER clients_capacitydecision_now ON public.clients_capacitydecision;
DROP FUNCTION public.clients_decided_now()
"""
# of others' sign-ins hears only who may give them: whose one is, is not said to everybody
_ANYBODY = "public.counselling_actor() IS NOT NULL"
TELL = told.TELL.replace(
    _ANYBODY,
    f"(public.counselling_actor() IN (account, {first.SERVICE}, {links.ANONYMOUS})\n"
    f"    OR {first.clients('manage', 'own.client_id')})",
    1,
)
LETTERS = (
    "ALTER POLICY clients_message_own ON public.clients_message "
    "USING (client_id = (SELECT public.portal_client()){0}) "
    "WITH CHECK (client_id = (SELECT public.portal_client()){0})"
)


class Migration(migrations.Migration):
    """What holds whoever writes."""

    dependencies = [("clients", "0021_guardians_told_too")]

    operations = [
        migrations.RunSQL(DATED, UNDATED),
        migrations.RunSQL(TELL, told.TELL),
        migrations.RunSQL(LETTERS.format(" AND guardian_id IS NULL"), LETTERS.format("")),
    ]
