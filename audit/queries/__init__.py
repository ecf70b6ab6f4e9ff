"""Read the log: pages of the trail, who opened a file, and how the log stands."""

from audit.queries.openings import openings_of
from audit.queries.pages import LOOKED, SORTED, Asked, Order, Page, trail
from audit.queries.reading import MOST
from audit.queries.state import Standing, Verification, last_verification, standing

__all__ = [
    "LOOKED",
    "MOST",
    "SORTED",
    "Asked",
    "Order",
    "Page",
    "Standing",
    "Verification",
    "last_verification",
    "openings_of",
    "standing",
    "trail",
]
