"""A guardian hears of their own sign-in, too; what waited for a word goes on once it is given."""

import importlib

from django.db import migrations

from counselling.sql import APP

before = importlib.import_module("clients.migrations.0016_news_of_the_space")

_FROM = "FROM public.clients_portalaccess own\nWHERE own.account_id = account AND"
_OWNERS = """FROM (
    SELECT mine.client_id, NULL::uuid AS guardian_id, mine.account_id
    FROM public.clients_portalaccess mine
    UNION ALL
    SELECT theirs.client_id, theirs.guardian_id, theirs.account_id
    FROM public.clients_guardianaccess theirs
) own
WHERE own.account_id = account AND"""
TELL = (
    before.TELL.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    .replace("(id, client_id, template,", "(id, client_id, guardian_id, template,", 1)
    .replace("message, own.client_id, letter,", "message, own.client_id, own.guardian_id, letter,")
    .replace(_FROM, _OWNERS, 1)
)
# whether a letter may go is asked again when it goes; who signs for a client only has it tried
RELEASE = f"""
CREATE FUNCTION public.clients_try_held_again(person uuid) RETURNS SETOF uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
UPDATE public.clients_message letter SET state = 'queued', due_at = now()
WHERE letter.client_id = person AND letter.guardian_id IS NULL AND letter.state = 'held'
  AND person = ANY (ARRAY(SELECT public.visible_clients('consent')))
  AND (SELECT public.clients_emergency_client()) IS NULL
RETURNING letter.id
$body$;
REVOKE ALL ON FUNCTION public.clients_try_held_again(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.clients_try_held_again(uuid) TO {APP}
"""


class Migration(migrations.Migration):
    """Each by their own card."""

    dependencies = [("clients", "0020_ended_guardians_sealed_anew")]

    operations = [
        migrations.RunSQL(
            TELL, before.TELL.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
        ),
        migrations.RunSQL(RELEASE, "DROP FUNCTION public.clients_try_held_again(uuid)"),
    ]
