"""Self-release, backdating, borrowed bases and other ways around two people, tried in raw SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import psycopg
import pytest

from consent.domain.bases import BasisKind
from tests.consent import steps
from tests.consent.gating import (
    APP,
    MACHINE,
    OWNER,
    SEALED,
    Ground,
    become,
    enough,
    kept,
    nobody,
    past_rules,
    scratch,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from counselling.access import Actor
    from tests.world import World

    Attack = Callable[[Ground], object]

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-05", "DS-05", "DS-06")]
K = BasisKind
RAW: Final = "{{now() {}}}"
DAY_AGO, IN_A_DAY = RAW.format("- interval '1 day'"), RAW.format("+ interval '1 day'")


@pytest.fixture(autouse=True)
def _one_connection(db: Any) -> Iterator[None]:
    with kept():
        yield


def as_(who: str, act: Attack) -> Attack:
    """Try it as somebody, by the application's login."""

    def tried(ground: Ground) -> None:
        person = MACHINE if who == "machine" else getattr(ground.world, who).id
        become(ground.root, APP, person, ground.world.mara if who == "machine" else None)
        act(ground)

    return tried


def asked(ground: Ground, given: dict[str, object]) -> dict[str, object]:
    """Ask what is only known in the transaction."""
    return {key: value(ground) if callable(value) else value for key, value in given.items()}


def decision(who: str, /, **given: object) -> Attack:
    def write(ground: Ground) -> None:
        person = MACHINE if who == "machine" else getattr(ground.world, who).id
        row = {"basis_id": ground.basis, "answer": "release", "alone": False, "by": person}
        ground.write("consent_basis_decision", **(row | given))

    return as_(who, write)


def alone(hours: int) -> Attack:
    """Dana decides alone about what she stated so many hours ago."""

    def write(ground: Ground) -> None:
        ground.planted("UPDATE consent_legal_basis SET at = at - make_interval(hours => %s)", hours)
        decision("dana", alone=True)(ground)

    return write


def twice(ground: Ground) -> None:
    ground.decide("refuse")
    decision("vera")(ground)


def of_another(ground: Ground) -> None:
    decision("priya", client_id=ground.world.ana)(ground)


def basis(who: str, /, **given: object) -> Attack:
    def write(ground: Ground) -> None:
        world = ground.world
        person = MACHINE if who == "machine" else getattr(world, who).id
        row = {
            "case_id": world.mara_case, "kind": "statute", "facts": SEALED, "facts_given": [],
            "recipient_id": ground.shared.recipient, "categories": ["session_notes"],
            "immediate": False, "by": person,
        } | asked(ground, given)  # fmt: skip
        ground.write("consent_legal_basis", **row)

    return as_(who, write)


def paper(who: str, /, **given: object) -> Attack:
    return as_(who, lambda g: g.paper(by=getattr(g.world, who).id, **given))


def late_paper(ground: Ground) -> None:
    ground.decide()
    paper("dana")(ground)


def borrowed_paper(ground: Ground) -> None:
    """A paper of Ana's own is put under the basis about Mara, which Dana may see, too."""
    paper("dana", client_id=ground.world.ana)(ground)


def address(who: str = "dana", /, **given: object) -> Attack:
    def write(ground: Ground) -> None:
        row = {
            "recipient_id": ground.shared.recipient, "kind": "email", "value": SEALED,
            "verified_how": "register", "verified_at": "{now()}",
            "by": getattr(ground.world, who).id, "verified_by": getattr(ground.world, who).id,
        } | asked(ground, given)  # fmt: skip
        ground.write("consent_recipient_address", **row)

    return as_(who, write)


def address_is(what: str, by: str = "dana", **kept: object) -> Attack:
    """An address nobody verified is changed later."""

    def change(ground: Ground) -> None:
        unverified = {"verified_how": "", "verified_by": None, "verified_at": None}
        known = ground.address(**(unverified | kept))
        as_(by, lambda g: g.root.execute(
            f"UPDATE consent_recipient_address SET {what} WHERE id = %(known)s",
            {"known": known, "me": g.world.dana.id, "sam": g.world.sam.id},
        ))(ground)  # fmt: skip

    return change


def owner_changes(what: str) -> Attack:
    def change(ground: Ground) -> None:
        ground.address()
        become(ground.root, OWNER, None)
        ground.root.execute(what)

    return change


def own_row(table: str, **given: object) -> Attack:
    def write(ground: Ground) -> None:
        row = asked(ground, given)
        as_("dana", lambda g: g.write(table, **row))(ground)

    return write


