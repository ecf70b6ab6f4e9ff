"""What is signed is of the client who was asked; who may approve a form is nobody's to choose.

And what somebody allowed alone is not shown to who decides with them now: not that it ends, not
that it was replaced, not that it is asked again.
"""

from __future__ import annotations

from typing import Final

from django.db import migrations

from consent.migrations import _proof as proof
from consent.migrations import _writing as writing
from consent.migrations._gate import PLANTING
from counselling.sql import APP

# -- of one client ---------------------------------------------------------------------------------

_OF_CLIENT: Final = ("consent_signature", "consent_question", "consent_onlineacceptance")
SAME: Final = """
CREATE FUNCTION public.consent_of_same_client() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NOT EXISTS (
        SELECT FROM public.consent_request r
        WHERE r.id = NEW.request_id AND r.client_id = NEW.client_id
    ) THEN
        RAISE EXCEPTION 'What is said to a form is of the same client as the form.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.consent_of_same_client() FROM PUBLIC;
CREATE FUNCTION public.consent_link_of_client() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF EXISTS (
        SELECT FROM public.consent_request r
        WHERE r.id = NEW."row" AND r.client_id <> NEW.client_id
    ) THEN
        RAISE EXCEPTION 'A link opens a form of the same client.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.consent_link_of_client() FROM PUBLIC;
CREATE TRIGGER consent_link_of_client BEFORE INSERT ON public.clients_linkactor
    FOR EACH ROW EXECUTE FUNCTION public.consent_link_of_client()
""" + "".join(
    f";CREATE TRIGGER {table}_of_client BEFORE INSERT ON public.{table} "
    "FOR EACH ROW EXECUTE FUNCTION public.consent_of_same_client()"
    for table in _OF_CLIENT
)
NOT_SAME: Final = (
    "DROP TRIGGER consent_link_of_client ON public.clients_linkactor;"
    + "".join(f"DROP TRIGGER {table}_of_client ON public.{table};" for table in _OF_CLIENT)
    + "DROP FUNCTION public.consent_of_same_client(), public.consent_link_of_client()"
)

# -- of two people ---------------------------------------------------------------------------------

_ANEW: Final = ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
_ROLES: Final = (
    "(public.actor_has_role('administrator') OR public.actor_has_role('privacy_officer')\n"
    "     OR public.actor_has_role('supervisor'))"
)
# Only oneself becomes a writer: whoever could make others into writers would leave nobody to
# approve. And nobody says that words have waited longer than they have.
_MOVES: Final = writing.MOVES.partition("CREATE TRIGGER")[0]
_PUBLISHED: Final = "  IF NEW.state = 'published' AND NOT EXISTS"
MOVES: Final = (
    _MOVES.replace(*_ANEW)
    .replace(
        "BEGIN\n",
        f"""BEGIN
  IF NOT ({PLANTING}) AND NOT {_ROLES} THEN
    RAISE EXCEPTION 'Somebody who looks after forms changes them.'
      USING ERRCODE = 'restrict_violation';
  END IF;
""",
        1,
    )
    .replace("NOT (NEW.writers @> ARRAY[mine])", "NEW.writers <> ARRAY[mine]", 1)
    .replace(
        "  IF NOT (NEW.writers @> OLD.writers)\n",
        """  IF NOT (NEW.writers @> OLD.writers) OR NOT (NEW.writers <@ (OLD.writers || mine))
""",
        1,
    )
    .replace(
        _PUBLISHED,
        f"""  IF NOT ({PLANTING}) AND (
      NEW.state = 'waiting' AND (NEW.handed_in_at IS DISTINCT FROM now()
        OR NEW.handed_in_by IS DISTINCT FROM mine)
      OR NEW.state <> 'waiting' AND NEW.handed_in_at IS DISTINCT FROM OLD.handed_in_at) THEN
    RAISE EXCEPTION 'A form is handed in at the instant that it is.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.state = 'waiting' AND NEW.state <> 'published' AND EXISTS (
      SELECT FROM public.consent_formapproval given WHERE given.draft_id = NEW.id) THEN
    RAISE EXCEPTION 'What was approved is published as it is.' USING ERRCODE = 'restrict_violation';
  END IF;
{_PUBLISHED}""",
        1,
    )
)
_APPROVES: Final = writing.APPROVES.partition("CREATE TRIGGER")[0].replace("NEW.by", 'NEW."by"')
APPROVES: Final = _APPROVES.replace(*_ANEW).replace(
    "  RETURN NEW;",
    f"""  IF NEW.at <> now() AND NOT ({PLANTING}) THEN
    RAISE EXCEPTION 'An approval is of the instant it is given.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;""",
    1,
)
# the shipped library is published by migrations, which the application's role does not run
OFFERS: Final = f"""
CREATE FUNCTION public.consent_form_gate() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF current_user = '{APP}' AND NOT public.actor_has_role('administrator') THEN
    RAISE EXCEPTION 'Somebody who looks after forms changes them.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_form_gate BEFORE INSERT OR UPDATE ON public.consent_form
FOR EACH ROW EXECUTE FUNCTION public.consent_form_gate()
"""
NO_OFFERS: Final = """
DROP TRIGGER consent_form_gate ON public.consent_form;
DROP FUNCTION public.consent_form_gate()
"""

# -- not for guardians, and not for everybody ------------------------------------------------------

_GUARDIAN: Final = "(SELECT public.guarding())"
_SEEN: Final = "consent_id IN (SELECT c.id FROM public.consent_consent c)"
_HIDDEN: Final = {
    "consent_askagain": f"{_GUARDIAN} IS NULL",
    "consent_askedagain": f"{_GUARDIAN} IS NULL",
    "consent_end_notice": f"{_GUARDIAN} IS NULL OR {_SEEN}",
    "consent_replacement": f"{_GUARDIAN} IS NULL OR {_SEEN}",
}
HIDE: Final = ";".join(
    f"CREATE POLICY {table}_no_guardian ON public.{table} AS RESTRICTIVE FOR ALL TO {APP} "
    f"USING ({condition})"
    for table, condition in _HIDDEN.items()
)
SHOW: Final = ";".join(f"DROP POLICY {table}_no_guardian ON public.{table}" for table in _HIDDEN)


def sealed_after(body: str) -> str:
    """Write the function that lists what a night compares; the sweeper asks it as nobody."""
    return (
        "CREATE OR REPLACE FUNCTION public.consent_sealed_after(after uuid, began timestamptz) "
        "RETURNS TABLE (document uuid, client uuid) LANGUAGE sql STABLE SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $body$ {body} $body$"
    )


_MACHINE: Final = (
    "WHERE (public.counselling_actor() IS NULL OR public.counselling_actor() = "
    "'00000000-0000-7000-8000-000000000001'::uuid) AND d.state = 'sealed'"
)


class Migration(migrations.Migration):
    """What holds whoever writes."""

    dependencies = [
        ("consent", "0023_asked_of_one_who_decides"),
        ("clients", "0022_decided_and_told_in_time"),
    ]

    operations = [
        migrations.RunSQL(SAME, NOT_SAME),
        migrations.RunSQL(MOVES, _MOVES.replace(*_ANEW)),
        migrations.RunSQL(APPROVES, _APPROVES.replace(*_ANEW)),
        migrations.RunSQL(OFFERS, NO_OFFERS),
        migrations.RunSQL(HIDE, SHOW),
        migrations.RunSQL(
            sealed_after(proof.SEALED.replace("WHERE d.state = 'sealed'", _MACHINE, 1)),
            sealed_after(proof.SEALED),
        ),
    ]
