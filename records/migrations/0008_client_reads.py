"""What a client may read in their own space, what they say is not right, and what became of it."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counselling.db
from counselling.sql import another_policy, definer, grant, never_changes, row_security
from counselling.vault.fields import SealedTextField
from counselling.vault.holders import HolderOf

READS = "case_id = ANY (ARRAY(SELECT public.visible_cases('record')))"
WRITES = "case_id = ANY (ARRAY(SELECT public.visible_cases('write')))"
ME = "public.counselling_actor()"
OWN = "client_id = (SELECT public.portal_client())"
OFFICER = "(SELECT public.actor_has_role('privacy_officer'))"

# who takes part now, was in the case before the note was signed and, where there is a roster, was
# on it: nobody reads of meetings that were not theirs
MAY_OPEN = """
SELECT EXISTS (
    SELECT FROM public.records_note note
    JOIN public.clients_casemember part ON part.case_id = note.case_id AND part.client_id = person
    WHERE note.id = of_note AND note.session_id = meeting AND note.case_id = care
      AND note.author_id = public.counselling_actor()
      AND part.since <= note.signed_at AND (part.until IS NULL OR part.until > now())
) AND (
    NOT EXISTS (SELECT FROM public.records_session_member seat WHERE seat.session_id = meeting)
    OR EXISTS (
        SELECT FROM public.records_session_member seat
        WHERE seat.session_id = meeting AND seat.client_id = person
    )
)
"""

# whether what several people said together goes to each of them: not before everybody's word for
# it can be recorded (DESIGN 7)
SHARED_PART_GOES = """
SELECT EXISTS (
    SELECT FROM public.clients_case shared
    WHERE shared.id = care AND shared.kind IN ('individual', 'group')
)
"""

# notes of which a client reads at least a part; a trainee's only once somebody stands for it
OPEN = """
DECLARE
    own uuid := public.portal_client();
BEGIN
    IF own IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT note.id FROM public.records_reading reading
        JOIN public.records_note note ON note.id = reading.note_id
        WHERE reading.client_id = own AND reading.until IS NULL
          AND (
            NOT note.needs_co_signature
            OR EXISTS (SELECT FROM public.records_co_signature done WHERE done.note_id = note.id)
          );
END
"""
OWN_NOTES = """
BEGIN
    IF public.portal_client() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT note.id FROM public.records_note note
        WHERE note.id IN (SELECT public.records_open_notes())
          AND public.records_shared_part_goes(note.case_id);
END
"""
# whoever once read a note still learns what became of their word about it
OWN_SESSIONS = """
DECLARE
    own uuid := public.portal_client();
BEGIN
    IF own IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT reading.session_id FROM public.records_reading reading
        WHERE reading.client_id = own;
END
"""
MAY_SAY = """
SELECT EXISTS (
    SELECT FROM public.records_note note
    WHERE note.id = of_note AND note.session_id = meeting AND note.case_id = care
) AND CASE
    WHEN of_part IS NULL THEN of_note IN (SELECT public.records_own_notes())
    ELSE of_note IN (SELECT public.records_open_notes()) AND EXISTS (
        SELECT FROM public.records_note_part part
        WHERE part.id = of_part AND part.note_id = of_note
          AND part.client_id = public.portal_client()
    )
END AND NOT EXISTS (
    SELECT FROM public.records_amendment asked
    WHERE asked.note_id = of_note AND asked.client_id = public.portal_client()
      AND NOT EXISTS (
        SELECT FROM public.records_amendment_step answer
        WHERE answer.amendment_id = asked.id AND answer.move IN ('accepted', 'refused')
      )
)
"""

# an end is written once, and nothing else of the row changes
ENDS_ONCE = """
CREATE FUNCTION public.records_reading_ends_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF OLD.until IS NOT NULL THEN
    RAISE EXCEPTION 'What ended stays ended; it can be begun anew.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_reading_ends_once BEFORE UPDATE ON public.records_reading
