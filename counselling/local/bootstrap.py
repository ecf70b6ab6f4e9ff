"""Make the virtual environment if need be, then run a command in it: `bootstrap demo -- command`.

Runs on a bare Python before any package exists: standard library only, and a syntax that an old
Python still reads.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the one sentence for whoever has an older one
    sys.exit(
        "This needs Python 3.11 or newer and this is {}.{}: "
        "install one and call `make PYTHON=python3.11 ...`.".format(*sys.version_info[:2])
    )

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from counselling.local import machine
from counselling.local.problem import Problem

ROOT = Path(__file__).resolve().parents[2]
SETS = ("runtime", "demo", "dev")  # each contains the ones before it
CONFUSING = ("VIRTUAL_ENV", "PYTHONHOME", "__PYVENV_LAUNCHER__")


def main(arguments: list[str]) -> None:
    """Prepare the environment named first and become the command after `--`."""
    wanted, command = _read(arguments)
    environment = Environment(ROOT)
    environment.prepare(wanted)
    machine.require_pango(install=wanted == "dev")
    environment.become(command)


def _read(arguments: list[str]) -> tuple[str, list[str]]:
    if len(arguments) < 3 or arguments[0] not in SETS or arguments[1] != "--":  # noqa: PLR2004 the three words of the usage
        message = "Call it as `python3 -m counselling.local.bootstrap {} -- command ...`.".format(
            "|".join(SETS)
        )
        raise Problem(message)
    return arguments[0], arguments[2:]


class Environment:
    """The virtual environment of a clone; a stamp says which requirements are wholly in it."""

    def __init__(self, root: Path) -> None:
        """Name the environment; touches nothing before `prepare`."""
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "complete.json"

    def prepare(self, wanted: str) -> None:
        """Install what is missing; build a half-made environment anew, leave a whole one alone."""
        with self._alone():
            if self._has(wanted):
                return
            if not self._whole():
                self._build()
            self._install(wanted)

    def become(self, command: list[str]) -> None:
        """Replace this process by the command, the environment's programs first on the path."""
        surroundings = {name: value for name, value in os.environ.items() if name not in CONFUSING}
        surroundings["PATH"] = os.pathsep.join(
            [str(self.python.parent), os.environ.get("PATH", os.defpath)]
        )
        surroundings["VIRTUAL_ENV"] = str(self.folder)
        os.chdir(self.root)
        sys.stdout.flush()
        try:
            os.execvpe(command[0], command, surroundings)  # noqa: S606 - that is what it is for
        except OSError as error:
            message = f"`{command[0]}` cannot be started ({error.strerror})."
            raise Problem(message) from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let two makes at once take turns: the lock is the clone's folder itself."""
        try:
            handle = os.open(self.root, os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            raise _folder_problem(self.root, "locked", error) from error
        try:
            yield
        finally:
            os.close(handle)

    def _has(self, wanted: str) -> bool:
        stamp = self._read_stamp()
        return self._whole() and any(
            stamp.get(name) == self._hash(name) for name in SETS[SETS.index(wanted) :]
        )

    def _whole(self) -> bool:
        return bool(self._read_stamp()) and self.python.exists()

    def _read_stamp(self) -> dict[str, str]:
        try:
            stamp = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def _hash(self, wanted: str) -> str:
        return hashlib.sha256(self._requirements(wanted).read_bytes()).hexdigest()

    def _requirements(self, wanted: str) -> Path:
        return self.root / "requirements" / f"{wanted}.txt"

    def _build(self) -> None:
        if self.folder.exists():
            _say("The environment .venv is half made or of another Python: building it anew.")
        try:
            if self.folder.exists():
                shutil.rmtree(self.folder)
            self.folder.mkdir()
        except OSError as error:
            raise _folder_problem(self.root, "written", error) from error
        _say("Making the environment .venv with Python {}.{}.".format(*sys.version_info[:2]))
        made = subprocess.run(
            [sys.executable, "-m", "venv", self.folder], capture_output=True, text=True, check=False
        )
        if made.returncode:
            remedy = machine.remedy("venv")
            message = f"Python cannot make a virtual environment: {remedy}, then start again."
            raise Problem(message)
        self._write_stamp({"python": sys.version})

    def _install(self, wanted: str) -> None:
        path = self._requirements(wanted)
        total = sum("==" in line for line in path.read_text().splitlines())
        _say(f"Installing {total} pinned packages; the first time this takes a minute or two.")
        # Without its stamp an environment counts as half made, and pip is about to change it.
        before = {name: mark for name, mark in self._read_stamp().items() if name == "python"}
        self._write_stamp({})
        command = [
            self.python,
            "-m",
            "pip",
            "install",
            "--require-hashes",
            "--no-input",
            "--no-deps",
        ]
        command += [
            "--disable-pip-version-check",
            "--no-warn-script-location",
            "--progress-bar=off",
            "-r",
            path,
        ]
        error = _follow([str(part) for part in command], total)
        if error:
            message = (
                f"The packages could not be installed ({error}): "
                "look at the network and the room on the disk, and start again."
            )
            raise Problem(message)
        self._write_stamp(
            before | {name: self._hash(name) for name in SETS[: SETS.index(wanted) + 1]}
        )

    def _write_stamp(self, stamp: dict[str, str]) -> None:
        self.stamp.write_text(json.dumps(stamp))


def _folder_problem(folder: Path, what: str, error: OSError) -> Problem:
    return Problem(
        f"The folder {folder} cannot be {what} ({error.strerror}): clone to a place that you own."
    )


def _follow(command: list[str], total: int) -> str:
    """Run pip, count the packages as they come, and give its complaint, if it had one."""
    count, complaint = 0, ""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    ) as pip:
        for line in pip.stdout or ():
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                count += 1
                _progress(count, total, line.split("==")[0].split()[-1])
            elif line.startswith("Installing collected packages"):
                _progress(total, total, "putting them in place")
            elif line.startswith("ERROR:"):
                complaint = complaint or line.removeprefix("ERROR:").strip().rstrip(".")
    sys.stdout.write("\n" if sys.stdout.isatty() else "")
    return (complaint or "pip stopped") if pip.returncode else ""


def _progress(count: int, total: int, what: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r  {count:3} of {total}  {what:<40.40}")
        sys.stdout.flush()
    elif count % 20 == 0 or count == total:
        _say(f"  {count} of {total}  {what}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("Stopped; the next start goes on from here.")
