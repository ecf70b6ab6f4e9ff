"""What is being prepared to be shared, for who cares for the client, and what a client is shown."""

import importlib

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders
from counselling.sql import APP, another_policy, definer, grant, not_in_emergency, row_security

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")

ME = "public.counselling_actor()"
READS = "case_id = ANY (ARRAY(SELECT public.visible_cases('record')))"
WRITES = "case_id = ANY (ARRAY(SELECT public.visible_cases('write')))"
# what rests on the law is looked at by a second person who may not see the case: no word of it
SECOND = (
    "(subpoena IS NOT NULL OR basis_id IS NOT NULL) "
    "AND client_id = ANY (ARRAY(SELECT public.visible_clients('consent'))) "
    "AND (SELECT public.actor_has_role('privacy_officer') OR public.actor_has_role('supervisor'))"
)
OWN = "client_id = (SELECT public.portal_client()) AND ended_at IS NULL"
NEW = ("records_share", "records_share_paper", "records_share_showing")
PLANTING = (
    "session_user = (SELECT theirs.rolname FROM pg_class gated "
    "JOIN pg_roles theirs ON theirs.oid = gated.relowner WHERE gated.oid = TG_RELID)"
)
# sealing anew with a newer key changes no word; the setting alone opens nothing (audit 0003). Asked
# outside the triggers, which run as the owner and could not tell who calls them
RESEALING = """
CREATE FUNCTION public.records_resealing(of_table text) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
SELECT coalesce(current_setting('counselling.resealing', true), '') = of_table AND current_user = (
  SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = ('public.' || of_table)::regclass)
$$
"""


def refuse(sentence: str) -> str:
    """Raise it."""
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'restrict_violation';"


def gate(table: str, declares: str, body: str) -> str:
    """Make a trigger of the owner that judges a row before it is written."""
    return f"""
CREATE FUNCTION public.{table}_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE {declares}
BEGIN{body}
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.{table}_gate() FROM PUBLIC;
CREATE TRIGGER {table}_gate BEFORE INSERT OR UPDATE ON public.{table}
FOR EACH ROW WHEN (NOT public.records_resealing('{table}'))
EXECUTE FUNCTION public.{table}_gate();
CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON public.{table}
FOR EACH ROW EXECUTE FUNCTION public.counselling_refuse_change('What was prepared is never deleted.')
"""


