"""What every answer says to the browser, and what every page is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.db import connections

from counselling import health
from tests.people import PASSWORD, email_of
from tests.web import browsing
from tests.web.matrix import ROWS
from tests.web.pages import Page
from tests.world import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpResponse
    from django.test import Client

    from tests.web.browsing import Answer, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("web")]

POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
# a paper that somebody brought is given back as it came, and may do nothing at all
OF_PAPERS: Final = {
    "sandbox": "",
    "default-src": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
SWITCHED_OFF: Final = ("camera=()", "microphone=()", "geolocation=()", "payment=()")
SAID: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# words by which an error page would tell what stands behind it
TELLTALE: Final = re.compile(
    rb"django|python|psycopg|postgres|gunicorn|traceback|exception|\d+\.\d+\.\d+", re.IGNORECASE
)
STATIC: Final = "/static/css/base.css"


@pytest.fixture
def tour(db: None) -> Tour:
    return browsing.tour()


def directives(policy: str) -> dict[str, str]:
    parts = (one.strip().partition(" ") for one in policy.split(";"))
    return {name: value.strip() for name, _, value in parts}


def faults(headers: Any) -> Iterator[str]:
    """Name what an answer does not say that every answer says."""
    as_it_came = headers.get("Content-Type") == "application/octet-stream"
    policy = OF_PAPERS if as_it_came else POLICY
    if directives(headers.get("Content-Security-Policy", "")) != policy:
        yield f"CSP {headers.get('Content-Security-Policy')}"
    for name, value in SAID.items():
        if headers.get(name) != value:
            yield f"{name} {headers.get(name)}"
    switched = headers.get("Permissions-Policy", "")
    if not all(one in switched for one in SWITCHED_OFF):
        yield f"Permissions-Policy {switched}"
    lasts = re.match(
        r"max-age=(\d+); includeSubDomains", headers.get("Strict-Transport-Security", "")
    )
    if lasts is None or int(lasts[1]) < 365 * 24 * 3600:
        yield f"HSTS {headers.get('Strict-Transport-Security')}"
    if headers.get("Server") or headers.get("X-Powered-By"):
        yield "says what runs here"


def test_the_policy_that_is_tested_is_the_strict_one() -> None:
    assert not any("unsafe" in value for value in POLICY.values())


@pytest.mark.req("WH-01", "WH-02")
def test_every_answer_to_everybody_carries_every_header(tour: Tour) -> None:
    wrong = {
        f"{one.row} {one.status}: {fault}" for one in tour.answers for fault in faults(one.headers)
    }
    assert not wrong, "\n" + "\n".join(sorted(wrong))
    assert {one.status for one in tour.answers} >= {200, 302, 403, 404, 409, 422, 503}


@pytest.mark.req("ES-19")
def test_no_answer_is_kept_by_a_cache(tour: Tour) -> None:
    wrong = {
        one.cell for one in tour.answers if "no-store" not in one.headers.get("Cache-Control", "")
    }
    assert not wrong, sorted(wrong)


@pytest.mark.req("WH-01", "WH-02")
@pytest.mark.parametrize("path", [STATIC, "/static/js/autosave.js", "/static/none.css", "/nowhere"])
def test_files_and_dead_addresses_carry_every_header_too(db: None, path: str) -> None:
    response = browsing.browser().get(path)
    assert response.status_code == (404 if "no" in path else 200)
    assert list(faults(response.headers)) == []


# -- cookies ---------------------------------------------------------------------------------------


@pytest.mark.req("WH-03")
def test_every_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts(tour: Tour) -> None:
    fresh = browsing.browser()
    fresh.get("/sign-in")
    baked = [*fresh.cookies.values()]
    for one in (*tour.people.values(), *tour.answers):  # one that is taken back holds nothing
        baked += [morsel for morsel in one.cookies.values() if morsel.value]
    assert {morsel.key for morsel in baked} == {"__Host-session", "__Host-csrf", "__Host-browser"}
    wrong = [
        morsel.key
        for morsel in baked
        if not morsel["secure"]
        or not morsel["httponly"]
        or morsel["samesite"] not in {"Lax", "Strict"}
        or morsel["path"] != "/"
        or morsel["domain"]
    ]
    assert not wrong


@pytest.mark.req("AU-13")
def test_the_ways_out_have_the_browser_forget_everything(tour: Tour) -> None:
    for way in ("quick-exit", "accounts:sign-out"):
        said = tour.of(way, "POST", "clnt").headers["Clear-Site-Data"]
        assert {"cache", "cookies", "storage"} <= set(re.findall(r'"(\w+)"', said))


# -- where a form comes from -----------------------------------------------------------------------


def posts() -> list[str]:
    return sorted({row for row, method in ROWS if method == "POST" and "+" not in row})


@pytest.mark.req("WH-04")
def test_no_post_is_heard_without_a_token_or_from_elsewhere(tour: Tour) -> None:
    """Signing in and out too; a stranger's browser is asked, since the check comes first."""
    wrong = []
    client = browsing.browser(enforce_csrf_checks=True)
    client.get("/sign-in")
    token = client.cookies["__Host-csrf"].value
    for row in posts():
        path = browsing.path_of(row, tour.scene)
        for sort, said in {
            "no token": {},
            "another's token": {"HTTP_X_CSRFTOKEN": "x" * 64},
            "another origin": {
                "HTTP_X_CSRFTOKEN": token,
                "HTTP_ORIGIN": "https://elsewhere.example",
            },
            "another site": {
                "HTTP_X_CSRFTOKEN": token,
                "HTTP_REFERER": "https://elsewhere.example/",
            },
        }.items():
            status = client.post(path, **said).status_code
            if status != 403:
                wrong.append(f"{row}, {sort}: {status}")
        ours = {"HTTP_X_CSRFTOKEN": token, "HTTP_ORIGIN": "https://testserver"}
        if client.post(path, **ours).status_code == 403:
            wrong.append(f"{row}, from here: 403")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.req("WH-04", "AU-02")
