"""The rules of who decides for a client, in plain Python: what is complete, who signs."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.domain.capacity import Basis, Decides, WhyLeftOut
from clients.domain.deciding import (
    Decision,
    Known,
    Said,
    Standing,
    age,
    decide,
    in_force,
    majority,
    proposed,
    who_signs,
)
from counselling.errors import Invalid

MUM, DAD = uuid4(), uuid4()
TODAY: Final = datetime.date(2026, 11, 22)
DAY: Final = datetime.timedelta(days=1)
DATES: Final = st.dates(datetime.date(1930, 1, 1), TODAY)


def known(born: datetime.date | None = datetime.date(2012, 5, 3), **said: Any) -> Known:
    """Say what is known of somebody of fourteen with two guardians."""
    facts = {"born": born, "today": TODAY, "majority_years": 18, "guardians": {MUM, DAD}}
    facts |= said
    return Known(**(facts | {"guardians": frozenset(facts["guardians"])}))  # type: ignore[arg-type, call-overload]  # as the test says


def decision(**said: Any) -> Decision:
    """Decide that both guardians and the client sign, for what else is not said."""
    facts: dict[str, Any] = {
        "decides": Decides.TOGETHER,
        "basis": Basis.AGE,
        "why": "Fourteen, and clear about what it means.",
        "guardians": (Said(MUM, signs=True), Said(DAD, signs=True)),
    }
    return Decision(**(facts | said))


# -- age ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [
        (datetime.date(2008, 11, 22), 18, datetime.date(2026, 11, 22)),
        (datetime.date(2008, 2, 29), 18, datetime.date(2026, 3, 1)),
        (datetime.date(2008, 2, 29), 20, datetime.date(2028, 2, 29)),
        (datetime.date(2005, 12, 31), 21, datetime.date(2026, 12, 31)),
        (datetime.date(2007, 1, 1), 19, datetime.date(2026, 1, 1)),
    ],
)
@pytest.mark.req("AC-13")
def test_somebody_comes_of_age_on_their_birthday(
    born: datetime.date, years: int, day: datetime.date
) -> None:
    assert majority(born, years) == day
    assert known(born, today=day - DAY, majority_years=years).is_minor
    assert not known(born, today=day, majority_years=years).is_minor


@given(DATES, DATES)
def test_whoever_has_lived_so_many_years_is_so_old(
    born: datetime.date, today: datetime.date
) -> None:
    if born <= today:
        years = age(born, today)
        assert majority(born, years) <= today < majority(born, years + 1)


# -- what is proposed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "answer"),
    [
        (None, None),
        (datetime.date(2000, 1, 1), (Decides.ALONE, Basis.MAJORITY)),
        (datetime.date(2008, 11, 22), (Decides.ALONE, Basis.MAJORITY)),
        (datetime.date(2008, 11, 23), (Decides.TOGETHER, Basis.AGE)),
        (datetime.date(2014, 11, 22), (Decides.TOGETHER, Basis.AGE)),
        (datetime.date(2014, 11, 23), (Decides.GUARDIAN, Basis.AGE)),
    ],
)
def test_the_birth_date_proposes(born: datetime.date | None, answer: object) -> None:
    assert proposed(known(born)) == answer


# -- what is complete -----------------------------------------------------------------------------


def test_a_complete_decision_about_somebody_young_holds_until_majority() -> None:
    assert decide(decision(), known()) == datetime.date(2030, 5, 3)


@pytest.mark.parametrize(
    ("said", "facts", "field"),
    [
        ({"why": "  "}, {}, "why"),
        ({"guardians": ()}, {}, "guardians"),
        ({"guardians": (Said(MUM, signs=True),)}, {}, "guardians"),
        ({"guardians": (Said(MUM, signs=True), Said(MUM, signs=True))}, {}, "guardians"),
        ({"guardians": (Said(MUM, signs=True), Said(uuid4(), signs=True))}, {}, "guardians"),
        ({"guardians": (Said(MUM, signs=True), Said(DAD, signs=False))}, {}, "guardians"),
        (
            {
                "guardians": (
                    Said(MUM, signs=False, why_not=WhyLeftOut.UNSAFE),
                    Said(DAD, signs=False, why_not=WhyLeftOut.ORDER),
                )
            },
            {},
            "guardians",
        ),
        ({}, {"guardians": ()}, "decides"),
        ({"decides": Decides.ALONE}, {}, "decides"),
        ({"decides": Decides.ALONE, "guardians": (), "basis": Basis.MAJORITY}, {}, "basis"),
        ({"basis": Basis.MAJORITY}, {}, "basis"),
        ({"basis": Basis.MAJORITY}, {"born": datetime.date(1990, 1, 1)}, "basis"),
        ({"basis": Basis.AGE}, {"born": datetime.date(1990, 1, 1)}, "basis"),
        ({"basis": Basis.AGE}, {"born": None}, "basis"),
        ({"until": TODAY}, {}, "until"),
        ({"until": datetime.date(2030, 5, 4)}, {}, "until"),
        ({"basis": Basis.ORDER}, {"born": None}, "until"),
        ({"basis": Basis.ORDER}, {"born": datetime.date(1990, 1, 1)}, "until"),
        (
            {"basis": Basis.ORDER, "until": datetime.date(2027, 12, 24)},
            {"born": datetime.date(1990, 1, 1)},
            "until",
        ),
    ],
)
@pytest.mark.req("CC-22")
def test_what_is_missing_is_named_at_its_field(
    said: dict[str, Any], facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as no:
        decide(decision(**said), known(**facts))
    assert no.value.field == field


def test_a_guardian_is_left_out_with_a_reason() -> None:
    for reason in WhyLeftOut:
        guardians = (Said(MUM, signs=True), Said(DAD, signs=False, why_not=reason))
        assert decide(decision(guardians=guardians), known()) is not None


def test_an_order_about_somebody_of_age_is_looked_at_again() -> None:
    ends = datetime.date(2027, 6, 1)
    said = decision(decides=Decides.GUARDIAN, basis=Basis.ORDER, until=ends)
    assert decide(said, known(datetime.date(1950, 1, 1))) == ends


def test_whoever_decides_alone_does_so_without_an_end() -> None:
    said = decision(decides=Decides.ALONE, guardians=(), basis=Basis.ASSESSMENT)
    assert decide(said, known()) is None


@given(
    st.sampled_from(Decides),
    st.sampled_from(Basis),
    st.none() | DATES,
    st.none() | st.dates(TODAY - 400 * DAY, TODAY + 9000 * DAY),
    st.lists(
        st.tuples(
            st.sampled_from([MUM, DAD]), st.booleans(), st.none() | st.sampled_from(WhyLeftOut)
        ),
        max_size=3,
    ),
)
@pytest.mark.req("AC-13")
def test_no_decision_of_others_outlives_majority_or_names_nobody(
    decides: Decides,
    basis: Basis,
    born: datetime.date | None,
    until: datetime.date | None,
    people: list[tuple[UUID, bool, WhyLeftOut | None]],
) -> None:
    said = tuple(Said(one, signs, why) for one, signs, why in people)
    facts = known(born)
    try:
        end = decide(decision(decides=decides, basis=basis, until=until, guardians=said), facts)
    except Invalid:
        return
    if decides is Decides.ALONE:
        assert end is None
        return
    assert end is not None
    assert end > TODAY
    assert any(one.signs for one in said)
    if facts.is_minor:
        assert facts.of_age_on is not None
        assert end <= facts.of_age_on


# -- who signs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decides", "people"),
    [
        (Decides.ALONE, [None]),
        (Decides.TOGETHER, [None, MUM, DAD]),
        (Decides.GUARDIAN, [MUM, DAD]),
    ],
)
@pytest.mark.req("CC-22")
@pytest.mark.req("ES-12")
def test_the_client_signs_before_their_guardians(
    decides: Decides, people: list[UUID | None]
) -> None:
    signs = who_signs(decides, [MUM, DAD])
    assert [one.guardian for one in signs] == people
    assert [one.turn for one in signs] == list(range(len(people)))


def test_somebody_always_signs() -> None:
    for decides in Decides:
        assert who_signs(decides, [])[0].is_client


# -- what is in force -----------------------------------------------------------------------------

NOON: Final = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


def test_the_newest_decision_counts_until_it_ends() -> None:
    first = Standing(Decides.GUARDIAN, NOON - 10 * DAY, NOON + 5 * DAY)
    newer = Standing(Decides.TOGETHER, NOON - 2 * DAY, NOON)
    to_come = dataclasses.replace(first, at=NOON + DAY)
    assert in_force([], NOON) is Decides.ALONE
    assert in_force([first], NOON) is Decides.GUARDIAN
    assert in_force([first, to_come], NOON) is Decides.GUARDIAN
    assert in_force([first, newer], NOON - DAY) is Decides.TOGETHER
    # an older one does not come back when the newer one ends
    assert in_force([newer, first], NOON) is Decides.ALONE
