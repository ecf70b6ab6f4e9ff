"""Prove offline that what is installed is what was pinned: every file by its hash."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import itertools
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counselling.local.cluster import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SETS: Final = ("runtime", "demo", "dev")
# name==version, perhaps for some systems only, and at least one hash; no address, no option
PIN: Final = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?P<marker> ; .+)? \\\n"
    r"(?: +--hash=sha256:[0-9a-f]{64}(?: \\\n)?)+\n?"
)


def found(root: Path = ROOT) -> list[str]:
    """Give everything that does not hold."""
    wrong: list[str] = []
    pins = {name: _read(root / "requirements" / f"{name}.txt", wrong) for name in SETS}
    for smaller, larger in itertools.pairwise(SETS):
        odd = sorted(pins[smaller].items() - pins[larger].items())
        wrong += [f"{larger}.txt: {name}=={version} of {smaller}.txt" for name, version in odd]
    wrong += _unpinned(root / "pyproject.toml", pins)
    return wrong + list(_installed_otherwise(pins["dev"]))


def _read(path: Path, wrong: list[str]) -> dict[str, str]:
    pins: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", path.read_text()):
        match = PIN.fullmatch(block)
        if match:
            pins[match["name"]] = match["version"]
        elif not block.startswith("#"):
            wrong.append(f"{path.name}: not pinned with hashes: {block.splitlines()[0]}")
    return pins


def _unpinned(project: Path, pins: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    said = tomllib.loads(project.read_text())
    groups = {"runtime": said["project"]["dependencies"], **said["dependency-groups"]}
    for group, wanted in groups.items():
        for one in wanted:
            if not isinstance(one, str):
                continue
            name, _, version = re.sub(r"\[.+\]", "", one).partition("==")
            if pins[group].get(_canonical(name)) != version:
                yield f"{group}.txt: {one} of pyproject.toml is not in it"


def _installed_otherwise(pins: Mapping[str, str]) -> Iterator[str]:
    for package in importlib.metadata.distributions():
        name = _canonical(package.metadata["Name"])
        if name not in pins:
            continue  # the installer itself, or left from a time when it was pinned: not imported
        if pins[name] != package.version:
            yield f"installed: {name}=={package.version}, pinned: {pins[name]}"
        yield from _changed(name, package)


def _changed(name: str, package: importlib.metadata.Distribution) -> Iterator[str]:
    """Compare each file with the hash that the package itself, pinned by its own, brought along."""
    for file in package.files or ():
        if file.hash is None or file.suffix == ".pyc":
            continue
        try:
            content = Path(str(file.locate())).read_bytes()
        except OSError:
            yield f"installed: {name} misses {file}"
            continue
        digest = hashlib.new(file.hash.mode, content).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != file.hash.value:
            yield f"installed: {name} has another {file}"


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    differences = found()
    print("\n".join(differences))
    sys.exit(1 if differences else 0)
