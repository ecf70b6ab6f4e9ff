"""Co-signatures, returns and supervision notes: who sees and writes them, and what never changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders
from counselling.sql import grant, never_changes, row_security

CASE = "case_id = ANY (ARRAY(SELECT public.visible_cases('record')))"
ME = "public.counselling_actor()"
# supervised by the actor now, and never oneself
SUPERVISED = f"supervisor_id = {ME} AND author_id <> {ME} AND public.supervises(author_id)"

# whoever writes it, the owner too; two supervisors at once are asked one after the other
JUDGED = """
CREATE FUNCTION public.records_judged() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    judged public.records_note;
BEGIN
    SELECT * INTO judged FROM public.records_note WHERE id = NEW.note_id FOR UPDATE;
    IF judged.author_id = NEW.supervisor_id THEN
        RAISE EXCEPTION 'Nobody approves their own note.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (judged.author_id, judged.case_id) IS DISTINCT FROM (NEW.author_id, NEW.case_id) THEN
        RAISE EXCEPTION 'This note is of another author or case.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT judged.needs_co_signature
       OR EXISTS (SELECT FROM public.records_co_signature done WHERE done.note_id = judged.id)
       OR EXISTS (
            SELECT FROM public.records_return back
            WHERE back.note_id = judged.id AND NOT EXISTS (
                SELECT FROM public.records_addendum answer
                WHERE answer.note_id = judged.id AND answer.author_id = judged.author_id
                  AND answer.signed_at > back.returned_at
            )
       ) THEN
        RAISE EXCEPTION 'This note does not wait for a supervisor.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.records_judged() FROM PUBLIC;
CREATE TRIGGER records_co_signature_judged BEFORE INSERT ON public.records_co_signature
    FOR EACH ROW EXECUTE FUNCTION public.records_judged();
CREATE TRIGGER records_return_judged BEFORE INSERT ON public.records_return
    FOR EACH ROW EXECUTE FUNCTION public.records_judged()
"""
UNJUDGED = """
DROP TRIGGER records_return_judged ON public.records_return;
DROP TRIGGER records_co_signature_judged ON public.records_co_signature;
DROP FUNCTION public.records_judged()
"""
# a comment is of its return's author, supervisor and case
COMMENTED = """
CREATE FUNCTION public.records_commented() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM public.records_return back
        WHERE back.id = NEW.of_return_id AND back.case_id = NEW.case_id
          AND back.author_id = NEW.author_id AND back.supervisor_id = NEW.supervisor_id
    ) THEN
        RAISE EXCEPTION 'This return is of another author, supervisor or case.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.records_commented() FROM PUBLIC;
CREATE TRIGGER records_return_commented BEFORE INSERT ON public.records_return_comment
    FOR EACH ROW EXECUTE FUNCTION public.records_commented()
