"""The kinds of events of the log itself."""

from __future__ import annotations

from typing import Final

from audit.domain.kinds import Act, EventKind, register
from audit.domain.review.traits import Trait, register_traits

REFUSED: Final = EventKind("refused", Act.EXECUTE, "was refused")
TRAIL_READ: Final = EventKind("audit.trail.read", Act.READ, "reviewed the trail")
OPENINGS_READ: Final = EventKind("audit.openings.read", Act.READ, "looked at who opened the file")
TRAIL_VERIFIED: Final = EventKind("audit.trail.verified", Act.EXECUTE, "verified the log")
TRAIL_EXPORTED: Final = EventKind("audit.trail.exported", Act.READ, "exported the log")
LOG_FROZEN: Final = EventKind(
    "audit.log.frozen", Act.UPDATE, "stopped disclosures, since the log is not whole"
)
LOG_THAWED: Final = EventKind("audit.log.thawed", Act.UPDATE, "let disclosures go on")
THAW_AGREED: Final = EventKind("audit.thaw.agreed", Act.UPDATE, "agreed that disclosures go on")
CHECKPOINT_MAILED: Final = EventKind(
    "audit.checkpoint.mailed", Act.EXECUTE, "mailed a checkpoint of the log to its witness"
)
WITNESS_AWAY: Final = EventKind(
    "audit.witness.away", Act.EXECUTE, "told people that the log has no witness"
)
EVENT_PROVEN: Final = EventKind("audit.event.proven", Act.READ, "made a proof of an event")
MONTHS_MADE: Final = EventKind(
    "audit.months.made", Act.EXECUTE, "made room in the log for months to come"
)
FOUND: Final = EventKind("audit.review.found", Act.CREATE, "found what a reviewer should see")
WORK_ANNOUNCED: Final = EventKind("audit.work.announced", Act.CREATE, "announced planned work")
WORK_ENDED: Final = EventKind("audit.work.ended", Act.UPDATE, "ended planned work")
TRAIL_TAKEN: Final = EventKind("audit.trail.taken", Act.READ, "took part of the trail away")
LOG_RESTORED: Final = EventKind(
    "audit.log.restored", Act.EXECUTE, "acknowledged that an older log was put back"
)
KEY_DESTROYED: Final = EventKind("key.destroyed", Act.DELETE, "destroyed a key for good")
register(KEY_DESTROYED)
KEYS_REWRAPPED: Final = EventKind("keys.rewrapped", Act.UPDATE, "wrapped the keys anew")
KEYS_ROTATED: Final = EventKind("keys.rotated", Act.UPDATE, "gave every keyholder a new key")
RESEALED: Final = EventKind("keys.resealed", Act.UPDATE, "sealed stored values with newer keys")
RESEALING_DONE: Final = EventKind("keys.done", Act.UPDATE, "sealed all with the new keys")
register(
    REFUSED,
    TRAIL_READ,
    OPENINGS_READ,
    TRAIL_VERIFIED,
    TRAIL_EXPORTED,
    TRAIL_TAKEN,
    FOUND,
    WORK_ANNOUNCED,
    WORK_ENDED,
    MONTHS_MADE,
    LOG_RESTORED,
    LOG_FROZEN,
    LOG_THAWED,
    THAW_AGREED,
    CHECKPOINT_MAILED,
    EVENT_PROVEN,
    WITNESS_AWAY,
    KEYS_REWRAPPED,
    KEYS_ROTATED,
    RESEALED,
    RESEALING_DONE,
)


# why two people let disclosures go on
THAW_REASONS: Final = ("mended", "examined", "harmless")
# why an older log was put back: codes, since a log holds no sentence of anybody's
RESTORE_REASONS: Final = ("hardware", "mistake", "attack", "move", "rehearsal")
register_traits(Trait.LOG_BROKEN, TRAIL_VERIFIED.code)
register_traits(
    Trait.REVIEWS, TRAIL_READ.code, OPENINGS_READ.code, TRAIL_TAKEN.code, TRAIL_EXPORTED.code,
    EVENT_PROVEN.code,
)  # fmt: skip
