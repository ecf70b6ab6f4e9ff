"""On which day whom of us a client met: the reason the client is told for an opening that day."""

from django.db import migrations

from counselling.sql import definer

# the client, and whoever may know what the client may know of openings: no note, no case
MET = """
SELECT led.person_id, held.starts_at
FROM public.clients_casemember part
JOIN public.records_session held ON held.case_id = part.case_id
    AND held.starts_at >= greatest(since, date_trunc('day', part.since))
    AND held.starts_at < least(until, part.until)
CROSS JOIN LATERAL (
    SELECT held.person_id UNION SELECT beside.person_id FROM public.records_co_leader beside
    WHERE beside.session_id = held.id
) led
WHERE part.client_id = person AND held.attendance <> 'cancelled'
  AND (
    person = public.portal_client()
    OR public.guarding() IS NULL AND public.link_row() IS NULL
       AND public.portal_client() IS NULL
       AND person IN (SELECT public.visible_clients('consent'))
  )
"""


class Migration(migrations.Migration):
    """Read by the page of who opened a file, and by its print."""

    dependencies = [
        ("records", "0032_kept_out_here_too"),
        ("clients", "0029_openings_asked_about"),
    ]

    operations = [
        definer(
            "records_met(person uuid, since timestamptz, until timestamptz)",
            "TABLE (person_id uuid, starts_at timestamptz)",
            MET,
        )
    ]
