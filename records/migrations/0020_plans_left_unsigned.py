"""Who ends an assignment sees that a safety plan would be left a draft."""

from django.db import migrations

from counselling.sql import definer

ME = "public.counselling_actor()"
# whose draft it is: who wrote last, or, where they care for the case no longer, everybody who does
LEFT_PLANS = f"""
SELECT begun.client_id, begun.saved_at FROM public.records_plan_draft begun
WHERE begun.case_id = of_case
  AND (begun.by_id = of_person OR NOT EXISTS (
    SELECT FROM public.clients_assignment theirs
    WHERE theirs.case_id = of_case AND theirs.person_id = begun.by_id
      AND theirs.since <= now() AND (theirs.until IS NULL OR theirs.until > now())
  ))
  AND (of_person = {ME} AND of_case = ANY (ARRAY(SELECT public.visible_cases('record')))
       OR of_case = ANY (ARRAY(SELECT public.visible_cases('manage'))))
ORDER BY begun.saved_at
"""


class Migration(migrations.Migration):
    """That there is one, of whom and since when; no word of it."""

    dependencies = [("records", "0019_written_where_and_when")]

    operations = [
        definer(
            "records_left_plans(of_case uuid, of_person uuid)",
            "TABLE (client_id uuid, saved_at timestamptz)",
            LEFT_PLANS,
        ),
    ]
