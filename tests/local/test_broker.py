"""The broker on our own PostgreSQL is reached by all that its address says."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from counselling.celery import app


@pytest.mark.req("EN-17")
def test_nothing_of_the_address_is_dropped_not_even_that_the_server_proves_who_it_is() -> None:
    """A client that keeps host, port, name and password only believes any server."""
    address = make_conninfo(
        "", host="nowhere.invalid", hostaddr="127.0.0.1", port=1, user="us", password="it's a",
        dbname="queue", sslmode="verify-full", sslrootcert="ours.crt", connect_timeout=1,
    )  # fmt: skip
    options = {
        "conn_string": address, "visibility_timeout": 900, "init_extension": False,
        "pool_size": 1, "pool_timeout": 1,
    }  # fmt: skip
    connection = app.connection_for_write(url="pgmq://localhost", transport_options=options)
    transport = connection.transport
    client = transport._get_pgmq_client()
    try:
        asked = conninfo_to_dict(client.pool.conninfo)
        assert asked == conninfo_to_dict(address)
        assert transport._get_notify_waiter()._dsn == address
        assert client.pool.timeout == 1
    finally:
        client.close()
