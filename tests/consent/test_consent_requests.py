"""Requests to their end: witnesses, couples, reminders, reasons, answers, and no other way."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.core import mail
from django.test import Client as Browser

import clients.actions
from clients.domain import Card, Channel
from consent import actions, queries
from consent.domain.reminding import decide_reminder
from consent.domain.states import REQUEST_MOVES, RequestState, Signer, WhyVoid
from counselling.access import ANONYMOUS, SERVICE
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.consent import acts_room, steps
from tests.people import sign_in_browserless

if TYPE_CHECKING:
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db


def browser(person: Any) -> Browser:
    made = Browser()
    sign_in_browserless(made, person)
    return made


def state(world: World, request: UUID) -> RequestState:
    with as_actor(world.dana):
        return queries.request_row(request).state


# -- a witness ---------------------------------------------------------------------------------


@pytest.mark.req("CL-01", "ES-04")
def test_nothing_holds_before_the_witness_has_signed_and_then_what_the_client_said(
    world: World,
) -> None:
    request = acts_room.witnessed(world)
    with as_actor(world.dana):
        assert queries.live_consents(world.mara, sharing=True) == []
    acts_room.sees_it(world, request)
    with as_actor(world.dana):
        (row,) = queries.live_consents(world.mara, sharing=True)
        parts = queries.group_of(request)
    assert row.clause == "share-notes"
    assert [one.signer for one in parts] == [Signer.CLIENT, Signer.WITNESS]
    assert all(one.signed_at for one in parts)


def test_a_witness_signs_with_their_own_name_and_after_everybody_else(world: World) -> None:
    request = acts_room.witnessed(world)
    with pytest.raises(Invalid, match="your own name, Dana Roth"):
        acts_room.sees_it(world, request, name="Maraquilla Kettlebourne")
    with as_actor(world.dana):
        early = actions.ask(
            actor=world.dana, client_id=world.mara, version_id=steps.form(steps.SHARING),
            asking=steps.asking(), witness=True,
        )  # fmt: skip
    steps.send(world, early)
    with as_actor(world.dana):
        second = queries.group_of(early)[1].request
    with pytest.raises(Refused) as refused:
        acts_room.sees_it(world, second)
    assert refused.value.code == "not-your-turn"


def test_who_is_at_the_front_desk_or_elsewhere_is_no_witness(world: World) -> None:
    request = acts_room.witnessed(world)
    assert browser(world.fred).get(f"/requests/{request}/witness").status_code == 403
    assert browser(world.sam).get(f"/requests/{request}/witness").status_code == 404
    shown = browser(world.dana).get(f"/requests/{request}/witness").content.decode()
    assert "may send" in shown
    proof = re.search(r'name="enforced" value="([^"]+)"', shown)
    assert proof is not None
    said = {"name": "Dana Roth", "enforced": proof[1]}
    assert browser(world.dana).post(f"/requests/{request}/witness", said).status_code == 302
    assert state(world, request) is RequestState.SIGNED


# -- a couple ------------------------------------------------------------------------------------


@pytest.mark.req("CC-23")
def test_a_couple_is_asked_in_one_go_and_each_signs_a_form_of_their_own(world: World) -> None:
    dana = browser(world.dana)
    at = f"/clients/{world.ana}/requests/new?form={steps.AGREEMENT}"
    page = dana.get(at).content.decode()
    assert "Who else is asked" in page
    fields = dict(re.findall(r'name="(p_\w+)" value="([^"]*)"', page))
    said = {"form": steps.AGREEMENT, "act": "send", "others": [str(world.ben)], **fields}
    sent = dana.post(at, said).content.decode()
    assert len(set(re.findall(r'aria-label="PIN">(\d{6})<', sent))) == 2
    with as_actor(world.dana):
        (anas,), (bens,) = (queries.requests_of(one) for one in (world.ana, world.ben))
        assert [one.id for one in queries.asked_together(anas.id)] == [bens.id]
    assert "Asked together" in dana.get(f"/requests/{anas.id}").content.decode()
    assert browser(world.ben_portal).get(f"/space/requests/{anas.id}").status_code == 404


def test_a_recipient_one_of_them_has_is_written_for_the_other_too(world: World) -> None:
    with as_actor(world.dana):
        actions.ask(
            actor=world.dana, client_id=world.ana, version_id=steps.form(steps.SHARING),
            asking=steps.asking(),
        )  # fmt: skip
    with as_actor(world.dana):
        ((known, _),) = actions.names_of_recipients(actor=world.dana, client_id=world.ana).items()
        made = actions.ask_together(
            actor=world.dana, client_ids=[world.ana, world.ben],
            version_id=steps.form(steps.SHARING), case_id=world.couple_case,
            asking=steps.asking(recipient=known, new_recipient=None),
        )  # fmt: skip
        recipients = [queries.request_row(one).recipient for one in made]
    assert recipients[0] == known
    assert recipients[1] not in {None, known}


# -- reminders -----------------------------------------------------------------------------------


def late(root: Any, column: str = "remind_at") -> None:
    root.execute(f"UPDATE consent_request SET {column} = now() - interval '1 second'")


def reminded(world: World, request: UUID) -> bool:
    with as_actor(SERVICE, client=world.mara):
        return actions.remind(actor=SERVICE, request_id=request)


@pytest.mark.req("CL-07")
def test_after_three_days_unopened_one_neutral_letter_goes_with_a_new_link(
    world: World, root: Any, jobs: Jobs
) -> None:
    sent = steps.send(world, steps.ask(world))
    assert queries.due_reminders() == []
    late(root)
    assert queries.due_reminders() == [(sent.request, world.mara)]
    assert reminded(world, sent.request)
    assert not reminded(world, sent.request)
    jobs.run()
    letter = mail.outbox[-1]
    link = re.search(r"/r/[\w-]{43}", letter.body)
    assert link is not None
    assert link[0] != sent.path
    assert not any(word in letter.body + letter.subject for word in ("consent", "Dana", "Mara Q"))
    assert Browser().get(sent.path).status_code == 404
    with as_actor(ANONYMOUS):
        opened = actions.open_link(actor=ANONYMOUS, token=link[0].removeprefix("/r/"), pin=sent.pin)
    assert isinstance(opened, actions.Opened)


@pytest.mark.req("CL-07")
@pytest.mark.parametrize("channel", [Channel.NONE, Channel.NOT_ASKED])
def test_nobody_is_reminded_against_their_card(world: World, root: Any, channel: Channel) -> None:
    sent = steps.send(world, steps.ask(world))
    with as_actor(world.fred):
        clients.actions.set_card(actor=world.fred, client_id=world.mara, card=Card(channel=channel))
    late(root)
    assert not reminded(world, sent.request)
    assert queries.due_reminders() == []


def test_staff_can_switch_reminders_off_and_on(world: World, root: Any) -> None:
    sent = steps.send(world, steps.ask(world))
    dana = browser(world.dana)
    dana.post(f"/requests/{sent.request}", {"act": "quiet"})
    with as_actor(world.dana):
        assert queries.request_row(sent.request).remind_at is None
    dana.post(f"/requests/{sent.request}", {"act": "remind"})
    with as_actor(world.dana):
        assert queries.request_row(sent.request).remind_at is not None


DAY = datetime.timedelta(days=1)
END = datetime.datetime(2026, 11, 29, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("now", "at", "writes", "again"),
    [
        (RequestState.SENT, END - 4 * DAY, True, END - DAY),
        (RequestState.OPENED, END - 4 * DAY, False, END - DAY),
        (RequestState.SENT, END - DAY, True, None),
        (RequestState.OPENED, END - DAY / 2, True, None),
        *((one, END - DAY, False, None) for one in RequestState if one not in {"sent", "opened"}),
    ],
)
def test_when_a_letter_reminds(
    now: RequestState, at: datetime.datetime, writes: bool, again: datetime.datetime | None
) -> None:
    decided = decide_reminder(now, END, at)
    assert (decided.writes, decided.look_at) == (writes, again)


# -- reasons and answers --------------------------------------------------------------------------


def test_a_form_is_called_back_for_a_reason_and_only_its_code_is_in_the_log(
    world: World, root: Any
) -> None:
    sent = steps.send(world, steps.ask(world))
    with pytest.raises(Invalid), as_actor(world.dana):
        actions.void_request(actor=world.dana, request_id=sent.request, why=WhyVoid.PIN)
    with as_actor(world.dana):
        actions.void_request(
            actor=world.dana, request_id=sent.request, why=WhyVoid.MISTAKE, words="The wrong GP."
        )
    with as_actor(world.dana):
        read = actions.look_at_request(actor=world.dana, request_id=sent.request)
    assert read.void_words == "The wrong GP."
    logged = [row[0] for row in root.execute("SELECT payload FROM audit_event")]
    assert any('"reason":"mistake"' in one for one in logged)
    assert not any("wrong GP" in one for one in logged)


@pytest.mark.req("CC-15")
def test_a_no_may_come_with_a_note_for_the_counsellor_and_asks_for_none(world: World) -> None:
    sent = steps.send(world, steps.ask(world))
    visitor, at = Browser(), f"/r/{sent.request}"
    visitor.post(sent.path, {"pin": sent.pin})
    assert "need not say why" in visitor.get(f"{at}/decline").content.decode()
    visitor.post(f"{at}/decline", {"note": "Ask me in spring."})
    shown = browser(world.dana).get(f"/requests/{sent.request}").content.decode()
    assert "Ask me in spring." in shown
    assert "Ask again" in shown
    assert (
        "Ask me in spring."
        not in browser(world.fred).get(f"/requests/{sent.request}").content.decode()
    )
    again = (
        browser(world.dana)
        .get(f"/clients/{world.mara}/requests/new?again={sent.request}")
        .content.decode()
    )
    assert steps.EVA.name in again
    assert "Filled in as it was asked before" in again


def test_a_question_is_answered_in_words_that_only_its_asker_reads(world: World, root: Any) -> None:
    request, mara = steps.ready_to_read(world)
    with as_actor(mara):
        question = actions.ask_question(actor=mara, request_id=request, text="Is it safe?")
    dana = browser(world.dana)
    dana.post(f"/questions/{question}", {"act": "answer", "answer": "It is sealed."})
    assert "It is sealed." in dana.get(f"/requests/{request}").content.decode()
    shown = browser(world.mara_portal).get(f"/space/requests/{request}").content.decode()
    assert "It is sealed." in shown
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"):
        root.execute("UPDATE consent_question SET answer = NULL")


# -- no way that is not one -----------------------------------------------------------------------


def reached(world: World, root: Any, wanted: RequestState) -> tuple[UUID, str]:
    """Bring a request into a state; gives it with the path of its link."""
    if wanted is RequestState.DRAFT:
        return steps.ask(world), "/r/none"
    if wanted is RequestState.SIGNED:
        return steps.signed(world), "/r/none"
    sent = steps.send(world, steps.ask(world))
    if wanted is RequestState.EXPIRED:
        late(root, "expires_at")
    elif wanted is RequestState.VOID:
        with as_actor(world.dana):
            actions.void_request(actor=world.dana, request_id=sent.request)
    elif wanted is not RequestState.SENT:
        with as_actor(world.mara_portal):
            actions.open_request(actor=world.mara_portal, request_id=sent.request)
        if wanted is RequestState.DECLINED:
            with as_actor(world.mara_portal):
                actions.decline(actor=world.mara_portal, request_id=sent.request)
    return sent.request, sent.path


POSTS = {
    RequestState.SENT: ("dana", "/requests/{}", {"act": "send"}),
    RequestState.VOID: ("dana", "/requests/{}/end", {"why": "mistake"}),
    RequestState.OPENED: ("mara", "/space/requests/{}", {}),
    RequestState.DECLINED: ("mara", "/space/requests/{}/decline", {}),
    RequestState.SIGNED: ("mara", "/space/requests/{}/signature", {"name": "x", "enforced": "y"}),
}


@pytest.mark.req("CL-01")
@pytest.mark.parametrize("now", list(RequestState))
def test_every_move_that_is_not_in_the_table_is_refused_when_it_is_posted(
    world: World, root: Any, now: RequestState
) -> None:
    request, _ = reached(world, root, now)
    people = {"dana": browser(world.dana), "mara": browser(world.mara_portal)}
    for then, (who, path, said) in POSTS.items():
        if then in REQUEST_MOVES[now] or then is now:
            continue
        answer = people[who].post(path.format(request), said)
        assert answer.status_code in {400, 403, 404}, (now, then, answer.status_code)
        assert state(world, request) is now, (now, then)


def test_a_request_of_a_group_is_not_anybody_elses(world: World) -> None:
    request = acts_room.witnessed(world)
    with pytest.raises(NotThere), as_actor(world.sam):
        actions.void_request(actor=world.sam, request_id=request)


def test_dana_is_told_what_waits_for_a_witness_and_who_said_no(world: World) -> None:
    request = acts_room.witnessed(world)
    today = browser(world.dana).get("/today").content.decode()
    assert "to witness" in today
    assert f"/requests/{request}/witness" in today
    acts_room.sees_it(world, request)
    other, _ = reached(world, None, RequestState.DECLINED)
    with as_actor(world.dana):
        assert queries.awaiting_witness() == []
        told = [(one.kind, one.request) for one in queries.notices()]
    assert ("declined", other) in told
    assert [kind for kind, _ in told].count("signed") == 1
