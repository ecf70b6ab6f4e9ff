"""How sealed values travel from PostgreSQL: as bytes, where other rows travel as text.

As text a sealed value would be twice as long, in hexadecimal, and be written out and read back
again. Sealed fields mark their columns in a SELECT; a cursor that sees the mark asks for bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.pq import Format
from psycopg.types.string import TextLoader

if TYPE_CHECKING:
    from psycopg.abc import Buffer

    DjangoCursor = psycopg.ClientCursor[Any]
else:
    from django.db.backends.postgresql.base import Cursor as DjangoCursor

MARK: Final = "/* sealed */"
_MARK: Final = MARK.encode()


class Cursor(DjangoCursor):
    """Django's cursor, which merges parameters itself and so far knows text only."""

    def _execute_send(self, query: Any, **options: Any) -> None:
        if _MARK in query.query and not self._conn._pipeline:
            self._query = query  # as psycopg does, whose own method refuses bytes
            self._pgconn.send_query_params(query.query, None, result_format=Format.BINARY)
        else:
            super()._execute_send(query, **options)


class JsonbAsText(TextLoader):
    """Django reads JSON itself; before the text there is one byte, the version."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str | bytes:
        """Give the text."""
        return super().load(bytes(data)[1:])


psycopg.adapters.register_loader("jsonb", JsonbAsText)
