"""The pages of legal bases: a court order with its paper, a danger from its record, the telling."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from consent import queries
from consent.domain.bases import BasisKind, Fact
from counselling.accounts.models import Account, SignedInSession
from counselling.accounts.queries.asking import PENDING
from counselling.db import as_actor
from counselling.papers import Papers
from records.domain.shares import Level
from tests.consent import basis_steps
from tests.people import sign_in_browserless
from tests.records import sharing
from tests.records.safety import recorded_danger
from tests.records.writing import signed_note
from tests.web.browsing import browser

if TYPE_CHECKING:
    from django.test import Client

    from counselling.access import Actor
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("DS-05")]

PDF = b"%PDF-1.7\nBeschlussblattspur\n%%EOF\n"


@pytest.fixture
def world(db: Any) -> World:
    from tests.world import World

    return World.build()


def at_desk(actor: Actor) -> Client:
    page = browser()
    sign_in_browserless(page, actor)
    return page


def said(world: World, **changes: Any) -> dict[str, Any]:
    facts = {fact.value: words for fact, words in basis_steps.FACTS[BasisKind.COURT_ORDER].items()}
    given = {
        **facts,
        "recipient": "new",
        "new_name": "Amtsgericht Quellenbach",
        "new_kind": "court",
        "case": str(world.mara_case),
        "categories": ["session_notes"],
        "client": "now",
        "paper": SimpleUploadedFile("mara.pdf", PDF, "text/html"),
    }
    return {key: one for key, one in (given | changes).items() if one is not None}


def test_the_second_person_reads_how_much_waits_and_no_word_of_it(world: World) -> None:
    note = signed_note(world.dana, world.mara_case, sharing.WORDS)
    basis = basis_steps.state(world)
    with as_actor(world.dana):
        to = queries.bases.basis_row(basis).recipient
    share = sharing.begin(world, to, basis_id=basis, purpose="")
    sharing.choose(world, share, Level.NOTES, note)
    page = at_desk(world.priya).get(reverse("records:basis", args=[basis])).content.decode()
    assert "What waits to go on it" in page
    assert "1 note" in page
    assert sharing.WORDS not in page


def test_dana_states_an_order_vera_releases_it_and_the_paper_comes_back_as_it_was(
    world: World,
) -> None:
    dana, vera = at_desk(world.dana), at_desk(world.vera)
    path = reverse("records:basis-court-order", args=[world.mara])
    made = dana.post(path, said(world))
    assert made.status_code == 302, made.content.decode()
    assert "17 F 4711/26" in dana.get(made.url).content.decode()
    page = vera.get(made.url).content.decode()
    assert "Your answer" in page
    assert "Your answer" not in dana.get(made.url).content.decode()
    assert vera.post(made.url, {"answer": "release", "words": ""}).status_code == 302
    with as_actor(world.dana):
        (row,) = queries.bases_of(world.mara)
    assert row.chip == ("yes", "released")
    paper = dana.get(reverse("records:basis-paper", args=[row.papers[0]]))
    assert paper.content == PDF
    assert paper["Content-Disposition"] == 'attachment; filename="paper.pdf"'
    assert paper["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"paper": None}, "The order"),
        ({"paper": SimpleUploadedFile("a.pdf", b"<svg onload=alert(1)>")}, "Choose a PDF"),
        ({"paper": SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * 10_500_000)}, "at most 10 MB"),
        ({"docket": " "}, "Docket"),
        ({"new_name": ""}, "Say who receives it"),
        ({"client": "later"}, "Choose the day"),
        ({"categories": ["sud_notes"]}, "42 CFR"),
    ],
)
def test_what_an_order_lacks_is_said_at_its_field(
    world: World, changes: dict[str, Any], words: str
) -> None:
    dana = at_desk(world.dana)
    page = dana.post(
        reverse("records:basis-court-order", args=[world.mara]), said(world, **changes)
    )
    assert page.status_code == 422
    assert words in page.content.decode()


def test_a_file_goes_only_where_a_paper_is_kept(world: World) -> None:
    dana = at_desk(world.dana)
    path = reverse("records:basis-court-order", args=[world.mara])
    file = SimpleUploadedFile("a.pdf", PDF)
    assert (
        dana.post(reverse("consent:request-new", args=[world.mara]), {"paper": file}).status_code
        == 400
    )
    assert (
        dana.post(path, said(world) | {"other": SimpleUploadedFile("b", b"x")}).status_code == 400
    )
    assert browser().post(path, said(world)).status_code in {302, 400}
    long = SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * 12_000_000)
    assert dana.post(path, said(world, paper=long)).status_code == 400


def test_a_paper_is_taken_from_a_form_whose_secret_is_compared_first(world: World) -> None:
    # as from every browser; the other tests' client is let off
    dana = at_desk(world.dana)
    dana.handler.enforce_csrf_checks = True  # type: ignore[attr-defined]  # Django's own switch
    path, here = reverse("records:basis-court-order", args=[world.mara]), "https://testserver"
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', dana.get(path).content.decode())
    assert found is not None
    typed = said(world, csrfmiddlewaretoken=found[1])
    assert dana.post(path, typed, HTTP_ORIGIN=here).status_code == 302
    subpoena = reverse("consent:subpoena-new", args=[world.mara])
    paper = {"csrfmiddlewaretoken": found[1], "paper": SimpleUploadedFile("mara.pdf", PDF)}
    assert b"Say who asks" in dana.post(subpoena, paper, HTTP_ORIGIN=here).content


@pytest.mark.parametrize("who", ["staff", "nobody", "half", "client", "device"])
def test_only_who_works_here_has_the_server_read_a_paper(
    world: World, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    read: list[int] = []
    monkeypatch.setattr(Papers, "receive_data_chunk", lambda *told: read.append(told[2]))
    people = {"client": world.mara_portal, "staff": world.dana, "device": world.dana}
    page = at_desk(people[who]) if who in people else browser()
    if who == "half":
        dana = Account.objects.get(pk=world.dana.id)
        kept = {"account": str(dana.pk), "proof": dana.get_session_auth_hash(),
                "at": timezone.now().isoformat()}  # fmt: skip
        session = page.session
        session[PENDING] = kept
        session.save()
    if who == "device":
        SignedInSession.objects.update(parked_for=world.mara, asleep_at=timezone.now())
    page.handler.enforce_csrf_checks = True  # type: ignore[attr-defined]  # Django's own switch
    for path in (
        reverse("records:basis-court-order", args=[world.mara]),
        reverse("consent:subpoena-new", args=[world.mara]),
        reverse("consent:share-read", args=[world.mara]),
    ):
        # with a secret to compare: for that the form is read, whoever sent it
        page.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
        sent = page.post(path, said(world), HTTP_ORIGIN="https://testserver")
        assert sent.status_code in {302, 400, 403}
    assert bool(read) is (who == "staff")


def test_a_danger_is_recorded_first_and_its_facts_are_not_typed_again(world: World) -> None:
    dana = at_desk(world.dana)
    choose = reverse("records:basis-dangers", args=[world.mara])
    assert "No danger is recorded yet" in dana.get(choose).content.decode()
    danger = recorded_danger(world.dana, world.mara_case, world.mara)
    page = dana.get(choose).content.decode()
    path = reverse("records:basis-danger", args=[world.mara, danger])
    assert path in page
    given = {
        "recipient": "new", "new_name": "Wache", "new_kind": "police",
        "case": str(world.mara_case), "categories": ["summary"], "necessary": "the least",
        "immediate": "yes", "client": "now",
    }  # fmt: skip
    made = dana.post(path, given)
    assert made.status_code == 302, made.content.decode()
    with as_actor(world.dana):
        (row,) = queries.bases_of(world.mara)
        assert (row.danger, row.immediate, row.opens) == (danger, True, True)
    vera = at_desk(world.vera)
    assert "went at once" in vera.get(made.url).content.decode()
    elsewhere = reverse("records:basis-danger", args=[world.ana, danger])
    assert dana.get(elsewhere).status_code == 404


def test_telling_is_put_off_by_the_second_person_and_done_by_one_tap(world: World) -> None:
    basis = basis_steps.released(world, **basis_steps.later())
    disclosure = basis_steps.hand_over(world, basis)
    path = reverse("records:telling", args=[disclosure])
    dana, vera = at_desk(world.dana), at_desk(world.vera)
    day = (timezone.localtime() + datetime.timedelta(days=20)).date().isoformat()
    later = {"act": "later", "day": day, "why": "He reads her mail."}
    assert dana.post(path, later).status_code == 422
    assert vera.post(path, later | {"why": ""}).status_code == 422
    assert vera.post(path, later).status_code == 302
    assert dana.post(path, {"act": "told"}).status_code == 302
    page = dana.get(path).content.decode()
    assert "by somebody here, in person" in page
    assert "Write it down" not in page


def test_facts_have_words() -> None:
    from consent.domain.bases import FACT_WORDS

    assert set(FACT_WORDS) == set(Fact)
