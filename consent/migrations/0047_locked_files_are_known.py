"""A file with a password is known as one of ours by its hash, and its permission is asked."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

import counselling.db
from consent.migrations._proof import GENUINE
from counselling.sql import grant, never_changes, not_in_emergency, row_security

guardians = importlib.import_module("clients.migrations.0013_guardians_in_force")
subpoenas = importlib.import_module("consent.migrations.0032_two_people_and_a_clock")

TABLE = "consent_locked_file"
OF_STAFF = f"{subpoenas.CONSENT} AND {subpoenas.NO_LINK} AND {subpoenas.STAFF}"
KNOWN = """
    WHEN sha256 <> '' AND EXISTS (SELECT FROM public.consent_locked_file f WHERE f.sha256 = $1)
        THEN 'genuine'
"""


def asked(body: str) -> str:
    """Answer a stranger anew; who may ask stays."""
    return f"""
CREATE OR REPLACE FUNCTION public.consent_genuine(sha256 text, numbers text[])
RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$ {body} $body$
"""


class Migration(migrations.Migration):
    """Before, the page said of such a file that the practice does not know it."""

    dependencies = [
        ("clients", "0022_decided_and_told_in_time"),
        ("consent", "0046_second_person_is_late"),
    ]

    operations = [
        migrations.CreateModel(
            name="LockedFile",
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
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.disclosure",
                    ),
                ),
            ],
            options={"db_table": TABLE},
        ),
        migrations.RunSQL(
            asked(GENUINE.replace("SELECT CASE", f"SELECT CASE{KNOWN}", 1)), asked(GENUINE)
        ),
        grant(TABLE, "SELECT, INSERT"),
        row_security(TABLE, select=OF_STAFF, insert=OF_STAFF),
        never_changes(TABLE, "hash of a file"),
        not_in_emergency(TABLE),
        guardians.not_for_guardians(TABLE),
    ]
