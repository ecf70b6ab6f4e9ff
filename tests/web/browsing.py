"""Every address asked by everybody once, each answer undone again, all answers kept to look at."""

from __future__ import annotations

import copy
import dataclasses
import functools
import logging
import operator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from counselling.access import Role
from counselling.accounts.models import SignedInSession
from counselling.unreadable import forget_question
from tests.people import make_person, sign_in_browserless
from tests.web.foreign_pages import asked
from tests.web.matrix import ABOUT, PERSONAS, ROWS
from tests.web.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counselling.access import Actor

# who sees nothing of Ana's: for them every id of hers is like an id of nobody
BLIND: Final = ("coll", "trai", "admn", "part", "othr")
SIGN_IN: Final = "/sign-in"
STEP_UP: Final = "/step-up"
_COUNTED: Final = (
    "SELECT relname, written FROM pg_class, LATERAL (SELECT pg_stat_get_xact_tuples_inserted(oid) "
    "+ pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid)) t(written) "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND written > 0"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What one person got from one address."""

    row: str
    method: str
    persona: str
    path: str
    status: int
    location: str
    headers: Mapping[str, str]
    cookies: Mapping[str, Any]
    body: bytes
    request_id: str
    written: frozenset[str]

    @property
    def word(self) -> str:
        """Give the answer as the matrix writes it."""
        if self.status not in {301, 302}:
            return str(self.status)
        to = urlsplit(self.location).path
        return {SIGN_IN: "in", STEP_UP: "up"}.get(to, "->")

    @property
    def is_page(self) -> bool:
        """Say whether it is HTML."""
        return self.headers.get("Content-Type", "").startswith("text/html")

    @property
    def cell(self) -> str:
        """Name the cell of the matrix."""
        return f"{self.method} {self.row} as {self.persona}"


@dataclasses.dataclass(frozen=True, slots=True)
class Tour:
    """All answers, and what the world they came from was made of."""

    answers: tuple[Answer, ...]
    # the same questions about ids of nobody, beside the answers about what is hidden
    pairs: tuple[tuple[Answer, Answer], ...]
    # methods that no line of the matrix lists
    unlisted: tuple[Answer, ...]
    # what clients read, asked for in a language made on the fly
    foreign: tuple[Answer, ...]
    scene: Scene
    people: Mapping[str, Client]

    def of(self, row: str, method: str, persona: str) -> Answer:
        """Give one answer."""
        return next(
            one
            for one in self.answers
            if (one.row, one.method, one.persona) == (row, method, persona)
        )


@functools.cache
def patterns() -> dict[str, URLPattern]:
    """Give every pattern of the resolver by its full name."""
    return dict(_walk(get_resolver().url_patterns, ()))


def _walk(found: Any, spaces: tuple[str, ...]) -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, (*spaces, *filter(None, [one.namespace])))
        else:
            yield ":".join((*spaces, one.name or str(one.pattern))), one


@functools.cache
def tour() -> Tour:
    """Ask every address of the matrix as everybody; needs a database, and once is enough."""
    scene = Scene.build()
    people = signed_in(scene)
    logging.disable(logging.WARNING)
    try:
        answers = tuple(_asked(scene, people))
        pairs = tuple(_about_nobody(scene, people, answers))
        unlisted = tuple(_unlisted(scene, people))
        foreign = tuple(asked(people, ask, lambda row: path_of(row, scene)))
    finally:
        logging.disable(logging.NOTSET)
    return Tour(answers, pairs, unlisted, foreign, scene, people)


def signed_in(scene: Scene) -> dict[str, Client]:
    """Give each persona a browser of their own."""
    world = scene.world
    who = {
        "ownr": world.dana, "coll": world.sam, "trai": world.tess, "supv": world.vera,
        "priv": world.priya, "desk": world.fred, "admn": world.ada,
        "clnt": world.ana_portal, "part": world.ben_portal, "othr": world.mara_portal,
        "outs": make_person(Role.OUTSIDE_REVIEWER, name="Otto Outside"),
    }  # fmt: skip
    browsers = {persona: browser() for persona in PERSONAS}
    for persona, actor in who.items():
        sign_in_browserless(browsers[persona], actor)
    scene.sitting = _another_sitting(world.dana)
    opened = browsers["link"].post(f"/r/{scene.token}", {"pin": scene.pin})
    assert opened.status_code == 302, opened.content
    let = browsers["rcpt"].post(f"/d/{scene.share_token}", {"secret": scene.share_secret})
    assert let.status_code == 302, let.content
    return browsers


def _another_sitting(person: Actor) -> UUID:
    """Sign somebody in once more; gives the sitting, which is the newest of theirs."""
    sign_in_browserless(browser(), person)
    newest = SignedInSession.objects.filter(account=person.id).order_by("-began_at").first()
    assert newest is not None
    return newest.pk


