"""Why a form was called back or declined, what was answered, and when somebody is reminded."""

from django.db import migrations, models

import counselling.vault.fields
import counselling.vault.holders
from consent.migrations._links import acting
from counselling.sql import definer, grant

WHY = ["staff", "pin", "mistake", "newer", "wish", "other", "group"]
OTHERS = ["draft", "sent", "opened", "signed", "declined", "expired"]

DUE = """
SELECT r.id, r.client_id FROM public.consent_request r
WHERE r.state IN ('sent', 'opened') AND r.remind_at <= now() AND r.expires_at > now()
ORDER BY r.remind_at LIMIT 200
"""
# where one of several has said no or was guessed, nobody of them can get any further: so whoever
# calls this changes nothing that could still come to something
END_GROUP = """
UPDATE public.consent_request other SET state = 'void', why_void = 'group', ended_at = instant,
    remind_at = NULL
FROM public.consent_request ended
WHERE ended.id = of_request AND ended.state IN ('declined', 'void') AND other.id <> ended.id
  AND coalesce(other.lead_id, other.id) = coalesce(ended.lead_id, ended.id)
  AND other.state IN ('draft', 'sent', 'opened')
RETURNING other.id
"""
ANSWERED = """
CREATE TRIGGER consent_question_answered BEFORE UPDATE ON public.consent_question
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL)
    EXECUTE FUNCTION public.counselling_refuse_change('An answer never changes.')
"""


def _sealed() -> counselling.vault.fields.SealedTextField:
    holder = counselling.vault.holders.HolderOf("client", ("client_id",))
    return counselling.vault.fields.SealedTextField(holder=holder, null=True)


def _why_void(codes: list[str]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(why_void="", state__in=OTHERS)
        | models.Q(state="void", why_void__in=codes),
        name="consent_request_void_has_a_reason",
    )


class Migration(migrations.Migration):
    """All of it is sealed, or says nothing."""

    dependencies = [
        ("consent", "0012_forms_written_here"),
        ("clients", "0014_letters_to_guardians"),
    ]

    operations = [
        migrations.AddField("request", "void_words", _sealed()),
        migrations.AddField("request", "decline_note", _sealed()),
        migrations.AddField("request", "remind_at", models.DateTimeField(null=True)),
        migrations.AddField("request", "reminded_at", models.DateTimeField(null=True)),
        migrations.AddField("question", "answer", _sealed()),
        migrations.RemoveConstraint("request", "consent_request_void_has_a_reason"),
        migrations.AddConstraint("request", _why_void(WHY)),
        migrations.AddConstraint(
            "question",
            models.CheckConstraint(
                condition=models.Q(answer__isnull=True) | models.Q(closed_at__isnull=False),
                name="consent_question_answer_closes",
            ),
        ),
        migrations.AddIndex(
            "request",
            models.Index(
                fields=["remind_at"],
                condition=models.Q(remind_at__isnull=False),
                name="consent_request_reminds",
            ),
        ),
        grant("consent_request", "UPDATE (void_words, decline_note, remind_at, reminded_at)"),
        grant("consent_question", "UPDATE (answer)"),
        migrations.RunSQL(
            ANSWERED, "DROP TRIGGER consent_question_answered ON public.consent_question"
        ),
        definer("consent_due_reminders()", "TABLE (request uuid, client uuid)", DUE),
        acting(
            "consent_end_group(of_request uuid, instant timestamptz)",
            "uuid, timestamptz",
            "SETOF uuid",
            END_GROUP,
        ),
    ]