def test_signing_in_works_from_here_and_from_nowhere_else(tour: Tour) -> None:
    scene = browsing.Scene.build()
    client = browsing.browser(enforce_csrf_checks=True)
    client.get("/sign-in")
    said = {"email": email_of(scene.world.mara_portal.id), "password": PASSWORD}
    said["csrfmiddlewaretoken"] = client.cookies["__Host-csrf"].value
    elsewhere = client.post("/sign-in", said, HTTP_ORIGIN="https://elsewhere.example")
    assert elsewhere.status_code == 403
    assert "__Host-session" not in client.cookies
    here = client.post("/sign-in", said, HTTP_ORIGIN="https://testserver")
    assert here.status_code == 302
    out = client.post("/sign-out", {}, HTTP_ORIGIN="https://elsewhere.example")
    assert out.status_code == 403
    assert client.get("/space").status_code == 200


# -- errors ----------------------------------------------------------------------------------------


def too_large(client: Client) -> HttpResponse:
    return client.post("/sign-in", {"email": "x" * 3_000_000})


def not_understood(client: Client) -> HttpResponse:
    return client.get("/sign-in", HTTP_HOST="elsewhere.example")


def failed(client: Client) -> HttpResponse:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(health, "is_migrated", _break)
        return client.get("/readyz")


def _break() -> None:
    raise ZeroDivisionError("Django 5.2.19 says Maraquilla")


def database_away(client: Client) -> HttpResponse:
    """Have the database refuse every connection, as one that is down does."""
    default = connections["default"]
    default.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(default.settings_dict, "HOST", "/nowhere")
        response = client.get("/sign-in")
    default.close()
    return response


PROVOKED: Final = {
    "400": (400, not_understood),
    "403": (403, lambda client: client.get("/staff")),
    "403 csrf": (403, lambda _: browsing.browser(enforce_csrf_checks=True).post("/sign-in")),
    "404": (404, lambda client: client.get("/nowhere")),
    "405": (405, lambda client: client.get("/sign-out")),
    "413": (413, too_large),
    "500": (500, failed),
    "503": (503, database_away),
}


@pytest.mark.req("WH-08", "WH-01")
@pytest.mark.parametrize("sort", PROVOKED)
def test_an_error_says_what_to_do_and_nothing_of_what_went_wrong(db: None, sort: str) -> None:
    client = browsing.browser()
    if sort == "403":
        from tests.people import make_client_person, sign_in_browserless

        sign_in_browserless(client, make_client_person())
    status, provoke = PROVOKED[sort]
    response = provoke(client)
    assert response.status_code == status
    assert list(faults(response.headers)) == []
    page = Page(response.content.decode())
    assert (page.h1, page.language, page.unsafe) == (1, "en", [])
    body = response.content.replace(response.wsgi_request.id.encode(), b"")
    assert TELLTALE.search(body) is None, TELLTALE.search(body)
    assert b"Maraquilla" not in body
    if status not in {404, 400}:
        assert response.wsgi_request.id.encode() in response.content, "there is no id to quote"


# -- pages -----------------------------------------------------------------------------------------


def pages(tour: Tour) -> Iterable[tuple[Answer, Page]]:
    for one in tour.answers:
        if one.is_page and one.body:
            yield one, Page(one.body.decode())


@pytest.mark.req("WH-01", "WH-04", "EN-10", "AX-14")
def test_every_page_keeps_the_rules_of_every_page(tour: Tour) -> None:
    """Nothing inline, one heading, a language, a title without a name, a token in each form."""
    words = [word.lower() for pair in NAMES.values() for word in pair]
    wrong = set()
    seen = 0
    for one, page in pages(tour):
        seen += 1
        if page.unsafe:
            wrong.add(f"{one.row}: inline or foreign {page.unsafe}")
        if page.bare_forms:
            wrong.add(f"{one.row}: a form without a token {page.bare_forms}")
        if page.h1 != 1:
            wrong.add(f"{one.row} {one.status}: {page.h1} headings of the first level")
        if not page.language or not page.title.strip():
            wrong.add(f"{one.row} {one.status}: no language or title")
        if any(word in page.title.lower() for word in words):
            wrong.add(f"{one.row}: a name in the title")
    assert not wrong, "\n" + "\n".join(sorted(wrong))
    assert seen > 500


@pytest.mark.req("EN-10")
def test_no_address_holds_a_word_about_anybody(tour: Tour) -> None:
    words = [word.lower() for pair in NAMES.values() for word in pair]
    for one in tour.answers:
        for address in (one.path, one.location):
            assert not any(word in address.lower() for word in words), one.cell


def test_titles_tell_pages_apart(tour: Tour) -> None:
    """A page is found again among tabs by its title, which names the page and no person."""
    titles = {one.row: page.title.strip() for one, page in pages(tour) if one.status == 200}
    unnamed = {row for row, title in titles.items() if title in {"Page", ""}}
    assert not unnamed
