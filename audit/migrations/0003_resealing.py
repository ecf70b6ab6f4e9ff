"""The one function that seals stored values anew: the owner's, ciphertext only, with its event.

Nobody but the owner may call it: not the application, whose processes face the web and hold the
keys. What never changes lets it pass while it runs, and nothing else (docs/adr/0009).
"""

from django.db import migrations

# the setting alone opens nothing: the change must also be made by the table's owner
REFUSE = """
CREATE OR REPLACE FUNCTION public.counselling_refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('counselling.resealing', true) = TG_TABLE_NAME
       AND current_user = (
           SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID
       ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
OLD_REFUSE = """
CREATE OR REPLACE FUNCTION public.counselling_refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$
"""

# an envelope begins: magic 4, format 1, key version 4, big endian; so versions compare as bytes
RESEAL = """
CREATE FUNCTION public.counselling_reseal(
    of_table text, of_column text, told uuid, ids uuid[], were bytea[], becoming bytea[]
) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    chosen regclass := to_regclass(format('public.%I', of_table));
    key name;
    hashes jsonb;
    done bigint;
BEGIN
    SELECT a.attname INTO key FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = chosen AND i.indisprimary AND i.indnkeyatts = 1;
    IF key IS NULL OR NOT EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = chosen AND attname = of_column
            AND atttypid = 'bytea'::regtype AND NOT attisdropped
    ) THEN
        RAISE EXCEPTION '% of % is no sealed column.', of_column, of_table;
    END IF;
    SELECT e.payload::jsonb -> 'sealed' INTO hashes FROM public.audit_event e
        WHERE e.id = told AND e.recorded = now() AND e.xid = pg_current_xact_id()
          AND e.kind = 'keys.resealed';
    IF hashes IS NULL OR EXISTS (
        SELECT FROM unnest(ids, becoming) AS one (id, envelope)
        WHERE hashes ->> concat_ws('/', of_table, one.id, of_column)
              IS DISTINCT FROM encode(sha256(one.envelope), 'hex')
    ) THEN
        RAISE EXCEPTION 'What is sealed anew is told in the same transaction.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM unnest(were, becoming) AS one (was, envelope)
        WHERE substr(one.was, 1, 5) IS DISTINCT FROM substr(one.envelope, 1, 5)
           OR octet_length(one.was) IS DISTINCT FROM octet_length(one.envelope)
           OR substr(one.was, 6, 4) >= substr(one.envelope, 6, 4)
    ) THEN
        RAISE EXCEPTION 'Sealing anew takes a newer key and changes nothing else.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM set_config('counselling.resealing', of_table, true);
    EXECUTE format(
        'UPDATE %1$s AS kept SET %2$I = one.envelope '
        'FROM unnest($1, $2, $3) AS one (id, was, envelope) '
        'WHERE kept.%3$I = one.id AND kept.%2$I = one.was', chosen, of_column, key
    ) USING ids, were, becoming;
    GET DIAGNOSTICS done = ROW_COUNT;
    PERFORM set_config('counselling.resealing', '', true);
    IF done <> cardinality(ids) THEN
        RAISE EXCEPTION 'A value changed while it was sealed anew.'
            USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN done;
END $body$;
REVOKE ALL ON FUNCTION
    public.counselling_reseal(text, text, uuid, uuid[], bytea[], bytea[]) FROM PUBLIC
"""


class Migration(migrations.Migration):
    """Made here, since the function reads the event it demands."""

    dependencies = [("audit", "0002_told"), ("counselling", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, OLD_REFUSE),
        migrations.RunSQL(
            RESEAL,
            "DROP FUNCTION public.counselling_reseal(text, text, uuid, uuid[], bytea[], bytea[])",
        ),
    ]
