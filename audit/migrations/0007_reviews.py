"""What is said of findings, and the reviews in which they were decided: neither ever changes.

Of a finding that a reviewer decided and signed nothing more is said; one that was escalated waits
for somebody else than who escalated it.
"""

import django.contrib.postgres.fields
import django.db.models.expressions
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders
from counselling.sql import grant, never_changes

# who decides and who signs wait for each other, so that nothing is said of what is being signed
_ONE_BY_ONE = "PERFORM pg_advisory_xact_lock(hashtextextended('audit_review', 0));"
STANDS = f"""
CREATE FUNCTION public.audit_word_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    last public.audit_findingword;
BEGIN
    {_ONE_BY_ONE}
    SELECT * INTO last FROM public.audit_findingword said
        WHERE said.finding = NEW.finding ORDER BY said.at DESC, said.id DESC LIMIT 1;
    IF NEW.kind = 'answered' AND last.kind IS DISTINCT FROM 'asked' THEN
        RAISE EXCEPTION 'Nothing is asked of you here.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM public.audit_review signed
        WHERE signed.findings @> ARRAY[NEW.finding]
          AND (signed.reviewer_id = NEW."by_id" OR EXISTS (
            SELECT FROM public.audit_findingword ended
            WHERE ended.finding = NEW.finding AND ended.by_id = signed.reviewer_id
              AND ended.kind IN ('explained', 'in_order', 'not_justified')))
    ) THEN
        RAISE EXCEPTION 'What was decided and signed stays.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.audit_word_stands() FROM PUBLIC;
CREATE TRIGGER audit_word_stands BEFORE INSERT ON public.audit_findingword
    FOR EACH ROW EXECUTE FUNCTION public.audit_word_stands();
CREATE FUNCTION public.audit_review_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    {_ONE_BY_ONE}
    IF EXISTS (
        SELECT FROM unnest(NEW.findings) named (id)
        WHERE coalesce((
            SELECT said.by_id <> NEW.reviewer_id
                OR said.kind NOT IN ('explained', 'escalated', 'in_order', 'not_justified')
            FROM public.audit_findingword said WHERE said.finding = named.id
            ORDER BY said.at DESC, said.id DESC LIMIT 1), true)
    ) THEN
        RAISE EXCEPTION 'A review holds what its reviewer decided, and nothing else.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.audit_review_stands() FROM PUBLIC;
CREATE TRIGGER audit_review_stands BEFORE INSERT ON public.audit_review
    FOR EACH ROW EXECUTE FUNCTION public.audit_review_stands();
CREATE INDEX audit_review_findings ON public.audit_review USING gin (findings)
"""
FALLS = """
DROP INDEX public.audit_review_findings;
DROP TRIGGER audit_review_stands ON public.audit_review;
DROP TRIGGER audit_word_stands ON public.audit_findingword;
DROP FUNCTION public.audit_review_stands(), public.audit_word_stands()
"""


class Migration(migrations.Migration):
    """Who sees them is a migration of clients, which knows who reviews whom."""

    dependencies = [
        ("audit", "0006_outside_eyes"),
    ]

    operations = [
        migrations.CreateModel(
            name="FindingWord",
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
                ("finding", models.UUIDField()),
                ("kind", models.CharField(max_length=16)),
                ("code", models.CharField(blank=True, max_length=16)),
                ("by_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("client_id", models.UUIDField(null=True)),
                ("case_id", models.UUIDField(null=True)),
                ("person_id", models.UUIDField()),
                (
                    "text",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf(
                            "nearest", ("client_id", "case_id", "person_id")
                        ),
                        null=True,
                    ),
                ),
            ],
            options={
                "db_table": "audit_findingword",
                "indexes": [models.Index(fields=["finding", "at"], name="audit_word_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "explained",
                                    "asked",
                                    "answered",
                                    "escalated",
                                    "in_order",
                                    "not_justified",
                                ],
                            )
                        ),
                        name="audit_word_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "code__in",
                                    [
                                        "planned",
                                        "cover",
                                        "wrong_file",
                                        "training",
                                        "technical",
                                        "ordinary",
                                        "danger",
                                        "other",
                                    ],
                                ),
                                ("kind", "explained"),
                            ),
                            models.Q(models.Q(("kind", "explained"), _negated=True), ("code", "")),
                            _connector="OR",
                        ),
                        name="audit_word_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by_id", models.F("person_id")), ("kind", "answered")),
                            models.Q(
                                models.Q(("kind", "answered"), _negated=True),
                                models.Q(("by_id", models.F("person_id")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="audit_word_of_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "explained"), models.Q(("code", "other"), _negated=True)
                            ),
                            ("text__isnull", False),
                            _connector="OR",
                        ),
                        name="audit_word_says",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
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
                ("reviewer_id", models.UUIDField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("signed_at", models.DateTimeField()),
                (
                    "findings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("explained", models.PositiveIntegerField(default=0)),
                ("escalated", models.PositiveIntegerField(default=0)),
                ("not_justified", models.PositiveIntegerField(default=0)),
                ("in_order", models.PositiveIntegerField(default=0)),
                ("ordinary", models.PositiveIntegerField(default=0)),
                ("asked", models.PositiveIntegerField(default=0)),
                ("statement", models.TextField()),
                (
                    "words",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("staff", ("reviewer_id",)),
                        null=True,
                    ),
                ),
            ],
            options={
                "db_table": "audit_review",
                "indexes": [models.Index(fields=["reviewer_id", "until"], name="audit_review_by")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__lt", models.F("until")), ("until__lte", models.F("signed_at"))
                        ),
                        name="audit_review_is_over",
                    )
                ],
            },
        ),
        migrations.RunSQL(STANDS, FALLS),
        never_changes("audit_findingword", "word on a finding"),
        never_changes("audit_review", "review"),
        grant("audit_findingword", "SELECT, INSERT"),
        grant("audit_review", "SELECT, INSERT"),
    ]
