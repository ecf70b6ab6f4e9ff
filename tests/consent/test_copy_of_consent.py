"""What the recipient is shown of the ground: a copy of the consent where the law asks for one, the
order or law by its name, and never another decision of the client's or a fact of a danger (DS-03).
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from django.core import mail

import clients.queries
from consent import actions, pdf, queries
from consent.domain.bases import BasisKind, Fact
from consent.domain.documents import PART_TWO, DisclosureDocument
from consent.domain.recipients import AddressKind
from consent.models import Disclosure, Signature
from counselling.access import SERVICE
from counselling.db import as_actor, uuid7
from tests.clients.guarding import young
from tests.consent import basis_steps, delivering, guarded_steps, steps

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from pytest_django.fixtures import SettingsWrapper

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("DS-03")]
SUD = "notes-of-substance-use"


def about_substances(world: World) -> steps.Shared:
    """Mara reads and signs in German that her doctor gets the notes about drink."""
    with as_actor(world.dana):
        request = actions.ask(
            actor=world.dana, client_id=world.mara, version_id=steps.form(SUD, "de"),
            case_id=world.mara_case, asking=steps.asking(),
        )  # fmt: skip
    mara = steps.open_by_link(steps.send(world, request), world.mara)
    steps.sign(request, mara, steps.read_through(request, mara, {"substance-notes": True}))
    with as_actor(world.dana):
        (row,) = queries.live_consents(world.mara, sharing=True)
    assert row.recipient is not None
    return steps.Shared(request, row.id, row.recipient)


def said_of(world: World, disclosure: UUID, client: UUID | None = None) -> DisclosureDocument:
    """What the machine lays out."""
    with as_actor(world.dana):
        document = Disclosure.objects.get(pk=disclosure).document_id
    with as_actor(SERVICE, client=client or world.mara):
        claimed = actions.claim_document(actor=SERVICE, document_id=document)
    assert claimed is not None
    assert isinstance(claimed.source, DisclosureDocument)
    return claimed.source


def first_page(content: bytes, folder: Path) -> str:
    """Read the first page of a file."""
    path = folder / "document.pdf"
    path.write_bytes(content)
    done = subprocess.run(
        ["pdftotext", "-l", "1", str(path), "-"], capture_output=True, text=True, check=True
    )
    return " ".join(done.stdout.split())


def test_page_one_and_the_link_hold_the_clause_in_the_words_it_was_signed_in(
    world: World, jobs: Jobs, tmp_path: Path
) -> None:
    shared = about_substances(world)
    to = delivering.address(world, shared.recipient, AddressKind.EMAIL, delivering.EMAIL)
    made = steps.disclose(
        world, shared, channel="link", address_id=to, categories=["sud_notes"], language="en"
    )
    with as_actor(world.dana):
        signature = Signature.objects.get(request=shared.request)
    source = said_of(world, made)
    copy = source.permission and source.permission.copy
    assert copy is not None
    wanted = (
        copy.sentence, "darf", "Maraquilla Kettlebourne", "version 1, language de",
        signature.text_sha256, str(signature.document_id), PART_TWO,
    )  # fmt: skip
    one = first_page(pdf.render(source), tmp_path)
    with as_actor(world.dana):
        secret = actions.deliver(actor=world.dana, disclosure_id=made, address_id=to)
    jobs.run()
    sent = delivering.Sent(shared, made, to, secret)
    body = next(str(each.body) for each in mail.outbox if each.to == [delivering.EMAIL])
    reader = delivering.reader(delivering.token_in(body), sent, world.mara)
    page = delivering.read(reader, sent).page
    for words in wanted:
        assert words in one, words
        assert words in " ".join(page.split()), words
    assert 'lang="de"' in page
    assert page.index(PART_TWO) < page.index(copy.sentence) < page.index(steps.SECTION.heading)


def test_another_decision_of_the_same_form_is_not_copied_and_none_where_no_law_asks(
    world: World, settings: SettingsWrapper
) -> None:
    shared = steps.shared_permission(world)
    plain = said_of(world, steps.disclose(world, shared))
    assert plain.permission is not None
    assert plain.permission.copy is None
    settings.FEDERALLY_ASSISTED_SUD = True
    source = said_of(world, steps.disclose(world, shared))
    assert source.permission is not None
    assert source.permission.copy is not None
    with as_actor(SERVICE, client=world.mara):
        signature = Signature.objects.select_related("document").get(request=shared.request)
    assert source.permission.copy.sentence == source.permission.sentence
    assert source.permission.copy.reference == str(signature.document_id)
    assert "summary" not in source.permission.copy.label.lower()


def test_everybody_who_had_to_sign_stands_on_it(world: World, settings: SettingsWrapper) -> None:
    settings.FEDERALLY_ASSISTED_SUD = True
    ben = young(world)
    guarded_steps.sign_all(guarded_steps.sent(world, ben), steps.YES)
    with as_actor(world.dana):
        (row,) = queries.live_consents(ben.client, sharing=True)
        case = clients.queries.cases_of(ben.client)[0].id
    with as_actor(world.dana):
        made = actions.disclose(
            actor=world.dana, client_id=ben.client, case_id=case, consent_id=row.id,
            pack=steps.PACK, note_ids=[uuid7()], categories=["session_notes"],
        )  # fmt: skip
    source = said_of(world, made, ben.client)
    copy = source.permission and source.permission.copy
    assert copy is not None
    assert [one.name for one in copy.signed] == [
        "Benjabur Oxenholme", "Quillaria Oxenholme", "Darbrook Oxenholme",
    ]  # fmt: skip
    assert [bool(one.signs_for) for one in copy.signed] == [False, True, True]
    page = pdf.shared_page(source)
    assert page.count("Oxenholme") > 3


@pytest.mark.parametrize("kind", BasisKind)
def test_an_order_or_a_law_is_named_and_nothing_of_a_danger(world: World, kind: BasisKind) -> None:
    source = said_of(world, basis_steps.hand_over(world, basis_steps.released(world, kind)))
    page = pdf.shared_page(source)
    facts = basis_steps.FACTS[kind]
    told = {Fact.COURT, Fact.DOCKET, Fact.ORDERED_ON, Fact.STATUTE}
    said = {Fact.ORDERED_ON: "2 November 2026"}
    for fact, words in facts.items():
        if fact in told:
            assert said.get(fact, words) in page, fact
        elif fact is not Fact.ORDER_KIND:
            assert f" {words}" not in page.replace(source.recipient.name, ""), fact
