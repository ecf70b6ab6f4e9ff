"""A second person who reads no note sees by its hash which pack they let go, and nothing of it."""

from django.db import migrations

from counselling.sql import definer

HASH = """
SELECT p.pack_sha256::text FROM public.records_share s
JOIN public.records_share_paper p ON p.share_id = s.id
WHERE s.id = one AND s.subpoena IS NOT NULL AND s.locked_at IS NOT NULL AND s.dropped_at IS NULL
  AND s.client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))
  AND (public.actor_has_role('privacy_officer') OR public.actor_has_role('supervisor'))
"""


class Migration(migrations.Migration):
    """Of what is locked because of a subpoena, for who lets it go."""

    dependencies = [("records", "0026_released_by_two")]

    operations = [definer("records_locked_pack(one uuid)", "text", HASH)]
