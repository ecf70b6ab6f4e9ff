"""The log: who did what to whose file, when and why, in a form that cannot be rewritten unseen."""
