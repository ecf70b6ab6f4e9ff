"""Every act leaves its event; undone it leaves none; where none can be left, nothing happens."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import inspect
import sys
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from uuid import UUID  # noqa: TC003 a dataclass asks for it

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import DatabaseError

import audit.actions
import consent.pdf
from counselling import db
from tests.architecture.rewinding import Noted
from tests.raw import superuser
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("acts")]

APPS: Final = ("audit", "clients", "consent", "records", "counselling.accounts")
# no acts: each with its reason
NO_EVENT: Final = {
    "audit.actions.go_on": "goes on under an event that is committed",
    "audit.actions.go_on_taking": "goes on under the event of begin_taking",
    "audit.actions.prepare_checkpoint_letter": "shows nothing; what became of it has its event",
    "audit.actions.record": "is what writes events",
    "audit.actions.record_resealing": "is what writes the owner's events",
    "clients.actions.identities_under": "opens under an event that somebody has written",
    "consent.actions.why_sent_back": "opens under an event that somebody has written",
    "clients.actions.names_under": "opens under an event that somebody has written",
    "consent.actions.content_sha256": "gives a hash",
    "consent.actions.render_card": "lays out what somebody else opened, with its event",
    "consent.actions.render_openings": "lays out what somebody else opened, with its event",
    "consent.actions.render_notes": "lays out what somebody else opened, with its event",
    "records.actions.dangers_under": "opens under an event that somebody has written",
    "records.actions.plans_under": "opens under an event that somebody has written",
    "records.actions.go_on_searching": "goes on under the event of begin_search",
    "counselling.accounts.actions.are_codes_of": "says yes or no",
    "counselling.accounts.actions.hold_limits": "runs before there is an actor",
}
# these open a transaction of their own, so nothing around them rolls them back
OWN_TRANSACTION: Final = frozenset(
    {
        "audit.actions.record_refusal",
        "audit.actions.record_verification",
        "audit.actions.record_export",
        "audit.actions.record_proof",
        "audit.actions.tell_of_an_absent_witness",
        "audit.actions.acknowledge_restore",
    }
)


def public() -> dict[str, Callable[..., Any]]:
    """Give every use case by its dotted name."""
    found = {}
    for app in APPS:
        module = importlib.import_module(f"{app}.actions")
        names = getattr(module, "__all__", None) or [
            name
            for name, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__
        ]
        for name in names:
            if inspect.isfunction(getattr(module, name)) and not name.startswith("_"):
                found[f"{app}.actions.{name}"] = getattr(module, name)
    return found


def acts() -> dict[str, Callable[[World], None]]:
    """Give what each app's tests do once."""
    return {
        name: act
        for app in APPS
        for name, act in importlib.import_module(
            f"tests.{app.rpartition('.')[2]}.acts"
        ).ACTS.items()
    }


@dataclasses.dataclass
class Watch:
    """One use case under watch: which events it wrote, and as whom it acted."""

    # asked after each call with the events it wrote, before its transaction ends
    then: Callable[[list[UUID]], None] = lambda _events: None
    before: Callable[[], None] = lambda: None
    calls: int = 0
    inside: int = 0
    events: list[UUID] = dataclasses.field(default_factory=list)
    actors: set[UUID] = dataclasses.field(default_factory=set)
    returned: bool = False

    def around(self, action: Callable[..., Any]) -> Callable[..., Any]:
        """Stand around the use case."""

        def watched(**said: Any) -> Any:
            self.calls += 1
            self.inside += 1
            known = len(self.events)
            self.before()
            try:
                result = action(**said)
            finally:
                self.inside -= 1
            self.returned = True
            self.then(self.events[known:])
            return result

        return watched

    def listening(self, record: Callable[..., Any]) -> Callable[..., Any]:
        """Stand around the writing of events."""

        def heard(**said: Any) -> Any:
            grant = record(**said)
            if self.inside:
                self.events.append(grant.event)
                actor = db.acting()
                assert actor is not None
                self.actors.add(actor)
            return grant

        return heard


