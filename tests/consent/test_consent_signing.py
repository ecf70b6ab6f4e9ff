"""Mara is asked, reads, answers and signs."""

from __future__ import annotations

import datetime
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from consent import actions, queries
from consent.domain.documents import text_sha256
from consent.domain.states import RequestState
from consent.forms import today
from consent.models import Consent, Document, Request, Signature
from counselling.access import ANONYMOUS
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.consent import steps

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.req("CC-21", "ES-04", "ES-05")
def test_mara_signs_and_what_she_saw_is_kept_word_for_word(world: World, root: Any) -> None:
    request = steps.signed(world)
    with as_actor(world.dana):
        row = queries.request_row(request)
        signature = Signature.objects.get(request_id=request)
        assert row.state is RequestState.SIGNED
        assert signature.text_sha256 == Request.objects.get(pk=request).text_sha256
        (document,) = queries.documents_of(world.mara)
        assert document.kind == "consent"
    payload = root.execute(
        "SELECT payload::jsonb FROM audit_event WHERE payload::jsonb ->> 'kind' = 'consent.signed'"
    ).fetchone()[0]
    assert set(payload["sealed"]) - {f"consent_document/{document.id}/source"} == {
        f"consent_signature/{signature.pk}/{name}"
        for name in ("name", "answers", "text", "evidence")
    }


@pytest.mark.req("CC-20", "CL-01")
def test_each_yes_becomes_a_consent_and_each_no_becomes_none(world: World) -> None:
    steps.signed(world, answers={"share-notes": True, "share-attendance": True})
    with as_actor(world.dana):
        live = queries.live_consents(world.mara)
    assert {one.clause for one in live} == {"share-notes", "share-attendance"}
    assert {one.categories for one in live} == {("session_notes",), ("attendance",)}
    assert {one.purpose for one in live} == {"medication"}


