"""Who opened a file, told by the day on which its client is told of what it was opened for.

`audit_openings_told` reads as the owner, whom no policy stops; so it asks here what the policy of
events asks of the client, and asks it for the client whoever reads: staff who print it, the machine.
"""

import importlib

from django.db import migrations

telling = importlib.import_module("consent.migrations._telling")
named = importlib.import_module("consent.migrations._named")
asked = importlib.import_module("clients.migrations.0029_openings_asked_about")

KNOWN = named.KNOWN.replace("public.portal_client()", "whose").replace(
    "SELECT public.consent_told()",
    "SELECT told.id FROM public.consent_disclosure told\n"
    "        WHERE told.client_id = whose AND public.consent_told_at(told.id) <= now()",
)
HIDDEN = telling.LED_TO.replace("public.portal_client()", "whose").replace(
    "public.consent_known_recipients()", "public.consent_known_recipients_of(whose)"
)
UNTOLD = telling.UNTOLD.replace("public.portal_client()", "whose")
OPENINGS = f"""{asked.OPENINGS.rstrip()}
  AND (NOT (SELECT public.consent_untold_of(person))
       OR NOT public.consent_hidden_event_of(person, e.payload, e.kind, e.actor, e.recorded))
"""


def _owners(signature: str, types: str, returns: str, body: str) -> str:
    """Make a function that only functions of the owner may ask."""
    name = signature.split("(", maxsplit=1)[0]
    return (
        f"CREATE FUNCTION public.{signature} RETURNS {returns} LANGUAGE sql STABLE "
        f"SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ {body} $body$;"
        f"REVOKE ALL ON FUNCTION public.{name}({types}) FROM PUBLIC;"
    )


def _openings(body: str) -> str:
    return (
        "CREATE OR REPLACE FUNCTION public.audit_openings_told(person uuid, since timestamptz, "
        "until timestamptz, also text[]) RETURNS TABLE (recorded timestamptz, id uuid, "
        "actor uuid, payload text) LANGUAGE sql STABLE SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $body$ {body} $body$;"
    )


FORWARD = (
    _owners("consent_known_recipients_of(whose uuid)", "uuid", "SETOF uuid", KNOWN)
    + _owners("consent_untold_of(whose uuid)", "uuid", "boolean", UNTOLD)
    + _owners(
        "consent_hidden_event_of(whose uuid, said text, what text, who uuid, instant timestamptz)",
        "uuid, text, text, uuid, timestamptz",
        "boolean",
        HIDDEN,
    )
    + _openings(OPENINGS)
)
BACK = (
    _openings(asked.OPENINGS)
    + """
DROP FUNCTION public.consent_hidden_event_of(uuid, text, text, uuid, timestamptz);
DROP FUNCTION public.consent_untold_of(uuid);
DROP FUNCTION public.consent_known_recipients_of(uuid);
"""
)


class Migration(migrations.Migration):
    """Made here since `clients` knows no disclosure."""

    dependencies = [
        ("consent", "0050_nothing_leaves_a_broken_log"),
        ("clients", "0034_kept_out_sealed_anew"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACK)]