@contextlib.contextmanager
def watching(name: str, action: Callable[..., Any], watch: Watch) -> Iterator[None]:
    """Put the watch wherever the use case, and the writing of events, are known by name."""
    watched, heard = watch.around(action), watch.listening(audit.actions.record)
    record = audit.actions.record
    with pytest.MonkeyPatch.context() as patch:
        for module in list(sys.modules.values()):
            if (getattr(module, "__name__", "") or "").split(".")[0] in {*_ROOTS, "tests"}:
                for attribute, value in list(vars(module).items()):
                    if value is action:
                        patch.setattr(module, attribute, watched)
                    elif value is record:
                        patch.setattr(module, attribute, heard)
        yield


_ROOTS: Final = {app.partition(".")[0] for app in APPS}


def committed(events: list[UUID]) -> dict[UUID, UUID]:
    """Give those of the events that the log holds, each with its actor."""
    with superuser() as connection:
        rows = connection.execute(
            "SELECT id, actor FROM audit_event WHERE id = ANY (%s)", [events]
        ).fetchall()
    return dict(rows)


@pytest.fixture
def stage(db: None) -> Iterator[tuple[World, Noted]]:
    """Build one practice, put back before each act; hashes and PDFs are made cheaply."""
    world = World.build()
    noted = Noted()
    cheap = mock.patch.multiple(Argon2PasswordHasher, time_cost=1, memory_cost=64)
    paper = mock.patch.multiple(consent.pdf, render=lambda _: b"%PDF-1.7", seal=lambda pdf: pdf)
    with cheap, paper:
        yield world, noted
    noted.forget()


def test_every_use_case_is_done_somewhere() -> None:
    assert set(acts()) | set(NO_EVENT) == set(public())
    assert not set(acts()) & set(NO_EVENT)


@pytest.mark.req("AT-01")
def test_every_act_leaves_its_events_in_the_name_of_who_acted_and_undone_none(
    stage: tuple[World, Noted],
) -> None:
    """Where nobody else sees an event until the act's transaction ends, undoing it leaves none."""
    world, noted = stage
    wrong = []
    for name, act in acts().items():
        noted.rewind()
        early: list[UUID] = []
        watch = Watch(then=lambda events, early=early: early.extend(committed(events)))
        with watching(name, public()[name], watch):
            act(world)
        held = committed(watch.events)
        if not watch.calls:
            wrong.append(f"{name} was never called")
        elif not watch.events or set(held) != set(watch.events):
            wrong.append(f"{name} left {len(held)} of {len(watch.events)} events")
        elif set(held.values()) != watch.actors:
            wrong.append(f"{name} left events of somebody else")
        if early and name not in OWN_TRANSACTION:
            wrong.append(f"{name} left events although it may still be undone")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.req("AT-08")
def test_where_no_event_can_be_written_nothing_is_done_and_nothing_shown(
    stage: tuple[World, Noted],
) -> None:
    world, noted = stage
    wrong = []
    for name, act in acts().items():
        noted.rewind()
        watch = Watch(before=_shut)
        with watching(name, public()[name], watch):
            try:
                act(world)
                wrong.append(f"{name} did it all the same")
            except DatabaseError as error:
                if "permission denied" not in str(error):
                    wrong.append(f"{name}: {error}")
            finally:
                _open()
        if watch.returned or watch.events:
            wrong.append(f"{name} gave something back")
    assert not wrong, "\n" + "\n".join(wrong)


def _shut() -> None:
    """Take the right to write events away; it counts at once, in running transactions too."""
    with superuser() as connection:
        connection.execute("REVOKE INSERT (payload) ON audit_event FROM counselling_app")


def _open() -> None:
    with superuser() as connection:
        connection.execute("GRANT INSERT (payload) ON audit_event TO counselling_app")
