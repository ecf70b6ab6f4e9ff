"""No practice opens on backups that nobody ever saw come back."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, Warning, register  # noqa: A004 Django's name

from counselling import env, restores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counselling.restores import Ages

BACKUP: Final = "docker compose run --rm backup"
VERIFY: Final = "docker compose run --rm -T backup verify --identity - < backup.key"
# a backup that is older than this was forgotten
RECENT: Final = datetime.timedelta(days=2)


@register(Tags.database)
def restores_were_seen(databases: Sequence[str] | None = None, **_: Any) -> Sequence[CheckMessage]:
    """Refuse to serve before a restore of both kinds was seen; warn when that is long ago.

    It reads the database, so it is asked only where `default` is named: at the start of the web
    process, and by `check --database default`.
    """
    if settings.MODE != "production" or "default" not in (databases or ()):
        return []
    try:
        seen = restores.ages()
    except psycopg.Error:
        return [_unknown()]
    never = [kind for kind in restores.KINDS if seen.get(kind, (None, None))[0] is None]
    return [_never(never)] if never else list(_long_ago(seen))


def _unknown() -> CheckMessage:
    return Critical(
        "The database cannot be asked whether a backup was ever restored.",
        hint="Start the database and run the migrations, then start again.",
        id="counselling.C010",
    )


def _never(kinds: list[str]) -> CheckMessage:
    return Critical(
        f"No restore of a backup was seen yet with the key kept apart: {' and '.join(kinds)}.",
        hint=f"Run `{BACKUP}`, then `{VERIFY}`.",
        id="counselling.C010",
    )


def _long_ago(seen: Ages) -> list[CheckMessage]:
    """Warn only: a practice that stays closed on a Sunday night harms more than an old drill."""
    days = datetime.timedelta(days=env.number("RESTORE_SEEN_DAYS", 92))
    found: list[CheckMessage] = []
    old = [kind for kind, (kept, _) in seen.items() if kept is None or kept > days]
    if old:
        message = f"The last restore with the key kept apart is long ago: {' and '.join(old)}."
        found.append(Warning(message, hint=f"Run `{VERIFY}`.", id="counselling.C019"))
    if any(newest is None or newest > RECENT for _, newest in seen.values()):
        message = f"The last backup that was tried is older than {RECENT.days} days."
        found.append(Warning(message, hint=f"Run `{BACKUP}` every day.", id="counselling.C020"))
    return found
