"""Refuse to start wrong: what `check --deploy` asks, every serving process asks itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, register, run_checks
from django.core.checks.registry import registry

from counselling.checks_of_holdings import SERVING
from counselling.checks_of_restores import restores_were_seen

if TYPE_CHECKING:
    from collections.abc import Sequence


@register(Tags.security)
def serving_process_is_in_order(app_configs: Any = None, **given: Any) -> Sequence[CheckMessage]:
    """Ask also what Django asks on request only, where real people are cared for.

    Commands that serve (the sealer) run it by themselves, since Django checks before a command.
    """
    if settings.MODE != "production" or settings.PROCESS not in SERVING:
        return []
    return [
        said
        for check in registry.deployment_checks
        for said in check(app_configs=app_configs, **given)
    ]


def refuse_to_start_wrong(process: str) -> None:
    """Say everything that is not in order, and leave if it is more than a warning."""
    if settings.MODE != "production":
        return
    known = settings.PROCESS in SERVING  # then the check above asks them already
    # by name: Django's own checks of a database would open the pool before gunicorn forks
    asked = ["default"] if process == "web" else None
    said_by_all = [
        *run_checks(include_deployment_checks=not known),
        *restores_were_seen(databases=asked),
        *_says_what_it_is(process),
    ]
    found = [said for said in said_by_all if not said.is_silenced()]
    for said in found:
        sys.stderr.write(f"{said}\n")
    if any(said.is_serious() for said in found):
        sys.stderr.write(f"The {process} process does not start like this.\n")
        sys.exit(1)


def _says_what_it_is(process: str) -> Sequence[CheckMessage]:
    if process == settings.PROCESS:
        return []
    return [
        Critical(
            f"This is the {process} process, and COUNSELLING_PROCESS says {settings.PROCESS}.",
            hint=f"Set COUNSELLING_PROCESS={process}: it decides what is checked and connected.",
            id="counselling.C021",
        )
    ]