BY_WHO_ACTS: Final = "stated by who acts"
SOMEBODY_ELSE: Final = "Somebody else than who states"
A_ROLE: Final = "supervisor or privacy officer decides"
OWN: Final = "by who acts, at the instant"
HIDDEN: Final = "row-level security"
ATTACKS: Final[dict[str, tuple[Attack, str]]] = {
    # release by oneself, in another's name, in another role
    "released by who stated it": (decision("dana"), SOMEBODY_ELSE),
    "released alone at once": (decision("dana", alone=True), SOMEBODY_ELSE),
    "released alone after three days, with others there": (alone(80), SOMEBODY_ELSE),
    "released in the officer's name": (
        as_("dana", lambda g: decision_row(g, g.world.priya)), "somebody's own"),
    "released by a colleague elsewhere": (decision("sam"), f"{A_ROLE}|{HIDDEN}"),
    "released by a trainee": (decision("tess"), f"{A_ROLE}|{HIDDEN}"),
    "released by the front desk": (decision("fred"), f"{A_ROLE}|{HIDDEN}"),
    "released by the administrator": (decision("ada"), f"{A_ROLE}|{HIDDEN}"),
    "released by the client": (decision("mara_portal"), f"{A_ROLE}|{HIDDEN}"),
    "released by the machine": (decision("machine"), f"{A_ROLE}|{HIDDEN}"),
    "released yesterday": (decision("priya", at=DAY_AGO), "somebody's own"),
    "released tomorrow": (decision("priya", at=IN_A_DAY), "somebody's own"),
    "released after a refusal": (twice, "unique"),
    "released for another client": (of_another, "another client's"),
    "answered with another word": (decision("priya", answer="maybe"), "consent_basis_answered"),
    "said to be alone by somebody else": (decision("priya", alone=True), SOMEBODY_ELSE),
    # a basis of somebody, somewhere, some time else
    "stated by a trainee": (basis("tess"), f"counsellor states|{HIDDEN}"),
    "stated by a trainee in a case of theirs": (
        basis("tess", client_id=lambda g: g.world.tom, case_id=lambda g: g.world.tom_case,
              recipient_id=lambda g: g.recipient(g.world.tom)), "counsellor states"),
    "stated by a supervisor": (basis("vera"), f"counsellor states|{HIDDEN}"),
    "stated by the officer": (basis("priya"), f"counsellor states|{HIDDEN}"),
    "stated by the client": (basis("mara_portal"), f"counsellor states|{HIDDEN}"),
    "stated by the machine": (basis("machine"), f"counsellor states|{HIDDEN}"),
    "stated by a counsellor elsewhere": (basis("sam"), HIDDEN),
    "stated in another's name": (basis("dana", by=lambda g: g.world.sam.id), BY_WHO_ACTS),
    "stated yesterday": (basis("dana", at=DAY_AGO), BY_WHO_ACTS),
    "stated of another's case": (
        basis("dana", case_id=lambda g: g.world.couple_case), "one client's"),
    "stated to another's recipient": (
        basis("dana", recipient_id=lambda g: g.recipient(g.world.ana)), "one client's"),
    "stated of another client's case as theirs": (
        basis("dana", client_id=lambda g: g.world.ana), "one client's"),
    "a paper after the decision": (late_paper, "no paper afterwards"),
    "a paper of another client": (borrowed_paper, f"another client's|{HIDDEN}"),
    "a paper in another's name": (
        as_("dana", lambda g: g.paper(by=g.world.sam.id)), OWN),
    "a paper of last year": (paper("dana", at=RAW.format("- interval '1 year'")), OWN),
    "a paper by the officer": (paper("priya"), HIDDEN),
    # an address that is not what it says
    "an address verified in another's name": (
        address(verified_by=lambda g: g.world.vera.id), "verified and ended by who acts"),
    "an address verified last week": (
        address(verified_at=RAW.format("- interval '7 days'")), "verified and ended by who acts"),
    "an address by a trainee elsewhere": (address("tess"), HIDDEN),
    "an address by the officer": (address("priya"), HIDDEN),
    "an address of another's recipient": (
        address(recipient_id=lambda g: g.recipient(g.world.ana)), "another client's"),
    "an address in another's name": (address(by=lambda g: g.world.sam.id), OWN),
    "verified in another's name later": (
        address_is("verified_how='register', verified_by=%(sam)s, verified_at=now()"),
        "verified and ended by who acts"),
    "verified before it was": (
        address_is(
            "verified_how='register', verified_by=%(me)s, verified_at=now() - interval '1 hour'"),
        "verified and ended by who acts"),
    "verified in no way": (
        address_is("verified_how='', verified_by=%(me)s, verified_at=now()"),
        "verified_by_somebody"),
    "verified twice": (
        address_is("verified_how='in_person', verified_by=%(me)s, verified_at=now()",
                   verified_how="register", verified_by=uuid4(), verified_at="{now()}"),
        "verified once"),
    "opened again after its end": (
        address_is("ended_at=NULL, ended_by=NULL", ended_at="{now()}", ended_by=uuid4()),
        "ended once|ended by who acts"),
    "ended a day after it was verified": (
        address_is("ended_at=now(), ended_by=%(me)s", verified_how="register",
                   verified_by=uuid4(), verified_at=DAY_AGO), ""),
    "ended in another's name": (
        address_is("ended_at=now(), ended_by=%(sam)s"), "verified and ended by who acts"),
    "ended yesterday": (
        address_is("ended_at=now() - interval '1 day', ended_by=%(me)s"),
        "verified and ended by who acts"),
    "an address rewritten": (address_is("value=value"), "permission denied"),
    "an address rewritten by the owner": (
        owner_changes("UPDATE consent_recipient_address SET value = value"), "never changes"),
    "an address given away by the owner": (
        owner_changes("UPDATE consent_recipient_address SET recipient_id = id"), "never changes"),
    "an address deleted by the owner": (
        owner_changes("DELETE FROM consent_recipient_address"), "never deleted"),
    "addresses emptied by the owner": (
        owner_changes("TRUNCATE consent_recipient_address CASCADE"), "An address never changes"),
    # a recipient that is written as somebody else, or becomes them, in another's name or time
    "a wording in another's name": (
        own_row("consent_recipient_wording", recipient_id=lambda g: g.shared.recipient,
                kind="doctor", details=SEALED, by=lambda g: g.world.vera.id), OWN),
    "a wording of last year": (
        own_row("consent_recipient_wording", recipient_id=lambda g: g.shared.recipient,
                kind="doctor", details=SEALED, at=RAW.format("- interval '1 year'")), OWN),
    "a wording of another's recipient": (
        own_row("consent_recipient_wording", recipient_id=lambda g: g.recipient(g.world.ana),
                kind="doctor", details=SEALED), "another client's"),
    "a merge in another's name": (
        own_row("consent_recipient_merge", gone_id=lambda g: g.recipient(),
                into_id=lambda g: g.shared.recipient, by=lambda g: g.world.vera.id), OWN),
    "a merge across clients": (
        own_row("consent_recipient_merge", gone_id=lambda g: g.recipient(g.world.ana),
                into_id=lambda g: g.shared.recipient), "Two recipients of one client"),
    "a merge with itself": (
        own_row("consent_recipient_merge", gone_id=lambda g: g.shared.recipient,
                into_id=lambda g: g.shared.recipient), "merge_of_two|Two recipients"),
}  # fmt: skip


