"""A name is hidden by two acts of two people, each in their own name, in no raw SQL by one.

Who asks is an administrator, or whose name it is; who agrees is a privacy officer; each of them, and
nobody else, may end it.
"""

from django.db import migrations

_REFUSED = """RAISE EXCEPTION 'Two people decide about a name, each for themselves.'
                USING ERRCODE = 'restrict_violation';"""
FORWARD = f"""
CREATE FUNCTION public.accounts_alias_by_two() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    me uuid := public.counselling_actor();
    asks boolean := me IS NOT DISTINCT FROM NEW.account_id AND EXISTS (
        SELECT FROM public.accounts_account whose WHERE whose.id = me AND whose.kind = 'staff'
    ) OR public.actor_has_role('administrator');
    agrees boolean := public.actor_has_role('privacy_officer');
BEGIN
    -- whoever owns the table, and seals it anew, is asked by the log
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NOT asks OR NEW.asked_by IS DISTINCT FROM me OR NEW.agreed_by IS NOT NULL
           OR NEW.ended_by IS NOT NULL THEN
            {_REFUSED}
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.agreed_by IS DISTINCT FROM OLD.agreed_by
       AND (NOT agrees OR NEW.agreed_by IS DISTINCT FROM me)
       OR NEW.ended_by IS DISTINCT FROM OLD.ended_by
       AND (NOT (asks OR agrees) OR NEW.ended_by IS DISTINCT FROM me) THEN
        {_REFUSED}
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER accounts_alias_by_two BEFORE INSERT OR UPDATE ON public.accounts_riskalias
    FOR EACH ROW EXECUTE FUNCTION public.accounts_alias_by_two()
"""
BACK = """
DROP TRIGGER accounts_alias_by_two ON public.accounts_riskalias;
DROP FUNCTION public.accounts_alias_by_two()
"""


class Migration(migrations.Migration):
    """Whoever runs SQL as somebody permitted does what they may do, and no more."""

    dependencies = [("accounts", "0010_alias")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
