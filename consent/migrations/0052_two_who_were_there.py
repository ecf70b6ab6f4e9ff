"""Two who could agree when sharing was stopped: whoever breaks a log makes no second person for it.

An administrator gives roles. So a word counts of who held such a role before the break was found;
only where none of them is left, of who holds one now.
"""

from django.db import migrations

from consent.migrations import _frozen as frozen
from counselling.sql import definer

LIFTERS = f"""
WITH able AS (
    SELECT held.account_id, min(held.since) AS since FROM public.accounts_roleheld held
    JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
    WHERE held.role IN {frozen.THEIRS}
      AND held.since <= now() AND (held.until IS NULL OR held.until > now())
    GROUP BY held.account_id
), before AS (
    SELECT able.account_id FROM able
    JOIN public.audit_freeze stopped ON stopped.id = public.audit_frozen()
        AND able.since <= stopped.at
)
SELECT able.account_id FROM able
WHERE able.account_id IN (SELECT before.account_id FROM before) OR NOT EXISTS (SELECT FROM before)
"""
ANOTHER = "SELECT EXISTS (SELECT FROM public.consent_lifters() able WHERE able <> than)"
OLD_ANOTHER = frozen._ANOTHER
MAY = frozen._MAY.replace(f"({frozen._ROLES})", '"by" IN (SELECT public.consent_lifters())', 1)


def _another(body: str) -> str:
    made = definer("consent_another_lifter(than uuid)", "boolean", body)
    return str(made.sql).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def _may(condition: str) -> str:
    return f"ALTER POLICY audit_thaw_people ON public.audit_thaw WITH CHECK ({condition})"


class Migration(migrations.Migration):
    """Who is alone still waits three days; who came later waits for somebody who was there."""

    dependencies = [("consent", "0051_openings_once_told")]

    operations = [
        definer("consent_lifters()", "SETOF uuid", LIFTERS),
        migrations.RunSQL(_another(ANOTHER), _another(OLD_ANOTHER)),
        migrations.RunSQL(_may(MAY), _may(frozen._MAY)),
    ]