SHARE = gate(
    "records_share",
    f"planted boolean := {PLANTING};",
    f"""
  IF TG_OP = 'INSERT' THEN
    IF NOT planted AND (NEW."by" IS DISTINCT FROM {ME} OR NEW.at <> now()) THEN
      {refuse("What is shared is prepared by who acts, at the instant they do.")}
    END IF;
    IF NEW.sent_at IS NOT NULL OR NEW.dropped_at IS NOT NULL THEN
      {refuse("Something is prepared before it is sent.")}
    END IF;
  ELSE
    IF OLD.sent_at IS NOT NULL OR OLD.dropped_at IS NOT NULL THEN
      {refuse("What was sent or taken back stays as it is.")}
    END IF;
    IF (NEW.id, NEW.client_id, NEW.case_id, NEW."by", NEW.at, NEW.subpoena)
       IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.case_id, OLD."by", OLD.at, OLD.subpoena) THEN
      {refuse("What is prepared stays one client''s and one person''s.")}
    END IF;
    IF OLD.locked_at IS NOT NULL AND (NEW.locked_at, NEW.level, NEW.chosen)
       IS DISTINCT FROM (OLD.locked_at, OLD.level, OLD.chosen) THEN
      {refuse("What is locked for two people to release stays as it is.")}
    END IF;
  END IF;
  IF NOT EXISTS (SELECT FROM public.clients_casemember m
       WHERE m.case_id = NEW.case_id AND m.client_id = NEW.client_id)
     OR NOT EXISTS (SELECT FROM public.consent_recipient r
       WHERE r.id = NEW.recipient_id AND r.client_id = NEW.client_id)
     OR NEW.basis_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.consent_legal_basis b
       WHERE b.id = NEW.basis_id AND b.client_id = NEW.client_id AND b.case_id = NEW.case_id)
     OR NEW.disclosure_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.consent_disclosure d
       WHERE d.id = NEW.disclosure_id AND d.client_id = NEW.client_id
         AND d.case_id = NEW.case_id AND d.at = NEW.sent_at AND (d.at = now() OR planted)) THEN
    {refuse("What is shared is about one client, their case and their recipient.")}
  END IF;""",
)
# of process notes nothing is kept but by their author, and never what would be read
PAPER = gate(
    "records_share_paper",
    "above public.records_share%ROWTYPE;",
    f"""
  SELECT * INTO above FROM public.records_share WHERE id = NEW.share_id FOR UPDATE;
  IF above.id IS NULL OR above.client_id <> NEW.client_id OR above.case_id <> NEW.case_id
     OR TG_OP = 'UPDATE' AND NEW.share_id <> OLD.share_id THEN
    {refuse("What is in it belongs to one share.")}
  END IF;
  IF TG_OP = 'UPDATE' AND (above.sent_at IS NOT NULL OR above.locked_at IS NOT NULL)
     AND above.dropped_at IS NULL AND (NEW.letter, NEW.redactions, NEW.pack, NEW.pack_sha256)
       IS DISTINCT FROM (OLD.letter, OLD.redactions, OLD.pack, OLD.pack_sha256) THEN
    {refuse("What was sent or locked stays as it is.")}
  END IF;
  IF above.dropped_at IS NOT NULL AND (NEW.letter IS NOT NULL OR NEW.pack IS NOT NULL) THEN
    {refuse("What was taken back is written no further.")}
  END IF;
  NEW.author_only := CASE above.level WHEN 'process_notes' THEN above."by" END;
  IF NEW.author_only IS NOT NULL AND NEW.pack IS NOT NULL THEN
    {refuse("Of notes for the author alone nothing is kept beside them.")}
  END IF;""",
)
SHOWING = gate(
    "records_share_showing",
    f"above public.records_share%ROWTYPE; planted boolean := {PLANTING};",
    f"""
  SELECT * INTO above FROM public.records_share WHERE id = NEW.share_id;
  IF TG_OP = 'INSERT' THEN
    IF above.id IS NULL OR above.client_id <> NEW.client_id OR above.case_id <> NEW.case_id
       OR above.sent_at IS NOT NULL OR above.dropped_at IS NOT NULL
       OR above.basis_id IS NOT NULL OR above.subpoena IS NOT NULL
       OR above.level = 'process_notes' OR NEW.ended_at IS NOT NULL OR NEW.answer <> ''
       OR NOT planted AND (NEW."by" IS DISTINCT FROM {ME} OR NEW.at <> now()) THEN
      {refuse("A client is shown first what goes by their own word.")}
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.ended_at IS NOT NULL
     OR (NEW.share_id, NEW.client_id, NEW.case_id, NEW.content, NEW.pack_sha256, NEW."by", NEW.at)
        IS DISTINCT FROM
        (OLD.share_id, OLD.client_id, OLD.case_id, OLD.content, OLD.pack_sha256, OLD."by", OLD.at)
     OR OLD.answer <> '' AND (NEW.answer, NEW.words, NEW.answered_by, NEW.answered_at)
        IS DISTINCT FROM (OLD.answer, OLD.words, OLD.answered_by, OLD.answered_at)
     OR OLD.answer = '' AND NEW.answer <> '' AND NOT planted
        AND (NEW.answered_by IS DISTINCT FROM {ME} OR NEW.answered_at <> now())
     OR NEW.ended_at IS NOT NULL AND public.portal_client() IS NOT NULL THEN
    {refuse("What a client was shown is answered once, by who answers.")}
  END IF;""",
)
TRIGGERS = ";\n".join((RESEALING, SHARE, PAPER, SHOWING))
NO_TRIGGERS = (
    ";\n".join(
        f"DROP TRIGGER {one}_gate ON public.{one}; DROP TRIGGER {one}_never_deleted ON public.{one};"
        f"DROP FUNCTION public.{one}_gate()"
        for one in NEW
    )
    + "; DROP FUNCTION public.records_resealing(text)"
)
ONE_PERSONS = (
    f"CREATE POLICY records_share_paper_only ON public.records_share_paper AS RESTRICTIVE "
    f"FOR ALL TO {APP} USING (author_only IS NULL OR author_only = {ME})"
)
# what goes by itself once the client agrees: due as soon as a permission covers it, or none can
DUE = """
SELECT s.id, s.client_id FROM public.records_share s
WHERE s.resume = 'send' AND s.back = '' AND s.due_at <= now()
  AND s.sent_at IS NULL AND s.dropped_at IS NULL
ORDER BY s.due_at LIMIT 200
"""


