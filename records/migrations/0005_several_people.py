"""Several people in one session: a roster, co-leaders, and a part of a note for each member."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counselling.db
from counselling.sql import definer, grant, never_changes, row_security
from counselling.vault.fields import SealedTextField
from counselling.vault.holders import HolderOf

READS = "case_id = ANY (ARRAY(SELECT public.visible_cases('record')))"
WRITES = "case_id = ANY (ARRAY(SELECT public.visible_cases('write')))"
AT_DESK = "case_id = ANY (ARRAY(SELECT public.visible_cases('contact')))"
ME = "public.counselling_actor()"
AUTHOR = f"author_id = {ME}"
MEMBER = "public.records_was_in_case(case_id, client_id)"

# a member who has left is out of sight, and what is written about a session of theirs is not lost
WAS_IN_CASE = """
SELECT EXISTS (
    SELECT FROM public.clients_casemember part
    WHERE part.case_id = care AND part.client_id = person
)
"""
MAY_CO_LEAD = """
SELECT EXISTS (
    SELECT FROM public.records_session held
    WHERE held.id = meeting AND held.case_id = care
      AND held.person_id = public.counselling_actor() AND held.person_id <> colleague
) AND EXISTS (
    SELECT FROM public.clients_assignment theirs
    WHERE theirs.case_id = care AND theirs.person_id = colleague
      AND theirs.since <= now() AND (theirs.until IS NULL OR theirs.until > now())
)
"""
# planting a fictional past is the owner's work; everybody else's instant is the transaction's
WITH_ITS_NOTE = """
CREATE FUNCTION public.records_part_with_its_note() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF NOT EXISTS (
      SELECT FROM public.records_note note
      WHERE note.id = NEW.note_id AND note.case_id = NEW.case_id
        AND note.author_id = NEW.author_id AND note.signed_at = NEW.signed_at
  ) OR NEW.signed_at <> now() AND session_user <> (
      SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
  ) THEN
    RAISE EXCEPTION 'A signed note gets nothing added but addenda.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.records_part_with_its_note() FROM PUBLIC;
CREATE TRIGGER records_part_with_its_note BEFORE INSERT ON public.records_note_part
FOR EACH ROW EXECUTE FUNCTION public.records_part_with_its_note()
"""
WITHOUT_ITS_NOTE = """
DROP TRIGGER records_part_with_its_note ON public.records_note_part;
DROP FUNCTION public.records_part_with_its_note()
"""


def key() -> models.UUIDField[Any, Any]:
    """Give a row its id."""
    return models.UUIDField(
        default=counselling.db.uuid7, editable=False, primary_key=True, serialize=False
    )


def to(model: str, related: str = "+") -> models.ForeignKey[Any, Any]:
    """Point at another row, which stays while this one is there."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model
    )


def once(name: str, *fields: str) -> models.UniqueConstraint:
    """Say what there is one of."""
    return models.UniqueConstraint(fields=fields, name=name)


def known(field: str, name: str, *values: str) -> models.CheckConstraint:
    """Say which words there are."""
    return models.CheckConstraint(condition=models.Q((f"{field}__in", list(values))), name=name)


CASE, CLIENT, PERSON = "clients.case", "clients.client", settings.AUTH_USER_MODEL
TEXT = SealedTextField(holder=HolderOf("client", ("client_id",)))
KINDS = ("correction", "late_entry", "entered_in_error")


