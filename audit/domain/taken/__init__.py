"""How the trail is written where it is taken away: lines of a table, FHIR events of a bundle."""

from audit.domain.taken.cells import line
from audit.domain.taken.fhir import begin, end, event

__all__ = ["begin", "end", "event", "line"]
