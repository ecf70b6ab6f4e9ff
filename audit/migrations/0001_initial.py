"""The log's tables: the database itself refuses a forged actor, a forged time and any change."""

from django.db import migrations

from counselling.sql import APP, grant, never_changes

SEALER = "counselling_sealer"

# STORED is written out, since PostgreSQL 18 takes VIRTUAL otherwise; json, since it is read twice
# as fast as jsonb is built. Each column costs every act a reading, so there are only those that
# pages and policies ask for. The CHECK binds the time of the row to the time in the payload, letter
# by letter, so that only the transaction's own now() is accepted.
EVENT = """
CREATE TABLE public.audit_event (
    recorded timestamptz NOT NULL DEFAULT now(),
    payload text NOT NULL CHECK (octet_length(payload) <= 1000000),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id uuid NOT NULL GENERATED ALWAYS AS ((payload::json ->> 'id')::uuid) STORED,
    kind text NOT NULL GENERATED ALWAYS AS (payload::json ->> 'kind') STORED,
    outcome text NOT NULL GENERATED ALWAYS AS (payload::json ->> 'outcome') STORED,
    actor uuid NOT NULL GENERATED ALWAYS AS ((payload::json ->> 'actor')::uuid) STORED,
    client uuid GENERATED ALWAYS AS ((payload::json ->> 'client')::uuid) STORED,
    case_id uuid GENERATED ALWAYS AS ((payload::json ->> 'case')::uuid) STORED,
    clients uuid[] GENERATED ALWAYS AS (
        string_to_array(translate(payload::json ->> 'clients', '[]" ', ''), ',')::uuid[]
    ) STORED,
    CONSTRAINT audit_event_time_is_told CHECK (
        to_char(recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        IS NOT DISTINCT FROM payload::json ->> 'at'
    ),
    PRIMARY KEY (recorded, id)
) PARTITION BY RANGE (recorded);
CREATE INDEX audit_event_sealing ON public.audit_event (xid, id);
CREATE INDEX audit_event_actor ON public.audit_event (actor, recorded, id);
CREATE INDEX audit_event_client ON public.audit_event (client, recorded, id)
    WHERE client IS NOT NULL;
CREATE INDEX audit_event_case ON public.audit_event (case_id, recorded, id)
    WHERE case_id IS NOT NULL;
CREATE INDEX audit_event_clients ON public.audit_event USING gin (clients)
    WHERE cardinality(clients) > 1
"""

VISIBILITY = f"""
ALTER TABLE public.audit_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_event_insert ON public.audit_event FOR INSERT TO {APP}
    WITH CHECK (actor = public.counselling_actor());
CREATE POLICY audit_event_sealing ON public.audit_event FOR SELECT TO {SEALER} USING (true)
"""

# made aside and attached, since CREATE TABLE ... PARTITION OF would make every writer wait
PARTITIONS = f"""
CREATE FUNCTION public.audit_make_partition(moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    began timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    name text := 'audit_event_' || to_char(began, 'YYYY_MM');
BEGIN
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN name;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('audit.partitions', 0));
    IF to_regclass('public.' || name) IS NULL THEN
        EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_event INCLUDING DEFAULTS '
            'INCLUDING GENERATED INCLUDING CONSTRAINTS)', name);
        EXECUTE format('ALTER TABLE public.audit_event ATTACH PARTITION public.%I '
            'FOR VALUES FROM (%L) TO (%L)', name,
            began AT TIME ZONE 'UTC', (began + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON public.%I FOR EACH STATEMENT '
            'EXECUTE FUNCTION public.counselling_refuse_change(%L)',
            name || '_never_emptied', name, 'An audit event never changes.');
    END IF;
    RETURN name;
END $body$;
REVOKE ALL ON FUNCTION public.audit_make_partition(timestamptz) FROM PUBLIC;
CREATE FUNCTION public.audit_make_partitions() RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    FOR ahead IN 0..3 LOOP
        PERFORM public.audit_make_partition(now() + make_interval(months => ahead));
    END LOOP;
    RETURN (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '4 months')
        AT TIME ZONE 'UTC';
END $body$;
REVOKE ALL ON FUNCTION public.audit_make_partitions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_make_partitions() TO {SEALER};
SELECT public.audit_make_partitions()
"""

