"""The pages of sessions, notes and shares."""
