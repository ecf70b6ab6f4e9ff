"""Drafts lock, reminders are rows, and an assignment that ends leaves seven days to finish notes."""

import importlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counselling.db
from counselling.sql import another_policy, definer, grant, row_security

first = importlib.import_module("records.migrations.0002_row_security")

ME = "public.counselling_actor()"
SERVICE = "'00000000-0000-7000-8000-000000000001'::uuid"
SESSIONS = ("records_session", "records_draft", "records_note", "records_process_note")

# sealing anew with a newer key changes no word; the setting alone opens nothing (audit 0003)
RESEALED = """
    IF TG_OP = 'UPDATE' AND current_setting('counselling.resealing', true) = TG_TABLE_NAME
       AND current_user = (
           SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
       ) THEN
        RETURN NEW;
    END IF;"""
LOCKED = "begun.begun_at < now() - interval '72 hours'"
# past row security: a trigger must judge the rows of whoever asks
ASKED = f"""
CREATE FUNCTION public.records_draft_locked(draft uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT EXISTS (SELECT FROM public.records_draft begun WHERE begun.id = draft AND {LOCKED})
$body$;
CREATE FUNCTION public.records_draft_signed(draft uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT EXISTS (
    SELECT FROM public.records_draft begun
    JOIN public.records_note note
        ON note.session_id = begun.session_id AND note.author_id = begun.author_id
    WHERE begun.id = draft
)
$body$;
REVOKE ALL ON FUNCTION public.records_draft_locked(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.records_draft_signed(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.records_draft_locked(uuid) TO counselling_app;
GRANT EXECUTE ON FUNCTION public.records_draft_signed(uuid) TO counselling_app
"""
REFUSE = (
    "RAISE EXCEPTION 'This note is locked: 72 hours after it was begun its text stays as it is. "
    "Its author can still sign it.' USING ERRCODE = 'restrict_violation';"
)
LOCK = f"""
CREATE FUNCTION public.records_draft_locks() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN {RESEALED}
    IF TG_OP = 'DELETE' THEN
        IF OLD.begun_at < now() - interval '72 hours'
           AND NOT public.records_draft_signed(OLD.id) THEN {REFUSE} END IF;
        RETURN OLD;
    END IF;
    IF (NEW.begun_at, NEW.session_id, NEW.case_id, NEW.author_id) IS DISTINCT FROM
       (OLD.begun_at, OLD.session_id, OLD.case_id, OLD.author_id)
       OR OLD.begun_at < now() - interval '72 hours'
       AND (NEW.record_part, NEW.process_part, NEW.risk, NEW.structure) IS DISTINCT FROM
           (OLD.record_part, OLD.process_part, OLD.risk, OLD.structure) THEN {REFUSE}
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER records_draft_locks BEFORE UPDATE OR DELETE ON public.records_draft
    FOR EACH ROW EXECUTE FUNCTION public.records_draft_locks();
CREATE FUNCTION public.records_draft_part_locks() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN {RESEALED}
    IF TG_OP <> 'INSERT' AND public.records_draft_locked(OLD.draft_id)
       AND NOT (TG_OP = 'DELETE' AND public.records_draft_signed(OLD.draft_id))
       OR TG_OP <> 'DELETE' AND public.records_draft_locked(NEW.draft_id) THEN {REFUSE}
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $body$;
CREATE TRIGGER records_draft_part_locks BEFORE INSERT OR UPDATE OR DELETE
    ON public.records_draft_part
    FOR EACH ROW EXECUTE FUNCTION public.records_draft_part_locks()
"""
UNLOCK = """
DROP TRIGGER records_draft_part_locks ON public.records_draft_part;
DROP FUNCTION public.records_draft_part_locks();
DROP TRIGGER records_draft_locks ON public.records_draft;
DROP FUNCTION public.records_draft_locks();
DROP FUNCTION public.records_draft_signed(uuid);
DROP FUNCTION public.records_draft_locked(uuid)
"""

