"""Dana writes in two tabs, signs twice, loses a case while saving; everybody clicks twice."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser

import clients.actions
import clients.queries
import records.actions
from consent import queries as consents
from counselling.db import as_actor
from counselling.errors import CounsellingError, Invalid, NotThere, Refused, Stale
from records.domain.shares import Level
from records.models import Addendum, Draft, Note, Session
from tests.consent import steps
from tests.people import sign_in_browserless
from tests.records import sharing
from tests.records.writing import hold_session, signed_note, type_draft

if TYPE_CHECKING:
    from uuid import UUID

    from tests.concurrency.conftest import AtOnce, Slowly
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def dana(world: World) -> Browser:
    """Dana's browser, which is asked for the token of each form as in production."""
    return signed_in(world.dana)


def signed_in(person: Any) -> Browser:
    loose = Browser()
    sign_in_browserless(loose, person)
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies["__Host-session"] = loose.cookies["__Host-session"].value
    return strict


def a_window_of(one: Browser) -> Browser:
    other = Browser(enforce_csrf_checks=True)
    for name in ("__Host-session", "__Host-csrf"):
        if name in one.cookies:
            other.cookies[name] = one.cookies[name].value
    return other


def token_on(browser: Browser, path: str) -> dict[str, str]:
    """Look at a form and give the token it carries."""
    page = browser.get(path).content.decode()
    main = page[page.index("<main") :]
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', main)
    assert found, page
    return {"csrfmiddlewaretoken": found[1]}


def clicked(
    browser: Browser, at_once: AtOnce, path: str, form: dict[str, Any], times: int = 2
) -> list[Any]:
    """Press the button of a form twice, faster than the page can answer."""
    sent = form | token_on(browser, path)
    windows = [a_window_of(browser) for _ in range(times)]
    return at_once(partial(one.post, path, sent) for one in windows)


# -- two tabs ----------------------------------------------------------------------------------


def test_two_tabs_save_at_once_and_the_slower_is_shown_both_texts(
    world: World, dana: Browser, at_once: AtOnce, slowly: Slowly
) -> None:
    session = hold_session(world.dana, world.mara_case)
    version = type_draft(world.dana, session, "What stood there", tab="first")
    path = f"/sessions/{session}/draft"
    form = {"version": version, "structure": "free", "attendance": "attended",
            "modality": "in_person", "process_part": "", "act": "save"}  # fmt: skip
    form |= token_on(dana, path)
    texts = {tab: f"The words of tab {tab}" for tab in ("one", "two")}
    with slowly("records_draft", "UPDATE"):
        answers = at_once(
            partial(a_window_of(dana).post, path, form | {"tab": tab, "record_part": text})
            for tab, text in texts.items()
        )
    pages = [one.content.decode() for one in answers]
    lost = [page for page, one in zip(pages, answers, strict=True) if one.status_code == 409]
    assert len(lost) == 1, [one.status_code for one in answers]
    assert all(text in lost[0] for text in texts.values())
    with as_actor(world.dana):
        assert Draft.objects.get(session_id=session).version == version + 1


def test_two_tabs_begin_at_once_and_there_is_one_draft(
    world: World, at_once: AtOnce, slowly: Slowly
) -> None:
    session = hold_session(world.dana, world.mara_case)
    with slowly("records_draft"):
        answers = at_once(
            partial(type_draft, world.dana, session, f"Tab {tab}", tab=tab) for tab in "abcd"
        )
    assert sorted(map(str, answers)) == ["", "", "", "1"]
    assert sum(isinstance(one, Stale) for one in answers) == 3


@pytest.mark.req("EN-11")
def test_a_note_signed_eight_times_at_once_is_one_note_with_the_words_that_were_seen(
    world: World, at_once: AtOnce, slowly: Slowly, root: Any
) -> None:
    session = hold_session(world.dana, world.mara_case)
    version = type_draft(world.dana, session, "The sleep log is kept.", alone="For me.")
    with slowly("records_note"):
        answers = at_once(partial(_sign, world, session, version) for _ in range(8))
    assert sum(isinstance(one, CounsellingError) for one in answers) == 7, answers
    with as_actor(world.dana):
        assert Note.objects.filter(session_id=session).count() == 1
        assert not Draft.objects.exists()
    assert steps.kinds(root).count("note.signed") == 1


