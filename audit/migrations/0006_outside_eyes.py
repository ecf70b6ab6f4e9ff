"""What comes of a verification: which part was looked at, what is stopped by it, who outside saw.

A freeze is a row, and what ends it is another: the machine's own word once the whole log was found
whole, or the agreement of two people. Nobody changes either.
"""

from django.db import migrations

from counselling.sql import APP, definer, grant, never_changes

SEALER = "counselling_sealer"
SERVICE = "'00000000-0000-7000-8000-000000000001'::uuid"

# `range` is the tree at that size, from which the next look goes on: its root is in a checkpoint
VERIFICATION = """
ALTER TABLE public.audit_verification
    ADD COLUMN part text NOT NULL DEFAULT 'all' CHECK (part IN ('all', 'since')),
    ADD COLUMN doubted boolean NOT NULL DEFAULT false,
    ADD COLUMN range bytea[]
"""
OLD_VERIFICATION = """
ALTER TABLE public.audit_verification DROP COLUMN part, DROP COLUMN doubted, DROP COLUMN range
"""
FREEZE = f"""
CREATE TABLE public.audit_freeze (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    number bigint,
    event_id uuid,
    sentence text NOT NULL
);
CREATE TABLE public.audit_thaw (
    id uuid PRIMARY KEY,
    freeze_id uuid NOT NULL REFERENCES public.audit_freeze,
    at timestamptz NOT NULL DEFAULT now(),
    "by" uuid NOT NULL,
    why text NOT NULL,
    alone boolean NOT NULL DEFAULT false,
    UNIQUE (freeze_id, "by"),
    CONSTRAINT audit_thaw_of_whom CHECK (
        ("by" = {SERVICE} AND why IN ('whole', 'restored') AND NOT alone)
        OR ("by" <> {SERVICE} AND why IN ('mended', 'examined', 'harmless'))
    )
);
ALTER TABLE public.audit_thaw ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_thaw_select ON public.audit_thaw FOR SELECT TO {APP}, {SEALER} USING (true);
CREATE POLICY audit_thaw_sealer ON public.audit_thaw FOR INSERT TO {SEALER}
    WITH CHECK ("by" = {SERVICE} AND at = now())
"""
WITNESSING = f"""
CREATE TABLE public.audit_witnessing (
    id uuid PRIMARY KEY,
    witness text NOT NULL CHECK (witness IN ('file', 'mail')),
    at timestamptz NOT NULL DEFAULT now(),
    outcome text NOT NULL CHECK (outcome IN ('told', 'failed')),
    size bigint NOT NULL CHECK (size >= 0),
    code text NOT NULL DEFAULT '' CHECK (code ~ '^[A-Za-z0-9_-]{{0,60}}$')
);
CREATE INDEX audit_witnessing_newest ON public.audit_witnessing (witness, at DESC);
ALTER TABLE public.audit_witnessing ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_witnessing_select ON public.audit_witnessing FOR SELECT TO {APP}, {SEALER}
    USING (true);
CREATE POLICY audit_witnessing_mail ON public.audit_witnessing FOR INSERT TO {APP}
    WITH CHECK (witness = 'mail' AND at = now() AND public.counselling_actor() = {SERVICE});
CREATE POLICY audit_witnessing_file ON public.audit_witnessing FOR INSERT TO {SEALER}
    WITH CHECK (witness = 'file' AND at = now())
"""
FROZEN = f"""
SELECT f.id FROM public.audit_freeze f
WHERE (SELECT count(*) FROM public.audit_thaw t WHERE t.freeze_id = f.id) < 2
  AND NOT EXISTS (SELECT FROM public.audit_thaw t
      WHERE t.freeze_id = f.id AND (t."by" = {SERVICE} OR t.alone))
ORDER BY f.at LIMIT 1
"""


class Migration(migrations.Migration):
    """Who of the staff may agree to a thaw is a migration of consent, which knows roles."""

    dependencies = [("audit", "0005_whatever_is_written")]

    operations = [
        migrations.RunSQL(VERIFICATION, OLD_VERIFICATION),
        migrations.RunSQL(FREEZE, "DROP TABLE public.audit_thaw, public.audit_freeze"),
        migrations.RunSQL(WITNESSING, "DROP TABLE public.audit_witnessing"),
        never_changes("audit_freeze", "freeze"),
        never_changes("audit_thaw", "word on a freeze"),
        never_changes("audit_witnessing", "word on a witness"),
        grant("audit_freeze", "SELECT, INSERT", SEALER),
        grant("audit_freeze", "SELECT"),
        grant("audit_thaw", "SELECT, INSERT", SEALER),
        grant("audit_thaw", "SELECT"),
        grant("audit_witnessing", "SELECT, INSERT", SEALER),
        grant("audit_witnessing", "SELECT, INSERT (id, witness, outcome, size, code)"),
        definer("audit_frozen()", "uuid", FROZEN),
        migrations.RunSQL(
            f"GRANT EXECUTE ON FUNCTION public.audit_frozen() TO {SEALER}",
            f"REVOKE EXECUTE ON FUNCTION public.audit_frozen() FROM {SEALER}",
        ),
    ]
