"""Many at once before the real pages, each with connections of their own; and a way to hold one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from tests import together
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.world import World

    AtOnce = Callable[[Iterable[Callable[[], Any]]], list[Any]]
    Slowly = Callable[..., contextlib.AbstractContextManager[None]]


@pytest.fixture
def world(db: Any) -> World:
    from tests.world import World

    return World.build()


@pytest.fixture
def at_once() -> AtOnce:
    """Let all begin at the same moment; an exception is an answer, so that the test can look."""

    return together.at_once


@pytest.fixture
def slowly() -> Slowly:
    """Make a table think before each write, so that what meets there surely meets."""

    @contextlib.contextmanager
    def thinking(table: str, when: str = "INSERT", seconds: float = 0.2) -> Iterator[None]:
        with superuser() as root:
            root.execute(
                "CREATE FUNCTION public.think() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$"
            )
            root.execute(
                f"CREATE TRIGGER aaa_think BEFORE {when} ON public.{table} "
                "FOR EACH ROW EXECUTE FUNCTION public.think()"
            )
        try:
            yield
        finally:
            with superuser() as root:
                root.execute(f"DROP TRIGGER aaa_think ON public.{table}")
                root.execute("DROP FUNCTION public.think()")

    return thinking