def _sign(world: World, session: UUID, version: int) -> UUID:
    with as_actor(world.dana):
        return records.actions.sign_draft(actor=world.dana, session_id=session, version=version)


def test_saving_while_signing_is_in_the_note_or_refused_and_never_lost_in_silence(
    world: World, at_once: AtOnce, slowly: Slowly
) -> None:
    for table, when in (("records_draft", "UPDATE"), ("records_note", "INSERT")):
        session = hold_session(world.dana, world.mara_case)
        version = type_draft(world.dana, session, "Before", tab="t")
        with slowly(table, when):
            saved, signed = at_once([
                partial(type_draft, world.dana, session, "After", version=version, tab="t"),
                partial(_sign, world, session, version),
            ])  # fmt: skip
        if isinstance(saved, int):
            assert isinstance(signed, Stale), signed
        else:
            assert isinstance(saved, CounsellingError), saved
            assert not isinstance(signed, Exception), signed


# -- a case that is lost -----------------------------------------------------------------------


@pytest.mark.req("AU-14")
def test_an_assignment_that_ends_during_a_save_lets_it_through_before_or_not_at_all(
    world: World, at_once: AtOnce, slowly: Slowly
) -> None:
    session = hold_session(world.dana, world.mara_case)
    version = type_draft(world.dana, session, "First words")
    with as_actor(world.dana):
        row = clients.queries.case_row(world.mara_case)
    assignment = row.assignments[0].id
    with slowly("records_draft", "UPDATE"):
        saved, ended = at_once([
            partial(type_draft, world.dana, session, "Last words", version=version),
            partial(_end, world, assignment),
        ])  # fmt: skip
    assert isinstance(saved, int | NotThere | Refused), saved
    assert ended is None, ended
    # the note that was begun may be finished for seven days (AC-11), and nothing else is
    with pytest.raises((NotThere, Refused)):
        hold_session(world.dana, world.mara_case)


def _end(world: World, assignment: UUID) -> None:
    with as_actor(world.fred):
        clients.actions.end_assignment(actor=world.fred, assignment_id=assignment)


def test_an_offer_is_accepted_once_and_a_case_offered_once(
    world: World, at_once: AtOnce, slowly: Slowly
) -> None:
    with as_actor(world.fred):
        case = clients.actions.open_case(actor=world.fred, client_id=world.tom)
    with slowly("clients_assignment"):
        offers = at_once(partial(_offer, world, case) for _ in range(5))
    assert sum(isinstance(one, Invalid) for one in offers) == 4, offers
    (offer,) = [one for one in offers if not isinstance(one, Exception)]
    with slowly("clients_assignment", "UPDATE"):
        accepted = at_once(partial(_accept, world, offer) for _ in range(4))
    assert sum(isinstance(one, Invalid) for one in accepted) == 3, accepted


def _offer(world: World, case: UUID) -> UUID:
    with as_actor(world.fred):
        return clients.actions.offer_assignment(
            actor=world.fred, case_id=case, person_id=world.dana.id
        )


def _accept(world: World, offer: UUID) -> UUID:
    with as_actor(world.dana):
        return clients.actions.accept_assignment(actor=world.dana, assignment_id=offer)


def test_a_third_never_slips_into_a_couple_while_the_second_does(
    world: World, at_once: AtOnce, slowly: Slowly
) -> None:
    from clients.domain import CaseKind

    with as_actor(world.fred):
        case = clients.actions.open_case(
            actor=world.fred, client_id=world.ana, kind=CaseKind.COUPLE
        )
    with slowly("clients_casemember"):
        answers = at_once(
            partial(_join, world, case, one) for one in (world.ben, world.mara, world.ben)
        )
    assert sum(isinstance(one, Invalid) for one in answers) == 2, answers
    with as_actor(world.fred):
        assert len(clients.queries.case_row(case).present) == 2


def _join(world: World, case: UUID, client: UUID) -> UUID:
    with as_actor(world.fred):
        return clients.actions.add_member(actor=world.fred, case_id=case, client_id=client)


