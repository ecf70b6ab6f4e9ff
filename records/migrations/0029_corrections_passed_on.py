"""Who else is to know of a correction: whom the client names, and what was decided about each."""

import importlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders
from counselling.sql import definer, grant, never_changes, not_in_emergency, row_security

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")
shares = importlib.import_module("records.migrations.0023_shares")

ME = "public.counselling_actor()"
READS = "case_id = ANY (ARRAY(SELECT public.visible_cases('record')))"
WRITES = "case_id = ANY (ARRAY(SELECT public.visible_cases('write')))"
OWN = "client_id = (SELECT public.portal_client())"
OFFICER = "(SELECT public.actor_has_role('privacy_officer'))"
# what the client sees of it hangs on the disclosure, which row security hides until they are told
TOLD = (
    "(disclosure_id IS NULL OR EXISTS "
    "(SELECT FROM public.consent_disclosure d WHERE d.id = disclosure_id))"
)
# who sees a client's permissions learns in which disclosures a note went; which of these they see at
# all, the client above all, is said by the rows themselves
WENT_WITH = """
SELECT i.disclosure_id FROM public.consent_disclosureitem i
WHERE i.note_id = of_note AND i.client_id = of_client
  AND of_client = ANY (ARRAY(SELECT public.visible_clients('consent')))
  AND public.link_row() IS NULL AND public.guarding() IS NULL
"""
NEW = ("records_amendment_named", "records_amendment_told")


def fits(table: str, more: str = "") -> str:
    """Make the trigger that holds a row to an accepted amendment of the same client."""
    return f"""
CREATE FUNCTION public.{table}_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  asked public.records_amendment%ROWTYPE;
  planted boolean := {shares.PLANTING};
  why text;
BEGIN
  SELECT * INTO asked FROM public.records_amendment WHERE id = NEW.amendment_id FOR UPDATE;
  why := CASE
    WHEN asked.id IS NULL OR asked.case_id <> NEW.case_id OR asked.client_id <> NEW.client_id
      THEN 'This is about another file.'
    WHEN NOT EXISTS (SELECT FROM public.records_amendment_step step
        WHERE step.amendment_id = NEW.amendment_id AND step.move = 'accepted')
      THEN 'Nothing was corrected that somebody else could be told.'
    WHEN NOT planted AND (NEW.at <> now() OR NEW.by_id <> {ME})
      THEN 'This is written by who acts, at the instant they do.'{more}
  END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.{table}_fits() FROM PUBLIC;
CREATE TRIGGER {table}_fits BEFORE INSERT ON public.{table}
FOR EACH ROW EXECUTE FUNCTION public.{table}_fits()
"""


OF_ONE = """
    WHEN NEW.disclosure_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.consent_disclosureitem item
        WHERE item.disclosure_id = NEW.disclosure_id AND item.client_id = NEW.client_id
          AND item.note_id = asked.note_id)
      THEN 'They were not given this note.'
    WHEN NEW.named_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.records_amendment_named named
        WHERE named.id = NEW.named_id AND named.amendment_id = NEW.amendment_id)
      THEN 'The client named somebody else.'
    WHEN NEW.share_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.records_share share
        WHERE share.id = NEW.share_id AND share.client_id = NEW.client_id
          AND share.case_id = NEW.case_id AND asked.note_id = ANY (share.chosen))
      THEN 'What is prepared does not hold the correction.'
    WHEN NEW.recipient_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.consent_recipient one
        WHERE one.id = NEW.recipient_id AND one.client_id = NEW.client_id)
      THEN 'This is about another file.'
    WHEN NEW.share_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.records_share share
        WHERE share.id = NEW.share_id AND public.consent_same_recipient(share.recipient_id)
          = public.consent_same_recipient(NEW.recipient_id))
    OR NEW.disclosure_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.consent_disclosure had
        WHERE had.id = NEW.disclosure_id AND public.consent_same_recipient(had.recipient_id)
          = public.consent_same_recipient(NEW.recipient_id))
      THEN 'What is prepared is for somebody else.'"""


def gone(table: str) -> str:
    """Take the trigger away again."""
    return f"""
DROP TRIGGER {table}_fits ON public.{table};
DROP FUNCTION public.{table}_fits()
"""


class Migration(migrations.Migration):
    """Who has the note as it was, and whom the client names, learns what was corrected (164.526)."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("consent", "0044_role_asked_first"),
        ("records", "0028_read_after_it_went"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AmendmentNamed",
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
                (
                    "who",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "amendment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named",
                        to="records.amendment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.case",
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
            options={
                "db_table": "records_amendment_named",
            },
        ),
        migrations.CreateModel(
            name="AmendmentTold",
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
                (
                    "why_not",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "amendment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told",
                        to="records.amendment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.case",
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
                    "disclosure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.disclosure",
                    ),
                ),
                (
                    "named",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told",
                        to="records.amendmentnamed",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.recipient",
                    ),
                ),
                (
                    "share",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.share",
                    ),
                ),
            ],
            options={
                "db_table": "records_amendment_told",
                "indexes": [models.Index(fields=["amendment", "-at"], name="amendment_told_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disclosure__isnull", False), ("named__isnull", True)),
                            models.Q(("disclosure__isnull", True), ("named__isnull", False)),
                            _connector="OR",
                        ),
                        name="amendment_told_about_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("recipient__isnull", False),
                                ("share__isnull", False),
                                ("why_not__isnull", True),
                            ),
                            models.Q(("share__isnull", True), ("why_not__isnull", False)),
                            _connector="OR",
                        ),
                        name="amendment_told_or_why_not",
                    ),
                ],
            },
        ),
        definer("records_went_with(of_client uuid, of_note uuid)", "SETOF uuid", WENT_WITH),
        *(grant(table, "SELECT, INSERT") for table in NEW),
        row_security(
            "records_amendment_named",
            select=f"{READS} OR {OWN} OR {OFFICER}",
            insert=f"by_id = {ME} AND ({OWN} OR {WRITES} OR {OFFICER})",
        ),
        row_security(
            "records_amendment_told",
            select=f"{READS} OR {OFFICER} OR {OWN} AND {TOLD}",
            insert=f"by_id = {ME} AND ({WRITES} OR {OFFICER} AND share_id IS NULL)",
        ),
        never_changes("records_amendment_named", "word of whom to tell"),
        never_changes("records_amendment_told", "decision about whom to tell"),
        migrations.RunSQL(fits("records_amendment_named"), gone("records_amendment_named")),
        migrations.RunSQL(fits("records_amendment_told", OF_ONE), gone("records_amendment_told")),
        not_in_emergency(*NEW),
        guardians.not_for_guardians(*NEW),
    ]