class Browser(Client):
    """Django's test client over TLS, as in production; it shows error pages, it does not raise."""

    def generic(self, *args: Any, **said: Any) -> Any:
        """Ask over TLS, and wait for the whole page where it comes bit by bit."""
        answer = super().generic(*args, **said | {"secure": True})
        return _whole(answer) if answer.streaming else answer

    def _base_environ(self, **request: Any) -> dict[str, Any]:
        """Come in by the same door as with gunicorn."""
        return forget_question(super()._base_environ(**request))


def _whole(answer: Any) -> Any:
    """Give a page that was sent bit by bit as one that was sent at once."""
    kept = {
        name: value
        for name, value in vars(answer).items()
        if name not in {"_iterator", "_container", "_resource_closers", "is_async"}
    }
    whole = HttpResponse(answer.getvalue())
    vars(whole).update(kept)
    return whole


def browser(**options: Any) -> Browser:
    """Give a browser nobody has used yet."""
    return Browser(raise_request_exception=False, headers={"User-Agent": "Browser/1"}, **options)


def _asked(scene: Scene, people: Mapping[str, Client]) -> Iterator[Answer]:
    for row, method in ROWS:
        path = path_of(row, scene)
        for persona in PERSONAS:
            yield ask(people[persona], row, method, persona, path)


def _about_nobody(
    scene: Scene, people: Mapping[str, Client], answers: tuple[Answer, ...]
) -> Iterator[tuple[Answer, Answer]]:
    """Ask each address about nobody: once for each refusal that somebody blind to Ana got."""
    asked = set()
    for one in answers:
        about = path_of(one.row, scene, known=False)
        key = (one.row, one.method, one.status)
        if one.persona in BLIND and one.status in {403, 404} and key not in asked:
            asked.add(key)
            if about != one.path:
                browser = people[one.persona]
                yield one, ask(browser, one.row, one.method, one.persona, about)


def _unlisted(scene: Scene, people: Mapping[str, Client]) -> Iterator[Answer]:
    """Ask in each way that is not listed, as somebody who is let in where there is a page."""
    for name in patterns():
        persona = "clnt" if ROWS.get((name, "GET"), {}).get("clnt") == "200" else "ownr"
        for method in ("GET", "POST", "DELETE"):
            if (name, method) not in ROWS:
                yield ask(people[persona], name, method, persona, path_of(name, scene))


def ask(client: Client, row: str, method: str, persona: str, path: str) -> Answer:
    """Ask once, note which tables were written to, and undo it."""
    before = copy.deepcopy(client.cookies)
    client.cookies = copy.deepcopy(before)
    try:
        with transaction.atomic():
            counted = _counted()
            response = client.generic(method, path)
            written = frozenset(name for name, count in _counted() - counted if count)
            transaction.set_rollback(True)
    finally:
        cookies, client.cookies = client.cookies, before
    fresh = {
        name: morsel
        for name, morsel in cookies.items()
        if name not in before or before[name].value != morsel.value
    }
    return _kept(response, row, method, persona, path, fresh, written)


def _counted() -> set[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        return {
            ("audit_event" if name.startswith("audit_event") else name, count)
            for name, count in cursor.fetchall()
        }


def _kept(
    response: HttpResponse,
    row: str,
    method: str,
    persona: str,
    path: str,
    cookies: Mapping[str, Any],
    written: frozenset[str],
) -> Answer:
    return Answer(
        row=row,
        method=method,
        persona=persona,
        path=path,
        status=response.status_code,
        location=response.headers.get("Location", ""),
        headers=dict(response.headers.items()),
        cookies=cookies,
        body=response.content,
        request_id=getattr(response.wsgi_request, "id", ""),  # type: ignore[attr-defined]  # not in the stubs
        written=written,
    )


def path_of(row: str, scene: Scene, *, known: bool = True) -> str:
    """Give the address of a row of the matrix; with ids of nobody unless they are `known`."""
    name = row.partition("+")[0]
    wanted = patterns()[name].pattern.converters
    return reverse(name, kwargs={
        key: _value(row, key, scene) if known or key == "token" else uuid4()
        for key in wanted
    })  # fmt: skip


def _value(row: str, key: str, scene: Scene) -> UUID | str:
    said = ABOUT.get(row, {}).get(key, key.removesuffix("_id"))
    if row.startswith("consent:sign-") and said == "request":
        said = "sent_request"
    return _named(scene, _USUAL.get(said, said))


def _named(scene: Scene, name: str) -> Any:
    return operator.attrgetter(name)(scene)


_USUAL: Final = {"client": "world.ana", "person": "world.tess.id", "request": "own_request"}
