"""Connections past every policy and trigger: for attacks, for checks, for cleaning up."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def superuser() -> Iterator[psycopg.Connection[Any]]:
    """Connect as the superuser of this run's cluster."""
    with psycopg.connect(os.environ["SUPERUSER_URL"], autocommit=True) as connection:
        yield connection
