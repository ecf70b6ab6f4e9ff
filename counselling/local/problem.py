"""The one exception of the local tools: what is wrong and what to do, in one sentence."""


class Problem(Exception):
    """Something a person has to put right; shown as it is, without a traceback."""
