"""What is configured: addresses, names and secrets that production must not be without."""

from __future__ import annotations

import datetime
import email.utils
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, Warning, register  # noqa: A004 Django's name
from django.http.request import validate_host

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KNOWN: Final = frozenset({"of no use outside tests", "unused"})
LONG_ENOUGH: Final = 50
MIXED_ENOUGH: Final = 10
# documentation of who did what is kept for six years (45 CFR 164.316(b)(2))
LOG_YEARS: Final = 6
# a name in a history, a bill or an address bar is read by others
TELLING: Final = ("counsel", "therap", "psych", "mental", "clinic", "crisis")
HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# a clock before this is wrong: the program is younger
RELEASED: Final = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


@register(Tags.security, deploy=True)
def databases_are_reached_safely(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a link to PostgreSQL that anybody between could read or answer (EN-17)."""
    wrong = [
        alias
        for alias, database in settings.DATABASES.items()
        if not _is_safe(database["HOST"], database["OPTIONS"])
    ]
    if not _is_safe(*_of_the_queue()):
        wrong.append("broker")
    if not wrong:
        return []
    return [
        Critical(
            f"These databases are asked over the network unproven: {', '.join(sorted(wrong))}.",
            hint="Add ?sslmode=verify-full&sslrootcert=FILE to the address, or use a local socket.",
            id="counselling.C004",
        )
    ]


def _is_safe(host: str, options: Mapping[str, Any]) -> bool:
    # libpq connects to `hostaddr` whatever the name, and a `service` can say anything
    places = [*host.split(","), *str(options.get("hostaddr") or "").split(",")]
    at_home = all(one.startswith(("/", "@")) or one in {"", *HERE} for one in places)
    return (at_home and not options.get("service")) or options.get("sslmode") == "verify-full"


def _of_the_queue() -> tuple[str, Mapping[str, Any]]:
    given = str(settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("conn_string", ""))
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - only with this broker

    parts = conninfo_to_dict(given)
    return str(parts.get("host", "")), parts


@register(Tags.security, deploy=True)
def broker_is_reached_safely(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a broker whose password goes over the network in clear."""
    address = urlsplit(settings.CELERY_BROKER_URL)
    if address.scheme in {"pgmq", "amqps"} or (address.hostname or "localhost") in HERE:
        return []
    return [
        Critical(
            "The broker is spoken to in clear over the network.",
            hint="Give BROKER_URL as amqps:// and the authority's certificate as BROKER_CA_PATH.",
            id="counselling.C018",
        )
    ]


@register(Tags.security, deploy=True)
def secret_key_is_secret(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a key that can be guessed or read in the source."""
    key = settings.SECRET_KEY
    weak = len(key) < LONG_ENOUGH or len(set(key)) < MIXED_ENOUGH
    if not (weak or key in KNOWN or key.startswith("django-insecure-")):
        return []
    return [
        Critical(
            "SECRET_KEY is short, simple or known: sittings could be forged.",
            hint="Give SECRET_KEY_FILE 64 random bytes; `counselling.local.compose` makes them.",
            id="counselling.C005",
        )
    ]


@register(Tags.security, deploy=True)
def links_lead_here_safely(**_: Any) -> Sequence[CheckMessage]:
    """Refuse to send links that go in clear, or to a host that this process would not answer."""
    address = urlsplit(settings.BASE_URL)
    if address.scheme == "https" and validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        return []
    return [
        Critical(
            "BASE_URL, which every link in a message begins with, is not https or not our host.",
            hint="Set BASE_URL=https://NAME with a NAME that is in ALLOWED_HOSTS.",
            id="counselling.C006",
        )
    ]


@register(Tags.security, deploy=True)
def hosts_are_named(**_: Any) -> Sequence[CheckMessage]:
    """Refuse to answer to any name: links would be made for the attacker's."""
    hosts = settings.ALLOWED_HOSTS
    if hosts and not any(host.startswith(("*", ".")) for host in hosts):
        return []
    return [
        Critical(
            "ALLOWED_HOSTS is empty or lets any name in.",
            hint="Set ALLOWED_HOSTS to the one name people type.",
            id="counselling.C007",
        )
    ]


@register(Tags.security, deploy=True)
def clients_have_a_host_that_tells_nothing(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a host of clients' own that is the practice's, or that says what kind it is."""
    own = settings.PORTAL_HOST.lower()
    same = own == urlsplit(settings.BASE_URL).netloc.lower()
    telling = next((word for word in TELLING if word in own), "")
    if not own or not (same or telling):
        return []
    return [
        Warning(
            "PORTAL_HOST is the practice's own host, or its name says what clients come for.",
            hint="Give PORTAL_HOST a name that says nothing, or leave it empty: one host for all.",
            id="counselling.C022",
        )
    ]


@register(Tags.security, deploy=True)
def mail_can_leave(**_: Any) -> Sequence[CheckMessage]:
    """Say that messages would reach nobody; a first try on localhost may go on without."""
    sender = email.utils.parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    nobody = sender.rpartition("@")[2] in {"", *HERE}
    trying = urlsplit(settings.BASE_URL).hostname in HERE
    if not nobody and settings.EMAIL_HOST not in HERE:
        return []
    kind = Critical if nobody and not trying else Warning
    return [
        kind(
            "Messages would come from nobody's address or go to a mail server that is not there.",
            hint="Set MAIL_FROM to an address of the practice and MAIL_HOST to its mail server.",
            id="counselling.C014",
        )
    ]


@register(Tags.security, deploy=True)
def log_is_kept_long_enough(**_: Any) -> Sequence[CheckMessage]:
    """Refuse to promise less than the law does; nothing in the product shortens it (AT-15)."""
    if settings.LOG_KEPT_YEARS >= LOG_YEARS:
        return []
    return [
        Critical(
            f"LOG_KEPT_YEARS is {settings.LOG_KEPT_YEARS}: who saw what is kept for six years.",
            hint=f"Set LOG_KEPT_YEARS to {LOG_YEARS} or more.",
            id="counselling.C023",
        )
    ]


@register(Tags.security, deploy=True)
def nothing_is_debugged(**_: Any) -> Sequence[CheckMessage]:
    """Refuse pages that show what a process holds."""
    if not settings.DEBUG:
        return []
    return [
        Critical(
            "DEBUG is on: error pages would show what is sealed.",
            hint="Leave DEBUG off; the log tells the place of an error.",
            id="counselling.C015",
        )
    ]


@register(Tags.security, deploy=True)
def clock_is_right(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a clock that is before the program was made: every time limit would be wrong."""
    if datetime.datetime.now(datetime.UTC) >= RELEASED:
        return []
    return [
        Critical(
            "This machine's clock is in the past.",
            hint="Switch time synchronisation on (timedatectl set-ntp true) and start again.",
            id="counselling.C016",
        )
    ]
