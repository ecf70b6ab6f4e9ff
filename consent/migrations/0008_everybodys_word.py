"""What is about several people leaves while the word of each holds: asked, and held, as it leaves."""

from django.db import migrations

# a withdrawal locks the same row first (see _gate): the two wait for each other
HOLDS = """
CREATE FUNCTION public.consent_all_hold(chosen uuid[], for_purpose text, wanted text[])
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    PERFORM FROM public.consent_consent WHERE id = ANY (chosen) ORDER BY id FOR SHARE;
    RETURN NOT EXISTS (
        SELECT FROM unnest(chosen) AS one (id) WHERE NOT EXISTS (
            SELECT FROM public.consent_consent c
            WHERE c.id = one.id AND c.purpose = for_purpose
              AND wanted <@ c.categories::text[]
              AND c.since <= now() AND (c.until IS NULL OR c.until > now())
              AND c.client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))
              AND NOT EXISTS (
                SELECT FROM public.consent_withdrawal gone WHERE gone.consent_id = c.id)
              AND NOT EXISTS (
                SELECT FROM public.consent_replacement anew WHERE anew.consent_id = c.id)
        )
    );
END $body$;
REVOKE ALL ON FUNCTION public.consent_all_hold(uuid[], text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.consent_all_hold(uuid[], text, text[]) TO counselling_app
"""


class Migration(migrations.Migration):
    """Without it, somebody's word taken back in the same second would come too late."""

    dependencies = [("consent", "0007_nothing_in_emergencies")]

    operations = [
        migrations.RunSQL(HOLDS, "DROP FUNCTION public.consent_all_hold(uuid[], text, text[])"),
    ]