# -- double clicks -----------------------------------------------------------------------------


@pytest.mark.req("ES-14")
def test_somebody_taken_in_by_a_double_click_is_taken_in_once(
    world: World, at_once: AtOnce, root: Any
) -> None:
    fred = signed_in(world.fred)
    form = {"given": "Zelda", "family": "Twiceclick", "kind": "individual", "language": "en",
            "channel": "none"}  # fmt: skip
    before = root.execute("SELECT count(*) FROM clients_client").fetchone()[0]
    answers = clicked(fred, at_once, "/clients/new", form, times=3)
    assert [one.status_code for one in answers] == [302] * 3, answers[0].content.decode()
    assert len({one.headers["Location"] for one in answers}) == 1
    after = root.execute("SELECT count(*) FROM clients_client").fetchone()[0]
    assert after == before + 1
    # another look at the form is another form
    again = clicked(fred, at_once, "/clients/new", form, times=1)
    assert again[0].headers["Location"] != answers[0].headers["Location"]


@pytest.mark.req("ES-14")
def test_a_form_sent_by_a_double_click_goes_out_once(
    world: World, dana: Browser, at_once: AtOnce, root: Any
) -> None:
    path = f"/clients/{world.mara}/requests/new?form=counselling-agreement"
    page = dana.get(path).content.decode()
    names = re.findall(r'name="(p_[^"]+)"[^>]*value="([^"]*)"', page)
    answers = clicked(dana, at_once, path, dict(names) | {"form": "counselling-agreement"})
    assert sorted(one.status_code for one in answers) == [200, 302]
    assert steps.kinds(root).count("request.made") == 1
    assert steps.kinds(root).count("request.sent") == 1
    led = next(one for one in answers if one.status_code == 302).headers["Location"]
    assert dana.get(led).status_code == 200


@pytest.mark.req("ES-14", "DS-01")
def test_notes_handed_over_by_a_double_click_are_handed_over_once(
    world: World, dana: Browser, at_once: AtOnce, root: Any
) -> None:
    shared = steps.shared_permission(world)
    note = signed_note(world.dana, world.mara_case, "The sleep log is kept.")
    share = sharing.begin(world, shared.recipient)
    sharing.choose(world, share, Level.NOTES, note)
    path = f"/shares/{share}/preview"
    content = sharing.look(world, share).sha256
    form = {"act": "send", "channel": "paper", "previewed": content}
    answers = clicked(dana, at_once, path, form)
    assert {one.status_code for one in answers} == {302}
    assert len({one.headers["Location"] for one in answers}) == 1
    with as_actor(world.dana):
        assert len(consents.disclosures_of(world.mara)) == 1


def test_a_session_and_an_addendum_by_a_double_click_are_there_once(
    world: World, dana: Browser, at_once: AtOnce
) -> None:
    note = signed_note(world.dana, world.mara_case, "The sleep log is kept.")
    path = f"/notes/{note}/addenda/new"
    answers = clicked(dana, at_once, path, {"kind": "correction", "text": "It was Tuesday."})
    assert {one.status_code for one in answers} == {302}, answers[0].content.decode()
    with as_actor(world.dana):
        assert Addendum.objects.filter(note_id=note).count() == 1
        before = Session.objects.count()
    form = {"case": str(world.mara_case), "date": "2026-11-16", "time": "09:00", "minutes": "50",
            "modality": "in_person", "attendance": "attended"}  # fmt: skip
    answers = clicked(dana, at_once, "/sessions/new", form)
    assert {one.status_code for one in answers} == {302}, answers[0].content.decode()
    with as_actor(world.dana):
        assert Session.objects.count() == before + 1


def test_a_form_that_was_wrong_the_first_time_is_done_the_second(
    world: World, dana: Browser, at_once: AtOnce
) -> None:
    note = signed_note(world.dana, world.mara_case, "The sleep log is kept.")
    path = f"/notes/{note}/addenda/new"
    assert clicked(dana, at_once, path, {"kind": "correction", "text": " "})[0].status_code == 422
    assert clicked(dana, at_once, path, {"kind": "correction", "text": "So."})[0].status_code == 302
