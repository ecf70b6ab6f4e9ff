"""A trial of the review: a quarter of a practice that never was, and looks nobody should have had.

What happens here is told from how practices work; what the rules look for is not known to it: it
takes no number and no name from them, and a test sees to that.
"""
