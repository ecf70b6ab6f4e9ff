"""The broker on our own PostgreSQL, reached by the whole of its address.

The client of pgmq reads host, port, name and password of an address and drops the rest: a server
would not have to prove who it is, though the address says `sslmode=verify-full`.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from kombu.transport import pgmq
from pgmq import PGMQueue
from pgmq.base import PGMQConfig


@dataclasses.dataclass
class _WholeAddress(PGMQConfig):
    @property
    def dsn(self) -> str:
        """Give the address word by word, to the pool and to who listens."""
        return self.conn_string or ""


class _Client(PGMQueue):  # type: ignore[no-untyped-call]  # as pgmq is made
    def _init_pool(self) -> None:
        given = dataclasses.fields(PGMQConfig)
        self.config = _WholeAddress(**{one.name: getattr(self.config, one.name) for one in given})
        super()._init_pool()


class Transport(pgmq.Transport):
    """Kombu's transport, with a client that keeps the address; settings give all of these."""

    def _create_pgmq_client(self) -> PGMQueue:
        options: Any = self.client and self.client.transport_options
        client = _Client(
            conn_string=options["conn_string"],
            vt=options["visibility_timeout"],
            init_extension=options["init_extension"],
            pool_size=options["pool_size"],
        )
        self._apply_pool_timeout(client, options)
        return client