SEALED = f"""
CREATE TABLE public.audit_leaf (
    number bigint PRIMARY KEY CHECK (number > 0),
    recorded timestamptz NOT NULL,
    event_id uuid NOT NULL UNIQUE,
    leaf_hash bytea NOT NULL CHECK (length(leaf_hash) = 32)
);
CREATE TABLE public.audit_checkpoint (
    size bigint PRIMARY KEY CHECK (size > 0),
    root bytea NOT NULL CHECK (length(root) = 32),
    note text NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.audit_watermark (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    xid xid8 NOT NULL,
    event_id uuid NOT NULL,
    size bigint NOT NULL,
    range bytea[] NOT NULL,
    cluster text NOT NULL,
    restored boolean NOT NULL DEFAULT false
);
CREATE TABLE public.audit_verification (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    whole boolean NOT NULL,
    events bigint NOT NULL,
    waiting bigint NOT NULL,
    witnessed timestamptz,
    number bigint,
    event_id uuid,
    sentence text NOT NULL
);
GRANT USAGE ON SCHEMA public TO {SEALER}
"""

# GIN is not used under row security (its operators are not leakproof), so the ids come from a
# function of the owner and are joined again under the policy of who asks
ABOUT = f"""
CREATE FUNCTION public.audit_events_about(
    person uuid, since timestamptz, until timestamptz
) RETURNS TABLE (recorded timestamptz, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    SELECT e.recorded, e.id FROM public.audit_event e
    WHERE e.client = person AND e.recorded >= since AND e.recorded < until
    UNION
    SELECT e.recorded, e.id FROM public.audit_event e
    WHERE cardinality(e.clients) > 1 AND e.clients @> ARRAY[person]
        AND e.recorded >= since AND e.recorded < until
$body$;
REVOKE ALL ON FUNCTION public.audit_events_about(uuid, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_events_about(uuid, timestamptz, timestamptz) TO {APP};
CREATE FUNCTION public.audit_standing()
RETURNS TABLE (sealed bigint, waiting bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    SELECT coalesce((SELECT size FROM public.audit_watermark), 0), count(*), min(e.recorded)
    FROM public.audit_event e
    WHERE (e.xid, e.id) > (
        coalesce((SELECT xid FROM public.audit_watermark), '0'::xid8),
        coalesce((SELECT event_id FROM public.audit_watermark),
                 '00000000-0000-0000-0000-000000000000'::uuid)
    )
$body$;
REVOKE ALL ON FUNCTION public.audit_standing() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_standing() TO {APP}, {SEALER}
"""

# hashes of ciphertext only, and only for the sealer: the verifier needs no right on any row
FINGERPRINTS = f"""
CREATE FUNCTION public.audit_fingerprints(of_table text, of_column text)
RETURNS TABLE (row_id uuid, hash text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    chosen regclass := to_regclass(format('public.%I', of_table));
    key name;
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
    RETURN QUERY EXECUTE format('SELECT %1$I, encode(sha256(%2$I), ''hex'') FROM %3$s '
        'WHERE %2$I IS NOT NULL', key, of_column, chosen);
END $body$;
REVOKE ALL ON FUNCTION public.audit_fingerprints(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_fingerprints(text, text) TO {SEALER}
"""


class Migration(migrations.Migration):
    """Everything but who may read events: that is made by `clients`, which knows visibility."""

    initial = True
    dependencies = [("counselling", "0001_initial")]

    operations = [
        migrations.RunSQL(EVENT, "DROP TABLE public.audit_event"),
        never_changes("audit_event", "audit event"),
        migrations.RunSQL(VISIBILITY, migrations.RunSQL.noop),
        migrations.RunSQL(
            PARTITIONS,
            "DROP FUNCTION audit_make_partitions(), audit_make_partition(timestamptz)",
        ),
        grant("audit_event", "SELECT, INSERT (payload)"),
        grant("audit_event", "SELECT", SEALER),
        migrations.RunSQL(
            SEALED,
            "DROP TABLE audit_leaf, audit_checkpoint, audit_watermark, audit_verification",
        ),
        never_changes("audit_leaf", "sealed leaf"),
        never_changes("audit_checkpoint", "checkpoint"),
        never_changes("audit_verification", "verification"),
        grant("audit_leaf", "SELECT, INSERT", SEALER),
        grant("audit_checkpoint", "SELECT, INSERT", SEALER),
        grant("audit_watermark", "SELECT, INSERT, UPDATE", SEALER),
        grant("audit_verification", "SELECT, INSERT", SEALER),
        grant("audit_checkpoint", "SELECT"),
        grant("audit_verification", "SELECT"),
        migrations.RunSQL(
            ABOUT,
            "DROP FUNCTION audit_standing(), audit_events_about(uuid, timestamptz, timestamptz)",
        ),
        migrations.RunSQL(FINGERPRINTS, "DROP FUNCTION audit_fingerprints(text, text)"),
    ]
