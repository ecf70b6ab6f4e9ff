"""What a verification asks of the database, in one snapshot and as the sealer."""

from __future__ import annotations

from typing import Final

ONE_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
CHECKPOINTS: Final = "SELECT size, root, note FROM audit_checkpoint WHERE size >= %s ORDER BY size"
ENTRIES: Final = """
SELECT l.number, l.leaf_hash, convert_to(e.payload, 'UTF8') FROM audit_leaf l
LEFT JOIN audit_event e ON e.recorded = l.recorded AND e.id = l.event_id
WHERE l.number > %s ORDER BY l.number
"""
EVENT: Final = "SELECT event_id FROM audit_leaf WHERE number = %s"
# in another cluster transaction ids began anew: there the mark says nothing until the sealer has
# moved it, so what was written since the restore only waits
WITHOUT_LEAF: Final = """
SELECT e.id, e.payload, coalesce((e.xid, e.id) <= (m.xid, m.event_id)
    AND m.cluster = (SELECT system_identifier::text FROM pg_control_system()), false)
FROM audit_event e LEFT JOIN audit_watermark m ON true
WHERE NOT EXISTS (
    SELECT FROM audit_leaf l WHERE l.event_id = e.id AND l.recorded = e.recorded)
ORDER BY e.xid, e.id
"""
MARK: Final = "SELECT size, range FROM audit_watermark"
DISORDER: Final = """
SELECT number, event_id FROM (
    SELECT l.number, l.event_id, (e.xid, e.id) < (
        lag(e.xid) OVER (ORDER BY l.number), lag(e.id) OVER (ORDER BY l.number)) AS back
    FROM audit_leaf l JOIN audit_event e ON e.recorded = l.recorded AND e.id = l.event_id
    WHERE l.number BETWEEN %s AND %s
) numbered WHERE back ORDER BY number LIMIT 1
"""
# Pages and policies ask columns, the seal is over the text: one that was written by hand would hide
# an event from the page that lists it. The time is one of them, by which months are told apart.
_MISFILED: Final = """
SELECT l.number, e.id FROM {events}
CROSS JOIN LATERAL json_to_record(e.payload::json) AS said(
    id uuid, at text, kind text, outcome text, actor uuid, client uuid, "case" uuid, clients text)
{leaf}
WHERE ((e.id, e.kind, e.outcome, e.actor, e.client, e.case_id) IS DISTINCT FROM
        (said.id, said.kind, said.outcome, said.actor, said.client, said."case")
    OR e.clients IS DISTINCT FROM string_to_array(translate(said.clients, '[]" ', ''), ',')::uuid[]
    OR e.recorded IS DISTINCT FROM said.at::timestamptz) {since}
ORDER BY l.number LIMIT 1
"""
MISFILED: Final = _MISFILED.format(
    events="audit_event e",
    leaf="LEFT JOIN audit_leaf l ON l.event_id = e.id AND l.recorded = e.recorded",
    since="",
)
MISFILED_SINCE: Final = _MISFILED.format(
    events="audit_leaf l JOIN audit_event e ON e.recorded = l.recorded AND e.id = l.event_id",
    leaf="",
    since="AND l.number > %s",
)
RESTORES: Final = "SELECT id, payload FROM audit_event WHERE kind = %s ORDER BY recorded, id"
RESTORED_JUST_NOW: Final = """
SELECT cluster <> (SELECT system_identifier::text FROM pg_control_system()) FROM audit_watermark
"""
WAITING: Final = "SELECT waiting FROM audit_standing()"