class Migration(migrations.Migration):
    """What belongs to one member is sealed with that member's key."""

    dependencies = [
        ("clients", "0005_writing_is_a_level"),
        ("records", "0004_supervision"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SessionMember",
            fields=[
                ("id", key()),
                ("attendance", models.CharField(default="expected", max_length=20)),
                ("session", to("records.session", "roster")),
                ("case", to(CASE)),
                ("client", to(CLIENT)),
            ],
            options={
                "db_table": "records_session_member",
                "constraints": [
                    once("one_place_per_member", "session", "client"),
                    known(
                        "attendance",
                        "session_member_attendance_known",
                        "expected",
                        "attended",
                        "cancelled",
                        "no_show",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoLeader",
            fields=[
                ("id", key()),
                ("added_at", models.DateTimeField()),
                ("session", to("records.session", "co_leaders")),
                ("case", to(CASE)),
                ("person", to(PERSON)),
            ],
            options={
                "db_table": "records_co_leader",
                "constraints": [once("one_place_per_co_leader", "session", "person")],
            },
        ),
        migrations.CreateModel(
            name="DraftPart",
            fields=[
                ("id", key()),
                ("text", TEXT.clone()),
                ("draft", to("records.draft", "parts")),
                ("case", to(CASE)),
                ("author", to(PERSON)),
                ("client", to(CLIENT)),
            ],
            options={
                "db_table": "records_draft_part",
                "constraints": [once("one_draft_part_per_member", "draft", "client")],
            },
        ),
        migrations.CreateModel(
            name="NotePart",
            fields=[
                ("id", key()),
                ("text", TEXT.clone()),
                ("signed_at", models.DateTimeField()),
                ("note", to("records.note", "parts")),
                ("case", to(CASE)),
                ("author", to(PERSON)),
                ("client", to(CLIENT)),
            ],
            options={
                "db_table": "records_note_part",
                "constraints": [once("one_note_part_per_member", "note", "client")],
            },
        ),
        migrations.CreateModel(
            name="PartAddendum",
            fields=[
                ("id", key()),
                ("kind", models.CharField(max_length=20)),
                ("text", TEXT.clone()),
                ("signed_at", models.DateTimeField()),
                ("part", to("records.notepart", "addenda")),
                ("case", to(CASE)),
                ("author", to(PERSON)),
                ("client", to(CLIENT)),
            ],
            options={
                "db_table": "records_part_addendum",
                "indexes": [models.Index(fields=["part", "signed_at"], name="addendum_of_part")],
                "constraints": [known("kind", "part_addendum_kind_known", *KINDS)],
            },
        ),
        definer("records_was_in_case(care uuid, person uuid)", "boolean", WAS_IN_CASE),
        definer(
            "records_may_co_lead(meeting uuid, care uuid, colleague uuid)", "boolean", MAY_CO_LEAD
        ),
        row_security(
            "records_session_member",
            # as with the members of a case: a client sees their own line and nobody else's
            select=f"{AT_DESK} AND (client_id = ANY (ARRAY(SELECT public.visible_clients('contact')))"
            " OR case_id = ANY (ARRAY(SELECT public.clients_staff_cases('contact'))))",
            insert=f"{WRITES} AND {MEMBER}",
            update=WRITES,
        ),
        grant("records_session_member", "SELECT, INSERT, UPDATE (attendance)"),
        row_security(
            "records_co_leader",
            select=AT_DESK,
            insert=f"{WRITES} AND public.records_may_co_lead(session_id, case_id, person_id)",
            delete=f"{WRITES} AND EXISTS (SELECT FROM public.records_session held "
            f"WHERE held.id = session_id AND held.person_id = {ME})",
        ),
        grant("records_co_leader", "SELECT, INSERT, DELETE"),
        row_security(
            "records_draft_part",
            select=f"{AUTHOR} AND {READS}",
            insert=f"{AUTHOR} AND {WRITES} AND {MEMBER} AND EXISTS (SELECT FROM "
            "public.records_draft mine WHERE mine.id = draft_id "
            f"AND mine.case_id = records_draft_part.case_id AND mine.author_id = {ME})",
            update=f"{AUTHOR} AND {WRITES}",
            delete=f"{AUTHOR} AND {READS}",
        ),
        grant("records_draft_part", "SELECT, INSERT, UPDATE (text), DELETE"),
        row_security(
            "records_note_part", select=READS, insert=f"{AUTHOR} AND {WRITES} AND {MEMBER}"
        ),
        grant("records_note_part", "SELECT, INSERT"),
        never_changes("records_note_part", "signed note"),
        migrations.RunSQL(WITH_ITS_NOTE, WITHOUT_ITS_NOTE),
        row_security(
            "records_part_addendum",
            select=READS,
            insert=f"{AUTHOR} AND {WRITES} AND EXISTS (SELECT FROM public.records_note_part told "
            "WHERE told.id = part_id AND told.case_id = records_part_addendum.case_id "
            "AND told.client_id = records_part_addendum.client_id)",
        ),
        grant("records_part_addendum", "SELECT, INSERT"),
        never_changes("records_part_addendum", "signed addendum"),
    ]
