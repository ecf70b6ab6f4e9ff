"""Where the machine sends a link, whoever prepared it reads the second secret once, and it is gone."""

import django.db.models.deletion
from django.db import migrations, models

import counselling.vault.fields
import counselling.vault.holders
from counselling.sql import grant

ENDED = "OLD.sent_at IS NOT NULL OR OLD.dropped_at IS NOT NULL"
# what was sent stays, but that its secret was told and is forgotten
BUT_SECRET = (
    f"({ENDED}) AND NOT (OLD.secret IS NOT NULL AND NEW.secret IS NULL "
    "AND to_jsonb(NEW) - ''secret'' = to_jsonb(OLD) - ''secret'')"
)


def judging(old: str, new: str) -> str:
    """Put another condition into the trigger of shares; the rest of it stays."""
    return f"""
DO $do$
DECLARE body text := pg_get_functiondef('public.records_share_gate()'::regprocedure);
BEGIN
  IF position('IF {old} THEN' IN body) = 0 THEN
    RAISE EXCEPTION 'the trigger of shares is another one';
  END IF;
  EXECUTE replace(body, 'IF {old} THEN', 'IF {new} THEN');
END $do$
"""


class Migration(migrations.Migration):
    """Sealed on the row until it is looked at; nobody else can use it: the link goes by letter."""

    dependencies = [
        ("records", "0024_shares_go_by_themselves"),
        ("consent", "0026_on_what_ground"),
    ]

    operations = [
        migrations.AddField(
            model_name="share",
            name="told_by",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="share",
            name="told_address",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consent.recipientaddress",
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="secret",
            field=counselling.vault.fields.SealedTextField(
                holder=counselling.vault.holders.HolderOf("client", ("client_id",)), null=True
            ),
        ),
        grant("records_share", "UPDATE (told_by, told_address_id, secret)"),
        migrations.RunSQL(judging(ENDED, BUT_SECRET), judging(BUT_SECRET, ENDED)),
    ]
