"""The health check of a container whose process has no door: `pulse worker`, `scheduler`, `sealer`.

It asks the database and loads nothing of the project, since it runs every half minute.
"""

from __future__ import annotations

import sys

import psycopg

from counselling import env

_BEAT = "SELECT at > now() - interval '3 minutes' FROM counselling_heartbeat WHERE process = %s"
# an open transaction anywhere holds sealing back, so a minute late is not yet a fault
_SEALED = "SELECT waiting = 0 OR oldest > now() - interval '2 minutes' FROM audit_standing()"


def beats(process: str) -> bool:
    """Say whether the process did its work lately."""
    sealer = process == "sealer"
    address = env.text("DATABASE_SEALER_URL" if sealer else "DATABASE_URL")
    with psycopg.connect(address, connect_timeout=5) as connection:
        asked = connection.execute(_SEALED) if sealer else connection.execute(_BEAT, [process])
        return asked.fetchone() == (True,)


def main(arguments: list[str]) -> int:
    """Exit with 0 if it beats."""
    try:
        return 0 if beats(arguments[0]) else 1
    except psycopg.Error as error:
        print(type(error).__name__)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