FOR EACH ROW EXECUTE FUNCTION public.records_reading_ends_once();
CREATE TRIGGER records_reading_never_deleted BEFORE DELETE ON public.records_reading
FOR EACH ROW EXECUTE FUNCTION public.counselling_refuse_change('Who could read what is never deleted.')
"""
NOT_ONCE = """
DROP TRIGGER records_reading_ends_once ON public.records_reading;
DROP TRIGGER records_reading_never_deleted ON public.records_reading;
DROP FUNCTION public.records_reading_ends_once()
"""

# the moves of `domain.amendments`, whoever writes; steps of one amendment wait for each other
FITS = """
CREATE FUNCTION public.records_amendment_step_fits() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  asked public.records_amendment%ROWTYPE;
  done text[];
BEGIN
  SELECT * INTO asked FROM public.records_amendment WHERE id = NEW.amendment_id FOR UPDATE;
  done := ARRAY(SELECT step.move FROM public.records_amendment_step step
                WHERE step.amendment_id = NEW.amendment_id);
  IF asked.id IS NULL OR asked.case_id <> NEW.case_id OR asked.client_id <> NEW.client_id
     OR NEW.move IN ('extended', 'accepted', 'refused') AND done && '{accepted,refused}'
     OR NEW.move = 'extended' AND NEW.at > asked.asked_at + interval '60 days'
     OR NEW.move = 'disagreed' AND NOT 'refused' = ANY (done)
     OR NEW.move = 'rebutted' AND NOT 'disagreed' = ANY (done)
     OR NEW.addendum_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.records_addendum under
        WHERE under.id = NEW.addendum_id AND under.note_id = asked.note_id
          AND asked.part_id IS NULL)
     OR NEW.part_addendum_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.records_part_addendum under
        WHERE under.id = NEW.part_addendum_id AND under.part_id = asked.part_id) THEN
    RAISE EXCEPTION 'This does not follow on what was answered before.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.records_amendment_step_fits() FROM PUBLIC;
CREATE TRIGGER records_amendment_step_fits BEFORE INSERT ON public.records_amendment_step
FOR EACH ROW EXECUTE FUNCTION public.records_amendment_step_fits()
"""
FITS_NOT = """
DROP TRIGGER records_amendment_step_fits ON public.records_amendment_step;
DROP FUNCTION public.records_amendment_step_fits()
"""


def key() -> models.UUIDField[Any, Any]:
    """Give a row its id."""
    return models.UUIDField(
        default=counselling.db.uuid7, editable=False, primary_key=True, serialize=False
    )


def to(model: str, related: str = "+", *, null: bool = False) -> models.ForeignKey[Any, Any]:
    """Point at another row, which stays while this one is there."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model, null=null
    )


def answer_of(model: str) -> models.OneToOneField[Any, Any]:
    """Point at the addendum by which somebody was proved right."""
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="amendment_step",
        to=model,
        null=True,
    )


def said() -> SealedTextField:
    """Seal with the key of the client."""
    return SealedTextField(holder=HolderOf("client", ("client_id",)))


CASE, CLIENT, PERSON = "clients.case", "clients.client", settings.AUTH_USER_MODEL
MOVES = ["extended", "accepted", "refused", "disagreed", "rebutted"]
BASES = ["accurate", "not_ours", "not_in_record", "not_to_see"]
Q = models.Q