def decision_row(ground: Ground, by: Actor) -> UUID:
    return ground.write(
        "consent_basis_decision", basis_id=ground.basis, answer="release", alone=False, by=by.id
    )


def test_no_row_around_a_disclosure_says_what_was_not_so(world: World) -> None:
    shared = steps.shared_permission(world)
    wrong = {}
    for name, (attack, said) in ATTACKS.items():
        with scratch() as root:
            ground = Ground(root=root, world=world, shared=shared)
            ground.state()
            answer = attempt(ground, attack)
        if not any(one in answer for one in said.split("|")) or bool(answer) != bool(said):
            wrong[name] = answer or "it went"
        if enough(wrong):
            break
    assert wrong == {}


def attempt(ground: Ground, attack: Attack) -> str:
    """Give the sentence something was refused with, or nothing."""
    try:
        attack(ground)
    except psycopg.Error as refused:
        return str(refused).splitlines()[0]
    return ""


def telling(by: str, when: str, approver: str | None = None, **given: object) -> Attack:
    """Somebody moves the instant at which Mara is told."""

    def write(ground: Ground) -> None:
        word: dict[str, Any] = {
            "disclosure_id": ground.made, "told_at": when, "by": getattr(ground.world, by).id,
            "approver": getattr(ground.world, approver or by).id,
        } | given  # fmt: skip
        as_(approver or by, lambda g: g.write("consent_telling", **word))(ground)

    return write


def named(by: str, approver: str, when: str) -> Attack:
    """Somebody names another as having agreed, and writes it themselves."""

    def write(ground: Ground) -> None:
        world = ground.world
        become(ground.root, APP, getattr(world, by).id)
        ground.write(
            "consent_telling", disclosure_id=ground.made, told_at=when,
            by=getattr(world, by).id, approver=getattr(world, approver).id,
        )  # fmt: skip

    return write