# a note somebody owes: of a session they held, or began to write about, that took place
OWED = """
held.starts_at < {until} AND held.attendance NOT IN ('cancelled', 'no_show')
AND (held.person_id = {person} OR EXISTS (
    SELECT FROM public.records_draft begun
    WHERE begun.session_id = held.id AND begun.author_id = {person}
))
AND NOT EXISTS (
    SELECT FROM public.records_note note
    WHERE note.session_id = held.id AND note.author_id = {person} {unless}
)
"""
# sessions the actor may still finish, of cases that are no longer theirs; with `signed` also what
# they have signed since: a draft and a part for oneself go where their note went
FINISHING = f"""
DECLARE
    me uuid := {ME};
BEGIN
    IF NOT (public.actor_has_role('counsellor') OR public.actor_has_role('trainee')) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT held.id FROM public.clients_assignment ended
    JOIN public.records_session held ON held.case_id = ended.case_id
    WHERE ended.person_id = me AND ended.since IS NOT NULL
      AND ended.until <= now() AND ended.until > now() - interval '7 days'
      AND {
    OWED.format(
        person="me", until="ended.until", unless="AND (NOT signed OR note.signed_at <= ended.until)"
    )
};
END
"""
FINISHED = f"""
SELECT note.id FROM public.records_note note
WHERE note.author_id = {ME}
  AND note.session_id = ANY (ARRAY(SELECT public.records_finishing(true)))
"""
# the reference stays, and for the log who is in the case; no name
FINISHING_CASES = f"""
SELECT kept.id, kept.reference::text, left_on.until, ARRAY(
    SELECT part.client_id FROM public.clients_casemember part
    WHERE part.case_id = kept.id AND (part.until IS NULL OR part.until >= left_on.until)
    ORDER BY part.since, part.id
)
FROM (
    SELECT ended.case_id, max(ended.until) AS until FROM public.clients_assignment ended
    WHERE ended.person_id = {ME} AND ended.since IS NOT NULL
      AND ended.until <= now() AND ended.until > now() - interval '7 days'
    GROUP BY ended.case_id
) left_on
JOIN public.clients_case kept ON kept.id = left_on.case_id
WHERE EXISTS (
    SELECT FROM public.records_session held
    WHERE held.case_id = kept.id AND held.id = ANY (ARRAY(SELECT public.records_finishing(true)))
)
"""
# what would stay behind if somebody's assignment ended now; asked by who may end it
LEFT_UNSIGNED = f"""
SELECT held.id, held.starts_at FROM public.records_session held
WHERE held.case_id = of_case
  AND (of_person = {ME} AND of_case = ANY (ARRAY(SELECT public.visible_cases('record')))
       OR of_case = ANY (ARRAY(SELECT public.visible_cases('manage'))))
  AND {OWED.format(person="of_person", until="now()", unless="")}
ORDER BY held.starts_at
"""
# counts only: whose, of which case, since when
NEVER_FINISHED = f"""
SELECT ended.person_id, kept.id, kept.reference::text, ended.until, count(held.id)
FROM (
    SELECT one.case_id, one.person_id, max(one.until) AS until
    FROM public.clients_assignment one WHERE one.since IS NOT NULL
    GROUP BY one.case_id, one.person_id
    HAVING bool_and(one.until IS NOT NULL) AND max(one.until) <= now() - interval '7 days'
) ended
JOIN public.clients_case kept ON kept.id = ended.case_id
JOIN public.records_session held ON held.case_id = ended.case_id
WHERE ((SELECT public.actor_has_role('privacy_officer')) OR public.supervises(ended.person_id))
  AND {OWED.format(person="ended.person_id", until="ended.until", unless="")}
GROUP BY ended.person_id, kept.id, kept.reference, ended.until
ORDER BY ended.until, kept.id
"""
# whose note is a day late and was not reminded of, and what could not be sent before
DUE = f"""
SELECT held.person_id, held.id FROM public.records_session held
WHERE held.ends_at BETWEEN now() - interval '14 days' AND now() - interval '24 hours'
  AND {OWED.format(person="held.person_id", until="now()", unless="")}
  AND NOT EXISTS (
    SELECT FROM public.records_reminder made
    WHERE made.session_id = held.id AND made.person_id = held.person_id
      AND (made.sent_at IS NOT NULL OR made.due_at > now() OR made.attempts >= 12)
  )
  AND EXISTS (
    SELECT FROM public.clients_assignment mine
    WHERE mine.case_id = held.case_id AND mine.person_id = held.person_id
      AND mine.since <= now() AND (mine.until IS NULL OR mine.until > now() - interval '7 days')
  )
  AND EXISTS (
    SELECT FROM public.accounts_account account
    WHERE account.id = held.person_id AND account.is_active
  )
ORDER BY held.person_id, held.id LIMIT 1000
"""


def among(column: str, question: str) -> str:
    """Say that a column is among the ids that a function of the owner gives for the actor."""
    return f"{column} = ANY (ARRAY(SELECT public.{question}))"


