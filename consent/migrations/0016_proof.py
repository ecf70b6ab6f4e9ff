"""A drawn signature, the number inside a PDF, and the nightly comparison of paper and rows."""

from django.db import migrations, models

import counselling.vault.fields
import counselling.vault.holders
from consent.migrations import _proof as proof
from counselling.sql import grant, not_in_emergency, row_security

MACHINE = "(SELECT public.counselling_actor()) = '00000000-0000-7000-8000-000000000001'::uuid"


class Migration(migrations.Migration):
    """A file is known again by its hash, and a changed one by its number."""

    dependencies = [("consent", "0015_what_guardians_see")]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="drawing",
            field=counselling.vault.fields.SealedJSONField(
                holder=counselling.vault.holders.HolderOf("client", ("client_id",)), null=True
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="pdf_id",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["pdf_sha256"],
                condition=models.Q(("state", "sealed")),
                name="consent_document_hash",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["pdf_id"],
                condition=models.Q(("state", "sealed")),
                name="consent_document_number",
            ),
        ),
        migrations.CreateModel(
            name="Comparing",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("after", models.UUIDField(null=True)),
                ("compared", models.PositiveIntegerField(default=0)),
                ("differing", models.PositiveIntegerField(default=0)),
            ],
            options={
                "db_table": "consent_comparing",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("differing__lte", models.F("compared"))),
                        name="consent_comparing_differs_of_compared",
                    )
                ],
            },
        ),
        grant("consent_document", "UPDATE (pdf_id)"),
        grant("consent_comparing", "SELECT, INSERT"),
        grant("consent_comparing", "UPDATE (ended_at, due_at, after, compared, differing)"),
        row_security("consent_comparing", select="true", insert=MACHINE, update=MACHINE),
        not_in_emergency("consent_comparing"),
        *proof.OPERATIONS,
    ]