"""
UNCOMMENTED = """
DROP TRIGGER records_return_commented ON public.records_return_comment;
DROP FUNCTION public.records_commented()
"""
# who stopped supervising still signs what they began
BEGUN = (
    "EXISTS (SELECT FROM public.records_supervision_draft begun "
    f"WHERE begun.supervisor_id = {ME} AND begun.supervisee_id = "
    "records_supervision_note.supervisee_id)"
)
OWN = f"supervisor_id = {ME}"


def _id() -> tuple[str, models.UUIDField]:
    key = models.UUIDField(
        default=counselling.db.uuid7, editable=False, primary_key=True, serialize=False
    )
    return ("id", key)


def _to(name: str, model: str = settings.AUTH_USER_MODEL) -> tuple[str, models.ForeignKey]:
    return (
        name,
        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model),
    )


def _judgement(at: str) -> list[tuple[str, models.Field]]:
    return [
        _id(),
        (at, models.DateTimeField()),
        _to("case", "clients.case"),
        _to("author"),
        _to("supervisor"),
    ]


def _another(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(("author", models.F("supervisor")), _negated=True), name=name
    )


BY_STAFF = counselling.vault.holders.HolderOf("staff", ("supervisor_id",))
BY_AUTHOR = counselling.vault.holders.HolderOf("author", ("case_id", "supervisor_id"))


class Migration(migrations.Migration):
    """Supervisors judge what others wrote; what they say of it is in no client's record."""

    dependencies = [
        ("records", "0003_who_writes"),
        ("clients", "0005_writing_is_a_level"),
        ("accounts", "0002_rights_and_questions"),
        ("audit", "0003_resealing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                condition=models.Q(("needs_co_signature", True)),
                fields=["author", "signed_at"],
                name="note_to_co_sign",
            ),
        ),
        migrations.CreateModel(
            name="CoSignature",
            fields=[
                *_judgement("signed_at"),
                (
                    "note",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="co_signature",
                        to="records.note",
                    ),
                ),
            ],
            options={
                "db_table": "records_co_signature",
                "constraints": [_another("co_signed_by_another")],
            },
        ),
        migrations.CreateModel(
            name="Return",
            fields=[
                *_judgement("returned_at"),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="records.note",
                    ),
                ),
            ],
            options={
                "db_table": "records_return",
                "constraints": [_another("returned_by_another")],
                "indexes": [models.Index(fields=["note", "returned_at"], name="return_of_note")],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                _id(),
                ("place", models.PositiveSmallIntegerField()),
                ("content", counselling.vault.fields.SealedJSONField(holder=BY_AUTHOR)),
                _to("case", "clients.case"),
                _to("author"),
                _to("supervisor"),
                (
                    "of_return",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="records.return",
                    ),
                ),
            ],
            options={
                "db_table": "records_return_comment",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("of_return", "place"), name="one_comment_a_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SupervisionDraft",
            fields=[
                _id(),
                ("text", counselling.vault.fields.SealedTextField(holder=BY_STAFF)),
                ("version", models.PositiveIntegerField(default=1)),
                ("tab", models.CharField(blank=True, max_length=36)),
                ("begun_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("event_at", models.DateTimeField()),
                _to("supervisor"),
                _to("supervisee"),
            ],
            options={
                "db_table": "records_supervision_draft",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supervisor", "supervisee"), name="one_supervision_draft_a_pair"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SupervisionNote",
            fields=[
                _id(),
                ("text", counselling.vault.fields.SealedTextField(holder=BY_STAFF)),
                ("shared", models.BooleanField()),
                ("written_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField()),
                _to("supervisor"),
                _to("supervisee"),
            ],
            options={
                "db_table": "records_supervision_note",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("supervisor", models.F("supervisee")), _negated=True),
                        name="supervision_note_of_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signed_at__gte", models.F("written_at"))),
                        name="supervision_note_signed_after_written",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["supervisor", "supervisee", "-signed_at"],
                        name="supervision_note_of_pair",
                    ),
                    models.Index(
                        fields=["supervisee", "-signed_at"],
                        condition=models.Q(("shared", True)),
                        name="supervision_note_shared",
                    ),
                ],
            },
        ),
        migrations.RunSQL(JUDGED, UNJUDGED),
        migrations.RunSQL(COMMENTED, UNCOMMENTED),
        row_security("records_co_signature", select=CASE, insert=f"{SUPERVISED} AND {CASE}"),
        grant("records_co_signature", "SELECT, INSERT"),
        never_changes("records_co_signature", "co-signature"),
        row_security("records_return", select=CASE, insert=f"{SUPERVISED} AND {CASE}"),
        grant("records_return", "SELECT, INSERT"),
        never_changes("records_return", "return"),
        row_security(
            "records_return_comment",
            select=f"{CASE} AND (author_id = {ME} OR {OWN} OR public.supervises(author_id))",
            insert=f"{SUPERVISED} AND {CASE}",
        ),
        grant("records_return_comment", "SELECT, INSERT"),
        never_changes("records_return_comment", "comment"),
        row_security(
            "records_supervision_draft",
            select=OWN,
            insert=f"{OWN} AND public.supervises(supervisee_id)",
            update=OWN,
            delete=OWN,
        ),
        grant("records_supervision_draft", "SELECT, INSERT, UPDATE, DELETE"),
        row_security(
            "records_supervision_note",
            select=f"{OWN} OR (supervisee_id = {ME} AND shared)",
            insert=f"{OWN} AND (public.supervises(supervisee_id) OR {BEGUN})",
        ),
        grant("records_supervision_note", "SELECT, INSERT"),
        never_changes("records_supervision_note", "signed supervision note"),
    ]
