"""Ask bandit for dangerous calls; a finding is waived where the line says why, and nowhere else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from counselling.local.cluster import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PRODUCT = ("counselling", "audit", "clients", "consent", "records", "manage.py", "gunicorn.conf.py")
# ruff asks the same questions: its waiver, which must have a reason, is one for both
SAME = {"B703": "S308"}


def found(paths: Sequence[str], root: Path = ROOT) -> list[str]:
    """Give what is dangerous and not waived: place, number, what it is."""
    command = [sys.executable, "-m", "bandit", "-q", "-ll", "-f", "json", "-r", *paths]
    asked = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    said = json.loads(asked.stdout)
    if said["errors"]:
        return [f"{one['filename']}: {one['reason']}" for one in said["errors"]]
    return [
        f"{one['filename']}:{one['line_number']}: {one['test_id']} {one['issue_text']}"
        for one in said["results"]
        if not _is_waived(one, root)
    ]


def _is_waived(finding: dict[str, Any], root: Path) -> bool:
    number = str(finding["test_id"])
    rule = SAME.get(number, f"S{number[1:]}")
    if rule == "S608" and "/migrations/" in finding["filename"]:
        return True  # SQL of a migration is ours alone; pyproject.toml says so to ruff too
    lines = (root / finding["filename"]).read_text().splitlines()
    first, last = min(finding["line_range"]), max(finding["line_range"])
    return bool(re.search(rf"# noqa:[^\n]*\b{rule}\b.*\w", "\n".join(lines[first - 1 : last])))


if __name__ == "__main__":
    dangers = found(sys.argv[1:] or PRODUCT)
    print("\n".join(dangers))
    sys.exit(1 if dangers else 0)
