"""An act that asks for a report is no reason to tell in a letter what a client had kept back."""

import importlib

from django.db import migrations

before = importlib.import_module("records.migrations.0030_said_of_the_letter")

WITHOUT = " AND NEW.level = 'summary'\n  AND NEW.basis_id IS NULL)"
ALWAYS = " AND NEW.level = 'summary')"
# as the gate has it: over what was agreed reach a life, a child, and what a court orders
NOT_OVER = """BEGIN
  IF EXISTS (SELECT FROM public.consent_legal_basis b WHERE b.id = NEW.basis_id
      AND b.kind IN ('danger', 'child_protection', 'court_order')) THEN
    RETURN NEW;
  END IF;
"""
FORWARD = before.FORWARD.replace(WITHOUT, ALWAYS, 1).replace("BEGIN\n", NOT_OVER, 1)


class Migration(migrations.Migration):
    """What goes by permission was asked already."""

    dependencies = [("records", "0030_said_of_the_letter")]

    operations = [
        migrations.RunSQL(f"{before.BACK};\n{FORWARD}", f"{before.BACK};\n{before.FORWARD}")
    ]
