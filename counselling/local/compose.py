"""Make what docker-compose.yml reads from this machine: secrets for you alone, and a `.env`.

What is there is kept. `renew-certificates` makes those of the servers anew.
"""

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
SUPERUSERS = {"superuser": "database", "keys_superuser": "keys"}
SERVERS = ("database", "keys", "broker")
# no local sockets between containers: encrypted, and the server proves who it is
TLS = "sslmode=verify-full&sslrootcert=/run/secrets/servers.crt"
# containers run as whoever owns the secrets; PostgreSQL refuses to be root, so root gives them away
NOT_ROOT = 10001
MAKE_CERTIFICATES = """
import pathlib, sys
from counselling.vault.certificates import make_server_certificates
make_server_certificates(pathlib.Path(sys.argv[1]), sys.argv[2:])
"""
# the private half is for carrying away: no container is ever given it
MAKE_BACKUP_KEYS = """
import pathlib, sys
from counselling.local.backups.age import make_keys
make_keys(pathlib.Path(sys.argv[1]))
"""


def make(folder: Path) -> None:
    """Write what is missing."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, (role, host, database) in ADDRESSES.items():
        _write(folder / name, f"postgresql://{role}:{_password()}@{host}/{database}?{TLS}")
    for name, host in SUPERUSERS.items():
        password = _write(folder / f"{name}_password", _password())
        _write(folder / f"{name}_url", f"postgresql://postgres:{password}@{host}/postgres?{TLS}")
    password = _write(folder / "broker_password", _password())
    _write(folder / "broker_url", f"amqps://counselling:{password}@broker:5671//")
    _write(folder / "broker.conf", f"default_user = counselling\ndefault_pass = {password}")
    _run(MAKE_SECRETS, folder)
    _run(MAKE_CERTIFICATES, folder, *SERVERS)
    _run(MAKE_BACKUP_KEYS, folder)
    folder.joinpath("tls").mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOT_ROOT, NOT_ROOT)


def renew_certificates(folder: Path) -> None:
    """Make the servers' certificates anew; everything has to be started again afterwards."""
    for name in SERVERS:
        folder.joinpath(f"{name}.crt").unlink(missing_ok=True)
    make(folder)


def write_settings(path: Path, folder: Path) -> None:
    """Write what Compose asks of this machine: who owns the secrets, and what to fill in."""
    _write(
        path,
        "\n".join(
            (
                "# Whose secrets these are; every container runs as this user.",
                f"COUNSELLING_UID={folder.stat().st_uid}",
                "# The name under which people reach the practice.",
                "COUNSELLING_HOST=localhost",
                "# internal: for a first try, browsers warn. An e-mail address: from ACME.",
                "# Two paths in /tls, of a certificate and its key: your own.",
                "COUNSELLING_TLS=internal",
                "COUNSELLING_MAIL_FROM=practice@localhost",
                "COUNSELLING_MAIL_HOST=localhost",
            )
        ),
    )


def _run(program: str, *arguments: object) -> None:
    subprocess.run([PYTHON, "-c", program, *map(str, arguments)], cwd=ROOT, check=True)


def _password() -> str:
    return secrets.token_urlsafe(32)


def _write(path: Path, content: str) -> str:
    if path.exists():
        return path.read_text().strip()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{content}\n")
    return content


def main(arguments: list[str]) -> int:
    """Make everything, or renew the certificates."""
    if arguments not in ([], ["renew-certificates"]):
        print("Call it without arguments, or with renew-certificates.", file=sys.stderr)
        return 2
    (renew_certificates if arguments else make)(FOLDER)
    write_settings(ROOT / ".env", FOLDER)
    # named within the clone: in a container its folder is called otherwise than outside
    print(f"The secrets are in {FOLDER.name}/: keep a copy where no backup of the database goes.")
    print("What your machine is called and how it sends mail is asked in .env.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
