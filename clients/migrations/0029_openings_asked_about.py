"""Who opened a file, as its client may know it: seen, asked about, answered, told by letter.

`audit_openings_told` is the one place that says what a client may know of by now, whoever asks: the
client, staff who print it for them, and the machine that writes to them.
"""

import importlib

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders
from counselling.sql import definer, grant, never_changes, not_in_emergency, row_security

first = importlib.import_module("clients.migrations.0002_row_security")
ME = first.ME

OPENINGS = """
SELECT e.recorded, e.id, e.actor, e.payload FROM public.audit_event e
WHERE (e.recorded, e.id) IN (
    SELECT one.recorded, one.id FROM public.audit_event one
    WHERE one.client = person AND one.recorded >= since AND one.recorded < until
    UNION
    SELECT one.recorded, one.id FROM public.audit_event one
    WHERE cardinality(one.clients) > 1 AND one.clients @> ARRAY[person]
      AND one.recorded >= since AND one.recorded < until
  )
  AND (
    person = public.portal_client()
    OR public.guarding() IS NULL AND public.link_row() IS NULL
       AND public.portal_client() IS NULL
       AND person IN (SELECT public.visible_clients('consent'))
  )
  AND e.outcome = 'ok'
  AND (e.payload::json ->> 'act' = 'R' OR e.kind = ANY (also))
  AND (e.payload::json ->> 'actor_kind' IN ('staff', 'service')
       OR e.payload::json ->> 'relation' = 'guardian')
  AND NOT EXISTS (
    SELECT FROM public.clients_emergencyaccess opened
    WHERE opened.client_id = person AND opened.told_at > now()
      AND (opened.id::text = e.payload::json ->> 'row' OR opened.person_id = e.actor
           AND e.recorded BETWEEN opened.began_at AND opened.ends_at)
  )
"""
# clients who want to hear, of whom something was written since; an instant that may still commit
# is left for the next time, and a letter that is due later waits with what it is about
DUE = """
SELECT wish.client_id FROM public.clients_tellme wish
WHERE wish.wish <> 'emergency' AND wish.looked_at < now() - interval '10 minutes'
  AND (wish.letter_at IS NULL OR wish.letter_at <= now() - interval '24 hours')
  AND (EXISTS (
    SELECT FROM public.audit_event e
    WHERE e.client = wish.client_id AND e.recorded >= wish.looked_at
      AND e.recorded < now() - interval '2 minutes'
  ) OR EXISTS (
    SELECT FROM public.audit_event e
    WHERE cardinality(e.clients) > 1 AND e.clients @> ARRAY[wish.client_id]
      AND e.recorded >= wish.looked_at AND e.recorded < now() - interval '2 minutes'
  ))
LIMIT 1000
"""
# reviewers are told at once, others when it is late, the client when there is an answer
DUE_QUESTIONS = """
SELECT asked.client_id, asked.id FROM public.clients_accessquestion asked
LEFT JOIN public.clients_accessanswer said ON said.question_id = asked.id
WHERE asked.alerted_at IS NULL AND said.id IS NULL
   OR asked.escalated_at IS NULL AND said.id IS NULL AND asked.due_on < current_date
   OR asked.letter_at IS NULL AND said.id IS NOT NULL
LIMIT 1000
"""
NOT_ONESELF = """
CREATE FUNCTION public.clients_answer_of_another() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF EXISTS (
        SELECT FROM public.clients_accessquestion asked
        WHERE asked.id = NEW.question_id
          AND (NEW.by = ANY (asked.people) OR asked.client_id <> NEW.client_id)
    ) THEN
        RAISE EXCEPTION 'Nobody answers about what they opened themselves.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.clients_answer_of_another() FROM PUBLIC;
CREATE TRIGGER clients_accessanswer_of_another BEFORE INSERT ON public.clients_accessanswer
    FOR EACH ROW EXECUTE FUNCTION public.clients_answer_of_another();
CREATE FUNCTION public.clients_question_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF (NEW.id, NEW.client_id, NEW.people, NEW.events, NEW.began, NEW.ended, NEW.asked_by,
        NEW.asked_at, NEW.due_on)
       IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.people, OLD.events, OLD.began, OLD.ended,
        OLD.asked_by, OLD.asked_at, OLD.due_on) THEN
        RAISE EXCEPTION 'What a client asked stays as it was asked.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER clients_accessquestion_stays BEFORE UPDATE ON public.clients_accessquestion
    FOR EACH ROW EXECUTE FUNCTION public.clients_question_stays()
"""
ANYBODY = """
DROP TRIGGER clients_accessanswer_of_another ON public.clients_accessanswer;
DROP FUNCTION public.clients_answer_of_another();
DROP TRIGGER clients_accessquestion_stays ON public.clients_accessquestion;
DROP FUNCTION public.clients_question_stays()
"""
OWN = "client_id = (SELECT public.portal_client())"
JOB = "client_id = (SELECT public.clients_job_client())"
# whoever reviews the accesses of all of them and was none of them; kept out of a file, not
# even that; from outside, one reads by reference what nobody here may answer
REVIEWER = (
    f"NOT people @> ARRAY[{ME}] AND people <@ ARRAY(SELECT public.audit_reviewed_people()) "
    "AND ((SELECT public.actor_has_role('outside_reviewer')) "
    f"OR {first.clients('contact')})"
)


