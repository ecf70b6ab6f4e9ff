"""A document that is sealed, or a form that was answered, may be sealed anew without moving."""

from typing import Final

from django.db import migrations

from consent.migrations._gate import DOCUMENT_MOVES, REQUEST_MOVES

# the rule of counselling_refuse_change, and the setting alone opens nothing here either: the change
# must be made by the table's owner, whom only counselling_reseal lets at stored words
RESEALED: Final = """
          IF OLD.state = NEW.state
             AND current_setting('counselling.resealing', true) = TG_TABLE_NAME
             AND current_user = (
                 SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
             ) THEN
            RETURN NEW;
          END IF;"""


def _moves(table: str, thing: str, pairs: list[tuple[str, str]], before: str) -> str:
    allowed = ", ".join(f"('{now}', '{then}')" for now, then in pairs)
    return f"""
        CREATE OR REPLACE FUNCTION public.{table}_moves() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp AS $$ BEGIN{before}
          IF (OLD.state, NEW.state) NOT IN ({allowed}) THEN
            RAISE EXCEPTION 'A {thing} that is % does not become %.', OLD.state, NEW.state
              USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END $$
        """


def _both(table: str, thing: str, pairs: list[tuple[str, str]]) -> migrations.RunSQL:
    return migrations.RunSQL(_moves(table, thing, pairs, RESEALED), _moves(table, thing, pairs, ""))


class Migration(migrations.Migration):
    """Without it, new data keys stop at the first sealed document."""

    dependencies = [("consent", "0004_gate_of_present_members"), ("audit", "0003_resealing")]

    operations = [
        _both("consent_request", "request", REQUEST_MOVES),
        _both("consent_document", "document", DOCUMENT_MOVES),
    ]
