"""Every attack, in the order of the table, and what is honest and must not be taken for one.

Each takes the log and whether anything is altered. Without the alteration it is its own control:
the same hands on the same tables must leave a log that verifies as whole.
"""

from tests.drill import on_entries, on_signatures, on_the_witness
from tests.drill.listing import ATTACKS, WHOLE, Attack
from tests.drill.on_the_witness import GROWTHS, Growth

__all__ = ["ATTACKS", "GROWTHS", "WHOLE", "Attack", "Growth"]

# loading them puts their attacks on the list, in this order
LOADED = (on_entries, on_signatures, on_the_witness)
