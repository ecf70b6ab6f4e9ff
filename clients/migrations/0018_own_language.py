"""Clients choose the language they read in; nothing else of their row is theirs to change."""

from django.db import migrations

from counselling.sql import APP

CHOOSE = f"""
CREATE FUNCTION public.clients_choose_language(chosen text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF chosen !~ '^[a-z]{{2,3}}(-[a-z]{{2,4}})?$' THEN
        RAISE EXCEPTION 'No language has such a code.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE public.clients_client own SET language = chosen
    WHERE own.id = public.portal_client() AND own.language <> chosen;
    RETURN FOUND;
END $body$;
REVOKE ALL ON FUNCTION public.clients_choose_language(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.clients_choose_language(text) TO {APP}
"""


class Migration(migrations.Migration):
    """The one column, for the one client whose sign-in asks."""

    dependencies = [("clients", "0017_handed_over")]

    operations = [
        migrations.RunSQL(CHOOSE, "DROP FUNCTION public.clients_choose_language(text)"),
    ]
