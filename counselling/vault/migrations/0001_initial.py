"""The table of wrapped keys, and the rule that the end of a key is final."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Now

import counselling.db

# No TRUNCATE trigger: emptying the table destroys every key, which whoever owns it can do anyway.
FINAL = """
CREATE FUNCTION public.vault_key_final() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A key is destroyed, never deleted.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.destroyed_at IS NOT NULL THEN
        RAISE EXCEPTION 'A destroyed key stays destroyed.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.id, NEW.holder, NEW.version, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.holder, OLD.version, OLD.created_at) THEN
        RAISE EXCEPTION 'A key belongs to one holder and has one version.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vault_key_final BEFORE UPDATE OR DELETE ON public.vault_key
FOR EACH ROW EXECUTE FUNCTION public.vault_key_final()
"""


class Migration(migrations.Migration):
    """The only migration of the `keys` database so far."""

    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Key",
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
                ("holder", models.CharField(max_length=120)),
                ("version", models.PositiveIntegerField()),
                ("wrapped", models.BinaryField(null=True)),
                ("wrapped_by", models.CharField(max_length=16)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "vault_key"},
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.UniqueConstraint(
                fields=("holder", "version"), name="vault_key_one_of_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="vault_key_versions_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("destroyed_at__isnull", False), ("wrapped__isnull", True)),
                    models.Q(("destroyed_at__isnull", True), ("wrapped__isnull", False)),
                    _connector="OR",
                ),
                name="vault_key_there_or_destroyed",
            ),
        ),
        migrations.RunSQL(
            FINAL,
            "DROP TRIGGER vault_key_final ON public.vault_key; DROP FUNCTION public.vault_key_final()",
        ),
    ]
