"""A recipient's link and the letter about it: one thing at a time is changed, in raw SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.consent import steps
from tests.consent.gating import (
    APP,
    MACHINE,
    OWNER,
    Ground,
    become,
    enough,
    insert,
    kept,
    nobody,
    scratch,
)
from tests.consent.linking import link, stops, went

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.world import World

    Change = Callable[[Ground], object]
    Given = Callable[[Ground], dict[str, object]]

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-05", "DS-01")]
TOKEN: Final = "a-token"
HIDDEN: Final = "row-level security"
UNVERIFIED: Final = {"verified_how": "", "verified_by": None, "verified_at": None}
TOMORROW, YESTERDAY = "{now() + interval '1 day'}", "{now() - interval '1 day'}"


@pytest.fixture(autouse=True)
def _one_connection(db: Any) -> Iterator[None]:
    with kept():
        yield


def to(**given: object) -> Given:
    """To an address that is otherwise."""
    return lambda g: {"address_id": g.address(**given)}


def told(by: str = "phone", kind: str = "phone", **given: object) -> Given:
    """The word is told at an address that is otherwise."""
    return lambda g: {"told_by": by, "told_address_id": g.address(**({"kind": kind} | given))}


def of_another(ground: Ground) -> UUID:
    return ground.address(ground.recipient())


def of_ana(ground: Ground) -> UUID:
    return ground.address(client_id=ground.world.ana)


ONE, SURE, VERIFIED = "one thing that was shared", "made sure of", "not verified"
OPEN, LONG = "without a token", "sixty days at most"
LINKS: Final[dict[str, tuple[Given, str]]] = {
    "nothing": (lambda _: {}, ""),
    "sixty days": (lambda _: {"expires_at": "{now() + interval '60 days'}"}, ""),
    "the word by telephone": (told(), ""),
    "of nothing": (lambda _: {"disclosure_id": uuid4()}, ONE),
    "of another client": (lambda g: {"client_id": g.world.ana}, ONE),
    "with a token": (lambda _: {"token_hash": TOKEN}, OPEN),
    "that has ended": (lambda _: {"ended_at": "{now()}"}, OPEN),
    "for longer": (lambda _: {"expires_at": "{now() + interval '60 days 1 second'}"}, LONG),
    "that is over": (lambda _: {"expires_at": "{now()}"}, LONG),
    "to nowhere": (lambda _: {"address_id": uuid4()}, VERIFIED),
    "to somebody else": (lambda g: {"address_id": of_another(g)}, VERIFIED),
    "to another client's": (lambda g: {"address_id": of_ana(g)}, VERIFIED),
    "to a telephone": (to(kind="phone"), VERIFIED),
    "to where nobody looked": (to(**UNVERIFIED), VERIFIED),
    "to where somebody looks tomorrow": (to(verified_at=TOMORROW), VERIFIED),
    "to where it ended": (to(ended_at=YESTERDAY, ended_by=uuid4()), VERIFIED),
    "the word to nobody by telephone": (lambda _: {"told_by": "phone"}, SURE),
    "the word in person by telephone": (told("in_person"), SURE),
    "the word by the same way": (told("email", "email"), SURE),
    "the word by another way than that": (told("phone", "post"), SURE),
    "the word to nowhere": (
        lambda _: {"told_by": "phone", "told_address_id": uuid4()}, SURE),
    "the word to somebody else": (
        lambda g: {"told_by": "phone",
                   "told_address_id": g.address(g.recipient(), kind="phone")}, SURE),
    "the word to another client's": (
        lambda g: {"told_by": "phone",
                   "told_address_id": g.address(kind="phone", client_id=g.world.ana)}, SURE),
    "the word where nobody looked": (told(**UNVERIFIED), SURE),
    "the word where somebody looks tomorrow": (told(verified_at=TOMORROW), SURE),
    "the word where it ended": (told(ended_at=YESTERDAY, ended_by=uuid4()), SURE),
}  # fmt: skip
# the owner plants a fictional past
TO_THE_APPLICATION: Final[dict[str, tuple[Given, str]]] = {
    "in another's name": (lambda g: {"by": g.world.sam.id}, "by who acts"),
    "yesterday": (lambda _: {"made_at": YESTERDAY}, "by who acts"),
    "tomorrow": (lambda _: {"made_at": TOMORROW}, "by who acts"),
    "by the machine for a person": (lambda _: {"actor": MACHINE}, ""),
    "by a colleague elsewhere": (
        lambda g: {"actor": g.world.sam.id, "by": g.world.sam.id}, HIDDEN),
}  # fmt: skip


def answer_to(ground: Ground, given: Given, role: str) -> str:
    """Try, and give the sentence it was refused with, or nothing."""
    changed: dict[str, Any] = given(ground)
    try:
        with ground.root.transaction():
            link(ground, role, **changed)
            ground.root.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error as refused:
        nobody(ground.root)
        return str(refused).splitlines()[0]
    return ""


@pytest.mark.parametrize("role", [APP, OWNER])
def test_a_link_is_for_what_may_go_to_whose_address_was_looked_at(world: World, role: str) -> None:
    shared = steps.shared_permission(world)
    wrong = {}
    for name, (given, said) in (LINKS | (TO_THE_APPLICATION if role == APP else {})).items():
        with scratch() as root:
            answer = answer_to(went(world, shared, root), given, role)
        if said not in answer or bool(answer) != bool(said):
            wrong[name] = answer or "it went"
        if enough(wrong):
            break
    assert wrong == {}


def test_no_link_is_made_to_what_went_another_way_or_has_no_ground_any_more(world: World) -> None:
    shared = steps.shared_permission(world)
    with scratch() as root:
        assert "another way" in answer_to(went(world, shared, root, "paper"), lambda _: {}, APP)
    with scratch() as root:
        ground = went(world, shared, root)
        stops(ground)
        assert "withdrawn" in answer_to(ground, lambda _: {}, APP)


def letter(ground: Ground, role: str = APP, actor: UUID | None = None, **given: object) -> UUID:
    """Dana asks for a letter about its end, as whoever stops a permission does; or otherwise."""
    row: dict[str, object] = {
        "client_id": ground.world.mara, "disclosure_id": ground.made, "link_id": None,
        "consent_id": ground.shared.consent, "kind": "ended", "state": "queued", "attempts": 0,
        "by": ground.world.dana.id, "made_at": "{now()}", "due_at": "{now()}", "sent_at": None,
    }  # fmt: skip
    row |= {"address_id": ground.address()} if "address_id" not in given else {}
    become(ground.root, role, (actor or ground.world.dana.id) if role == APP else None,
           ground.world.mara if actor == MACHINE else None)  # fmt: skip
    made = insert(ground.root, "consent_recipient_letter", **(row | given))
    nobody(ground.root)
    return made


def of_link(
    ground: Ground, address: UUID, sent_to: UUID | None = None, *, other: bool = False
) -> dict[str, object]:
    """A letter of a link, to its own address or to another, of this or of what went besides."""
    made = link(ground, address_id=address)
    if other:
        ground.disclose()
    return {"kind": "link", "consent_id": None, "link_id": made, "address_id": sent_to or address}


GOES, ASKED = "verified address of who", "asked for by who acts"
LETTERS: Final[dict[str, tuple[Given, str]]] = {
    "nothing": (lambda _: {}, ""),
    "of its link": (lambda g: of_link(g, g.address()), ""),
    "of nothing": (lambda _: {"disclosure_id": uuid4()}, GOES),
    "of another client": (lambda g: {"client_id": g.world.ana}, GOES),
    "of another's permission": (lambda _: {"consent_id": uuid4()}, GOES),
    "of no link": (lambda _: {"link_id": uuid4(), "kind": "link", "consent_id": None}, GOES),
    "of a link to another address": (lambda g: of_link(g, g.address(), g.address()), GOES),
    "of a link to something else": (lambda g: of_link(g, g.address(), other=True), GOES),
    "to nowhere": (lambda _: {"address_id": uuid4()}, GOES),
    "to somebody else": (lambda g: {"address_id": of_another(g)}, GOES),
    "to another client's": (lambda g: {"address_id": of_ana(g)}, GOES),
    "to a telephone": (to(kind="phone"), GOES),
    "to where nobody looked": (to(**UNVERIFIED), GOES),
    "to where somebody looks tomorrow": (to(verified_at=TOMORROW), GOES),
}  # fmt: skip
LETTERS_OF_THE_APPLICATION: Final[dict[str, tuple[Given, str]]] = {
    "in another's name": (lambda g: {"by": g.world.sam.id}, ASKED),
    "yesterday": (lambda _: {"made_at": YESTERDAY}, ASKED),
    "sent already": (lambda _: {"state": "sent"}, ASKED),
    "by the machine for a person": (lambda _: {"actor": MACHINE}, ""),
}


@pytest.mark.parametrize("role", [APP, OWNER])
def test_a_letter_goes_to_who_something_was_shared_with(world: World, role: str) -> None:
    shared = steps.shared_permission(world)
    wrong = {}
    more = LETTERS_OF_THE_APPLICATION if role == APP else {}
    for name, (given, said) in (LETTERS | more).items():
        with scratch() as root:
            ground = went(world, shared, root)
            changed: dict[str, Any] = given(ground)
            try:
                with root.transaction():
                    letter(ground, role, **changed)
                    answer = ""
            except psycopg.Error as refused:
                nobody(root)
                answer = str(refused).splitlines()[0]
        if said not in answer or bool(answer) != bool(said):
            wrong[name] = answer or "it went"
        if enough(wrong):
            break
    assert wrong == {}


def test_a_letter_that_went_stays_as_it_is_and_only_the_machine_says_so(world: World) -> None:
    shared = steps.shared_permission(world)
    moved = "UPDATE consent_recipient_letter SET state = %s WHERE id = %s"
    for state in ("sent", "unsure", "dropped"):
        with scratch() as root:
            made = letter(went(world, shared, root))
            if state != "dropped":
                with pytest.raises(psycopg.errors.RestrictViolation), root.transaction():
                    become(root, APP, world.dana.id)
                    root.execute(moved, [state, made])
            become(root, APP, MACHINE, world.mara)
            root.execute(moved, [state, made])
            with (
                pytest.raises(psycopg.errors.RestrictViolation, match="does not come back"),
                root.transaction(),
            ):
                root.execute(moved, ["queued", made])
