"""Mara signs twenty times at once, stops while Dana shares, and two workers seal one document."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import Client as Browser

from consent import actions, pdf, queries
from consent.domain.states import DocumentState, RequestState
from consent.models import Consent, Disclosure, Document, Signature
from counselling.access import SERVICE, link_actor
from counselling.db import as_actor
from counselling.errors import Refused
from tests.consent import steps

if TYPE_CHECKING:
    from tests.concurrency.conftest import AtOnce, Slowly
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NAME = "Maraquilla Kettlebourne"


def a_browser_like(one: Browser) -> Browser:
    """Give a second window of the same browser."""
    other = Browser()
    other.cookies["__Host-session"] = one.cookies["__Host-session"].value
    return other


def ready_to_sign(world: World) -> tuple[Browser, UUID, dict[str, str]]:
    """Mara has read everything by her link; give what the last page sends."""
    sent = steps.send(world, steps.ask(world))
    browser = Browser()
    browser.post(sent.path, {"pin": sent.pin})
    mara = link_actor(_link_of(browser), world.mara)
    shown = steps.read_through(sent.request, mara, steps.YES)
    return browser, sent.request, {"name": NAME, "enforced": shown}


def _link_of(browser: Browser) -> UUID:
    return UUID(browser.session["consent.link"]["link"])


@pytest.mark.req("ES-14")
def test_twenty_windows_sign_at_once_and_there_is_one_of_everything(
    world: World, at_once: AtOnce, root: Any, jobs: Jobs
) -> None:
    browser, request, form = ready_to_sign(world)
    windows = [a_browser_like(browser) for _ in range(20)]
    page = f"/r/{request}/signature"
    answers = at_once(partial(one.post, page, form) for one in windows)
    assert {one.status_code for one in answers} == {302}, answers
    assert {one.headers["Location"] for one in answers} == {f"/r/{request}/done"}
    with as_actor(world.dana):
        assert Signature.objects.count() == 1
        assert Document.objects.count() == 1
        assert Consent.objects.count() == 1
    assert steps.kinds(root).count("consent.signed") == 1
    assert [name for name, _ in jobs].count("consent.seal_document") == 1


@pytest.mark.req("CL-03", "CL-05")
def test_stopping_while_sharing_lets_it_leave_before_or_not_at_all(
    world: World, at_once: AtOnce, slowly: Slowly, root: Any
) -> None:
    for table in ("consent_withdrawal", "consent_disclosure", "consent_document"):
        shared = steps.shared_permission(world)
        with slowly(table):
            stopped, went = at_once([
                partial(steps.stop, world, shared.consent),
                partial(steps.disclose, world, shared),
            ])  # fmt: skip
        assert stopped is None, stopped
        with as_actor(world.dana):
            left = Disclosure.objects.filter(consent_id=shared.consent).count()
            assert queries.live_consents(world.mara, sharing=True) == []
        assert (left == 1) is not isinstance(went, Refused), went
        # what the confirmation lists as sent is what was on its way and not held back
        rows = root.execute(
            "SELECT d.state FROM consent_disclosure s "
            "JOIN consent_document d ON d.id = s.document_id WHERE s.consent_id = %s",
            [shared.consent],
        ).fetchall()
        assert [row[0] for row in rows] == ["cancelled"] * left
        with pytest.raises(Refused):
            steps.disclose(world, shared)


@pytest.mark.req("CL-02")
def test_stopping_what_is_being_signed_anew_leaves_no_live_word_unsaid(
    world: World, at_once: AtOnce, slowly: Slowly
) -> None:
    for table in ("consent_withdrawal", "consent_replacement"):
        shared = steps.shared_permission(world)
        request, mara = steps.ready_to_read(world, recipient=shared.recipient, new_recipient=None)
        shown = steps.read_through(request, mara, steps.YES)
        with slowly(table):
            stopped, signed = at_once([
                partial(steps.stop, world, shared.consent),
                partial(steps.sign, request, mara, shown),
            ])  # fmt: skip
        assert not isinstance(signed, Exception), signed
        assert stopped is None or isinstance(stopped, Refused), stopped
        with as_actor(world.dana):
            (live,) = queries.live_consents(world.mara, sharing=True)
            old = queries.consent_row(shared.consent)
        assert live.request == request
        # ended once: by the word that came first
        assert (old.withdrawn_at is None) is (old.replaced_at is not None)
        steps.stop(world, live.id)


@pytest.mark.req("ES-14")
def test_a_double_click_on_stop_withdraws_once_and_certifies_once(
    world: World, at_once: AtOnce, slowly: Slowly, root: Any
) -> None:
    shared = steps.shared_permission(world)
    with slowly("consent_withdrawal"):
        answers = at_once(partial(steps.stop, world, shared.consent) for _ in range(6))
    assert answers == [None] * 6
    assert steps.kinds(root).count("consent.withdrawn") == 1
    with as_actor(world.mara_portal):
        kinds = [one.kind for one in queries.documents_of(world.mara)]
    assert kinds.count("withdrawal") == 1


@pytest.mark.req("ES-14")
@pytest.mark.parametrize("together", ["claim", "keep"])
def test_two_workers_on_one_document_seal_it_once(
    world: World, at_once: AtOnce, slowly: Slowly, root: Any, monkeypatch: Any, together: str
) -> None:
    from consent.tasks import seal_document

    request = steps.signed(world)
    with as_actor(world.dana):
        document = Document.objects.get(request_id=request).pk
    made: list[bytes] = []

    def rendered(_: Any) -> bytes:
        made.append(b"%PDF-1.7 " + str(len(made)).encode())
        return made[-1]

    monkeypatch.setattr(pdf, "render", rendered)
    monkeypatch.setattr(pdf, "seal", lambda paper: paper)
    ids = (str(document), str(world.mara))
    if together == "keep":  # both claimed: the lease of the first ran out while it rendered
        with slowly("consent_document", "UPDATE"):
            at_once(partial(_keep, world, document, f"%PDF {one}".encode()) for one in range(4))
    else:
        with slowly("consent_document", "UPDATE"):
            at_once(partial(seal_document, *ids) for _ in range(4))
        assert len(made) == 1
    with as_actor(SERVICE, client=world.mara):
        kept = Document.objects.get(pk=document)
        assert kept.state == DocumentState.SEALED
    assert steps.kinds(root).count("document.sealed") == 1
    letters = root.execute(
        "SELECT count(*) FROM clients_message WHERE template = 'copy'"
    ).fetchone()[0]
    assert letters <= 1


def _keep(world: World, document: UUID, content: bytes) -> bool:
    with as_actor(SERVICE, client=world.mara):
        return actions.keep_document(actor=SERVICE, document_id=document, pdf=content)


@pytest.mark.req("ES-13")
def test_calling_back_or_sending_again_while_it_is_signed_has_one_outcome(
    world: World, at_once: AtOnce, slowly: Slowly
) -> None:
    for act in ("void", "send"):
        request, mara = steps.ready_to_read(world)
        shown = steps.read_through(request, mara, steps.YES)
        staff = (
            partial(_void, world, request) if act == "void" else partial(steps.send, world, request)
        )
        with slowly("consent_request", "UPDATE"):
            called, signed = at_once([staff, partial(steps.sign, request, mara, shown)])
        with as_actor(world.dana):
            state = queries.request_row(request).state
        if isinstance(signed, Exception):
            assert state in {RequestState.VOID, RequestState.SENT}, signed
        else:
            assert state is RequestState.SIGNED
            assert isinstance(called, Refused)


def _void(world: World, request: UUID) -> None:
    with as_actor(world.dana):
        actions.void_request(actor=world.dana, request_id=request)


def test_two_people_share_and_stop_in_every_order_without_a_deadlock(
    world: World, at_once: AtOnce, root: Any
) -> None:
    """Withdrawals, disclosures, signatures and workers lock consents first, then documents."""
    before = _deadlocks(root)
    for one in _doctors(4):
        steps.signed(world, new_recipient=one)
    with as_actor(world.dana):
        live = queries.live_consents(world.mara, sharing=True)
    acts: list[partial[Any]] = []
    for row in live:
        one = steps.Shared(row.request, row.id, row.recipient or row.id)
        acts += [partial(steps.disclose, world, one), partial(steps.stop, world, row.id)]
    acts += [partial(_stop_all, world) for _ in range(3)]
    answers = at_once(acts)
    wrong = [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refused)]
    assert wrong == []
    assert _deadlocks(root) == before
    with as_actor(world.dana):
        assert queries.live_consents(world.mara, sharing=True) == []


def _doctors(count: int) -> list[Any]:
    from consent.domain.documents import RecipientShown

    return [RecipientShown(f"Dr Number{one}", "GP", "", "") for one in range(count)]


def _stop_all(world: World) -> None:
    with as_actor(world.mara_portal):
        actions.withdraw_everything(actor=world.mara_portal, client_id=world.mara)


def _deadlocks(root: Any) -> int:
    root.execute("SELECT pg_stat_force_next_flush()")
    found = root.execute("SELECT sum(deadlocks) FROM pg_stat_database").fetchone()
    return int(found[0])
