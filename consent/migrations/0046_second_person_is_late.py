"""Nobody came as the second person in time: that is written to people once, and never forgotten."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
from counselling.sql import definer, grant, never_changes, not_in_emergency, row_security

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")
subpoenas = importlib.import_module("consent.migrations.0032_two_people_and_a_clock")

TABLE = "consent_basis_overdue"
OF_STAFF = f"{subpoenas.CONSENT} AND {subpoenas.NO_LINK} AND {subpoenas.STAFF}"
# as consent.domain.bases says today: what went at once is looked at within a day
OVERDUE = """b.at <= now() - CASE WHEN b.immediate THEN interval '24 hours'
    ELSE interval '72 hours' END
  AND NOT EXISTS (SELECT FROM public.consent_basis_decision d WHERE d.basis_id = b.id)"""
DUE = f"""
SELECT b.id, b.client_id FROM public.consent_legal_basis b
WHERE {OVERDUE}
  AND NOT EXISTS (SELECT FROM public.consent_basis_overdue o WHERE o.basis_id = b.id)
ORDER BY b.at LIMIT 500
"""
GATE = f"""
CREATE FUNCTION public.consent_basis_is_overdue() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NEW.at <> now() OR NOT EXISTS (SELECT FROM public.consent_legal_basis b
      WHERE b.id = NEW.basis_id AND b.client_id = NEW.client_id AND {OVERDUE}) THEN
    RAISE EXCEPTION 'A second person still has time, or has answered.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_basis_overdue_gate BEFORE INSERT ON public.consent_basis_overdue
FOR EACH ROW EXECUTE FUNCTION public.consent_basis_is_overdue()
"""


class Migration(migrations.Migration):
    """The sweeper asks which are due; the row says that it was done."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("consent", "0045_sent_back_with_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="BasisOverdue",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counselling.db.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "basis",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overdue",
                        to="consent.legalbasis",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
            options={"db_table": TABLE},
        ),
        definer("consent_due_pressing()", "TABLE (id uuid, client_id uuid)", DUE),
        migrations.RunSQL(GATE, "DROP FUNCTION public.consent_basis_is_overdue() CASCADE"),
        grant(TABLE, "SELECT, INSERT"),
        row_security(TABLE, select=OF_STAFF, insert=OF_STAFF),
        never_changes(TABLE, "word that a second person is late"),
        not_in_emergency(TABLE),
        guardians.not_for_guardians(TABLE),
    ]
