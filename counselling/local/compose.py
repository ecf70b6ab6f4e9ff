"""Make the secrets that docker-compose.yml mounts: files for you alone, made once and then kept."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from typing import TYPE_CHECKING

from counselling.local.cluster import ROOT
from counselling.local.preparation import MAKE_SECRETS, PYTHON
from counselling.local.roles import APPLICATION, KEYS, KEYS_DATABASE, MAIN, OWNER, SEALER

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ROOT / "secrets"
# file: role, host, database
ADDRESSES = {
    "database_url": (APPLICATION, "database", MAIN),
    "database_owner_url": (OWNER, "database", MAIN),
    "database_sealer_url": (SEALER, "database", MAIN),
    "keys_database_url": (KEYS, "keys", KEYS_DATABASE),
}
SERVERS = {"superuser": "database", "keys_superuser": "keys"}


def make(folder: Path) -> None:
    """Write what is missing."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, (role, host, database) in ADDRESSES.items():
        _write(folder / name, f"postgresql://{role}:{_password()}@{host}/{database}")
    for name, host in SERVERS.items():
        password = _write(folder / f"{name}_password", _password())
        _write(folder / f"{name}_url", f"postgresql://postgres:{password}@{host}/postgres")
    password = _write(folder / "broker_password", _password())
    _write(folder / "broker_url", f"amqp://counselling:{password}@broker//")
    broker = folder / "broker.conf"
    _write(broker, f"default_user = counselling\ndefault_pass = {password}")
    broker.chmod(0o644)  # the broker reads it as a user of its own; nobody else enters the folder
    subprocess.run([PYTHON, "-c", MAKE_SECRETS, str(folder)], cwd=ROOT, check=True)


def _password() -> str:
    return secrets.token_urlsafe(32)


def _write(path: Path, content: str) -> str:
    if path.exists():
        return path.read_text().strip()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{content}\n")
    return content


if __name__ == "__main__":
    make(FOLDER)
    print(f"The secrets are in {FOLDER}: keep a copy where no backup of the database goes.")
    sys.exit(0)
