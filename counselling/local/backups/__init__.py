"""Backups of the practice and, apart from them, of its keys: made, tried, restored."""
