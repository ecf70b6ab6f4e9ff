"""What is about all of a couple or family is read by one of them while all the others agree.

Which consents say so is written down when the note is opened, since whom they name is sealed; that
they still hold is asked here, each time it is read.
"""

from __future__ import annotations

import importlib

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
from counselling.sql import definer, grant, never_changes, not_in_emergency, row_security

before = importlib.import_module("records.migrations.0009_client_reads_what_stands")
READS, WRITES = before.before.READS, before.before.WRITES
to = before.before.to

ALL_AGREE = """
WITH about AS (
    SELECT part.client_id FROM public.records_note note
    JOIN public.records_session held ON held.id = note.session_id
    JOIN public.clients_casemember part ON part.case_id = note.case_id
      AND part.since < held.ends_at AND (part.until IS NULL OR part.until > held.starts_at)
    WHERE note.id = of_note
    UNION
    SELECT seat.client_id FROM public.records_note note
    JOIN public.records_session_member seat ON seat.session_id = note.session_id
    WHERE note.id = of_note
)
SELECT EXISTS (SELECT FROM about mine WHERE mine.client_id = reader) AND NOT EXISTS (
    SELECT FROM about other WHERE other.client_id <> reader AND NOT EXISTS (
        SELECT FROM public.records_reading reading
        JOIN public.records_reading_word word ON word.reading_id = reading.id
        JOIN public.consent_consent agreed
          ON agreed.id = word.consent_id AND agreed.client_id = other.client_id
        WHERE reading.note_id = of_note AND reading.client_id = reader AND reading.until IS NULL
          AND 'session_notes' = ANY (agreed.categories)
          AND agreed.since <= now() AND (agreed.until IS NULL OR agreed.until > now())
          AND NOT EXISTS (
            SELECT FROM public.consent_withdrawal gone WHERE gone.consent_id = agreed.id)
          AND NOT EXISTS (
            SELECT FROM public.consent_replacement anew WHERE anew.consent_id = agreed.id)
    )
)
"""
OWN_NOTES = """
BEGIN
    IF public.portal_client() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT note.id FROM public.records_note note
        JOIN public.clients_case care ON care.id = note.case_id
        WHERE note.id IN (SELECT public.records_open_notes())
          AND CASE care.kind
            WHEN 'individual' THEN true
            WHEN 'group' THEN public.records_was_there(note.id)
            ELSE public.records_all_agree(note.id, public.portal_client())
          END;
END
"""
FITS = """
SELECT EXISTS (
    SELECT FROM public.records_reading reading
    JOIN public.consent_consent agreed ON agreed.id = of_consent AND agreed.client_id = person
    WHERE reading.id = of_reading AND reading.case_id = care AND reading.client_id <> person
      AND reading.by_id = public.counselling_actor() AND reading.until IS NULL
)
"""


class Migration(migrations.Migration):
    """A consent that ends shuts the shared part at that instant."""

    dependencies = [
        ("records", "0012_roster_stays"),
        ("consent", "0005_sealed_anew"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadingWord",
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
                ("reading", to("records.reading", "words")),
                ("case", to("clients.case")),
                ("client", to("clients.client")),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.consent",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "records_reading_word",
                "constraints": [
                    models.UniqueConstraint(fields=["reading", "consent"], name="reading_word_once")
                ],
            },
        ),
        definer(
            "records_word_fits(of_reading uuid, care uuid, person uuid, of_consent uuid)",
            "boolean",
            FITS,
        ),
        definer("records_all_agree(of_note uuid, reader uuid)", "boolean", ALL_AGREE),
        row_security(
            "records_reading_word",
            select=READS,
            insert=f"{WRITES} "
            "AND public.records_word_fits(reading_id, case_id, client_id, consent_id)",
        ),
        grant("records_reading_word", "SELECT, INSERT"),
        never_changes("records_reading_word", "word of somebody"),
        not_in_emergency("records_reading_word"),
        before.anew("records_own_notes()", "SETOF uuid", OWN_NOTES, before.OWN_NOTES),
    ]
