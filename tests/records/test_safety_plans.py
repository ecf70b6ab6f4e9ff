"""A safety plan: versions that never change, for whoever cares, and for the client if given."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

import records.actions
import records.queries
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused, Stale
from records.domain.plans import LONGEST_SECTION, Section, content_of, lines_of, too_long
from records.models import Plan, PlanDraft, PlanGiving
from tests.records.safety import signed_plan, type_plan
from tests.world import World, assign

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def kinds(root: psycopg.Connection[Any], prefix: str = "plan.") -> list[str]:
    rows = root.execute("SELECT kind FROM audit_event ORDER BY recorded, id")
    return [row[0] for row in rows if row[0].startswith(prefix)]


# -- Dana writes, signs, writes again --------------------------------------------------------------


def test_dana_signs_a_plan_and_reads_it_as_she_wrote_it(world: World) -> None:
    signed_plan(world.dana, world.mara_case, world.mara, signs="No sleep\n- No appetite", alone="")
    with as_actor(world.dana):
        plan, name = records.actions.open_current_plan(
            actor=world.dana, case_id=world.mara_case, client_id=world.mara
        )
    assert plan is not None
    assert plan.number == 1
    assert plan.sections == [("How I notice that it begins", ("No sleep", "No appetite"))]
    assert name == "Maraquilla K."


def test_a_second_version_leaves_the_first_as_it_was(world: World) -> None:
    first = signed_plan(world.dana, world.mara_case, world.mara, signs="one")
    second = signed_plan(world.dana, world.mara_case, world.mara, signs="two", follows=1)
    with as_actor(world.dana):
        assert records.actions.open_plan(actor=world.dana, plan_id=first).content["signs"] == "one"
        versions = records.queries.plan_versions(world.mara_case, world.mara)
        current = records.queries.current_plans([world.mara])
    assert [one.number for one in versions] == [2, 1]
    assert [one.id for one in current] == [second]
    assert not PlanDraft.objects.exists()


def test_a_new_version_goes_on_from_the_newest(world: World) -> None:
    signed_plan(world.dana, world.mara_case, world.mara, signs="one", help="My sister")
    with as_actor(world.dana):
        page = records.actions.open_plan_draft(
            actor=world.dana, case_id=world.mara_case, client_id=world.mara
        )
    assert (page.content["help"], page.version, page.newest) == ("My sister", 0, 1)


def test_a_colleague_in_the_case_goes_on_with_what_dana_began(world: World) -> None:
    type_plan(world.dana, world.mara_case, world.mara, signs="half a sen")
    assign(world.fred, world.mara_case, world.sam)
    with as_actor(world.sam):
        page = records.actions.open_plan_draft(
            actor=world.sam, case_id=world.mara_case, client_id=world.mara
        )
    assert (page.content["signs"], page.by) == ("half a sen", world.dana.id)


def test_nobody_signs_over_a_version_they_have_not_seen(world: World) -> None:
    signed_plan(world.dana, world.mara_case, world.mara, signs="one")
    with pytest.raises(Stale):
        signed_plan(world.dana, world.mara_case, world.mara, signs="unaware", follows=0)


def test_two_pages_do_not_overwrite_each_other(world: World) -> None:
    type_plan(world.dana, world.mara_case, world.mara, signs="first")
    with pytest.raises(Stale):
        type_plan(world.dana, world.mara_case, world.mara, 0, signs="second", tab="b")
    version = type_plan(world.dana, world.mara_case, world.mara, 1, signs="on", tab="a")
    # whoever never got the answer to its save goes on
    assert (
        type_plan(world.dana, world.mara_case, world.mara, 1, signs="on!", tab="a") == version + 1
    )


def test_an_empty_plan_is_not_signed_and_a_long_step_not_saved(world: World) -> None:
    version = type_plan(world.dana, world.mara_case, world.mara, signs=" \n - ")
    with pytest.raises(Invalid, match="empty"), as_actor(world.dana):
        records.actions.sign_plan(
            actor=world.dana, case_id=world.mara_case, client_id=world.mara, version=version
        )
    with pytest.raises(Invalid, match="card"):
        type_plan(world.dana, world.mara_case, world.mara, version, help="x" * 501)


# -- who sees it -----------------------------------------------------------------------------------


@pytest.mark.req("AC-02")
def test_sam_finds_no_plan_of_danas(world: World) -> None:
    plan = signed_plan(world.dana, world.mara_case, world.mara)
    with as_actor(world.sam):
        assert not Plan.objects.exists()
    with pytest.raises(NotThere), as_actor(world.sam):
        records.actions.open_plan(actor=world.sam, plan_id=plan)
    with pytest.raises(NotThere), as_actor(world.sam):
        records.actions.open_plan_draft(
            actor=world.sam, case_id=world.mara_case, client_id=world.mara
        )


@pytest.mark.req("AC-04")
def test_vera_reads_the_plan_and_writes_no_word_of_it(world: World) -> None:
    plan = signed_plan(world.dana, world.mara_case, world.mara, signs="no sleep")
    with as_actor(world.vera):
        page = records.actions.open_plan(actor=world.vera, plan_id=plan)
        assert not records.queries.writes_in(world.mara_case)
    assert page.content["signs"] == "no sleep"
    with pytest.raises(Refused):
        type_plan(world.vera, world.mara_case, world.mara, follows=1)
    with pytest.raises(Refused), as_actor(world.vera):
        records.actions.give_plan(actor=world.vera, plan_id=plan)


def test_who_reads_a_case_and_counsels_elsewhere_is_refused_in_words(world: World) -> None:
    """Vera as a counsellor too: her role would allow it, the case does not."""
    import dataclasses

    from counselling.access import Role

    both = dataclasses.replace(world.vera, roles=world.vera.roles | {Role.COUNSELLOR})
    plan = signed_plan(world.dana, world.mara_case, world.mara)
    for act in ("give_plan", "take_plan_back"):
        with pytest.raises(Refused, match="not-assigned"), as_actor(both):
            getattr(records.actions, act)(actor=both, plan_id=plan)
    with pytest.raises(Refused, match="not-assigned"):
        type_plan(both, world.mara_case, world.mara, follows=1)


def test_a_plan_is_about_somebody_in_the_case_and_nobody_else(world: World) -> None:
    with pytest.raises(NotThere):
        type_plan(world.dana, world.mara_case, world.ana)


# -- the client ------------------------------------------------------------------------------------


def own(world: World) -> list[int]:
    with as_actor(world.mara_portal):
        return [one.number for one in records.actions.open_own_plan(actor=world.mara_portal)]


def test_mara_has_the_plan_only_once_it_is_given_and_until_it_is_taken_back(world: World) -> None:
    first = signed_plan(world.dana, world.mara_case, world.mara)
    assert own(world) == []
    with as_actor(world.dana):
        records.actions.give_plan(actor=world.dana, plan_id=first)
    assert own(world) == [1]
    signed_plan(world.dana, world.mara_case, world.mara, follows=1)
    assert own(world) == [1], "a new version is given by somebody, not by itself"
    signed_plan(world.dana, world.mara_case, world.mara, follows=2, give=True)
    assert own(world) == [3]
    with as_actor(world.dana):
        given_plan = records.queries.plan_given(world.mara_case, world.mara)
        assert given_plan is not None
        records.actions.take_plan_back(actor=world.dana, plan_id=given_plan.plan)
    assert own(world) == []
    assert PlanGiving.objects.count() == 0, "nobody acts: nobody sees"


@pytest.mark.req("AC-05")
def test_ben_has_nothing_of_what_ana_was_given_in_their_case(world: World) -> None:
    signed_plan(world.dana, world.couple_case, world.ana, give=True)
    with as_actor(world.ben_portal):
        assert records.actions.open_own_plan(actor=world.ben_portal) == []
        assert not Plan.objects.exists()
        assert not PlanGiving.objects.exists()
    with as_actor(world.ana_portal):
        assert len(records.actions.open_own_plan(actor=world.ana_portal)) == 1


def test_only_the_newest_version_is_given(world: World) -> None:
    first = signed_plan(world.dana, world.mara_case, world.mara)
    signed_plan(world.dana, world.mara_case, world.mara, follows=1)
    with pytest.raises(Invalid, match="newer"), as_actor(world.dana):
        records.actions.give_plan(actor=world.dana, plan_id=first)


def test_what_is_said_twice_leaves_one_word(world: World, root: psycopg.Connection[Any]) -> None:
    plan = signed_plan(world.dana, world.mara_case, world.mara, give=True)
    with as_actor(world.dana):
        records.actions.give_plan(actor=world.dana, plan_id=plan)
    assert kinds(root).count("plan.given") == 1


def test_the_events_say_which_plan_and_no_word_of_it(
    world: World, root: psycopg.Connection[Any]
) -> None:
    plan = signed_plan(world.dana, world.mara_case, world.mara, signs="Zebrafalter", give=True)
    with as_actor(world.dana):
        records.actions.print_plan(actor=world.dana, plan_id=plan)
    own(world)
    assert kinds(root) == [
        "plan.begun", "plan.draft-opened", "plan.signed", "plan.given", "plan.printed",
        "plan.opened",
    ]  # fmt: skip
    said = root.execute("SELECT payload FROM audit_event").fetchall()
    assert not any("Zebrafalter" in row[0] for row in said)


def test_plans_open_under_the_one_event_of_a_page(
    world: World, root: psycopg.Connection[Any]
) -> None:
    import audit.actions
    from records.domain import NOTE_OPENED

    signed_plan(world.dana, world.mara_case, world.mara, signs="no sleep")
    with as_actor(world.vera):
        grant = audit.actions.record(actor=world.vera, kind=NOTE_OPENED, client=world.mara)
        (plan,) = records.actions.plans_under(grant, world.mara)
    assert plan.content["signs"] == "no sleep"
    assert "plan.opened" not in kinds(root)


# -- attacks ---------------------------------------------------------------------------------------


@pytest.mark.req("EN-11")
@pytest.mark.parametrize("table", ["records_plan", "records_plan_giving"])
@pytest.mark.parametrize(
    "attack", ["UPDATE {0} SET id = id", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"]
)
def test_whoever_asks_a_signed_version_stays(
    world: World, root: psycopg.Connection[Any], table: str, attack: str
) -> None:
    signed_plan(world.dana, world.mara_case, world.mara, give=True)
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"):
        root.execute(attack.format(table))


@pytest.mark.req("AC-16")
def test_injected_sql_gives_no_plan_of_one_case_away_in_another(
    world: World, application: psycopg.Connection[Any]
) -> None:
    """A row that names another case or client than the plan it is put under is refused."""
    plan = signed_plan(world.dana, world.mara_case, world.mara)
    insert = (
        "INSERT INTO records_plan_giving (id, plan_id, case_id, client_id, by_id, shown, at) "
        "VALUES (%s, %s, %s, %s, %s, true, now())"
    )
    wrong = [(world.couple_case, world.ana), (world.mara_case, world.ana)]
    for case, client in wrong:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
            application.execute(
                "SELECT set_config('counselling.actor', %s, true)", [str(world.dana.id)]
            )
            application.execute(insert, [uuid7(), plan, case, client, world.dana.id])


# -- rules -----------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from([*map(str, Section), "else"]), st.text() | st.integers()))
def test_every_section_is_there_as_text_and_nothing_else(said: dict[str, object]) -> None:
    content = content_of(said)
    assert set(content) == set(map(str, Section))
    assert all(isinstance(text, str) for text in content.values())
    assert content_of(content) == content


@given(st.text(st.characters(codec="utf-8")))
def test_lines_are_never_empty_and_lose_no_word(text: str) -> None:
    lines = lines_of(text)
    assert all(line.strip() == line and line for line in lines)
    assert "".join(text.split()).replace("-", "").replace("*", "") == "".join(
        "".join(lines).split()
    ).replace("-", "").replace("*", "")


def test_a_step_is_as_long_as_a_card_holds() -> None:
    assert too_long(content_of({"help": "x" * LONGEST_SECTION})) is None
    assert too_long(content_of({"help": "x" * (LONGEST_SECTION + 1)})) is Section.HELP
    assert too_long(content_of({"help": "x\n" * 8})) is None
    assert too_long(content_of({"help": "x\n" * 9})) is Section.HELP
