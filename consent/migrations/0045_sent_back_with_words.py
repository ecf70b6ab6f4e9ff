"""What a second person does not let go comes back with words, and never goes as it is."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders
from consent.migrations._subpoenas import _why
from counselling.sql import grant, never_changes, not_in_emergency, row_security

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")
subpoenas = importlib.import_module("consent.migrations.0032_two_people_and_a_clock")

TABLE = "consent_subpoena_return"
OF_STAFF = f"{subpoenas.CONSENT} AND {subpoenas.NO_LINK} AND {subpoenas.STAFF}"
GATE = _why(
    "consent_subpoena_return_gate",
    "s public.consent_subpoena%ROWTYPE;",
    "SELECT * INTO s FROM public.consent_subpoena WHERE id = NEW.subpoena_id FOR UPDATE;",
    """WHEN s.client_id IS DISTINCT FROM NEW.client_id
      THEN 'The subpoena is about another client.'
    WHEN public.consent_subpoena_is_over(s.id) THEN 'This subpoena is over.'
    WHEN EXISTS (SELECT FROM public.consent_subpoena_release r
      WHERE r.share = NEW.share AND r.content_sha256 = NEW.content_sha256)
      THEN 'Somebody has let this go already.'
    WHEN NOT planted AND NOT public.consent_is_second(NEW."by", ARRAY[]::uuid[])
      THEN 'A supervisor or privacy officer sends back what a subpoena asks for.'""",
    TABLE,
)
# both take the row of the subpoena first: of two at once the later one finds the earlier
NOT_RETURNED = """
CREATE FUNCTION public.consent_subpoena_not_returned() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  PERFORM FROM public.consent_subpoena WHERE id = NEW.subpoena_id FOR UPDATE;
  IF EXISTS (SELECT FROM public.consent_subpoena_return r
      WHERE r.share = NEW.share AND r.content_sha256 = NEW.content_sha256) THEN
    RAISE EXCEPTION 'Somebody has sent this back: it is prepared anew.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_subpoena_release_not_returned BEFORE INSERT
ON public.consent_subpoena_release
FOR EACH ROW EXECUTE FUNCTION public.consent_subpoena_not_returned()
"""
BACK = """
DROP FUNCTION public.consent_subpoena_not_returned() CASCADE;
DROP FUNCTION public.consent_subpoena_return_gate() CASCADE
"""


class Migration(migrations.Migration):
    """One answer to one pack: let go, or sent back."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("consent", "0044_role_asked_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="SubpoenaReturn",
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
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("share", models.UUIDField()),
                ("content_sha256", models.CharField(max_length=64)),
                (
                    "words",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
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
                (
                    "subpoena",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="consent.subpoena",
                    ),
                ),
            ],
            options={"db_table": TABLE},
        ),
        migrations.AddConstraint(
            model_name="subpoenareturn",
            constraint=models.UniqueConstraint(
                fields=("share", "content_sha256"), name="consent_subpoena_returned_once"
            ),
        ),
        migrations.RunSQL(f"{GATE};\n{NOT_RETURNED}", BACK),
        grant(TABLE, "SELECT, INSERT"),
        row_security(TABLE, select=OF_STAFF, insert=OF_STAFF),
        never_changes(TABLE, "word about what a subpoena asks for"),
        not_in_emergency(TABLE),
        guardians.not_for_guardians(TABLE),
    ]
