"""What went is what was said at once: a disclosure gets no note in a later transaction.

That an instant is the same does not say so for whoever plants a fictional past. The row itself
does: until its transaction ends, the transaction that wrote it is in progress, and only it sees it.
"""

from __future__ import annotations

from typing import Final

from consent.migrations import _gate as gate

_BEFORE: Final = gate.ITEM.split("CREATE TRIGGER", maxsplit=1)[0]
BACK: Final = _BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
_INSTANT: Final = f"(d.at = now() OR {gate.PLANTING})"
# a row carries the lower half of the number of its transaction; the upper half is today's
_OWN: Final = """
      AND pg_xact_status(((pg_current_xact_id()::text::bigint >> 32 << 32)
        + d.xmin::text::bigint)::text::xid8) = 'in progress'"""
FORWARD: Final = BACK.replace(_INSTANT, _INSTANT + _OWN, 1)
