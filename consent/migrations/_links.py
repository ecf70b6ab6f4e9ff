"""What somebody with a link may ask before there is an actor: functions of the owner, by its hash.

Whoever knows the hash knows the 32 random bytes behind it. `consent_knock` locks the row, so that
a thousand guesses at once are still one after the other.
"""

from __future__ import annotations

from typing import Final

from django.db import migrations

from counselling.sql import APP, definer

SHAPE: Final = (
    "TABLE (request uuid, client uuid, state text, expires_at timestamptz, pin_hash text, "
    "failures integer)"
)
COLUMNS: Final = (
    "r.id, r.client_id, r.state::text, r.expires_at, r.pin_hash::text, r.pin_failures::integer"
)

KNOCK: Final = f"""
SELECT {COLUMNS} FROM public.consent_request r WHERE r.token_hash = link FOR UPDATE
"""
WRONG: Final = """
UPDATE public.consent_request r SET
  pin_failures = r.pin_failures + 1,
  state = CASE WHEN r.pin_failures + 1 >= 5 THEN 'void' ELSE r.state END,
  why_void = CASE WHEN r.pin_failures + 1 >= 5 THEN 'pin' ELSE r.why_void END,
  ended_at = CASE WHEN r.pin_failures + 1 >= 5 THEN instant ELSE r.ended_at END
WHERE r.token_hash = link AND r.state IN ('sent', 'opened')
RETURNING r.pin_failures::integer
"""
OPENED: Final = """
UPDATE public.consent_request r SET
  state = 'opened', pin_failures = 0, opened_at = coalesce(r.opened_at, instant)
WHERE r.token_hash = link AND r.state IN ('sent', 'opened') AND r.expires_at > instant
RETURNING r.id
"""


def acting(signature: str, types: str, returns: str, body: str) -> migrations.RunSQL:
    """Make a function of the owner that changes or locks a row, so it is not stable."""
    name = signature.split("(", maxsplit=1)[0]
    return migrations.RunSQL(
        f"CREATE FUNCTION public.{signature} RETURNS {returns} LANGUAGE sql VOLATILE "
        f"SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ {body} $body$;"
        f"REVOKE ALL ON FUNCTION public.{name}({types}) FROM PUBLIC;"
        f"GRANT EXECUTE ON FUNCTION public.{name}({types}) TO {APP}",
        f"DROP FUNCTION public.{name}({types})",
    )


OPERATIONS: Final = [
    definer(
        "consent_link(link text)",
        "TABLE (request uuid, client uuid, state text, expires_at timestamptz)",
        "SELECT r.id, r.client_id, r.state::text, r.expires_at "
        "FROM public.consent_request r WHERE r.token_hash = link",
    ),
    acting("consent_knock(link text)", "text", SHAPE, KNOCK),
    acting(
        "consent_pin_wrong(link text, instant timestamptz)",
        "text, timestamptz",
        "integer",
        WRONG,
    ),
    acting(
        "consent_link_opened(link text, instant timestamptz)",
        "text, timestamptz",
        "uuid",
        OPENED,
    ),
]
