"""The use cases of signing in and of looking after staff, each in the file of its name."""

from counselling.accounts.actions.sittings import hold_limits

__all__ = ["hold_limits"]
