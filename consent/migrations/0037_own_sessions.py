"""The days a client was there, for themselves alone: to say which were paid for in full."""

from django.db import migrations

from counselling.sql import definer

# their own part is no secret to them; of a session of several, whether they are on its roster
OWN = """
BEGIN
    RETURN QUERY SELECT held.id, held.starts_at FROM public.records_session held
    JOIN public.clients_case care ON care.id = held.case_id
    WHERE held.starts_at <= now() AND held.starts_at > now() - interval '2 years'
      AND care.id IN (
        SELECT part.case_id FROM public.clients_casemember part
        WHERE part.client_id = public.own_client())
      AND (care.kind = 'individual' OR EXISTS (
        SELECT FROM public.records_session_member roster
        WHERE roster.session_id = held.id AND roster.client_id = public.own_client()))
    ORDER BY held.starts_at DESC LIMIT 100;
END
"""


class Migration(migrations.Migration):
    """Nobody else is given anything by it."""

    dependencies = [("consent", "0036_orders_that_reach")]

    operations = [
        definer("consent_own_sessions()", "TABLE (session uuid, at timestamptz)", OWN, "plpgsql"),
    ]