class Migration(migrations.Migration):
    """Seen with the case; what is in it is read with the notes; the client sees what they are shown."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("consent", "0026_on_what_ground"),
        ("records", "0022_words_of_who_decides"),
    ]

    operations = [
        migrations.CreateModel(
            name="Share",
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
                ("purpose", models.CharField(blank=True, max_length=20)),
                ("subpoena", models.UUIDField(null=True)),
                ("locked_at", models.DateTimeField(null=True)),
                ("level", models.CharField(blank=True, max_length=20)),
                (
                    "chosen",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                (
                    "why_so_much",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                ("show_first", models.BooleanField(default=False)),
                (
                    "unwaited_why",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                ("unwaited_at", models.DateTimeField(null=True)),
                ("resume", models.CharField(blank=True, max_length=10)),
                ("back", models.CharField(blank=True, max_length=10)),
                ("release_asked_at", models.DateTimeField(null=True)),
                (
                    "release_words",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=10)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("dropped_by", models.UUIDField(null=True)),
                (
                    "address",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.recipientaddress",
                    ),
                ),
                (
                    "basis",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.legalbasis",
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
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.disclosure",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.recipient",
                    ),
                ),
            ],
            options={
                "db_table": "records_share",
            },
        ),
        migrations.CreateModel(
            name="SharePaper",
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
                ("author_only", models.UUIDField(null=True)),
                (
                    "letter",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                (
                    "redactions",
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                (
                    "pack",
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                ("pack_sha256", models.CharField(blank=True, max_length=64)),
                ("made_of", models.CharField(blank=True, max_length=64)),
                ("previewed_at", models.DateTimeField(null=True)),
                ("previewed_by", models.UUIDField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("tab", models.CharField(blank=True, max_length=36)),
                ("saved_at", models.DateTimeField()),
                ("event_at", models.DateTimeField()),
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
                    "share",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="records.share",
                    ),
                ),
            ],
            options={
                "db_table": "records_share_paper",
            },
        ),
        migrations.CreateModel(
            name="ShareShowing",
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
                    "content",
                    counselling.vault.fields.SealedJSONField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("pack_sha256", models.CharField(max_length=64)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=10)),
                (
                    "words",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",)),
                        null=True,
                    ),
                ),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "share",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="showings",
                        to="records.share",
                    ),
                ),
            ],
            options={
                "db_table": "records_share_showing",
            },
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["client", "-at"], name="share_of_client"),
        ),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(
                condition=models.Q(
                    ("dropped_at__isnull", True),
                    ("due_at__isnull", False),
                    ("sent_at__isnull", True),
                ),
                fields=["due_at"],
                name="share_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level__in", ["", "attendance", "summary", "notes", "process_notes"])
                ),
                name="share_level_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["", "paper", "link", "file"])),
                name="share_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("resume__in", ["", "look", "send"])), name="share_resume_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("back__in", ["", "refused", "changed", "gate"])),
                name="share_back_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disclosure__isnull", True), ("sent_at__isnull", True)),
                    models.Q(("disclosure__isnull", False), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="share_sent_is_a_disclosure",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dropped_at__isnull", True), ("dropped_by__isnull", True)),
                    models.Q(
                        ("dropped_at__isnull", False),
                        ("dropped_by__isnull", False),
                        ("sent_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="share_dropped_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="shareshowing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("share",),
                name="share_shown_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="shareshowing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True)
                    ),
                    models.Q(
                        ("answer__in", ["fine", "not_right"]),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="share_showing_answered_by_somebody",
            ),
        ),
        # -- who sees which row, and what never changes
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        definer("records_due_shares()", "TABLE (share uuid, client uuid)", DUE),
        grant("records_share", "SELECT, INSERT"),
        grant(
            "records_share",
            "UPDATE (recipient_id, purpose, basis_id, locked_at, level, chosen, why_so_much, "
            "show_first, unwaited_why, unwaited_at, resume, back, release_asked_at, "
            "release_words, channel, address_id, due_at, attempts, disclosure_id, sent_at, "
            "dropped_at, dropped_by)",
        ),
        # a trainee's supervisor sends it, the machine counts its attempts: neither writes notes
        row_security(
            "records_share",
            select=f"{READS} OR {SECOND}",
            insert=f"by = {ME} AND {WRITES}",
            update=READS,
        ),
        grant("records_share_paper", "SELECT, INSERT"),
        grant(
            "records_share_paper",
            "UPDATE (author_only, letter, redactions, pack, pack_sha256, made_of, previewed_at, "
            "previewed_by, version, tab, saved_at, event_at)",
        ),
        row_security("records_share_paper", select=READS, insert=WRITES, update=WRITES),
        migrations.RunSQL(
            ONE_PERSONS, "DROP POLICY records_share_paper_only ON public.records_share_paper"
        ),
        grant("records_share_showing", "SELECT, INSERT"),
        grant(
            "records_share_showing",
            "UPDATE (answer, words, answered_by, answered_at, ended_at)",
        ),
        row_security(
            "records_share_showing",
            select=READS,
            insert=f"by = {ME} AND {WRITES}",
            update=READS,
        ),
        another_policy("records_share_showing", "records_share_showing_own", "select", OWN),
        another_policy("records_share_showing", "records_share_showing_answer", "update", OWN),
        not_in_emergency(*NEW),
        guardians.not_for_guardians(*NEW),
    ]
