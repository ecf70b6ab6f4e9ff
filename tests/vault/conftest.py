"""The tables of the sample models, a way to be granted, and keys that start afresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from counselling import db, vault
from counselling.access import SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def sample_tables(django_db_setup: None, django_db_blocker: Any) -> None:
    from . import samples  # models need loaded apps

    with django_db_blocker.unblock(), connections["owner"].schema_editor() as editor:
        for model in samples.MODELS:
            editor.create_model(model)
            editor.execute(
                f"GRANT SELECT, INSERT, UPDATE ON {model._meta.db_table} TO counselling_app"
            )


@pytest.fixture
def tables(sample_tables: None, db: None) -> Iterator[None]:
    vault.forget()
    yield
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE sample_leaf, sample_person")


Granting = "Callable[..., vault.Grant]"


@pytest.fixture
def grant(tables: None) -> Iterator[Callable[..., vault.Grant]]:
    """Act, and be granted what is asked for in this very transaction."""

    def granted(*holders: str) -> vault.Grant:
        token = db.in_actor_transaction()
        assert token is not None
        return vault.Grant(db.uuid7(), SERVICE.id, frozenset(holders), token)

    with db.as_actor(SERVICE):
        yield granted
