"""Run the tests after seeing to what they need from the machine: PDF tools and a Chromium."""

import os
import shutil
import sys

from counselling.local import machine
from counselling.local.problem import Problem

SOAK = "--soak"


def main(arguments: list[str]) -> None:
    """Provide what is missing and become pytest: everything on every core, or what was asked.

    With `--soak` what has a long form is run in it: `tests/faults` kills a hundred times,
    properties try ten times the examples. A test asks the environment for SOAK.
    """
    for tool, thing in (("pdfsig", "poppler"), ("qpdf", "qpdf")):
        if not shutil.which(tool) and not machine.provide(thing):
            message = (
                f"The tests read PDFs with {thing}: {machine.remedy(thing)}, then start again."
            )
            raise Problem(message)
    os.environ["CHROMIUM"] = str(machine.provide_browser())
    os.environ["COUNSELLING_MODE"] = "test"
    # hundreds of processes are started, each of which would compile the product anew
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if SOAK in arguments:
        os.environ["SOAK"] = "1"
    asked = [argument for argument in arguments if argument != SOAK]
    chosen = asked or ["-n", "auto", "--dist", "loadgroup"]
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *chosen])  # noqa: S606 - our own interpreter


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(str(problem))