class Migration(migrations.Migration):
    """A client's own sign-in lets the rows through that are theirs to read, and nothing else."""

    dependencies = [
        ("clients", "0005_writing_is_a_level"),
        ("records", "0007_final"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", key()),
                ("note", to("records.note", "readings")),
                ("session", to("records.session")),
                ("case", to(CASE)),
                ("client", to(CLIENT)),
                ("by", to(PERSON)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("until_by", to(PERSON, null=True)),
            ],
            options={
                "db_table": "records_reading",
                "indexes": [models.Index(fields=["client", "note"], name="reading_of_client")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["note", "client"],
                        condition=Q(until__isnull=True),
                        name="reading_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(until__isnull=True, until_by__isnull=True)
                        | Q(until__gte=models.F("since"), until_by__isnull=False),
                        name="reading_ended_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", key()),
                ("note", to("records.note", "amendments")),
                ("session", to("records.session")),
                ("case", to(CASE)),
                ("client", to(CLIENT)),
                ("part", to("records.notepart", null=True)),
                ("wrong", said()),
                ("better", said()),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "db_table": "records_amendment",
                "indexes": [
                    models.Index(fields=["note", "asked_at"], name="amendment_of_note"),
                    models.Index(fields=["client", "asked_at"], name="amendment_of_client"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AmendmentStep",
            fields=[
                ("id", key()),
                ("amendment", to("records.amendment", "steps")),
                ("case", to(CASE)),
                ("client", to(CLIENT)),
                ("move", models.CharField(max_length=12)),
                ("basis", models.CharField(blank=True, max_length=16)),
                ("text", said()),
                ("addendum", answer_of("records.addendum")),
                ("part_addendum", answer_of("records.partaddendum")),
                ("by", to(PERSON)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "records_amendment_step",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["amendment", "move"], name="amendment_step_once"
                    ),
                    models.UniqueConstraint(
                        fields=["amendment"],
                        condition=Q(move__in=["accepted", "refused"]),
                        name="amendment_answered_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(move__in=MOVES), name="amendment_move_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(move="refused", basis__in=BASES)
                        | (~Q(move="refused") & Q(basis="")),
                        name="amendment_refused_on_a_basis",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            move="accepted", addendum__isnull=False, part_addendum__isnull=True
                        )
                        | Q(move="accepted", addendum__isnull=True, part_addendum__isnull=False)
                        | (
                            ~Q(move="accepted")
                            & Q(addendum__isnull=True, part_addendum__isnull=True)
                        ),
                        name="amendment_accepted_by_addendum",
                    ),
                ],
            },
        ),
        definer(
            "records_may_open(of_note uuid, meeting uuid, care uuid, person uuid)",
            "boolean",
            MAY_OPEN,
        ),
        definer("records_shared_part_goes(care uuid)", "boolean", SHARED_PART_GOES),
        definer("records_open_notes()", "SETOF uuid", OPEN, "plpgsql"),
        definer("records_own_notes()", "SETOF uuid", OWN_NOTES, "plpgsql"),
        definer("records_own_sessions()", "SETOF uuid", OWN_SESSIONS, "plpgsql"),
        definer(
            "records_may_say(of_note uuid, meeting uuid, care uuid, of_part uuid)",
            "boolean",
            MAY_SAY,
        ),
        row_security(
            "records_reading",
            select=f"{READS} OR {OWN}",
            insert=f"by_id = {ME} AND until IS NULL AND {WRITES} "
            "AND public.records_may_open(note_id, session_id, case_id, client_id)",
            update=f"{WRITES} AND (until_by_id IS NULL OR until_by_id = {ME})",
        ),
        grant("records_reading", "SELECT, INSERT, UPDATE (until, until_by_id)"),
        migrations.RunSQL(ENDS_ONCE, NOT_ONCE),
        row_security(
            "records_amendment",
            select=f"{READS} OR {OWN} OR {OFFICER}",
            insert=f"{OWN} AND public.records_may_say(note_id, session_id, case_id, part_id)",
        ),
        grant("records_amendment", "SELECT, INSERT"),
        never_changes("records_amendment", "word about a note"),
        row_security(
            "records_amendment_step",
            select=f"{READS} OR {OWN} OR {OFFICER}",
            insert=f"by_id = {ME} AND CASE WHEN move = 'disagreed' THEN {OWN} ELSE {WRITES} "
            f"OR move IN ('extended', 'refused', 'rebutted') AND {OFFICER} END",
        ),
        grant("records_amendment_step", "SELECT, INSERT"),
        never_changes("records_amendment_step", "answer about a note"),
        migrations.RunSQL(FITS, FITS_NOT),
        another_policy(
            "records_note",
            "records_note_client",
            "select",
            "id = ANY (ARRAY(SELECT public.records_own_notes()))",
        ),
        another_policy(
            "records_addendum",
            "records_addendum_client",
            "select",
            "note_id = ANY (ARRAY(SELECT public.records_own_notes()))",
        ),
        another_policy(
            "records_note_part",
            "records_note_part_client",
            "select",
            f"{OWN} AND note_id = ANY (ARRAY(SELECT public.records_open_notes()))",
        ),
        another_policy(
            "records_part_addendum",
            "records_part_addendum_client",
            "select",
            f"{OWN} AND part_id IN (SELECT mine.id FROM public.records_note_part mine)",
        ),
        another_policy(
            "records_session",
            "records_session_client",
            "select",
            "id = ANY (ARRAY(SELECT public.records_own_sessions()))",
        ),
    ]
