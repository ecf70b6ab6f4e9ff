"""What comes from elsewhere or says it does: posts of other sites, hosts, addresses, ways back."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pytest
from django.core import mail

from clients.domain import Card
from counselling.accounts import domain, queries
from tests.people import PASSWORD, email_of, sign_in_browserless
from tests.web import browsing, stage
from tests.web.offered import CSRF
from tests.web.test_battery import heard
from tests.web.test_headers import faults
from tests.world import World, take_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.web.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("battery")]

PRESENT: Final = {"django_session", "accounts_signedinsession"}
ELSEWHERE: Final = "https://elsewhere.example"
HOSTS: Final = (
    "zqx.example", "testserver.elsewhere.example", "elsewhere.example:443",
    "testserver@elsewhere.example",
    "testserver:bad", "a" * 10_000, "evil\x1b[31m.example", "[::1", "testserver, elsewhere.example",
)  # fmt: skip


@pytest.fixture
def staged(db: None, settings: Any) -> Stage:
    return stage.ready(settings)


# -- posts of other sites --------------------------------------------------------------------------


def ways(token: str, others: str, said: Mapping[str, Any]) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Give each way in which another site can have a browser send a form."""
    form = "application/x-www-form-urlencoded"
    right = {**said, CSRF: token}
    return {
        "no token": ({k: v for k, v in said.items() if k != CSRF}, {}),
        "another's token": ({**said, CSRF: others}, {}),
        "another origin": (right, {"HTTP_ORIGIN": ELSEWHERE}),
        "an origin that is none": (right, {"HTTP_ORIGIN": "null"}),
        "an origin like ours": (right, {"HTTP_ORIGIN": "https://testserver.elsewhere.example"}),
        "without TLS": (right, {"HTTP_ORIGIN": "http://testserver"}),
        "another page": (right, {"HTTP_REFERER": f"{ELSEWHERE}/?https://testserver/"}),
        "no page": (right, {}),
        "a page without TLS": (right, {"HTTP_REFERER": "http://testserver/"}),
        "plain text": (f"{CSRF}={token}", {"content_type": "text/plain", "HTTP_ORIGIN": ELSEWHERE}),
        "json": (json.dumps(right, default=str), {"content_type": "application/json"}),
        "override": (right, {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET", "HTTP_ORIGIN": ELSEWHERE}),
        "cross-site": (right, {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": ELSEWHERE}),
        "a cookie of theirs": (
            f"{CSRF}={'a' * 32}",
            {"content_type": form, "HTTP_COOKIE": f"csrftoken={'a' * 32}; __Host-csrf={'a' * 32}"},
        ),
    }  # fmt: skip


@pytest.mark.req("WH-04", "AU-02")
def test_no_site_but_this_one_can_have_a_browser_send_a_form(staged: Stage) -> None:
    """As the person who may: signing in, signing out and every act; and from here it is heard."""
    _, others = _strict(staged, "none")
    wrong, heard = [], 0
    for number, form in enumerate(stage.posted()):
        client, token = _strict(staged, form.persona)
        staged.people["strict"] = client
        said = form.filled()
        tried = [*ways(token, others, said).items()]
        # each form meets each way once in a few forms; what refuses is one and the same for all
        for sort, (body, options) in tried[:1] + tried[1 + number % 5 :: 5]:
            answer, written = staged.counted("strict", "POST", form.path, body, **options)
            if answer.status_code != 403 or written - PRESENT or b"<h1" not in answer.content:
                wrong.append(f"{form.cell}, {sort}: {answer.status_code} {written - PRESENT}")
        options = {"HTTP_ORIGIN": "https://testserver"}
        here = staged.ask("strict", "POST", form.path, {**said, CSRF: token}, **options)
        heard += here.status_code != 403
    assert not wrong, "\n" + "\n".join(wrong)
    assert heard > 60


def _strict(staged: Stage, persona: str) -> tuple[Any, str]:
    """Give the persona's browser, looked at as strictly as in production, and its token."""
    client = browsing.browser(enforce_csrf_checks=True)
    client.cookies = staged.people[persona].cookies.copy()
    page = client.get("/exit" if persona == "none" else "/account")
    if "__Host-csrf" not in client.cookies:
        page = client.get("/sign-in")
    found = re.search(rf'{CSRF}" value="([^"]+)'.encode(), page.content)
    return client, found[1].decode() if found else client.cookies["__Host-csrf"].value


# -- hosts and addresses ---------------------------------------------------------------------------


@pytest.mark.req("WH-07", "WH-08")
def test_a_host_that_is_not_ours_gets_a_page_that_says_nothing(db: None) -> None:
    with heard() as log:
        for host in HOSTS:
            answer = browsing.browser().get("/sign-in", HTTP_HOST=host)
            assert answer.status_code == 400, host
            assert b"elsewhere" not in answer.content
            assert [*faults(answer.headers)] == [], host
    assert not log.faults(), "a stranger's words are in the log"
    assert len(log.lines) >= len(HOSTS)


CLAIMS: Final = {
    "HTTP_X_FORWARDED_HOST": "elsewhere.example", "HTTP_X_HOST": "elsewhere.example",
    "HTTP_FORWARDED": "for=1.2.3.4;host=elsewhere.example;proto=http",
    "HTTP_X_FORWARDED_SERVER": "elsewhere.example", "HTTP_X_FORWARDED_PORT": "1",
    "HTTP_X_ORIGINAL_URL": "/today", "HTTP_X_REWRITE_URL": "/today",
    "HTTP_X_FORWARDED_PREFIX": "/elsewhere.example", "HTTP_X_FORWARDED_PROTO": "http",
    "HTTP_X_REAL_IP": "elsewhere.example",
}  # fmt: skip


@pytest.mark.req("WH-07")
def test_no_header_changes_a_link_in_a_page_or_a_letter(
    staged: Stage, settings: Any, jobs: Any
) -> None:
    """Also a host that is allowed here is not the one that links lead to."""
    settings.BASE_URL = "https://practice.example/"
    settings.PORTAL_URL = "https://practice.example"
    mail.outbox.clear()
    claims = CLAIMS | {"HTTP_HOST": "localhost"}
    asked = {
        "desk": (f"/clients/{staged.scene.world.jon}/portal", {"email": "jon@mailbox.example"}),
        "ownr": (f"/requests/{staged.scene.own_request}", {"act": "send"}),
        "admn": ("/staff/new", {"name": "N", "email": "n@mailbox.example", "roles": "trainee"}),
    }
    shown = []
    for persona, (path, said) in asked.items():
        answer = staged.people[persona].post(path, said, **claims)
        shown.append(answer.content.decode() + answer.headers.get("Location", ""))
    jobs.run()
    letters = [f"{letter.subject} {letter.body}" for letter in mail.outbox]
    hosts = set(re.findall(r"https?://([^/\s\"<]*)", " ".join(shown + letters)))
    assert hosts == {"practice.example"}
    assert len(letters) >= 2


@pytest.mark.req("WH-07")
def test_a_link_that_is_handed_over_leads_to_the_practice(db: None, settings: Any) -> None:
    """Who may not be written to is given the link in the room; it stands on the page."""
    settings.BASE_URL = "https://practice.example/"
    settings.PORTAL_URL = "https://practice.example"
    world = World.build()
    client = take_in(world.fred, "jon", card=Card())
    desk = browsing.browser()
    sign_in_browserless(desk, world.fred)
    said = {"email": "jon@mailbox.example"}
    page = desk.post(f"/clients/{client}/portal", said, **CLAIMS | {"HTTP_HOST": "localhost"})
    assert set(re.findall(rb"https?://([^/\s\"<]*)", page.content)) == {b"practice.example"}


@pytest.mark.req("WH-07")
def test_a_page_is_the_same_whatever_a_header_claims(staged: Stage) -> None:
    for persona, path in (("none", "/sign-in"), ("ownr", "/account"), ("clnt", "/space")):
        plain, claimed = (staged.ask(persona, "GET", path, **more) for more in ({}, CLAIMS))
        assert plain.status_code == claimed.status_code == 200
        assert _same(plain) == _same(claimed)


def _same(answer: Any) -> str:
    return re.sub(r'value="[^"]{60,}"|\d\d:\d\d', "", answer.content.decode())


@pytest.mark.req("WH-07", "AT-09")
@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_an_address_is_believed_from_our_proxies_only(settings: Any, rf: Any, proxies: int) -> None:
    settings.PROXIES = proxies
    forged = ("9.9.9.9", "::1", "unknown", "zqx" * 3000, "1.2.3.4\x1b[31m", "' OR 1=1", "")
    for one in forged:
        chain = ", ".join([one, one, "203.0.113.7", "198.51.100.2"][: 2 + proxies])
        request = rf.get("/", HTTP_X_FORWARDED_FOR=chain, REMOTE_ADDR="192.0.2.1",
                         HTTP_X_REAL_IP=one, HTTP_FORWARDED=f"for={one}")  # fmt: skip
        expected = {0: "192.0.2.1", 1: "203.0.113.7", 2: "203.0.113.7"}[proxies]
        assert queries.address_of(request) == expected, chain


@pytest.mark.req("WH-07", "AT-09")
def test_an_address_that_is_none_stops_no_sign_in(staged: Stage, settings: Any) -> None:
    settings.PROXIES = 1
    said = {"email": email_of(staged.scene.world.mara_portal.id), "password": PASSWORD}
    for address in ("zqx" * 4000, "zqx\x1b[31m", "zqx ' OR 1=1;--", "[::1]:80"):
        answer = browsing.browser().post("/sign-in", said, HTTP_X_FORWARDED_FOR=address)
        assert answer.status_code == 302, address
        agent = {"HTTP_USER_AGENT": address}
        assert browsing.browser().post("/sign-in", said, **agent).status_code == 302, address


# -- ways back -------------------------------------------------------------------------------------

BACK: Final = (
    "//elsewhere.example", "https:elsewhere.example", "https://elsewhere.example",
    "\\\\elsewhere.example",
    "/\\elsewhere.example", "javascript:alert(1)", "data:text/html,x", "/%0d%0aSet-Cookie:x=y",
    "/\r\nSet-Cookie: x=y", "/\t/elsewhere.example", "///elsewhere.example",
    "/.//elsewhere.example",
    "@elsewhere.example", "https://testserver@elsewhere.example", "/%2f%2felsewhere.example",
    "/..//elsewhere.example", "\x00//elsewhere.example",
    "/\u2028/elsewhere.example", " //elsewhere.example",
    "https://testserver.elsewhere.example/", "http:///elsewhere.example", "/" + "a" * 20_000,
)  # fmt: skip


@pytest.mark.req("WH-04")
def test_the_way_back_after_signing_in_stays_here(staged: Stage) -> None:
    said = {"email": email_of(staged.scene.world.mara_portal.id), "password": PASSWORD}
    for to in BACK:
        entered = browsing.browser().get("/sign-in", {"next": to})
        kept = re.search(r'name="next" value="([^"]*)"', entered.content.decode())
        answers = [
            browsing.browser().post("/sign-in", said | {"next": kept[1] if kept else ""}),
            browsing.browser().post("/sign-in", said | {"next": to.replace("\x00", "")}),
            staged.ask("clnt", "POST", f"/step-up?{_query(to)}", {"code": PASSWORD}),
        ]
        assert {one.status_code for one in answers} == {302}, repr(to)
        asked = staged.ask("clnt", "GET", f"/step-up?{_query(to)}")
        away = staged.ask("none", "GET", "/account", HTTP_REFERER=ascii(to))
        for one in (*answers, asked, away, entered):
            location = one.headers.get("Location", "/")
            assert re.match(r"/(?![/\\])[!-~]*$", location), location
            assert "Set-Cookie: x" not in str(one.headers)
            assert not AWAY.search(one.content.decode())


# a link or a form that leads to another site
AWAY: Final = re.compile(r"(?:href|action)=\"(?!/(?!/)|#|\?|tel:|\")")


def _query(to: str) -> str:
    return urlencode({"next": to})


def test_a_way_back_is_a_path_of_this_site_or_none() -> None:
    assert domain.local_path("/clients?page=2", "") == "/clients?page=2"
    assert [one for one in BACK[:6] if domain.local_path(one, "/") != "/"] == []
