"""Somebody from outside may review accesses; such a person is nothing else here."""

from django.db import migrations, models

_ROLES = [
    "counsellor", "trainee", "supervisor", "privacy_officer", "front_desk", "administrator",
    "outside_reviewer", "client", "guardian",
]  # fmt: skip
# who holds this role reads by reference only: another role beside it would show the names
ALONE = """
CREATE FUNCTION public.accounts_outside_alone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    PERFORM FROM public.accounts_account whose WHERE whose.id = NEW.account_id FOR UPDATE;
    IF EXISTS (
        SELECT FROM public.accounts_roleheld other
        WHERE other.account_id = NEW.account_id AND other.until IS NULL AND other.id <> NEW.id
          AND (other.role = 'outside_reviewer') <> (NEW.role = 'outside_reviewer')
    ) THEN
        RAISE EXCEPTION 'An outside reviewer holds no other role.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER accounts_outside_alone BEFORE INSERT ON public.accounts_roleheld
    FOR EACH ROW EXECUTE FUNCTION public.accounts_outside_alone()
"""
NOT_ALONE = """
DROP TRIGGER accounts_outside_alone ON public.accounts_roleheld;
DROP FUNCTION public.accounts_outside_alone()
"""


class Migration(migrations.Migration):
    """One role more."""

    dependencies = [("accounts", "0007_parked")]

    operations = [
        migrations.RemoveConstraint(model_name="roleheld", name="accounts_role_known"),
        migrations.AlterField(
            model_name="roleheld",
            name="role",
            field=models.CharField(choices=[(one, one) for one in _ROLES], max_length=20),
        ),
        migrations.AddConstraint(
            model_name="roleheld",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", _ROLES)), name="accounts_role_known"
            ),
        ),
        migrations.RunSQL(ALONE, NOT_ALONE),
    ]
