"""Each rule of the gate is broken on purpose, and the tables of this folder must notice.

What of PostgreSQL decides about leaving is found by its triggers and by what they ask; of each
function every condition is taken away, in parts and as a whole, and every edge is moved. A few of
them here, all of them in `make soak` (MUTANTS may name some functions; two cores need an hour).
"""

from __future__ import annotations

import functools
import os
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.consent import (
    steps,
    test_door_attacks,
    test_gate_proven,
    test_gate_stories,
    test_ground_attacks,
    test_kept_attacks,
    test_late_attacks,
    test_link_attacks,
)
from tests.consent.gating import APP, OWNER, broken, kept, scratch
from tests.consent.mutating import Mutant, mutants
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

    Table = Callable[[World], object]

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.req("CL-05", "DS-01", "DS-05")]

# what is written around a disclosure; and what is asked by who works, knocks and reads
GATED: Final = (
    "consent_disclosure", "consent_disclosureitem", "consent_legal_basis", "consent_basis_paper",
    "consent_basis_decision", "consent_telling", "consent_recipient_address", "consent_share_link",
    "consent_recipient_letter",
)  # fmt: skip
ASKED: Final = (
    "consent_disclosures_why_not", "consent_letter_why_not", "consent_share_begin",
    "consent_share_finish", "consent_share_knock", "consent_share_shown", "consent_share_visit",
    "consent_share_wrong",
)  # fmt: skip


