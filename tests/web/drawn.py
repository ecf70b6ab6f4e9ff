"""A drawn signature that nobody else draws, and how it would read wherever it lay about."""

from __future__ import annotations

import json
import secrets
from typing import Final

from consent.domain.drawing import Stroke, path_of

_LINE: Final = tuple(100 + secrets.randbelow(200) for _ in range(12))
SENT: Final = json.dumps([_LINE])
WORDS: Final = {
    "drawing": json.dumps(_LINE)[1:-1],
    "drawing, close": ",".join(map(str, _LINE)),
    "drawing as a path": path_of((Stroke(_LINE),)),
}
