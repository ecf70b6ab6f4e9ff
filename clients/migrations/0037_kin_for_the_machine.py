"""Who is called or lives alike is compared by the machine alone: nobody else reads a hash of it.

Whoever may write a name or an address keeps its hashes by a function. Read beside the hash of where
a colleague lives, these rows told everybody who writes addresses with whom that colleague lives.
"""

import importlib

from django.db import migrations

from counselling.sql import APP, policy

first = importlib.import_module("clients.migrations.0002_row_security")
before = importlib.import_module("clients.migrations.0033_around_a_visit")

# whatever is known of one sign is written anew; a client of whom nothing is has one row that says so
KEEP = f"""
CREATE FUNCTION public.clients_keep_kin(
    of_client uuid, of_sign text, tokens text[], nothing text
) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF public.clients_emergency_client() IS NOT NULL OR NOT coalesce(
        of_client = public.clients_job_client()
        OR of_client IN (SELECT public.visible_clients('manage')), false
    ) THEN
        RAISE EXCEPTION 'Who writes a name keeps its hashes.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM public.clients_kin known
        WHERE known.client_id = of_client AND known.sign IN (of_sign, 'none');
    INSERT INTO public.clients_kin (id, client_id, sign, token)
        SELECT gen_random_uuid(), of_client, of_sign, one FROM unnest(tokens) one;
    INSERT INTO public.clients_kin (id, client_id, sign, token)
        SELECT gen_random_uuid(), of_client, 'none', nothing
        WHERE NOT EXISTS (SELECT FROM public.clients_kin known WHERE known.client_id = of_client);
END $body$;
REVOKE ALL ON FUNCTION public.clients_keep_kin(uuid, text, text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.clients_keep_kin(uuid, text, text[], text) TO {APP};
REVOKE INSERT, DELETE ON public.clients_kin FROM {APP}
"""
FORGET = f"""
GRANT INSERT, DELETE ON public.clients_kin TO {APP};
DROP FUNCTION public.clients_keep_kin(uuid, text, text[], text)
"""


class Migration(migrations.Migration):
    """What compares them is asked by the machine alone since 0033."""

    dependencies = [("clients", "0036_asked_of_who_may_read_it")]

    operations = [
        migrations.RunSQL(KEEP, FORGET),
        policy(
            "clients_kin",
            "select",
            before.JOB,
            f"{first.clients('manage')} OR {before.JOB}",
        ),
    ]
