"""Use cases of this app, one function each, with their event inside."""
