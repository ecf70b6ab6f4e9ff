"""What is asked before there is an actor, what the sweeper reads, and who reads which event."""

from django.db import migrations

from counselling.sql import APP, definer, grant, row_security

SERVICE = "'00000000-0000-7000-8000-000000000001'::uuid"
ANONYMOUS = "'00000000-0000-7000-8000-000000000002'::uuid"

# the one way a link comes to act; the PIN was checked in Python (Argon2), so this trusts the
# application that it was: the second wall is not meant to stop who runs SQL (docs/threat-model)
MAKE_LINK_ACTOR = f"""
CREATE FUNCTION public.clients_make_link_actor(
    link uuid, of_client uuid, for_purpose text, for_row uuid, until timestamptz
) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF public.counselling_actor() IS DISTINCT FROM {ANONYMOUS} THEN
        RAISE EXCEPTION 'A link is opened by somebody not signed in.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF until <= now() OR until > now() + interval '12 hours' THEN
        RAISE EXCEPTION 'A link acts for twelve hours at most.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO public.clients_linkactor (
        id, client_id, purpose, "row", opened_at, seen_at, expires_at
    ) VALUES (link, of_client, for_purpose, for_row, now(), now(), until);
END $body$;
REVOKE ALL ON FUNCTION
    public.clients_make_link_actor(uuid, uuid, text, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    public.clients_make_link_actor(uuid, uuid, text, uuid, timestamptz) TO {APP};
CREATE FUNCTION public.clients_link_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NEW.expires_at > OLD.expires_at THEN
        RAISE EXCEPTION 'A link is ended, not prolonged.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER clients_link_moves BEFORE UPDATE ON public.clients_linkactor
    FOR EACH ROW EXECUTE FUNCTION public.clients_link_moves()
"""
NO_LINK_ACTOR = """
DROP TRIGGER clients_link_moves ON public.clients_linkactor;
DROP FUNCTION public.clients_link_moves();
DROP FUNCTION public.clients_make_link_actor(uuid, uuid, text, uuid, timestamptz)
"""
# who asks for a link is there: that is noted, once a minute, and ten minutes without it end it
LINK = f"""
CREATE FUNCTION public.clients_link(link uuid)
RETURNS TABLE (client_id uuid, purpose text, row_id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
UPDATE public.clients_linkactor passed SET seen_at = now()
WHERE passed.id = link AND passed.expires_at > now()
  AND passed.seen_at BETWEEN now() - interval '10 minutes' AND now() - interval '1 minute';
SELECT passed.client_id, passed.purpose::text, passed.row FROM public.clients_linkactor passed
WHERE passed.id = link AND passed.expires_at > now()
  AND passed.seen_at > now() - interval '10 minutes'
$body$;
REVOKE ALL ON FUNCTION public.clients_link(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.clients_link(uuid) TO {APP}
"""
# all who passed a link's second secret, and every letter that still carries the link
END_LINKS = f"""
CREATE FUNCTION public.clients_end_links(of_row uuid, until timestamptz)
RETURNS TABLE (links integer, letters integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    UPDATE public.clients_linkactor passed SET expires_at = until
    WHERE passed.row = of_row AND passed.expires_at > until AND (
        public.counselling_actor() = {ANONYMOUS}
        OR passed.client_id = ANY (ARRAY(SELECT public.visible_clients('contact')))
    );
    GET DIAGNOSTICS links = ROW_COUNT;
    UPDATE public.clients_message letter SET state = 'dropped', content = NULL
    WHERE letter.about = of_row AND letter.state IN ('queued', 'held', 'failed') AND (
        public.counselling_actor() = {ANONYMOUS}
        OR letter.client_id = ANY (ARRAY(SELECT public.visible_clients('contact')))
    );
    GET DIAGNOSTICS letters = ROW_COUNT;
    RETURN NEXT;
END $body$;
REVOKE ALL ON FUNCTION public.clients_end_links(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.clients_end_links(uuid, timestamptz) TO {APP}
"""
DUE = """
SELECT message.client_id, message.id FROM public.clients_message message
WHERE message.state = 'queued' AND message.due_at <= now()
ORDER BY message.due_at LIMIT 1000
"""
# whether a 404 was a look at a hidden row, and so worth an event; tables of care only
ROW_EXISTS = """
DECLARE
    found boolean;
BEGIN
    IF table_name !~ '^(clients|consent|records)_[a-z]+$'
       OR to_regclass(format('public.%I', table_name)) IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE id = $1)', table_name)
        INTO found USING row_id;
    RETURN found;
END
"""

READ_ACTORS = f"""
SELECT public.counselling_actor()
WHERE public.counselling_actor() NOT IN ({SERVICE}, {ANONYMOUS})
UNION
SELECT arranged.supervisee_id FROM public.accounts_supervision arranged
WHERE arranged.supervisor_id = public.counselling_actor()
  AND arranged.since <= now() AND (arranged.until IS NULL OR arranged.until > now())
  AND public.actor_has_role('supervisor')
"""
# privacy officers read all; supervisors their supervisees' events; everybody their own; clients
# those about themselves; administrators those about nobody
TRAIL = f"""
CREATE POLICY audit_event_select ON public.audit_event FOR SELECT TO {APP} USING (
    actor = ANY (ARRAY(SELECT public.clients_read_actors()))
    OR (SELECT public.actor_has_role('privacy_officer'))
    OR client = (SELECT public.portal_client())
    OR clients @> ARRAY[(SELECT public.portal_client())]
    OR client IS NULL AND case_id IS NULL AND clients IS NULL
        AND (SELECT public.actor_has_role('administrator'))
)
"""


class Migration(migrations.Migration):
    """Made here since `clients` knows visibility and `audit` knows nobody."""

    dependencies = [("clients", "0002_row_security"), ("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(MAKE_LINK_ACTOR, NO_LINK_ACTOR),
        row_security(
            "clients_linkactor",
            select="id = (SELECT public.counselling_actor())",
            update="id = (SELECT public.counselling_actor())",
        ),
        grant("clients_linkactor", "SELECT, UPDATE (expires_at)"),
        migrations.RunSQL(LINK, "DROP FUNCTION public.clients_link(uuid)"),
        migrations.RunSQL(END_LINKS, "DROP FUNCTION public.clients_end_links(uuid, timestamptz)"),
        definer("clients_due_messages()", "TABLE (client_id uuid, id uuid)", DUE),
        definer("row_exists(table_name text, row_id uuid)", "boolean", ROW_EXISTS, "plpgsql"),
        definer("clients_read_actors()", "SETOF uuid", READ_ACTORS),
        migrations.RunSQL(TRAIL, "DROP POLICY audit_event_select ON public.audit_event"),
    ]
