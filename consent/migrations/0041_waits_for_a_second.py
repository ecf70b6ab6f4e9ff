"""Which changes of recipients wait for a second person: one question, however many there are."""

from django.db import migrations

from counselling.sql import definer

# the newest wording that nobody has answered counts: another name, or a kind said otherwise before
WAITING = """
SELECT newest.recipient_id, newest.client_id, newest."by", newest.at
FROM (
    SELECT DISTINCT ON (w.recipient_id) w.* FROM public.consent_recipient_wording w
    WHERE w.client_id = ANY (ARRAY(SELECT public.visible_clients('consent')))
      AND NOT EXISTS (SELECT FROM public.consent_recipient_agreement a WHERE a.wording_id = w.id)
    ORDER BY w.recipient_id, w.at DESC, w.id DESC
) newest
WHERE NOT EXISTS (SELECT FROM public.consent_recipient_wording later
    WHERE later.recipient_id = newest.recipient_id AND later.at > newest.at)
  AND (NOT public.consent_wording_stands(newest.id) OR cardinality(
    array_remove(public.consent_recipient_kinds(newest.recipient_id), 'other')) > 1)
UNION ALL
SELECT m.gone_id, m.client_id, m."by", m.at FROM public.consent_recipient_merge m
WHERE m.client_id = ANY (ARRAY(SELECT public.visible_clients('consent'))) AND NOT m.same_name
  AND NOT EXISTS (SELECT FROM public.consent_recipient_agreement a WHERE a.merge_id = m.id)
"""


class Migration(migrations.Migration):
    """Whoever sees the client sees that something waits."""

    dependencies = [("consent", "0040_as_of_then")]

    operations = [
        definer(
            "consent_names_waiting()",
            'TABLE (recipient uuid, client uuid, "by" uuid, at timestamptz)',
            WAITING,
        ),
    ]
