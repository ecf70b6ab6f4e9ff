"""What goes by itself is due once the client agreed, or once nothing is asked of them any more."""

import importlib

import django.contrib.postgres.fields
from django.db import migrations, models

from counselling.sql import definer, grant

before = importlib.import_module("records.migrations.0023_shares")

LIVE = """
EXISTS (
    SELECT FROM public.consent_consent c
    WHERE c.client_id = s.client_id AND c.purpose = s.purpose
      AND s.categories::text[] <@ c.categories::text[]
      AND public.consent_same_recipient(c.recipient_id)
        = public.consent_same_recipient(s.recipient_id)
      AND c.since <= now() AND (c.until IS NULL OR c.until > now())
      AND NOT EXISTS (SELECT FROM public.consent_withdrawal w WHERE w.consent_id = c.id)
      AND NOT EXISTS (SELECT FROM public.consent_replacement r WHERE r.consent_id = c.id)
)"""
ASKED = """
EXISTS (
    SELECT FROM public.consent_request r
    WHERE r.client_id = s.client_id AND r.purpose = s.purpose AND r.lead_id IS NULL
      AND r.made_at >= s.at AND r.state IN ('draft', 'sent', 'opened')
      AND (r.expires_at IS NULL OR r.expires_at > now())
      AND public.consent_same_recipient(r.recipient_id)
        = public.consent_same_recipient(s.recipient_id)
)"""
DUE = f"""
SELECT s.id, s.client_id FROM public.records_share s
WHERE s.resume = 'send' AND s.back = '' AND s.due_at <= now()
  AND s.sent_at IS NULL AND s.dropped_at IS NULL
  AND ({LIVE} OR NOT {ASKED})
ORDER BY s.due_at LIMIT 200
"""


def due(body: str) -> str:
    """Give the question of the sweep another body."""
    made = definer("records_due_shares()", "TABLE (share uuid, client uuid)", body)
    return str(made.sql).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    """The kinds of information stand on the row, so that the database can compare them."""

    dependencies = [("records", "0023_shares")]

    operations = [
        migrations.AddField(
            model_name="share",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), default=list, size=None
            ),
        ),
        grant("records_share", "UPDATE (categories)"),
        migrations.RunSQL(due(DUE), due(before.DUE)),
    ]
