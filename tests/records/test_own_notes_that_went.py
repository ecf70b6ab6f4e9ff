"""What went of notes kept by their author alone opens for its author and for whom it went to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.test import Client as Browser

import consent.actions
from consent import pdf, queries
from consent.domain.passwords import new_password
from consent.domain.recipients import AddressKind
from counselling.access import SERVICE, recipient_actor
from counselling.db import as_actor
from counselling.errors import NotThere, Refused
from records import actions
from records.domain.shares import Channel, Level
from tests.clients.raw import acting
from tests.consent import delivering, steps
from tests.people import sign_in_browserless
from tests.records import sharing
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from tests.conftest import Jobs

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-06")]
ALONE = "Thought of my own sister while she spoke."


@pytest.fixture
def world() -> World:
    return World.build()


@dataclasses.dataclass(frozen=True)
class Went:
    """What Dana let go of her own notes."""

    share: UUID
    disclosure: UUID
    document: UUID
    secret: consent.actions.Secret


@pytest.fixture
def went(world: World, jobs: Jobs) -> Went:
    """Mara allowed it in a form of its own, Dana sent it by link, its PDF is sealed."""
    share = prepared(world)
    to = sharing.row(world, share).recipient
    email = delivering.address(world, to, AddressKind.EMAIL, delivering.EMAIL)
    way = actions.Way(channel=Channel.LINK, address=email, told_by="in_person")
    sent = sharing.send(world, share, way=way)
    jobs.run()
    with as_actor(world.dana):
        document = queries.disclosure_row(sent.disclosure).document
    assert document is not None
    assert document.ready
    assert sent.secret is not None
    return Went(share, sent.disclosure, document.id, sent.secret)


def prepared(world: World) -> UUID:
    """Mara allowed it in a form of its own, and Dana chose it."""
    note = signed_note(world.dana, world.mara_case, sharing.WORDS, alone=ALONE)
    to = sharing.somebody(world)
    allowed(world, to)
    share = sharing.begin(world, to, purpose="care_together")
    sharing.choose(world, share, Level.PROCESS_NOTES, note)
    return share


def allowed(world: World, to: UUID) -> None:
    with as_actor(world.dana):
        request = consent.actions.ask(
            actor=world.dana,
            client_id=world.mara,
            version_id=steps.form("counsellors-own-notes"),
            case_id=world.mara_case,
            asking=steps.asking(purpose="care_together", recipient=to, new_recipient=None),
        )
    mara = steps.open_by_link(steps.send(world, request), world.mara)
    steps.sign(request, mara, steps.read_through(request, mara, {"own-notes": True}))


def test_its_author_opens_the_file_and_nobody_else_does(world: World, went: Went) -> None:
    with as_actor(world.dana):
        assert consent.actions.open_document(actor=world.dana, document_id=went.document)
    for other in (world.vera, world.mara_portal, world.priya):
        with as_actor(other):
            with pytest.raises(NotThere):
                consent.actions.open_document(actor=other, document_id=went.document)
            with pytest.raises(NotThere):
                queries.document_row(went.document)
            assert went.document not in {one.id for one in queries.documents_of(world.mara)}


def test_the_line_of_what_went_stays_for_everybody(world: World, went: Went) -> None:
    for other in (world.vera, world.mara_portal, world.priya):
        with as_actor(other):
            (line,) = consent.actions.read_disclosures(actor=other, client_id=world.mara)
            assert (line.row.id, line.row.document) == (went.disclosure, None)


def test_the_database_hides_it_whoever_asks(
    world: World, went: Went, application: psycopg.Connection[Any]
) -> None:
    asked = "SELECT count(*) FROM consent_document WHERE id = %s"
    seen = {"dana": 1, "vera": 0, "mara_portal": 0, "priya": 0, "sam": 0, "fred": 0}
    for who, count in seen.items():
        with acting(application, getattr(world, who).id):
            assert application.execute(asked, [went.document]).fetchone() == (count,), who
    with as_actor(SERVICE, client=world.mara):
        assert queries.document_row(went.document).ready


def test_the_recipient_reads_it_through_the_link(world: World, went: Went) -> None:
    body = next(str(one.body) for one in mail.outbox if one.to == [delivering.EMAIL])
    let = delivering.opened(delivering.token_in(body), went.secret.secret)
    doctor = recipient_actor(let.sitting, world.mara)
    with as_actor(doctor):
        shown = consent.actions.read_shared(actor=doctor, link_id=went.secret.link)
    assert ALONE in str(shown)


def test_the_client_reads_that_it_went_and_whom_to_ask(world: World, went: Went) -> None:
    browser = Browser()
    sign_in_browserless(browser, world.mara_portal)
    page = browser.get("/space/disclosures").content.decode()
    assert "Your counsellor&#x27;s own notes went" in page or "Your counsellor's own notes" in page
    assert "Ask them what stood in them" in page
    assert str(went.document) not in page
    assert str(went.document) not in browser.get("/space/documents").content.decode()
    assert browser.get(f"/space/documents/{went.document}/file").status_code == 404


def test_a_colleagues_page_says_that_it_went_and_gives_no_way_to_it(
    world: World, went: Went
) -> None:
    browser = Browser()
    sign_in_browserless(browser, world.vera)
    page = browser.get(f"/disclosures/{went.disclosure}").content.decode()
    assert "only by who disclosed it" in page
    assert str(went.document) not in page
    assert browser.get(f"/documents/{went.document}/file").status_code == 404


def test_nobody_else_sends_a_link_to_it_again(world: World, went: Went) -> None:
    address = sharing.row(world, went.share).address
    assert address is not None
    for other in (world.vera, world.priya):
        with as_actor(other), pytest.raises((NotThere, Refused)):
            consent.actions.deliver(actor=other, disclosure_id=went.disclosure, address_id=address)
    with as_actor(world.dana):
        again = consent.actions.deliver(
            actor=world.dana, disclosure_id=went.disclosure, address_id=address
        )
    assert again.link != went.secret.link


def test_its_file_with_a_password_is_made_by_its_author_alone(world: World, jobs: Jobs) -> None:
    sent = sharing.send(world, prepared(world), way=actions.Way(channel=Channel.FILE))
    jobs.run()
    password = new_password()
    for other in (world.vera, world.priya):
        with as_actor(other), pytest.raises((NotThere, Refused)):
            consent.actions.lock_disclosure(
                actor=other, disclosure_id=sent.disclosure, password=password
            )
    browser = Browser()
    sign_in_browserless(browser, world.vera)
    path = f"/disclosures/{sent.disclosure}/file"
    assert browser.post(path, {"password": password}).status_code == 404
    with as_actor(world.dana):
        made, _ = consent.actions.lock_disclosure(
            actor=world.dana, disclosure_id=sent.disclosure, password=password
        )
    assert pdf.verify(made, password).holds