UNSIGNED = among("session_id", "records_finishing()")
SINCE = among("session_id", "records_finishing(true)")
OWN_NOTE = among("note_id", "records_finished_notes()")
AUTHOR = f"author_id = {ME}"
OWN_DRAFT = (
    f"{AUTHOR} AND EXISTS (SELECT FROM public.records_draft begun "
    "WHERE begun.id = draft_id AND begun.author_id = public.counselling_actor() AND {0})"
)


def part(condition: str) -> str:
    """Ask of a part for one member what is asked of its draft."""
    return OWN_DRAFT.format(condition.replace("session_id", "begun.session_id", 1))


class Migration(migrations.Migration):
    """What ended an assignment too early before, a draft, is now allowed and has its days."""

    dependencies = [
        ("records", "0006_safety"),
        ("clients", "0005_writing_is_a_level"),
        ("audit", "0003_resealing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["ends_at"], name="session_ended"),
        ),
        migrations.CreateModel(
            name="Reminder",
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
                ("made_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.session",
                    ),
                ),
            ],
            options={
                "db_table": "records_reminder",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "person"), name="one_reminder_per_note"
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at", None)),
                        fields=["due_at"],
                        name="reminder_to_send",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "DROP TRIGGER records_draft_stays_reachable ON public.clients_assignment;"
            "DROP FUNCTION public.records_draft_stays_reachable()",
            first.KEEP_DRAFTS,
        ),
        migrations.RunSQL(f"{ASKED};{LOCK}", UNLOCK),
        definer(
            "records_finishing(signed boolean DEFAULT false)", "SETOF uuid", FINISHING, "plpgsql"
        ),
        definer("records_finished_notes()", "SETOF uuid", FINISHED),
        definer(
            "records_finishing_cases()",
            "TABLE (case_id uuid, reference text, until timestamptz, clients uuid[])",
            FINISHING_CASES,
        ),
        definer(
            "records_left_unsigned(of_case uuid, of_person uuid)",
            "TABLE (session_id uuid, starts_at timestamptz)",
            LEFT_UNSIGNED,
        ),
        definer(
            "records_never_finished()",
            "TABLE (person_id uuid, case_id uuid, reference text, until timestamptz, notes bigint)",
            NEVER_FINISHED,
        ),
        definer("records_due_reminders()", "TABLE (person_id uuid, session_id uuid)", DUE),
        another_policy(
            "records_session",
            "records_session_to_finish",
            "select",
            among("id", "records_finishing()"),
        ),
        another_policy(
            "records_session",
            "records_session_finished",
            "update",
            among("id", "records_finishing()"),
        ),
        another_policy(
            "records_draft", "records_draft_to_finish", "select", f"{AUTHOR} AND {SINCE}"
        ),
        another_policy(
            "records_draft", "records_draft_begun_late", "insert", f"{AUTHOR} AND {UNSIGNED}"
        ),
        another_policy(
            "records_draft", "records_draft_written_late", "update", f"{AUTHOR} AND {UNSIGNED}"
        ),
        another_policy(
            "records_draft", "records_draft_signed_late", "delete", f"{AUTHOR} AND {SINCE}"
        ),
        another_policy("records_draft_part", "records_draft_part_to_finish", "select", part(SINCE)),
        another_policy(
            "records_draft_part", "records_draft_part_begun_late", "insert", part(UNSIGNED)
        ),
        another_policy(
            "records_draft_part", "records_draft_part_written_late", "update", part(UNSIGNED)
        ),
        another_policy(
            "records_draft_part", "records_draft_part_signed_late", "delete", part(SINCE)
        ),
        another_policy(
            "records_session_member", "records_session_member_to_finish", "select", UNSIGNED
        ),
        another_policy(
            "records_session_member", "records_session_member_finished", "update", UNSIGNED
        ),
        another_policy(
            "records_note", "records_note_finished", "insert", f"{AUTHOR} AND {UNSIGNED}"
        ),
        another_policy(
            "records_process_note",
            "records_process_note_finished",
            "insert",
            f"{AUTHOR} AND {OWN_NOTE}",
        ),
        another_policy(
            "records_note_part", "records_note_part_finished", "insert", f"{AUTHOR} AND {OWN_NOTE}"
        ),
        row_security(
            "records_reminder",
            select=f"person_id = {ME} OR {ME} = {SERVICE}",
            insert=f"{ME} = {SERVICE}",
            update=f"{ME} = {SERVICE}",
        ),
        grant("records_reminder", "SELECT, INSERT, UPDATE (attempts, due_at, sent_at)"),
    ]
