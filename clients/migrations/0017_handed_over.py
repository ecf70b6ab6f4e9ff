"""A device that staff hand over acts for one form of one client, by their word instead of a PIN."""

from django.db import migrations, models

from counselling.sql import APP

# whoever cares for the client hands over, awake and in their own name; an hour and no longer
HAND_OVER = f"""
CREATE FUNCTION public.clients_hand_over(
    link uuid, of_client uuid, for_purpose text, for_row uuid, until timestamptz
) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NOT (public.actor_has_role('counsellor') OR public.actor_has_role('trainee'))
       OR NOT of_client = ANY (ARRAY(SELECT public.visible_clients('consent')))
       OR public.clients_emergency_client() IS NOT NULL THEN
        RAISE EXCEPTION 'Who cares for a client hands the device over.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF until <= now() OR until > now() + interval '1 hour' THEN
        RAISE EXCEPTION 'A device is handed over for an hour at most.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO public.clients_linkactor (
        id, client_id, purpose, "row", opened_at, seen_at, expires_at, handed_by
    ) VALUES (
        link, of_client, for_purpose, for_row, now(), now(), until, public.counselling_actor()
    );
END $body$;
REVOKE ALL ON FUNCTION
    public.clients_hand_over(uuid, uuid, text, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    public.clients_hand_over(uuid, uuid, text, uuid, timestamptz) TO {APP}
"""
NO_HAND_OVER = "DROP FUNCTION public.clients_hand_over(uuid, uuid, text, uuid, timestamptz)"


class Migration(migrations.Migration):
    """The row says who handed over, and the evidence of a signature says it after it."""

    dependencies = [("clients", "0016_news_of_the_space")]

    operations = [
        migrations.AddField("linkactor", "handed_by", models.UUIDField(null=True)),
        migrations.RunSQL(HAND_OVER, NO_HAND_OVER),
    ]
