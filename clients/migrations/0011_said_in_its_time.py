"""What is said of an emergency is said now, and in its order; nobody silences what is told of it.

A row that somebody may change is changed by them in raw SQL as well: whose hour it is would have
marked their reviewers as alerted, a reviewer would have asked four days ago and so suspended
somebody at once, and who stands in would have ended that at its last day, so that nobody could end
it sooner. And what the owner's index of the log gives a client is what its policy shows them.
"""

import importlib

from django.db import migrations

before = importlib.import_module("clients.migrations.0007_standing_in_and_emergencies")
log = importlib.import_module("audit.migrations.0001_initial")
SERVICE = before.first.SERVICE

# planting a fictional past is the owner's work
PLANTED = "session_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)"
TENDED = f"""
    IF (NEW.alerted_at, NEW.letter_at, NEW.escalated_at)
           IS DISTINCT FROM (OLD.alerted_at, OLD.letter_at, OLD.escalated_at)
       AND public.counselling_actor() IS DISTINCT FROM {SERVICE} AND NOT {PLANTED} THEN
        RAISE EXCEPTION 'Who is told of an emergency access is not for whose it was to say.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END"""
# the access is locked before: what is asked here is asked one after the other
IN_TIME = f"""
    IF NEW.at <> now() AND NOT {PLANTED} THEN
        RAISE EXCEPTION 'What is said of an emergency access is said now.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.kind = 'answered' AND NOT EXISTS (
        SELECT FROM public.clients_emergencydecision one
        WHERE one.access_id = NEW.access_id AND one.kind = 'asked'
    ) OR NEW.kind = 'restored' AND NOT EXISTS (
        SELECT FROM public.clients_emergencydecision one
        WHERE one.access_id = NEW.access_id AND one.kind = 'not_justified'
    ) THEN
        RAISE EXCEPTION 'This does not follow on what was said before.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.kind = 'postponed' THEN"""
COVER = f"""
    IF NEW.ended_at > now() AND NOT {PLANTED} THEN
        RAISE EXCEPTION 'Cover ends now, or by its date.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END"""


def made(whole: str, name: str) -> str:
    """Give the one function out of the words of a migration, to be made anew."""
    body = whole[whole.index(f"CREATE FUNCTION public.{name}(") :]
    end = body.index("END $body$") + len("END $body$")
    return body[:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def ending(function: str, more: str) -> str:
    """Put one more question before what a trigger gives back."""
    head, found, tail = function.rpartition("\n    RETURN NEW;\nEND")
    if not found:
        raise ValueError(function)
    return head + more + tail


MOVES = made(before.MOVES, "clients_emergency_moves")
DECIDES = made(before.MOVES, "clients_emergency_decides")
COVER_MOVES = made(before.COVER_MOVES, "clients_cover_moves")
DECIDES_IN_TIME = DECIDES.replace("\n    IF NEW.kind = 'postponed' THEN", IN_TIME, 1)

# what a client asks of themselves, as their policy answers; nothing of anybody else
SEEN = """
    AND ((SELECT public.own_client()) IS NULL
         OR person = (SELECT public.portal_client())
            AND (NOT (SELECT public.clients_untold())
                 OR NOT public.clients_hidden_event(
                     (e.payload::json ->> 'row')::uuid, e.actor, e.recorded)))
"""
ABOUT = (
    log.ABOUT[: log.ABOUT.index("$body$;")].replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
    )
    + "$body$"
)
ABOUT_SEEN = ABOUT.replace(
    "e.recorded >= since AND e.recorded < until",
    f"e.recorded >= since AND e.recorded < until{SEEN}",
)


class Migration(migrations.Migration):
    """Triggers ask what the acts ask."""

    dependencies = [
        ("clients", "0010_names_by_beginning"),
        ("audit", "0005_whatever_is_written"),
    ]

    operations = [
        migrations.RunSQL(
            ";".join([ending(MOVES, TENDED), DECIDES_IN_TIME, ending(COVER_MOVES, COVER)]),
            ";".join([MOVES, DECIDES, COVER_MOVES]),
        ),
        migrations.RunSQL(ABOUT_SEEN, ABOUT),
    ]
