"""The practice of the matrix, put back for each test of the battery, and every form it offers."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
import time
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import transaction
from django.urls import Resolver404, resolve, reverse

import consent.actions
from counselling.access import ANONYMOUS, Role
from counselling.accounts import actions as accounts
from counselling.db import as_actor
from tests.architecture.rewinding import Noted
from tests.consent import steps
from tests.people import (
    PASSWORD,
    administrator,
    email_of,
    give_password,
    sign_in_browserless,
)
from tests.raw import superuser
from tests.web import browsing
from tests.web import elsewhere as another
from tests.web.matrix import ROWS
from tests.web.offered import Offered, read
from tests.web.room import handed_over
from tests.web.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from uuid import UUID

    from django.http import HttpResponse
    from django.test import Client

# whoever signed in longer ago signs in anew: half a sign-in lasts ten minutes
_SOON: Final = 150.0
# who is asked first for a page; whoever is not named sees what one of these sees
FIRST: Final = ("none", "half", "newc", "ownr", "desk", "priv", "admn", "supv", "link", "clnt")
# pages that the matrix cannot show, since something has to be done before
MORE: Final = {
    "accounts:factor": "half",
    "accounts:enrolment": "newc",
    "consent:sign-signature": "link",
    "consent:own-signature": "clnt",
    "accounts:wake": "slep",
    "consent:sign-room": "hand",
    "accounts:second": "once",
    "clients:emergency-review": "coll",
    "consent:guarded-withdrawal": "guar",
}
# a form that stands on many pages, and means something to this person alone
ONLY: Final = {"accounts:wake": "slep"}
ANSWERS: Final = dict.fromkeys(("begin", "emergency-contact"), True)


def _nothing() -> None:
    pass


@dataclasses.dataclass(slots=True)
class Stage:
    """The scene, everybody signed in just now, two on their way in, and one who fell asleep."""

    scene: Scene
    people: dict[str, Client]
    # another file, by the names its ids have in addresses
    elsewhere: dict[str, UUID]

    @classmethod
    def build(cls) -> Stage:
        """Make the scene once a run, and put it back to where everybody had just signed in."""
        scene, _, elsewhere, noted = _first()
        if not _signed or time.monotonic() - _signed[-1].at > _SOON:
            noted.rewind()
            _signed[:] = [_Signed.now()]
        else:
            _signed[-1].noted.rewind()
        return cls(scene, _signed[-1].again(), elsewhere)

    def post(self, form: Offered, said: Mapping[str, Any], **options: Any) -> HttpResponse:
        """Send a form and undo what it did."""
        return self.ask(form.persona, "POST", form.path, said, **options)

    def counted(
        self, persona: str, method: str, path: str, said: Any = None, **options: Any
    ) -> tuple[HttpResponse, frozenset[str]]:
        """Ask once, say which tables were written to, and undo it."""
        counted: list[set[tuple[str, int]]] = []

        def count() -> None:
            counted.append(browsing._counted())

        response = self.ask(persona, method, path, said, around=count, **options)
        return response, frozenset(name for name, more in counted[1] - counted[0] if more)

    def ask(
        self,
        persona: str,
        method: str,
        path: str,
        said: Any = None,
        around: Callable[[], None] = _nothing,
        send: Callable[..., HttpResponse] | None = None,
        **options: Any,
    ) -> HttpResponse:
        """Ask once and undo it; who is signed out by it is signed in again."""
        client = self.people[persona]
        before = client.cookies.copy()
        try:
            with transaction.atomic():
                around()
                response = (send or getattr(client, method.lower()))(path, said, **options)
                around()
                transaction.set_rollback(True)
        finally:
            client.cookies = before
        return response


class _Signed:
    """Everybody signed in at one moment, and what the database held then."""

    def __init__(self, people: Mapping[str, Client]) -> None:
        self.at = time.monotonic()
        self.cookies = {persona: client.cookies.copy() for persona, client in people.items()}
        self.noted = Noted("signed")

    @classmethod
    def now(cls) -> _Signed:
        """Sign everybody in; whoever was before is let go."""
        for one in _signed:
            one.noted.forget()
        scene, newcomer, _, _ = _first()
        return cls(_people(scene, newcomer))

    def again(self) -> dict[str, Client]:
        """Give each of them a browser that goes on from there."""
        people = {}
        for persona, cookies in self.cookies.items():
            people[persona] = browsing.browser()
            people[persona].cookies = cookies.copy()
        return people


_signed: list[_Signed] = []


def _people(scene: Scene, newcomer: UUID) -> dict[str, Client]:
    people = browsing.signed_in(scene)
    for persona, account in (("half", scene.world.sam.id), ("newc", newcomer)):
        people[persona] = browsing.browser()
        people[persona].get("/sign-in")
        give_password(people[persona], email_of(account))
    people["once"] = browsing.browser()
    people["once"].get("/sign-in")
    give_password(people["once"], email_of(scene.world.ben_portal.id))
    people["slep"] = browsing.browser()
    sign_in_browserless(people["slep"], scene.world.sam)
    assert people["slep"].post(reverse("accounts:sleep")).status_code == 204
    people["guar"] = browsing.browser()
    sign_in_browserless(people["guar"], scene.guardian_portal)
    people["hand"] = browsing.browser()
    sign_in_browserless(people["hand"], scene.world.dana)
    handed_over(people["hand"], scene.draft_request)
    return people


@functools.cache
def _first() -> tuple[Scene, UUID, dict[str, UUID], Noted]:
    scene = Scene.build()
    for request, actor in _readers(scene):
        steps.read_through(request, actor, ANSWERS)
    with mock.patch.multiple(Argon2PasswordHasher, time_cost=1, memory_cost=64):
        newcomer, elsewhere = _newcomer(), another.build(scene.world)
    # a link to sign in lasts a quarter of an hour, the tests of a worker on a busy day longer
    with superuser() as connection:
        connection.execute(
            "UPDATE accounts_sentlink SET expires_at = expires_at + interval '1 day'"
        )
    return scene, newcomer, elsewhere, Noted("stage")


def _readers(scene: Scene) -> Iterator[tuple[UUID, Any]]:
    """Read both forms that are out as far as the page with the name."""
    yield scene.own_request, scene.world.ana_portal
    with as_actor(ANONYMOUS):
        opened = consent.actions.open_link(actor=ANONYMOUS, token=scene.token, pin=scene.pin)
    assert isinstance(opened, consent.actions.Opened), opened
    yield scene.sent_request, steps.link_actor(opened.link, scene.world.ana)


def _newcomer() -> UUID:
    """Make somebody who has a password and no second factor yet."""
    by = administrator()
    with as_actor(by):
        return accounts.create_staff(
            actor=by, name="Nora New", email="nora@practice.example",
            roles=[Role.COUNSELLOR], title="", password=PASSWORD,
        )  # fmt: skip


@functools.cache
def offered() -> tuple[Offered, ...]:
    """Give every different form of every page, as the first person who is offered it."""
    return tuple(_found(Stage.build()).values())


def ready(settings: Any) -> Stage:
    """Give the practice with every form found, and time enough for nobody to be signed out."""
    settings.IDLE_STAFF_SECONDS = settings.IDLE_CLIENT_SECONDS = 10**6
    offered()  # before everybody signs in: it puts the practice back
    return Stage.build()


def posted(*, again: bool = False) -> Iterator[Offered]:
    """Give every form that is sent by POST, as each of its buttons sends it.

    A view with two addresses is asked once, unless it is to be asked `again`.
    """
    seen = set()
    for form in offered():
        for one in form.pressed() if form.method == "post" else ():
            act = one.fields["act"].value if "act" in one.fields else ""
            key = inspect.unwrap(resolve(urlsplit(one.path).path).func), *sorted(one.fields), act
            if again or key not in seen:
                seen.add(key)
                yield one


def _found(stage: Stage) -> dict[Any, Offered]:
    found: dict[Any, Offered] = {}
    others: dict[tuple[str, str], tuple[str, str]] = {}
    for persona, path in pages(stage):
        for other in _keep(found, stage.ask(persona, "GET", path), persona, path):
            others.setdefault((name_of(path), _without_ids(other)), (persona, other))
    for persona, path in others.values():
        _keep(found, stage.ask(persona, "GET", path), persona, path)
    for form in [*found.values()]:
        if form.method == "post":  # the next step of some is shown in the answer itself
            _keep(found, stage.post(form, form.filled()), form.persona, form.path)
    return found


def _without_ids(path: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[-0-9a-f]{27}", "", path)


def pages(stage: Stage) -> Iterator[tuple[str, str]]:
    """Give every page with everybody who may see it, those aside who see what others see."""
    for (row, method), cells in ROWS.items():
        path = browsing.path_of(row, stage.scene)
        allowed = [persona for persona, cell in cells.items() if cell == "200"]
        for persona in [one for one in FIRST if one in allowed] or allowed[:1]:
            if method == "GET":
                yield persona, path
    for row, persona in MORE.items():
        yield persona, browsing.path_of(row, stage.scene)
    # there only for what was asked of the page before
    touched = browsing.path_of("trail-touched-file", stage.scene)
    asked = {"person": stage.scene.world.dana.id, "since": "2020-01-01", "until": "2099-12-31"}
    yield "priv", f"{touched}?{urlencode(asked)}"


def _keep(found: dict[Any, Offered], answer: HttpResponse, persona: str, path: str) -> list[str]:
    """Keep the forms of a page; give the addresses by which it can be told to be another."""
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    seen = read(answer.content.decode(), path)
    for form in seen.forms:
        form.row, form.persona = name_of(form.path), persona
        if form.query:
            form.path += f"?{urlencode(form.query)}"
        if ONLY.get(form.row, persona) == persona:
            found.setdefault(form.key, form)
    return seen.queries


def name_of(path: str) -> str:
    """Name the address of a form as the matrix does."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return f"nowhere: {path}"