@pytest.mark.req("CC-20")
def test_answering_nothing_optional_is_a_no_to_all_of_it(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    steps.sign(request, mara, steps.read_through(request, mara, {}))
    with as_actor(world.dana):
        assert queries.live_consents(world.mara) == []


def test_what_is_required_has_to_be_answered_and_a_no_to_it_is_not_signed(world: World) -> None:
    request, mara = steps.ready_to_read(world, steps.AGREEMENT)
    with as_actor(mara), pytest.raises(Invalid, match="choose Yes or No"):
        actions.save_answers(actor=mara, request_id=request, answers={"emergency-contact": True})
    shown = steps.read_through(request, mara, {"begin": False})
    with pytest.raises(Invalid, match="cannot begin yet"):
        steps.sign(request, mara, shown)


@pytest.mark.req("ES-02")
def test_nobody_signs_before_the_end_of_the_text(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        actions.accept_online(actor=mara, request_id=request, explained_sha256="0" * 64)
    with pytest.raises(Refused, match="not-read"):
        steps.sign(request, mara, "0" * 64)


@pytest.mark.req("ES-01")
def test_nobody_signs_before_having_agreed_to_sign_online(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        read = actions.read_form(actor=mara, request_id=request, page="whole text")
        actions.finish_reading(actor=mara, request_id=request, shown_sha256=read.shown_sha256)
    with pytest.raises(Refused, match="not-read"):
        steps.sign(request, mara, "0" * 64)


@pytest.mark.req("ES-03")
def test_answers_changed_in_another_tab_are_not_signed_unseen(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    shown = steps.read_through(request, mara, {"share-notes": True})
    with as_actor(mara):
        actions.save_answers(actor=mara, request_id=request, answers={"share-summary": True})
    with pytest.raises(Invalid, match="another window"):
        steps.sign(request, mara, shown)


@pytest.mark.parametrize("name", ["", " ", "M", "12", "x" * 121])
def test_a_signature_needs_a_name(world: World, name: str) -> None:
    request, mara = steps.ready_to_read(world)
    shown = steps.read_through(request, mara, steps.YES)
    with pytest.raises(Invalid):
        steps.sign(request, mara, shown, name)


@pytest.mark.req("ES-14")
def test_twenty_signatures_at_once_make_one(world: World, root: Any) -> None:
    request, mara = steps.ready_to_read(world)
    shown = steps.read_through(request, mara, steps.YES)
    made: list[object] = []

    def post() -> None:
        try:
            made.append(steps.sign(request, mara, shown))
        except Exception as error:  # noqa: BLE001 whatever it is, the test shows it
            made.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 20
    assert len(set(made)) == 1, made
    assert steps.kinds(root).count("consent.signed") == 1
    with as_actor(world.dana):
        assert Signature.objects.count() == 1
        assert Document.objects.count() == 1
        assert Consent.objects.count() == 1


@pytest.mark.req("CL-01", "ES-13")
def test_a_signed_form_takes_no_second_answer(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    steps.sign(request, mara, steps.read_through(request, mara, steps.YES))
    for act in (
        lambda: actions.save_answers(actor=mara, request_id=request, answers={}),
        lambda: actions.decline(actor=mara, request_id=request),
        lambda: actions.ask_question(actor=mara, request_id=request, text="Why?"),
    ):
        with as_actor(mara), pytest.raises(Refused, match="request-signed"):
            act()
    with as_actor(world.dana), pytest.raises(Refused):
        actions.void_request(actor=world.dana, request_id=request)


def test_mara_declines_and_nothing_holds(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        actions.decline(actor=mara, request_id=request)
    with as_actor(world.dana):
        assert queries.request_row(request).state is RequestState.DECLINED
        assert queries.consents_of(world.mara) == []


def test_not_now_keeps_the_answers_for_the_next_visit(world: World) -> None:
    request = steps.ask(world)
    mara = steps.open_by_link(steps.send(world, request), world.mara)
    with as_actor(mara):
        actions.save_answers(
            actor=mara, request_id=request, answers={"share-notes": True}, complete=False
        )
    with as_actor(mara):
        read = actions.read_form(actor=mara, request_id=request, page="in short")
    assert read.answers == {"share-notes": True}


def test_staff_never_see_answers_before_they_are_signed(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        actions.save_answers(actor=mara, request_id=request, answers={"share-notes": True})
    with as_actor(world.dana):
        assert actions.look_at_request(actor=world.dana, request_id=request).answers == {}


def test_a_question_reaches_the_counsellor_and_nobody_else(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        actions.ask_question(actor=mara, request_id=request, text="Does my GP see everything?")
    with as_actor(world.dana):
        (notice,) = queries.notices()
        assert notice.kind == "question"
        words = actions.open_questions(actor=world.dana, request_id=request)
        (asked,) = words.values()
        assert (asked.text, asked.answer, asked.closed) == ("Does my GP see everything?", "", False)
        actions.close_question(actor=world.dana, question_id=next(iter(words)))
        assert queries.notices() == []
    with as_actor(world.sam):
        assert queries.questions_of(request) == []
    with as_actor(world.fred):
        assert queries.questions_of(request) == []


def test_mara_signs_in_her_own_space_without_a_pin(world: World) -> None:
    request = steps.ask(world)
    steps.send(world, request)
    mara = world.mara_portal
    with as_actor(mara):
        actions.open_request(actor=mara, request_id=request)
    steps.sign(request, mara, steps.read_through(request, mara, steps.YES))
    with as_actor(mara):
        assert len(actions.read_permissions(actor=mara, client_id=world.mara)) == 1


def test_ana_cannot_open_what_mara_is_asked(world: World) -> None:
    request = steps.ask(world)
    steps.send(world, request)
    with as_actor(world.ana_portal), pytest.raises(NotThere):
        actions.open_request(actor=world.ana_portal, request_id=request)


def test_a_sharing_form_says_to_whom_what_for_and_until_when(world: World) -> None:
    yesterday = today() - datetime.timedelta(days=1)
    for wrong, field in (
        ({"new_recipient": None}, "name"),
        ({"purpose": ""}, "purpose"),
        ({"until": None}, "until"),
        ({"until": yesterday}, "until"),
        ({"until": today() + datetime.timedelta(days=3000)}, "until"),
    ):
        with pytest.raises(Invalid) as caught:
            steps.ask(world, **wrong)
        assert caught.value.field == field


def test_a_recipient_is_asked_about_again_without_typing(world: World) -> None:
    shared = steps.shared_permission(world)
    with as_actor(world.dana):
        names = actions.names_of_recipients(actor=world.dana, client_id=world.mara)
        assert names == {shared.recipient: steps.EVA}
    again = steps.ask(world, recipient=shared.recipient, new_recipient=None)
    with as_actor(world.dana):
        assert queries.request_row(again).recipient == shared.recipient


def test_the_same_recipient_typed_again_stays_one(world: World) -> None:
    steps.ask(world)
    steps.ask(world)
    with as_actor(world.dana):
        assert len(queries.recipients_of(world.mara)) == 1


def test_a_recipient_of_somebody_else_cannot_be_picked(world: World) -> None:
    shared = steps.shared_permission(world)
    with pytest.raises(NotThere):
        steps.ask(world, client=world.ana, recipient=shared.recipient, new_recipient=None)


def test_dana_cannot_ask_a_client_she_does_not_see(world: World) -> None:
    with pytest.raises(NotThere):
        steps.ask(world, client=world.jon)


def test_the_front_desk_sends_what_dana_prepared_but_prepares_nothing(world: World) -> None:
    request = steps.ask(world)
    assert steps.send(world, request, by=world.fred).pin.isdigit()
    with as_actor(world.fred), pytest.raises(Refused, match="not-permitted"):
        actions.ask(actor=world.fred, client_id=world.mara, version_id=steps.form(steps.SHARING))
    with as_actor(world.fred), pytest.raises(Refused, match="not-permitted"):
        actions.look_at_request(actor=world.fred, request_id=request)


@pytest.mark.req("ES-13")
def test_a_link_sees_its_own_request_and_nothing_else_of_the_file(world: World) -> None:
    steps.signed(world)
    other = steps.ask(world, steps.AGREEMENT)
    steps.send(world, other)
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        assert [one.id for one in queries.requests_of(world.mara)] == [request]
        assert queries.documents_of(world.mara) == []
        assert queries.consents_of(world.mara) == []
        with pytest.raises(NotThere):
            actions.read_form(actor=mara, request_id=other, page="in short")


def test_a_text_that_is_not_the_one_shown_is_not_confirmed_as_read(world: World) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara), pytest.raises(Invalid, match="another window"):
        actions.finish_reading(actor=mara, request_id=request, shown_sha256=text_sha256("other"))


@pytest.mark.req("ES-13")
def test_the_link_is_stored_only_as_a_hash_and_the_pin_only_by_argon2(
    world: World, root: Any
) -> None:
    sent = steps.send(world, steps.ask(world))
    row = root.execute("SELECT token_hash, pin_hash FROM consent_request").fetchone()
    assert steps.token_of(sent) not in str(row)
    assert sent.pin not in row[1].split("$")
    assert row[1].startswith("argon2$")
    with as_actor(ANONYMOUS):
        assert queries.link_of(steps.token_of(sent)) is not None
