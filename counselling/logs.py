"""One line of JSON per log entry, made from an allow-list: ids and codes, never what was said."""

from __future__ import annotations

import datetime
import json
import logging
import re
import traceback
from typing import Final

ALLOWED: Final = (
    "request_id", "route", "status", "ms", "task", "code", "attempt", "count", "error", "waiting",
)  # fmt: skip


OURS: Final = frozenset({"counselling", "audit", "clients", "consent", "records"})
_FILLED_IN: Final = re.compile(r"[=:'\"/(].*", re.DOTALL)
_BLANK: Final = re.compile(r"%(\(\w+\))?[-#0 +]*\d*(\.\d+)?[a-z]")


class IdsOnly(logging.Formatter):
    """Write time, level, logger, the constant message and allowed extras.

    Arguments of the message and the text of exceptions are left out: both can quote a person.
    An exception is told by its type and the places it passed through.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        line: dict[str, object] = {
            "at": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "log": record.name,
            "event": self._event(record),
        }
        line |= {
            key: value for key in ALLOWED if isinstance(value := vars(record).get(key), str | int)
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _places(record.exc_info[1])
        return json.dumps(line, default=str)

    def _event(self, record: logging.LogRecord) -> str:
        """Give the constant part of the message; what others would fill in may be anything."""
        # of a request that was refused unheard, Django's message is what somebody sent
        sent = record.name.startswith("django.security.")
        said = "…" if sent else _BLANK.sub("…", str(record.msg))
        if record.name.startswith("gunicorn."):  # some of its lines come filled in already
            said = _FILLED_IN.sub("…", said)
        return said if record.name.split(".")[0] in OURS else f"{record.name}: {said}"


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [type(error).__name__] + [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames
    ]


class Readable(IdsOnly):
    """The same facts for a person watching a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Give level, message and extras on one short line."""
        line = json.loads(super().format(record))
        said = f"{line.pop('event')}"
        for key in ("at", "level", "log"):
            line.pop(key)
        extras = " ".join(f"{key}={value}" for key, value in line.items())
        mark = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        return f"{mark}{said} {extras}".rstrip()
