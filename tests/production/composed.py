"""A practice as docker-compose.yml says it, run in a clean folder where there is no Docker.

Commands, environments, health checks and configuration files are taken as they are written. Put in
their place is only what a container would give: paths, ports, host names, the user.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import yaml

from counselling.local import binaries
from counselling.local.cluster import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

RABBITMQ = pathlib.Path("/usr/lib/rabbitmq/bin")
HOST_FILES = (".dockerignore", "Dockerfile", "docker-compose.yml", "deploy")
# two servers are migrated from nothing: a busy machine takes minutes
SLOW = 300.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def system_postgres() -> pathlib.Path | None:
    """Give a PostgreSQL that speaks TLS: the system's; the wheel's does not."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


def allowed_in_image(root: pathlib.Path) -> tuple[list[str], list[str]]:
    """Read .dockerignore as the list of exceptions that it is: what comes in, what never does."""
    lines = [line.strip() for line in (root / ".dockerignore").read_text().splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    assert lines[0] == "*", "first nothing, then what may come in"
    wanted = [line[1:] for line in lines if line.startswith("!")]
    never = [line.removeprefix("**/") for line in lines[1:] if not line.startswith("!")]
    return wanted, never


def copy_into_image(root: pathlib.Path, image: pathlib.Path) -> None:
    wanted, never = allowed_in_image(root)
    ignore = shutil.ignore_patterns(*never)
    for name in wanted:
        if (root / name).is_dir():
            shutil.copytree(root / name, image / name, ignore=ignore)
        else:
            (image / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, image / name)


def image_environment(stage: str) -> dict[str, str]:
    """Give what the Dockerfile sets in a stage."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    (part,) = re.findall(
        rf"^FROM \S+ AS {stage}$(.*?)(?=^FROM |\Z)", text, re.DOTALL | re.MULTILINE
    )
    lines = re.findall(r"^ENV (.*)$", part, re.MULTILINE)
    return dict(word.split("=", 1) for line in lines for word in line.split())


class Practice:
    """The services of one Compose file."""

    def __init__(self, folder: pathlib.Path, *, tls: bool, rabbitmq: bool, caddy: bool) -> None:
        self.folder, self.tls, self.rabbitmq, self.caddy = folder, tls, rabbitmq, caddy
        self.clone, self.app = folder / "clone", folder / "app"
        self.ports = {
            name: free_port()
            for name in ("database", "keys", "broker", "web", "http", "https", "epmd", "dist")
        }
        self.user = binaries.runner()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.programs = binaries.for_user(system_postgres() if tls else binaries.find(), self.user)

    # -- the host ------------------------------------------------------------------------------

    def make_clone(self) -> None:
        """What a clone holds, the image's part of it, and the secrets made as the manual says."""
        copy_into_image(ROOT, self.clone)
        copy_into_image(ROOT, self.app)
        for name in HOST_FILES:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, self.clone / name)
        self.folder.joinpath("home").mkdir()
        # as the Dockerfile makes them
        self.folder.joinpath("srv", "data", "witness").mkdir(parents=True, mode=0o700)
        made = subprocess.run(
            [sys.executable, "-m", "counselling.local.compose"],
            cwd=self.clone,
            env=self._plain(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        settings = dict(
            line.split("=", 1)
            for line in (self.clone / ".env").read_text().splitlines()
            if "=" in line and not line.startswith("#")
        )
        text = re.sub(
            r"\$\{(\w+)(?::[-?]([^}]*))?\}",
            lambda found: settings.get(found[1], found[2] or ""),
            (self.clone / "docker-compose.yml").read_text(),
        )
        self.composed: dict[str, Any] = yaml.safe_load(text)

    def _plain(self) -> dict[str, str]:
        path = os.pathsep.join(
            (str(pathlib.Path(sys.executable).parent), str(self.programs), os.defpath, "/usr/sbin")
        )
        return {
            "PATH": path,
            "HOME": str(self.folder / "home"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(self.folder / "home"),
        }

    def service(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.composed["services"][name]
        return found

    # -- what a container is given ----------------------------------------------------------------

    def secrets(self, name: str) -> pathlib.Path:
        """Put only the secrets that the service lists where it finds them."""
        place = self.folder / "run" / name / "secrets"
        if not place.exists():
            place.mkdir(parents=True)
            for entry in self.service(name).get("secrets", []):
                source = entry if isinstance(entry, str) else entry["source"]
                text = (self.clone / "secrets" / source).read_text()
                (place / source).write_text(self._reachable(text, place))
                (place / source).chmod(0o600)
            self._own(self.folder / "run" / name)
        return place

    def _reachable(self, text: str, place: pathlib.Path) -> str:
        """Say where the servers are that a container would find by name."""
        text = text.replace("@broker:5671", f"@localhost:{self.ports['broker']}")
        for server in ("database", "keys"):
            found = re.match(rf"postgresql://(.+)@{server}/(\w+)\?(.+)", text)
            if found and self.tls:
                where = f"&hostaddr=127.0.0.1&port={self.ports[server]}"
                text = f"postgresql://{found[1]}@{server}/{found[2]}?{found[3]}{where}"
            elif found:
                socket_folder = quote(str(self.folder / server / "socket"), safe="")
                where = f"host={socket_folder}&port={self.ports[server]}"
                text = f"postgresql://{found[1]}@/{found[2]}?{where}"
        if text.startswith("amqps:") and not self.rabbitmq:
            address = (self.clone / "secrets" / "database_url").read_text()
            text = self._reachable(address, place).replace("postgresql:", "pgmq:")
            text = text.replace("/counselling?", "/counselling_queue?")
        return text.replace("/run/secrets", str(place))

    def _own(self, folder: pathlib.Path) -> None:
        """Give a folder to whoever runs servers; root may not."""
        if self.user is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def translated(self, name: str, text: str) -> str:
        for inside, outside in {
            "/run/secrets": self.secrets(name),
            "/srv/": self.folder / "srv",
            "/etc/counselling": self.clone / "deploy",
            "/etc/caddy": self.clone / "deploy",
            "/usr/lib/postgresql/18/bin": self.programs,
            "0.0.0.0:8000": f"127.0.0.1:{self.ports['web']}",
        }.items():
            end = "/" if inside.endswith("/") else ""
            text = text.replace(inside, f"{outside}{end}")
        return str(self.ports["web"]) if text == "8000" else text

    def environment(self, name: str) -> dict[str, str]:
        stage = self.service(name).get("build", {}).get("target")
        given = image_environment(stage) if stage else {}
        given |= {k: str(v) for k, v in self.service(name).get("environment", {}).items()}
        return {k: self.translated(name, v) for k, v in given.items()} | self._plain()

    # -- running ----------------------------------------------------------------------------------

    def command(self, name: str) -> list[str]:
        return [self.translated(name, word) for word in self.service(name)["command"]]

    def run(self, name: str, command: list[str] | None = None, **more: Any) -> Any:
        """Run a service's command, or another in its place, to its end."""
        return subprocess.run(
            command or self.command(name),
            cwd=self.app,
            env=self.environment(name),
            capture_output=True,
            text=True,
            check=False,
            timeout=SLOW,
            **({"stdin": subprocess.DEVNULL} | more),
        )

    def start(
        self,
        name: str,
        command: list[str] | None = None,
        *,
        server: bool = False,
        **environment: str,
    ) -> None:
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid} if server and self.user else {}
        with self.log(name).open("ab") as log:
            self.running[name] = subprocess.Popen(
                command or self.command(name),
                cwd="/" if server else self.app,
                env=self.environment(name) | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **who,
            )

    def log(self, name: str) -> pathlib.Path:
        return self.folder / f"{name}.log"

    def healthy(self, name: str) -> bool:
        """Ask as Compose would: the command of the file, as written."""
        test = self.service(name)["healthcheck"]["test"]
        assert test[0] == "CMD"
        command = [self.translated(name, word) for word in test[1:]]
        return (
            subprocess.run(
                command,
                cwd=self.app,
                env=self.environment(name) | self._ports_of(name),
                capture_output=True,
                check=False,
                timeout=60,
            ).returncode
            == 0
        )

    def _ports_of(self, name: str) -> dict[str, str]:
        return {"PGPORT": str(self.ports[name])} if name in {"database", "keys"} else self.erlang

    def wait(self, name: str, seconds: float = SLOW) -> None:
        end = time.monotonic() + seconds
        while name in self.ports and not self._listens(name) and time.monotonic() < end:
            time.sleep(0.1)  # some health checks cost more than a look at the port
        while True:
            ended = name in self.running and self.running[name].poll() is not None
            assert not ended, self.log(name).read_text()
            if self.healthy(name):
                return
            assert time.monotonic() < end, f"{name}: {self.log(name).read_text()[-2000:]}"
            time.sleep(0.3)

    def _listens(self, name: str) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.ports[name])) == 0

    # -- servers ----------------------------------------------------------------------------------

    def start_postgres(self, name: str) -> None:
        data, home = self.folder / name / "data", self.folder / name
        (home / "socket").mkdir(parents=True)
        password = self.secrets(name) / self.service(name)["environment"][
            "POSTGRES_PASSWORD_FILE"
        ].removeprefix("/run/secrets/")
        self._own(home)
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid} if self.user else {}
        wanted = self.service(name)["environment"]["POSTGRES_INITDB_ARGS"].split()
        subprocess.run(
            [
                *(self.programs / "initdb", "-D", data, "-U", "postgres", f"--pwfile={password}"),
                *("--no-sync", "--locale=C", "--encoding=UTF8", *wanted),
            ],
            cwd="/",
            check=True,
            capture_output=True,
            **who,
        )
        command = self.command(name)
        if not self.tls:
            command = [word for word in command if not word.startswith("ssl")]
            command = [
                word
                for word, after in zip(command, [*command[1:], "="], strict=True)
                if word != "-c" or "=" in after
            ]
        listens = "127.0.0.1" if self.tls else ""
        here = {
            "port": self.ports[name],
            "listen_addresses": listens,
            "unix_socket_directories": home / "socket",
            "fsync": "off",
            "shared_buffers": "16MB",
        }
        command += [word for key, value in here.items() for word in ("-c", f"{key}={value}")]
        self.start(name, [*command, "-D", str(data)], server=True)

    @property
    def erlang(self) -> dict[str, str]:
        home = self.folder / "broker"
        return {
            "HOME": str(home),
            "ERL_EPMD_PORT": str(self.ports["epmd"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "counselling@localhost",
            "RABBITMQ_DIST_PORT": str(self.ports["dist"]),
            "RABBITMQ_MNESIA_BASE": str(home / "data"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
            "PATH": f"{RABBITMQ}:{self._plain()['PATH']}",
        }

    def start_broker(self) -> None:
        """The broker with the two files that Compose mounts; they are one here."""
        home = self.folder / "broker"
        home.mkdir()
        (home / "plugins").write_text("[].\n")
        own = self.translated("broker", (self.clone / "deploy" / "rabbitmq.conf").read_text())
        own = own.replace("= 5671", f"= {self.ports['broker']}")
        (home / "rabbitmq.conf").write_text(
            f"{own}\n{(self.secrets('broker') / 'broker.conf').read_text()}"
        )
        self._own(home)
        self.start("broker", ["rabbitmq-server"], server=True, **self.erlang)

    def rabbitmqctl(self, *arguments: str) -> str:
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid} if self.user else {}
        done = subprocess.run(
            ["rabbitmqctl", "-q", *arguments],
            cwd="/",
            env=self._plain() | self.erlang,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            **who,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    # -- the end ----------------------------------------------------------------------------------

    def stop(self, name: str) -> int:
        """Stop as Docker does, within the time that the file gives; then without asking."""
        process = self.running.pop(name)
        grace = float(str(self.service(name)["stop_grace_period"]).rstrip("s"))
        number = signal.SIGINT if name in {"database", "keys"} else signal.SIGTERM
        process.send_signal(number)
        try:
            return process.wait(grace)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.wait()

    def stop_all(self) -> None:
        """End what is left at once: nobody will miss it."""
        for name, process in self.running.items():
            number = signal.SIGQUIT if name in {"database", "keys"} else signal.SIGKILL
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        for process in self.running.values():
            process.wait(30)
        if self.rabbitmq and (epmd := shutil.which("epmd")):
            kill = [epmd, "-port", str(self.ports["epmd"]), "-kill"]
            end = time.monotonic() + 10
            # it refuses until it has noticed that the broker is gone
            while self._listens("epmd") and time.monotonic() < end:
                subprocess.run(kill, capture_output=True, check=False)
                time.sleep(0.2)

    def snapshot(self) -> dict[str, tuple[int, int]]:
        """What lies in the image's folder: nobody may write there."""
        return {
            str(path.relative_to(self.app)): (path.stat().st_size, path.stat().st_mtime_ns)
            for path in self.app.rglob("*")
        }


@contextlib.contextmanager
def clean_folder() -> Iterator[pathlib.Path]:
    """A short path that an unprivileged server can walk to."""
    made = pathlib.Path(tempfile.mkdtemp(prefix="cslp-", dir=binaries.FALLBACK))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
