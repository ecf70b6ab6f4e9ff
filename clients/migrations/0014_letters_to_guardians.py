"""A letter may be a guardian's; what ends with a decision; a guardian reads no reason for it."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

from counselling.sql import definer

before = importlib.import_module("clients.migrations.0013_guardians_in_force")

# what guardians allow for somebody ends with the decision that lets them; asked also by those who
# do not see the decision
AT_MOST = """
SELECT said.until FROM public.clients_decided(person) said
WHERE said.decides = 'guardian' AND said.until > now()
  AND person = ANY (ARRAY(SELECT public.visible_clients('consent')))
"""
# for whom the guardian who acts decides, how, and until when
GUARDED = """
SELECT own.client, said.decides, said.until FROM public.guarded_client() AS own (client)
CROSS JOIN LATERAL public.clients_decided(own.client) said WHERE own.client IS NOT NULL
"""
# one sign-in is one client's or one guardian's, and never both
ONE = """
CREATE FUNCTION public.clients_one_sign_in() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sign-in' || NEW.account_id::text, 0));
    IF EXISTS (SELECT FROM public.clients_portalaccess own WHERE own.account_id = NEW.account_id)
       OR EXISTS (
        SELECT FROM public.clients_guardianaccess own WHERE own.account_id = NEW.account_id
    ) THEN
        RAISE EXCEPTION 'A sign-in is one client''s or one guardian''s.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.clients_one_sign_in() FROM PUBLIC;
CREATE TRIGGER clients_portalaccess_one BEFORE INSERT ON public.clients_portalaccess
    FOR EACH ROW EXECUTE FUNCTION public.clients_one_sign_in();
CREATE TRIGGER clients_guardianaccess_one BEFORE INSERT ON public.clients_guardianaccess
    FOR EACH ROW EXECUTE FUNCTION public.clients_one_sign_in();
CREATE FUNCTION public.clients_letter_of_guardian() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF NEW.guardian_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.clients_guardian theirs
        WHERE theirs.id = NEW.guardian_id AND theirs.client_id = NEW.client_id
    ) THEN
        RAISE EXCEPTION 'A letter goes to a guardian of its client.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $body$;
REVOKE ALL ON FUNCTION public.clients_letter_of_guardian() FROM PUBLIC;
CREATE TRIGGER clients_message_of_guardian BEFORE INSERT ON public.clients_message
    FOR EACH ROW EXECUTE FUNCTION public.clients_letter_of_guardian();
CREATE TRIGGER clients_guardianaccess_of_client BEFORE INSERT ON public.clients_guardianaccess
    FOR EACH ROW EXECUTE FUNCTION public.clients_letter_of_guardian()
"""
NOT_ONE = """
DROP TRIGGER clients_portalaccess_one ON public.clients_portalaccess;
DROP TRIGGER clients_guardianaccess_one ON public.clients_guardianaccess;
DROP TRIGGER clients_message_of_guardian ON public.clients_message;
DROP TRIGGER clients_guardianaccess_of_client ON public.clients_guardianaccess;
DROP FUNCTION public.clients_one_sign_in(), public.clients_letter_of_guardian()
"""


class Migration(migrations.Migration):
    """What holds whoever writes."""

    dependencies = [("clients", "0013_guardians_in_force")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="guardian",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.guardian",
            ),
        ),
        definer("clients_ends_with_decision(person uuid)", "timestamptz", AT_MOST),
        definer("guarded()", "TABLE (client uuid, decides text, until timestamptz)", GUARDED),
        migrations.RunSQL(ONE, NOT_ONE),
        before.not_for_guardians("clients_capacitydecision", "clients_namepart", "clients_foundby"),
    ]
