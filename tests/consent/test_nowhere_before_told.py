"""Until a client is told, every page, file, count and table they can fetch is as it was before.

Mara's browser walks everything that her space leads to, three times: before, while she is not to
know, and once she is told. The guardian of another client and a recipient walk along.
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from consent import queries
from counselling.db import as_actor
from tests.clients import guarding
from tests.consent import basis_steps, guarded_steps, law_steps
from tests.consent.test_consent_telling import time_comes
from tests.consent.test_consent_untold import OFFICE, everything_happens
from tests.consent.test_delivery_pages import let_in
from tests.people import sign_in_browserless
from tests.raw import superuser
from tests.web.browsing import Browser, browser, patterns
from tests.web.lawful import SEEN, stated, went
from tests.web.matrix import ROWS

if TYPE_CHECKING:
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("DS-06", "RT-05")]

# what leads out of the space, or is another at each look
OUT = ("/sign-out", "/quick-exit", "/static/", "/account/authenticator")
FRESH = re.compile(r'(csrfmiddlewaretoken" value|nonce|data-token)="[^"]*"')
# pages that no link leads to, asked for by their address
UNLINKED = (
    "/space", "/space/disclosures", "/space/kept-back", "/space/dangers", "/space/plan", "/account",
    "/space/permissions/withdrawal",
)  # fmt: skip


def fetched(who: Browser, path: str, form: dict[str, str] | None = None) -> str:
    """Give what is read at an address, of a file its words; what it leaves behind is undone."""
    with transaction.atomic():
        answer = who.get(path) if form is None else who.post(path, form)
        transaction.set_rollback(True)
    kind = answer.headers.get("Content-Type", "")
    text = words(answer.content) if "pdf" in kind else answer.content.decode()
    text = FRESH.sub("", text).replace(answer.wsgi_request.id, "")
    return f"{answer.status_code} {answer.headers.get('Location', '')} {text}"


def words(file: bytes) -> str:
    """Give the words of a PDF, but for the minute it says it was made in."""
    said = subprocess.run(["pdftotext", "-", "-"], input=file, capture_output=True, check=True)
    return re.sub(r"\b\d{1,2}:\d{2}\b", "", said.stdout.decode())


def walked(who: Browser, *first: str) -> dict[str, str]:
    """Fetch everything that can be reached from some pages."""
    found: dict[str, str] = {}
    ahead = list(first)
    while ahead:
        path = ahead.pop()
        if path not in found:
            found[path] = fetched(who, path)
            ahead += [to for to in re.findall(r'href="(/[^"#]*)"', found[path]) if leads(to)]
    assert len(found) < 200, sorted(found)
    return found


def leads(path: str) -> bool:
    return not any(out in path for out in OUT)


def of_mara(who: Browser) -> dict[str, str]:
    """Walk Mara's space, and take her accounting as a page, a PDF and a table."""
    day = law_steps.today().isoformat()
    file = reverse("consent:own-accounting-file")
    return walked(who, *UNLINKED) | {
        f"{file} {form}": fetched(who, file, {"since": day, "until": day, "form": form})
        for form in ("pdf", "csv")
    }


def asked_for(who: Browser, thing: UUID, *spaces: str) -> dict[str, str]:
    """Ask for one thing at every address of some spaces that takes an id."""
    found = {}
    for name, pattern in patterns().items():
        keys = pattern.pattern.converters
        takes = keys and keys == _ids(keys) and (name, "GET") in ROWS
        path = reverse(name, kwargs=dict.fromkeys(keys, thing)) if takes else ""
        if path.startswith(spaces):
            found[name] = fetched(who, path).replace(str(thing), "it")
    assert found
    return found


def _ids(keys: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in keys.items() if key.endswith("_id")}


def things_of(world: World, disclosure: UUID) -> list[UUID]:
    """Name what there is of it: itself, its ground, its paper, its notice and whom it went to."""
    with as_actor(world.dana):
        row = queries.disclosure_row(disclosure)
        assert row.basis is not None
        assert row.document is not None
        basis = queries.basis_row(row.basis)
        notice = queries.notices_of(row.basis)[disclosure]
        return [disclosure, row.basis, row.document.id, notice.id, basis.recipient, *basis.papers]


def signed_in(person: Any) -> Browser:
    made = browser()
    sign_in_browserless(made, person)
    return made


def test_a_client_who_walks_everything_finds_nothing_before_they_are_told_and_all_after(
    world: World, jobs: Jobs
) -> None:
    reader, sent, _ = let_in(world, jobs)
    page = reverse("consent:share-read", args=[sent.secret.link])
    mara = signed_in(world.mara_portal)
    jobs.run()
    before, read = of_mara(mara), fetched(reader, page)
    assert len(before) > 15, sorted(before)

    disclosure = everything_happens(world, jobs, **basis_steps.later())
    jobs.run()
    now = of_mara(mara)
    assert now.keys() == before.keys()
    assert [path for path in now if now[path] != before[path]] == []
    nobody = asked_for(mara, uuid4(), "/space/", "/d/")
    hidden = things_of(world, disclosure)
    for thing in hidden:
        assert asked_for(mara, thing, "/space/", "/d/") == nobody, thing
    assert fetched(reader, page) == read

    time_comes(disclosure)
    after = of_mara(mara)
    told = [path for path in after if OFFICE.name in after[path]]
    file = reverse("consent:own-accounting-file")
    document = reverse("consent:own-document-file", args=[hidden[2]])
    assert {"/space/disclosures", f"{file} pdf", f"{file} csv", document} <= set(told), told
    assert "walked to the lake" in " ".join(after[document].split())
    assert fetched(reader, page) == read


def test_who_decides_for_a_client_finds_nothing_of_it_before_or_after(world: World) -> None:
    young = guarding.young(world)
    guarded_steps.sent(world, young)
    mum = signed_in(young.mum_portal)
    start = (reverse("consent:guarded"), "/account")
    before = walked(mum, *start)
    stated(world.dana, young.client, world.couple_case)
    disclosure = went(world.dana, world.vera, young.client, world.couple_case)
    hidden, nobody = things_of(world, disclosure), asked_for(mum, uuid4(), "/on-behalf/")
    for told in (False, True):
        if told:
            with superuser() as root:
                root.execute("SET session_replication_role = replica")
                root.execute("UPDATE consent_disclosure SET told_at = at")
        assert walked(mum, *start) == before
        for thing in hidden:
            assert asked_for(mum, thing, "/on-behalf/") == nobody, thing
        assert SEEN not in "".join(before.values())
