"""Look for keys and passwords in what is shared: every file that git tracks or would."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

from counselling.local.cluster import ROOT

# pins are hashes, all of them; pictures are none
LEFT_OUT: Final = re.compile(r"^requirements/.*\.txt$|\.png$")
# (where, what kind, what the line says): why it is no secret. Keys and tokens of a known shape
# (private keys, cloud keys, bearer tokens) are waived nowhere.
INVENTED: Final = (
    (r"^(tests|bench)/", "Secret Keyword", r"", "passwords of invented people"),
    (r"^tests/", "Hex High Entropy String", r"", "golden vectors of formats and standards"),
    (r"^tests/", "Base64 High Entropy String", r"", "golden vectors of formats and standards"),
    (r"\.py$", "Base64 High Entropy String", r"(ALPHABET|LETTERS): Final = ", "an alphabet"),
    (r"^counselling/local/backups/", "Secret Keyword", r'"PGPASSWORD"', "a variable's name"),
)


def found(root: Path = ROOT) -> list[str]:
    """Give place and kind of everything that looks like a secret and is not known to be none."""
    names = [name for name in _shared(root) if not LEFT_OUT.search(name)]
    secrets = SecretsCollection(root=str(root))
    with default_settings():
        secrets.scan_files(*names, num_processors=2)
    return sorted(
        f"{name}:{secret.line_number}: {secret.type}"
        for name, secret in secrets
        if not _is_invented(root, str(name), secret.type, secret.line_number)
    )


def _shared(root: Path) -> list[str]:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    asked = subprocess.run(listed, cwd=root, capture_output=True, text=True, check=True)
    return [name for name in asked.stdout.split("\0") if name and (root / name).is_file()]


def _is_invented(root: Path, name: str, kind: str, number: int) -> bool:
    line = (root / name).read_text(errors="replace").splitlines()[number - 1]
    return any(
        re.search(where, name) and kind == known and re.search(says, line)
        for where, known, says, _ in INVENTED
    )


if __name__ == "__main__":
    leaks = found(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
    print("\n".join(leaks))
    sys.exit(1 if leaks else 0)
