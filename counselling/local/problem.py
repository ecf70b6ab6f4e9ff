"""The one exception of the local tools: what is wrong and what to do, in one sentence."""


class Problem(Exception):  # noqa: N818 - it is told to a person, who has a problem and not an error
    """Something a person has to put right; shown as it is, without a traceback."""
