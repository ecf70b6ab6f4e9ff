"""How far the nearest session is from a visit: told to the machine that finds what to review."""

import importlib

from django.db import migrations

from counselling.sql import definer

first = importlib.import_module("clients.migrations.0002_row_security")

# a session counts whoever held it: who supervises or stands in has none of their own
NEAREST = f"""
SELECT asked.n::integer, min(greatest(
    held.starts_at - asked.at, asked.at - held.ends_at, interval '0'))
FROM unnest(clients, cases, instants) WITH ORDINALITY AS asked(client, care, at, n)
JOIN public.records_session held ON held.case_id = asked.care OR asked.care IS NULL
    AND held.case_id IN (SELECT part.case_id FROM public.clients_casemember part
        WHERE part.client_id = asked.client)
WHERE public.counselling_actor() = {first.SERVICE}
  AND held.starts_at BETWEEN asked.at - interval '60 days' AND asked.at + interval '60 days'
GROUP BY asked.n
"""


class Migration(migrations.Migration):
    """Nobody else is answered."""

    dependencies = [
        ("records", "0034_of_that_period"),
        ("clients", "0033_around_a_visit"),
    ]

    operations = [
        definer(
            "records_nearest_session(clients uuid[], cases uuid[], instants timestamptz[])",
            "TABLE (n integer, distance interval)",
            NEAREST,
        ),
    ]