class Migration(migrations.Migration):
    """A question and its answer stay; what is shown to whom is PostgreSQL's to say."""

    dependencies = [
        ("clients", "0028_looks_at_what_others_review"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessQuestion",
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
                    "people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("began", models.DateTimeField()),
                ("ended", models.DateTimeField()),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                (
                    "text",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
                    ),
                ),
                ("alerted_at", models.DateTimeField(null=True)),
                ("escalated_at", models.DateTimeField(null=True)),
                ("letter_at", models.DateTimeField(null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AccessAnswer",
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
                (
                    "text",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("client", ("client_id",))
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
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="clients.accessquestion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LastLook",
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
                ("before", models.DateTimeField(null=True)),
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TellMe",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="clients.client",
                    ),
                ),
                ("wish", models.CharField(max_length=10)),
                ("chosen_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField()),
                ("letter_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wish__in", ["new", "always", "emergency"])),
                        name="clients_tellme_wish",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="accessquestion",
            index=models.Index(fields=["client"], name="clients_accessquestion_client"),
        ),
        migrations.AddConstraint(
            model_name="accessquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("began__lte", models.F("ended")),
                    ("events__len__gt", 0),
                    ("people__len__gt", 0),
                ),
                name="clients_accessquestion_about",
            ),
        ),
        definer(
            "audit_openings_told(person uuid, since timestamptz, until timestamptz, also text[])",
            "TABLE (recorded timestamptz, id uuid, actor uuid, payload text)",
            OPENINGS,
        ),
        definer("clients_due_tellings()", "SETOF uuid", DUE),
        definer("clients_due_questions()", "TABLE (client_id uuid, id uuid)", DUE_QUESTIONS),
        row_security(
            "clients_accessquestion",
            select=f"{OWN} OR {JOB} OR {REVIEWER}",
            insert=f"{OWN} AND asked_by = {ME} AND asked_at = now() "
            "AND alerted_at IS NULL AND escalated_at IS NULL AND letter_at IS NULL",
            update=JOB,
        ),
        row_security(
            "clients_accessanswer",
            select="question_id IN (SELECT asked.id FROM public.clients_accessquestion asked)",
            insert=f"by = {ME} AND at = now() AND question_id IN (SELECT asked.id "
            f"FROM public.clients_accessquestion asked WHERE {REVIEWER})",
        ),
        row_security(
            "clients_tellme", select=f"{OWN} OR {JOB}", insert=OWN, update=f"{OWN} OR {JOB}"
        ),
        row_security("clients_lastlook", select=OWN, insert=OWN, update=OWN),
        grant(
            "clients_accessquestion",
            "SELECT, INSERT, UPDATE (alerted_at, escalated_at, letter_at)",
        ),
        grant("clients_accessanswer", "SELECT, INSERT"),
        grant("clients_tellme", "SELECT, INSERT, UPDATE"),
        grant("clients_lastlook", "SELECT, INSERT, UPDATE"),
        never_changes("clients_accessanswer", "answer about an opening"),
        migrations.RunSQL(NOT_ONESELF, ANYBODY),
        not_in_emergency(
            "clients_accessquestion", "clients_accessanswer", "clients_tellme", "clients_lastlook"
        ),
    ]
