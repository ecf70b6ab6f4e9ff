"""`manage.py` with cheap hashing of passwords, which nobody guesses: `-m tests.quick plant`."""

from __future__ import annotations

import os
import sys

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management import execute_from_command_line


def hash_cheaply() -> None:
    """Hash so: what the tests ask is who gets in, not how long a thief would take."""
    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 64
    Argon2PasswordHasher.parallelism = 1


def main(arguments: list[str]) -> None:
    """Run a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")
    hash_cheaply()
    execute_from_command_line(["manage.py", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
