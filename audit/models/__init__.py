"""What is found in the log and decided about it; events themselves have no model."""

from audit.models.deciding import FindingWord, Review
from audit.models.finding import FindMark, PlannedWork, UsualDay
from audit.models.findings import Finding

__all__ = ["FindMark", "Finding", "FindingWord", "PlannedWork", "Review", "UsualDay"]