def stories(world: World) -> None:
    """Tell the same few stories each time."""
    with scratch() as root:
        (clause,) = root.execute(
            "SELECT to_jsonb(c) FROM consent_consent c WHERE id = %s",
            [steps.shared_permission(world).consent],
        ).fetchone() or ({},)
    gate = test_gate_stories.Gate
    gate.world, gate.shared, gate.clause = world, steps.shared_permission(world), clause
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # theirs
        gate,
        settings=settings(
            max_examples=60, stateful_step_count=25, derandomize=True, deadline=None, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def _of(module: Any, *arguments: Any) -> list[Table]:
    """Give the tests of a module that are told about a world, and those told as somebody."""
    told: list[Table] = []
    for name, test in vars(module).items():
        code = getattr(test, "__code__", None)
        if not name.startswith("test_") or code is None:
            continue
        named = code.co_varnames[: code.co_argcount]
        if named == ("world",):
            told.append(test)
        elif named == ("world", "role"):
            told += [functools.partial(test, role=role) for role in arguments]
    return told


TABLES: Final[list[Table]] = [
    *_of(test_gate_proven, APP),
    *_of(test_ground_attacks),
    *_of(test_link_attacks, APP),
    *_of(test_door_attacks),
    *_of(test_kept_attacks),
    *_of(test_late_attacks),
    functools.partial(
        test_gate_proven.test_a_permission_covers_what_was_signed_and_nothing_else, role=OWNER
    ),
    functools.partial(
        test_gate_proven.test_a_legal_basis_covers_what_two_people_said_and_nothing_else, role=OWNER
    ),
    *(one for one in _of(test_link_attacks, OWNER) if isinstance(one, functools.partial)),
    stories,
]
# a few that are dear, each noticed by a quick table: in every run
QUICK: Final[list[tuple[str, str, Table]]] = [
    ("consent_consent_why_not", "c.until <= instant -> false", test_gate_proven.
     test_what_left_is_asked_again_and_stays_away_once_its_permission_ended),
    ("consent_basis_why_not", "d.answer = 'refuse' -> false", test_gate_proven.
     test_what_left_by_law_is_asked_again_and_stays_away_once_the_basis_ended),
    ("consent_share_shown", "o.id = public.counselling_actor() -> true", test_door_attacks.
     test_who_reads_sees_one_document_for_as_long_as_everything_stands),
    ("consent_share_knock", "l.expires_at > now() -> true", test_door_attacks.
     test_a_door_opens_only_while_everything_stands),
    ("consent_telling_gate", "told <= NEW.at -> false", test_ground_attacks.
     test_when_a_client_is_told_is_put_off_by_somebody_else_only_and_never_taken_back),
]  # fmt: skip


@pytest.fixture
def one_permission(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Sign once for all tables: nothing of what they do stays."""
    shared = steps.shared_permission(world)
    monkeypatch.setattr(steps, "shared_permission", lambda _: shared)
    return world


def functions() -> dict[str, str]:
    """Give the text of each function that decides, as PostgreSQL has it."""
    with superuser() as root:
        texts = dict(root.execute(
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace AND proname ~ '^consent_'"
        ).fetchall())  # fmt: skip
        todo = [name for (name,) in root.execute(
            "SELECT DISTINCT f.proname FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid "
            "JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal "
            "AND f.proname ~ '^consent_' AND c.relname = ANY (%s)", [list(GATED)],
        )]  # fmt: skip
    found: dict[str, str] = {}
    todo += ASKED
    while todo:
        name = todo.pop()
        if name in texts and name not in found:
            found[name] = texts[name]
            todo += re.findall(r"public\.(consent_\w+)\(", texts[name])
    return dict(sorted(found.items()))


def notices(table: Table, mutant: Mutant, world: World) -> bool:
    """Say whether a table is told otherwise where the rule is broken."""
    try:
        with broken(mutant.sql):
            table(world)
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 however it is noticed
        return True
    return False


def test_a_broken_rule_is_noticed(one_permission: World) -> None:
    texts = functions()
    with kept():
        for function, broke, table in QUICK:
            text = texts[function]
            (mutant,) = [
                one for one in mutants(function, text) if one.name == f"{function}: {broke}"
            ]
            assert not notices(table, Mutant("as it is", text), one_permission), function
            assert notices(table, mutant, one_permission), mutant.name


def test_what_breaks_rules_breaks_each_part_of_one() -> None:
    text = (
        "CREATE FUNCTION f() AS $function$ BEGIN RETURN CASE WHEN a = 1 AND (b OR c < now()) "
        "THEN 'no' WHEN d BETWEEN 1 AND 2 THEN 'AND' END; END $function$"
    )
    assert [one.name for one in mutants("f", text)] == [
        "f: a = 1 -> true", "f: a = 1 AND (b OR c < now()) -> false", "f: (b OR c < now()) -> true",
        "f: b -> false", "f: c < now() -> false", "f: < -> <=", "f: d BETWEEN 1 AND 2 -> false",
    ]  # fmt: skip


# what these tables cannot notice, and who does
ELSEWHERE: Final[dict[str, str]] = {
    "consent_address_moves: current_setting('counselling.resealing', true) = TG_TABLE_NAME "
    "AND current_user = ( SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) "
    "-> false": "opens a way for sealing anew: the tests of that",
    "consent_disclosure_by_whom: NEW.told_at > NEW.at + interval '30 days' -> false":
        "what the basis agreed to is within 30 days by a constraint, and nobody is told later",
}  # fmt: skip


def broken_rules() -> list[Mutant]:
    """Give every mutant, those that take a whole rule away first; MUTANTS names functions."""
    asked = os.environ.get("MUTANTS", "").split()
    found = [
        mutant
        for function, text in functions().items()
        if not asked or function in asked
        for mutant in mutants(function, text)
        if "gated.oid" not in mutant.name
    ]
    return sorted(found, key=lambda one: not one.whole)


@pytest.mark.skipif(not os.environ.get("SOAK"), reason="an hour: make soak")
def test_no_rule_is_taken_away_unnoticed(one_permission: World) -> None:
    """Whole rules must be missed; of parts and edges whoever waits reads which were not."""
    last: Table = TABLES[0]
    survived = []
    for mutant in broken_rules():
        ordered = sorted(TABLES, key=lambda one: one is not last)
        found = next((one for one in ordered if notices(one, mutant, one_permission)), None)
        if found is None and mutant.whole:
            survived.append(mutant.name)
        last = found or last
        print("noticed " if found else "SURVIVED", mutant.name, flush=True)  # noqa: T201 whoever waits for an hour looks
    assert set(survived) <= set(ELSEWHERE)
