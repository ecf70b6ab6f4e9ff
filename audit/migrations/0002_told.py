"""Remember whether people were told what a verification found, so that each is told once."""

from django.db import migrations


class Migration(migrations.Migration):
    """One column more; whoever may write and read the others may this one too."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE public.audit_verification ADD COLUMN told boolean NOT NULL DEFAULT false",
            "ALTER TABLE public.audit_verification DROP COLUMN told",
        ),
    ]
