"""The rules in plain Python: states, room in a case, references, names, the safe-contact card."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.domain import (
    MOVES,
    Card,
    CaseKind,
    CaseState,
    Channel,
    Contact,
    Deliver,
    Hold,
    Identity,
    Later,
    Template,
    compose,
    decide_delivery,
    decide_join,
    decide_move,
)
from clients.domain import references as refs
from clients.domain.messages import MOST_ATTEMPTS, SUBJECT, backoff
from counselling.errors import Invalid

STATES = st.sampled_from(list(CaseState))


# -- states ---------------------------------------------------------------------------------------


@given(STATES, STATES, st.booleans())
def test_a_move_is_in_the_table_or_refused(
    now: CaseState, then: CaseState, cared_for: bool
) -> None:
    allowed = then in MOVES[now] and (cared_for or then not in {CaseState.OPEN, CaseState.PAUSED})
    if allowed:
        decide_move(now, then, cared_for=cared_for)
    else:
        with pytest.raises(Invalid):
            decide_move(now, then, cared_for=cared_for)


@given(st.lists(STATES, max_size=12))
def test_no_way_leads_out_of_a_closed_case(path: list[CaseState]) -> None:
    now, closed = CaseState.ENQUIRY, False
    for then in path:
        try:
            decide_move(now, then, cared_for=True)
        except Invalid:
            continue
        assert not closed
        now, closed = then, then is CaseState.CLOSED


def test_every_state_but_closed_can_be_closed() -> None:
    assert {one for one in CaseState if CaseState.CLOSED in MOVES[one]} == {
        one for one in CaseState if one is not CaseState.CLOSED
    }


@pytest.mark.parametrize(
    ("kind", "most"),
    [(CaseKind.INDIVIDUAL, 1), (CaseKind.COUPLE, 2), (CaseKind.FAMILY, 40), (CaseKind.GROUP, 40)],
)
def test_a_case_has_room_for_whom_it_is_about(kind: CaseKind, most: int) -> None:
    for present in range(most):
        decide_join(kind, CaseState.OPEN, present)
    if most < 40:
        with pytest.raises(Invalid, match="everybody"):
            decide_join(kind, CaseState.OPEN, most)
    with pytest.raises(Invalid, match="closed"):
        decide_join(kind, CaseState.CLOSED, 0)


# -- references -----------------------------------------------------------------------------------


@pytest.mark.req("AC-14")
def test_references_are_random_and_short() -> None:
    drawn = {refs.new_client_reference() for _ in range(500)}
    assert len(drawn) > 490
    assert {len(one) for one in drawn} == {7}
    assert len(refs.ALPHABET) % 2 == 0
    assert not set("01OILUVQ58SB") & set(refs.ALPHABET)


def test_a_reference_is_read_as_people_type_it() -> None:
    client, case = refs.new_client_reference(), refs.new_case_reference()
    assert client in refs.readings(f" {client.lower().replace('-', ' ')}")
    assert case in refs.readings(case.replace("-", ""))
    for nonsense in ("", "7KQ2", "7KQ2H-M7", "ÄÖÜ123", "000-000", "' OR 1=1"):
        assert refs.readings(nonsense) == ()


@given(st.text(alphabet=refs.ALPHABET, min_size=5, max_size=5), st.data())
def test_one_misread_or_two_swapped_letters_are_noticed(drawn: str, data: st.DataObject) -> None:
    check = refs.check_character(drawn)
    place = data.draw(st.integers(0, 4))
    other = data.draw(st.sampled_from(refs.ALPHABET))
    misread = drawn[:place] + other + drawn[place + 1 :]
    if misread != drawn:
        assert refs.check_character(misread) != check
    if place < 4:
        pair = drawn[place : place + 2]
        swapped = drawn[:place] + pair[::-1] + drawn[place + 2 :]
        # Luhn's one blind spot: the first and the last letter of the alphabet
        if swapped != drawn and set(pair) != {refs.ALPHABET[0], refs.ALPHABET[-1]}:
            assert refs.check_character(swapped) != check


# -- people ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identity", "short", "full"),
    [
        (Identity(given="Mara", family="Kell"), "Mara K.", "Mara Kell"),
        (Identity(given="Maria", family="Kell", called="Mara"), "Mara K.", "Maria Kell"),
        (Identity(given="Mara"), "Mara", "Mara"),
    ],
)
def test_names_for_lists_and_for_documents(identity: Identity, short: str, full: str) -> None:
    assert (identity.short, identity.full) == (short, full)


times = st.times().map(lambda one: one.replace(second=0, microsecond=0, tzinfo=None))
cards = st.builds(
    Card,
    channel=st.sampled_from(list(Channel)),
    hours=st.none() | st.tuples(times, times),
    called=st.text(max_size=20),
    may_leave_message=st.booleans(),
    notes=st.text(max_size=20),
)


@given(cards)
def test_a_card_reads_back_as_it_was_written(card: Card) -> None:
    assert Card.from_json(card.to_json()) == card


@given(st.text(min_size=1), st.none() | st.dates())
def test_an_identity_reads_back_as_it_was_written(
    given_name: str, born: datetime.date | None
) -> None:
    identity = Identity(given=given_name, birth_date=born)
    assert Identity.from_json(identity.to_json()) == identity
    assert Contact.from_json(Contact(email="a@b.example").to_json()).email == "a@b.example"


# -- the card decides -----------------------------------------------------------------------------

MONDAY = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)


def at(hour: int, minute: int = 0) -> datetime.datetime:
    return MONDAY.replace(hour=hour, minute=minute)


def hours(begin: int, end: int) -> tuple[datetime.time, datetime.time]:
    return datetime.time(begin), datetime.time(end)


EMAIL = "somebody@mailbox.example"


@pytest.mark.req("CL-07")
@pytest.mark.parametrize(
    ("card", "email", "now", "expected"),
    [
        (Card(), EMAIL, at(10), Hold("ask how to reach")),
        (Card(channel=Channel.NONE), EMAIL, at(10), Hold("nothing online")),
        (Card(channel=Channel.EMAIL), "", at(10), Hold("no address")),
        (Card(channel=Channel.EMAIL), EMAIL, at(3), Deliver(EMAIL, "")),
        (Card(channel=Channel.EMAIL, called="Kim"), EMAIL, at(3), Deliver(EMAIL, "Kim")),
        (Card(channel=Channel.EMAIL, hours=hours(9, 17)), EMAIL, at(9), Deliver(EMAIL, "")),
        (Card(channel=Channel.EMAIL, hours=hours(9, 17)), EMAIL, at(8), Later(at(9))),
        (
            Card(channel=Channel.EMAIL, hours=hours(9, 17)),
            EMAIL,
            at(17),
            Later(at(9) + datetime.timedelta(days=1)),
        ),
        (Card(channel=Channel.EMAIL, hours=hours(20, 2)), EMAIL, at(1), Deliver(EMAIL, "")),
        (Card(channel=Channel.EMAIL, hours=hours(20, 2)), EMAIL, at(23), Deliver(EMAIL, "")),
        (Card(channel=Channel.EMAIL, hours=hours(20, 2)), EMAIL, at(2), Later(at(20))),
        (Card(channel=Channel.EMAIL, hours=hours(9, 9)), EMAIL, at(2), Deliver(EMAIL, "")),
    ],
)
def test_the_card_decides_whether_when_and_under_which_name(
    card: Card, email: str, now: datetime.datetime, expected: object
) -> None:
    assert decide_delivery(card, email, now) == expected


@pytest.mark.req("CL-07")
@given(cards, st.datetimes(timezones=st.just(datetime.UTC)).filter(lambda one: one.year < 9999))
def test_nothing_is_sent_outside_the_hours_of_a_card(card: Card, now: datetime.datetime) -> None:
    decided = decide_delivery(card, EMAIL, now)
    if card.channel is not Channel.EMAIL:
        assert isinstance(decided, Hold)
    if isinstance(decided, Later):
        assert decided.due_at > now
        assert decide_delivery(card, EMAIL, decided.due_at) == Deliver(EMAIL, card.called)


@pytest.mark.req("CL-07", "EN-10")
@pytest.mark.parametrize("template", list(Template))
def test_no_message_says_who_writes_or_why(template: Template) -> None:
    subject, body = compose(template, "Kim", "https://host.example/r/abc")
    assert subject == SUBJECT
    assert body.startswith("Hello Kim,")
    assert "https://host.example/r/abc" in body
    for word in ("counsel", "therap", "client", "case", "session", "consent", "practice", "health"):
        assert word not in f"{subject} {body}".lower()
    assert compose(template, "", "")[1].startswith("Hello,\n")


def test_attempts_are_made_ever_more_slowly() -> None:
    waits = [backoff(attempt) for attempt in range(1, MOST_ATTEMPTS + 1)]
    assert waits == sorted(waits)
    assert waits[0] == datetime.timedelta(minutes=1)
