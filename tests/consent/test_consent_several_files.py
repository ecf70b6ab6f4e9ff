"""A client and two guardians sign: three files, one resting on the other, each with its seals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from consent import actions, pdf, queries, tasks
from consent.domain.documents import ConsentDocument
from consent.domain.states import DocumentState
from counselling.db import as_actor
from tests.clients import guarding
from tests.consent import guarded_steps as together
from tests.consent import steps
from tests.consent.test_consent_comparing import changed, codes, night

if TYPE_CHECKING:
    from tests.clients.guarding import Young
    from tests.consent.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("ES-12")]


@pytest.fixture
def ben(world: World) -> Young:
    return guarding.young(world)


def files(world: World, ben: Young) -> list[bytes]:
    """Give the three files, in the order they were signed."""
    found = []
    with as_actor(world.ben_portal):
        rows = queries.documents_of(ben.client)
    for row in sorted(rows, key=lambda one: one.id):
        with as_actor(world.ben_portal):
            found.append(actions.open_document(actor=world.ben_portal, document_id=row.id)[0])
    return found


def test_three_sign_and_every_seal_of_every_file_holds(
    world: World, ben: Young, jobs: Jobs, root: Any
) -> None:
    together.sign_all(together.sent(world, ben), steps.YES)
    jobs.run()
    one, two, three = files(world, ben)
    assert two.startswith(one)
    assert three.startswith(two)
    assert [pdf.verify(each).seals for each in (one, two, three)] == [1, 2, 3]
    assert all(pdf.verify(each).holds for each in (one, two, three))
    last = pdf.source_in(three)
    assert isinstance(last, ConsentDocument)
    assert (last.place, len(last.places), last.evidence.signer) == (3, 3, "Darbrook Oxenholme")
    assert "Oxenholme" in last.evidence.signs_for

    # what the last one says is what is enforced; the public page knows all three
    assert night() == (3, 0), codes(root)
    for file in (one, two, three):
        assert queries.genuine(pdf_hash(file), []) is queries.Genuine.GENUINE
    changed(root, "UPDATE consent_consent SET until = until - interval '1 day'")
    root.execute("DELETE FROM consent_comparing")
    assert night() == (3, 1)


def pdf_hash(file: bytes) -> str:
    from counselling import vault

    return vault.digest(file)


def test_whoever_comes_later_waits_for_the_file_before_and_counts_no_attempt(
    world: World, ben: Young, jobs: Jobs, root: Any
) -> None:
    together.sign_all(together.sent(world, ben), steps.YES)
    with as_actor(world.ben_portal):
        first, second, third = sorted(queries.documents_of(ben.client), key=lambda row: row.id)
    for row in (third, second):
        tasks.seal_document(str(row.id), str(ben.client))
    with as_actor(world.ben_portal):
        waits = queries.document_row(third.id)
    assert (waits.state, waits.attempts) == (DocumentState.RENDERING, 0)
    for row in (first, second, third):
        tasks.seal_document(str(row.id), str(ben.client))
    assert [pdf.verify(each).seals for each in files(world, ben)] == [1, 2, 3]
