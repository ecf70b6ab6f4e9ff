"""Staff at approved risk: what two people decided never changes, but to be agreed and ended."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counselling.db
import counselling.vault.fields
import counselling.vault.holders
from counselling.sql import grant

FORWARD = """
CREATE FUNCTION public.accounts_alias_decided() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF (NEW.id, NEW.account_id, NEW.code, NEW.asked_by, NEW.asked_at)
        IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.code, OLD.asked_by, OLD.asked_at)
      OR NEW.until IS DISTINCT FROM OLD.until
      OR (OLD.agreed_at IS NOT NULL AND (NEW.agreed_at, NEW.agreed_by)
        IS DISTINCT FROM (OLD.agreed_at, OLD.agreed_by))
      OR OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'What was decided about a name stays as it is.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER accounts_alias_decided BEFORE UPDATE ON public.accounts_riskalias
    FOR EACH ROW EXECUTE FUNCTION public.accounts_alias_decided()
"""
BACK = """
DROP TRIGGER accounts_alias_decided ON public.accounts_riskalias;
DROP FUNCTION public.accounts_alias_decided()
"""


class Migration(migrations.Migration):
    """Whoever may write here may agree and end, and change nothing else."""

    dependencies = [
        ("accounts", "0009_home"),
    ]

    operations = [
        migrations.CreateModel(
            name="RiskAlias",
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
                ("code", models.CharField(max_length=6)),
                (
                    "reason",
                    counselling.vault.fields.SealedTextField(
                        holder=counselling.vault.holders.HolderOf("staff", ("account_id",))
                    ),
                ),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("agreed_by", models.UUIDField(null=True)),
                ("agreed_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="risk_aliases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("account",),
                        name="accounts_alias_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed_by", None),
                            models.Q(
                                models.Q(("agreed_by", models.F("asked_by")), _negated=True),
                                models.Q(("agreed_by", models.F("account")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="accounts_alias_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agreed_at", None), ("agreed_by", None)),
                            models.Q(("agreed_at__isnull", False), ("agreed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="accounts_alias_agreed_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="accounts_alias_ended_whole",
                    ),
                ],
            },
        ),
        grant(
            "accounts_riskalias",
            "SELECT, INSERT, UPDATE (agreed_by, agreed_at, ended_by, ended_at)",
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
