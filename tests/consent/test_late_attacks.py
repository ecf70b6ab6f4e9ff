"""What came to the gate later: dangers at once, special orders, new names, who cares no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest

from consent.domain.bases import FACTS, BasisKind
from tests.consent import steps
from tests.consent.gating import (
    APP,
    MACHINE,
    SEALED,
    Ground,
    become,
    enough,
    kept,
    nobody,
    past_rules,
    scratch,
)
from tests.consent.linking import link, stops, went
from tests.consent.test_link_attacks import letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.world import World

    Attack = Callable[[Ground], object]

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-05", "DS-05", "DS-06")]
K = BasisKind


@pytest.fixture(autouse=True)
def _one_connection(db: Any) -> Iterator[None]:
    with kept():
        yield


def at_once(kind: BasisKind = K.CHILD_PROTECTION, to: str = "police", **given: object) -> Attack:
    """Dana states that something does not wait, to somebody of that kind."""
    return lambda g: g.state(
        kind, paper=False, recipient_id=g.recipient(kind=to), immediate=True, **given
    )


def again(hours: int, **given: object) -> Attack:
    """A second person refused it so many hours ago; it is stated anew."""

    def write(ground: Ground) -> None:
        ground.state(K.CHILD_PROTECTION, paper=False, immediate=True)
        ground.decide("refuse")
        ground.planted(
            "UPDATE consent_basis_decision SET at = at - make_interval(hours => %s)", hours
        )
        row: dict[str, Any] = {"immediate": True} | {
            key: value(ground) if callable(value) else value for key, value in given.items()
        }
        ground.state(K.CHILD_PROTECTION, paper=False, **row)

    return write


def special(kind: BasisKind, what: str, *more: str) -> Attack:
    facts = [str(one) for one in sorted(FACTS[kind])] + list(more)
    return lambda g: g.state(kind, paper=False, categories=[what], facts_given=facts)


def lasts(kind: BasisKind, days: int) -> Attack:
    """Something is said to be valid for two months; give it so many days, and hand it over."""

    def write(ground: Ground) -> None:
        ground.state(kind, paper=False, valid_until="{now() + interval '60 days'}")
        ground.decide()
        ground.planted(
            f"UPDATE consent_legal_basis SET at = at - interval '{days} days', "
            f"valid_until = valid_until - interval '{days} days'"
        )
        ground.disclose()

    return write


def told_in(days: int, *, then: str = "") -> Attack:
    def write(ground: Ground) -> None:
        when = f"{{now() + interval '{days} days'}}"
        ground.state(tell_at=when, why_later=SEALED)
        ground.decide(by=ground.world.vera.id, later=True)
        ground.changes = {"told_at": when, "later_by": ground.world.vera.id}
        if then:
            ground.planted(then, ground.world.vera.id)
        ground.disclose()

    return write


def named(*, same: bool, mentioned: bool = False) -> Attack:
    """They were written down anew, and nobody looked; it goes under that name or another."""

    def write(ground: Ground) -> None:
        with past_rules(ground.root):
            made = ground.write(
                "consent_recipient_wording", recipient_id=ground.shared.recipient, kind="doctor",
                details=SEALED, same_name=same,
            )  # fmt: skip
        ground.changes = {"wording_id": made} if mentioned else {}
        ground.disclose()

    return write


def by_itself(*, cares: bool) -> Attack:
    """The machine sends what Dana prepared, who cares for Mara still or no longer."""

    def write(ground: Ground) -> None:
        if not cares:
            ground.planted(
                "UPDATE clients_assignment SET until = now() WHERE case_id = %s",
                ground.world.mara_case,
            )
        ground.changes = {"by": ground.world.dana.id}
        ground.actor, ground.job = MACHINE, ground.world.mara
        ground.disclose()

    return write


MADE_FOR, SUBSTANCE = "an order made for them", "special order of a court"
ANEW, REFUSED = "name of this recipient was changed", "refused this today"
ATTACKS: Final[dict[str, tuple[Attack, str]]] = {
    "at once, to the police": (at_once(), ""),
    "at once, to an insurer": (at_once(to="insurer"), "No insurer and no lawyer"),
    "at once, to a lawyer": (at_once(to="lawyer"), "No insurer and no lawyer"),
    "refused, and again at once": (again(1), REFUSED),
    "refused a day ago, and again at once": (again(24), ""),
    "refused, and to somebody else": (again(1, recipient_id=lambda g: g.recipient()), ""),
    "refused, and again, and it waits": (again(1, immediate=False), ""),
    "for their own notes, an order like any other": (
        special(K.COURT_ORDER, "sud_notes"), MADE_FOR),
    "for them, an order made for it": (special(K.COURT_ORDER, "sud_notes", "special_order"), ""),
    "for them, a statute": (special(K.STATUTE, "sud_notes"), SUBSTANCE),
    "for them, a child": (special(K.CHILD_PROTECTION, "sud_notes"), ""),
    "a child, four weeks later": (lasts(K.CHILD_PROTECTION, 29), ""),
    "a child, a month later": (lasts(K.CHILD_PROTECTION, 30), "ended by its date"),
    "a statute, a month later": (lasts(K.STATUTE, 30), ""),
    "told in thirty days": (told_in(30), ""),
    "told later, as somebody agreed who supervises no more": (
        told_in(3, then="UPDATE accounts_roleheld SET until = now() WHERE account_id = %s"),
        "somebody else agrees to"),
    "told in thirty-one days": (told_in(31), "told_in_time"),
    "the same name written anew": (named(same=True), ""),
    "another name written": (named(same=False), ANEW),
    "under the same name": (named(same=True, mentioned=True), ""),
    "under another name": (named(same=False, mentioned=True), ANEW),
    "by itself": (by_itself(cares=True), ""),
    "by itself, for who cares no longer": (by_itself(cares=False), "no longer cares"),
}  # fmt: skip


def test_what_was_found_by_looking_again_is_held_by_the_database(world: World) -> None:
    shared = steps.shared_permission(world)
    wrong = {}
    for name, (attack, said) in ATTACKS.items():
        with scratch() as root:
            ground = Ground(root=root, world=world, shared=shared)
            try:
                with root.transaction():
                    attack(ground)
                answer = ""
            except psycopg.Error as refused:
                answer = str(refused).splitlines()[0]
            nobody(root)
        if said not in answer or bool(answer) != bool(said):
            wrong[name] = answer or "it went"
        if enough(wrong):
            break
    assert wrong == {}


def test_a_letter_of_a_link_asks_before_it_goes(world: World) -> None:
    shared = steps.shared_permission(world)
    with scratch() as root:
        ground = went(world, shared, root)
        address = ground.address()
        made = link(ground, address_id=address)
        sent = letter(ground, kind="link", consent_id=None, link_id=made, address_id=address)
        ended = letter(ground)
        question = "SELECT consent_letter_why_not(%s)"
        become(root, APP, MACHINE, world.mara)
        assert root.execute(question, [sent]).fetchone() == ("",)
        nobody(root)
        stops(ground)
        become(root, APP, MACHINE, world.mara)
        (why,) = root.execute(question, [sent]).fetchone() or ("",)
        assert "withdrawn" in why
        # that it ended is told all the same; what is of another client is not found
        assert root.execute(question, [ended]).fetchone() == ("",)
        become(root, APP, MACHINE, world.ana)
        assert root.execute(question, [sent]).fetchone() == ("",)
