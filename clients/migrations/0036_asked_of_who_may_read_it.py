"""A client's question goes to a privacy officer who may read it; one kept out hears nothing of it.

A letter that there is something to look at, and then nothing to look at, would tell them. Where no
privacy officer may read it, whoever is next is asked at once and not when it is late.
"""

import importlib

from django.db import migrations

from counselling.sql import definer

first = importlib.import_module("clients.migrations.0002_row_security")

OFFICERS = """
SELECT held.account_id FROM public.accounts_roleheld held
JOIN public.accounts_account able ON able.id = held.account_id AND able.is_active
WHERE held.role = 'privacy_officer'
  AND held.since <= now() AND (held.until IS NULL OR held.until > now())
  AND held.account_id <> ALL (asked.people)
  AND NOT public.clients_keeps_out(asked.client_id, held.account_id)
  AND (NOT EXISTS (
    SELECT FROM public.clients_sealedfile kept
    WHERE kept.client_id = asked.client_id AND kept.until IS NULL
  ) OR EXISTS (
    SELECT FROM public.clients_letin let
    WHERE let.client_id = asked.client_id AND let.until IS NULL AND let.person = held.account_id
  ) OR NOT EXISTS (
    SELECT FROM public.clients_casemember part
    JOIN public.clients_assignment cares ON cares.case_id = part.case_id
    WHERE part.client_id = asked.client_id AND cares.accepted_at IS NOT NULL
      AND (cares.until IS NULL OR cares.until > now())
  ))
"""
# told to the machine at work for that client
READERS = f"""
SELECT officer.account_id FROM public.clients_accessquestion asked
CROSS JOIN LATERAL ({OFFICERS}) officer
WHERE asked.id = question AND public.counselling_actor() = {first.SERVICE}
  AND asked.client_id = public.clients_job_client()
"""
# which no privacy officer may read: told to whoever is asked next
LEFT = f"""
SELECT asked.id FROM public.clients_accessquestion asked
WHERE (public.actor_has_role('outside_reviewer') OR public.actor_has_role('supervisor'))
  AND public.counselling_actor() <> ALL (asked.people)
  AND NOT EXISTS (SELECT FROM public.clients_accessanswer said WHERE said.question_id = asked.id)
  AND NOT EXISTS ({OFFICERS})
"""


class Migration(migrations.Migration):
    """Whoever sees a question sees what they saw."""

    dependencies = [("clients", "0035_not_even_by_asking")]

    operations = [
        definer("clients_question_readers(question uuid)", "SETOF uuid", READERS),
        definer("clients_questions_left()", "SETOF uuid", LEFT),
    ]