ELSE: Final = "somebody else agrees"
IN_A_WEEK, IN_A_YEAR = "{now() + interval '7 days'}", "{now() + interval '1 year'}"
TELLINGS: Final[dict[str, tuple[Attack, str]]] = {
    "put off by who stated it": (telling("dana", IN_A_WEEK), ELSE),
    "put off by who stated it, with another's name": (named("dana", "vera", IN_A_WEEK), ELSE),
    "put off by a colleague": (telling("sam", IN_A_WEEK), f"{ELSE}|{HIDDEN}"),
    "put off by a trainee": (telling("tess", IN_A_WEEK), f"{ELSE}|{HIDDEN}"),
    "put off by who asks for it": (telling("vera", IN_A_WEEK), ELSE),
    "put off for a year": (telling("dana", IN_A_YEAR, "vera"), "within 30 days"),
    "put off with another's case": (
        telling("dana", IN_A_WEEK, "vera", client_id=uuid4()), f"another client's|{HIDDEN}"),
    "put off from the past": (
        telling("dana", IN_A_WEEK, "vera", at=RAW.format("- interval '1 hour'")), "at the instant"),
    "put off from the future, to be the last word": (
        telling("dana", IN_A_WEEK, "vera", at=RAW.format("+ interval '1 year'")),
        "at the instant|has been told"),
    "put off by another who may": (telling("dana", IN_A_WEEK, "vera"), ""),
    "told now, by who stated it": (telling("dana", "{now()}"), ""),
    "told now, again": (named("dana", "dana", "{now()}"), ""),
}  # fmt: skip


def later(ground: Ground) -> Ground:
    """Something left on a basis, and Mara is told in three days."""
    ground.state(K.STATUTE, paper=False)
    ground.decide()
    ground.disclose()
    ground.planted(
        "UPDATE consent_disclosure SET told_at = now() + interval '3 days', later_by = %s "
        "WHERE id = %s",
        ground.world.priya.id, ground.made,
    )  # fmt: skip
    return ground


@pytest.mark.req("DS-06")
def test_when_a_client_is_told_is_put_off_by_somebody_else_only_and_never_taken_back(
    world: World,
) -> None:
    shared = steps.shared_permission(world)
    wrong = {}
    for name, (attack, said) in TELLINGS.items():
        with scratch() as root:
            answer = attempt(later(Ground(root=root, world=world, shared=shared)), attack)
        if not any(one in answer for one in said.split("|")) or bool(answer) != bool(said):
            wrong[name] = answer or "it went"
        if enough(wrong):
            break
    with scratch() as root:
        ground = Ground(root=root, world=world, shared=shared)
        ground.disclose()
        answer = attempt(ground, telling("dana", IN_A_WEEK, "vera"))
    assert wrong == {}
    assert answer == "The client has been told."


def test_whoever_is_really_alone_decides_after_three_days_and_says_so(world: World) -> None:
    shared = steps.shared_permission(world)
    for hours, said in ((71, SOMEBODY_ELSE), (72, "")):
        with scratch() as root:
            root.execute(
                "UPDATE accounts_roleheld SET until = now() "
                "WHERE role IN ('supervisor', 'privacy_officer')"
            )
            ground = Ground(root=root, world=world, shared=shared)
            ground.state()
            answer = attempt(ground, alone(hours))
            nobody(root) if not answer else None
        assert (said in answer) is True
        assert bool(answer) is bool(said)


NEVER: Final = (
    "consent_recipient_wording", "consent_recipient_merge", "consent_legal_basis",
    "consent_basis_paper", "consent_basis_decision", "consent_telling",
)  # fmt: skip


def test_what_was_said_and_decided_stays_even_before_the_owner(world: World) -> None:
    shared = steps.shared_permission(world)
    with scratch() as root:
        ground = later(Ground(root=root, world=world, shared=shared))
        ground.wording(shared.recipient)
        with past_rules(root):
            ground.write(
                "consent_recipient_merge", gone_id=ground.recipient(), into_id=shared.recipient
            )
            ground.write("consent_telling", disclosure_id=ground.made, told_at="{now()}",
                         approver=world.vera.id)  # fmt: skip
        ground.state()
        root.execute("SET CONSTRAINTS ALL IMMEDIATE")
        become(root, OWNER, None)
        for table in NEVER:
            for attack in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}",
                           f"TRUNCATE {table} CASCADE"):  # fmt: skip
                with (
                    pytest.raises(psycopg.errors.IntegrityError, match="never changes"),
                    root.transaction(),
                ):
                    root.execute(attack)
