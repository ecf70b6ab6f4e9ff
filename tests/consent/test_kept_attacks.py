"""What a client wants kept back, asked of the database: one thing at a time is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

from consent.domain.bases import BasisKind
from tests.consent import steps
from tests.consent.gating import (
    APP,
    SEALED,
    Ground,
    become,
    enough,
    insert,
    kept,
    past_rules,
    scratch,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.world import World

    Change = Callable[[Ground], object]

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-05", "CL-07")]
SESSION, NOTE = UUID(int=7), UUID(int=8)
TOMORROW, EARLIER = "{now() + interval '1 day'}", "{now() - interval '1 day'}"
KEPT: Final = "wants this kept back"


@pytest.fixture(autouse=True)
def _one_connection(db: Any) -> Iterator[None]:
    with kept():
        yield


def wish(what: str = "everything", answer: str = "agreed", end: str = "", **given: Any) -> Change:
    """The client wants something kept back; somebody answered, and it may have ended."""

    def write(ground: Ground) -> None:
        answered_at, ended_at = (
            given.get("answered_at", "{now()}"),
            given.get("ended_at", "{now()}"),
        )
        row: dict[str, Any] = {
            "what": what, "category": "", "note_id": None, "session_id": None, "how": "phone",
            "recipient_id": ground.shared.recipient, "recipient_kind": "", "paid": False,
        } | {key: one(ground) if callable(one) else one for key, one in given.items()}  # fmt: skip
        with past_rules(ground.root):
            made = ground.write("consent_restriction", **row)
            whose = {"client_id": row.get("client_id", ground.world.mara), "restriction_id": made}
            if answer:
                ground.write("consent_restriction_answer", answer=answer, at=answered_at,
                             reason=SEALED, **whose)  # fmt: skip
            if end:
                ground.write("consent_restriction_end", way=end, at=ended_at, words=SEALED,
                             **whose)  # fmt: skip

    return write


def attends(*sessions: UUID) -> Change:
    """What goes is only that they came; of some sessions, or it does not say of which."""
    return lambda ground: ground.changes.update(
        categories=["attendance"], sessions=list(sessions) or None
    )


def both(*changes: Change) -> Change:
    return lambda ground: [one(ground) for one in changes]


def is_kind(kind: str) -> Change:
    return lambda ground: ground.planted(
        "UPDATE consent_recipient SET kind = %s WHERE id = %s", kind, ground.shared.recipient
    )


NOBODY: Final = {"recipient_id": None}
FROM_INSURERS: Final = NOBODY | {"recipient_kind": "insurer"}
OF_SESSION: Final = {"what": "session", "session_id": SESSION}
PAID: Final = wish(answer="", paid=True, **OF_SESSION, **FROM_INSURERS)
# whether it goes, and whether the note that was written in that session goes with it
WISHES: Final[dict[str, tuple[Change, bool, bool]]] = {
    "nothing": (lambda _: None, True, True),
    "not answered": (wish(answer=""), True, True),
    "not agreed": (wish(answer="refused"), True, True),
    "everything": (wish(), False, False),
    "agreed tomorrow": (wish(answered_at=TOMORROW), True, True),
    "from somebody else": (wish(recipient_id=lambda g: g.recipient()), True, True),
    "of somebody else": (wish(client_id=lambda g: g.world.ana), True, True),
    "from such as they are": (both(is_kind("school"), wish(recipient_kind="school", **NOBODY)),
                              False, False),
    "from others": (both(is_kind("school"), wish(recipient_kind="police", **NOBODY)), True, True),
    "another address": (wish("address"), True, True),
    "this kind of thing": (wish("category", category="session_notes", **NOBODY), False, False),
    "another kind of thing": (wish("category", category="attendance", **NOBODY), True, True),
    "ended by the client": (wish(end="client_says"), True, True),
    "ends tomorrow": (wish(end="client_says", ended_at=TOMORROW), False, False),
    "ended by the practice, after it was written": (wish(end="practice_tells"), True, False),
    "ended by the practice, before": (wish(end="practice_tells", ended_at=EARLIER), True, True),
    "ends by the practice tomorrow": (
        wish(end="practice_tells", ended_at=TOMORROW), False, False),
    "this kind, ended by the practice": (
        wish("category", end="practice_tells", category="session_notes", **NOBODY), True, False),
    "another kind, ended by the practice": (
        wish("category", end="practice_tells", category="attendance", **NOBODY), True, True),
    "this note": (wish("note", note_id=NOTE), True, False),
    "another note": (wish("note", note_id=uuid4()), True, True),
    "this session": (wish(**OF_SESSION), True, False),
    "another session": (wish("session", session_id=uuid4()), True, True),
    "paid, from insurers": (both(is_kind("insurer"), PAID), True, False),
    "paid, from others": (PAID, True, True),
    "not paid, from insurers": (
        both(is_kind("insurer"), wish(answer="", **OF_SESSION, **FROM_INSURERS)), True, True),
    "that they came": (both(attends(), wish(**OF_SESSION)), False, False),
    "that they came then": (both(attends(SESSION), wish(**OF_SESSION)), False, False),
    "that they came another day": (both(attends(uuid4()), wish(**OF_SESSION)), True, False),
    "what they did, not that they came": (
        both(attends(SESSION), wish("category", category="session_notes", **NOBODY)), True, True),
}  # fmt: skip
GROUNDS: Final[dict[str, tuple[Callable[[Ground], object], bool]]] = {
    "consent": (lambda _: None, False),
    "a statute": (lambda g: (g.state(BasisKind.STATUTE, paper=False, **ALL), g.decide()), False),
    "an order": (lambda g: (g.state(**ALL), g.decide()), True),
    "a child": (
        lambda g: (g.state(BasisKind.CHILD_PROTECTION, paper=False, **ALL), g.decide()), True),
}  # fmt: skip
ALL: Final[dict[str, Any]] = {"categories": ["attendance", "session_notes"]}


# tried on every ground
FEW: Final = {"nothing", "everything", "this note", "this session", "that they came then"}


def note(ground: Ground, one: UUID, session: UUID | None) -> UUID:
    with past_rules(ground.root):
        return insert(
            ground.root, "records_note", id=one, client_id=ground.world.mara,
            case_id=ground.world.mara_case, session_id=session,
            written_at="{now() - interval '1 hour'}",
        )  # fmt: skip


def with_item(ground: Ground, one: UUID = NOTE) -> str:
    """Put a note with what goes, in the same transaction."""
    become(ground.root, APP, ground.world.dana.id)
    try:
        with ground.root.transaction():
            insert(
                ground.root, "consent_disclosureitem", disclosure_id=ground.made,
                client_id=ground.world.mara, case_id=ground.world.mara_case, note_id=one,
            )  # fmt: skip
    except psycopg.Error as refused:
        return str(refused).splitlines()[0]
    finally:
        ground.root.execute("RESET SESSION AUTHORIZATION")
    return ""


def begun(world: World, shared: steps.Shared, root: Any) -> Ground:
    ground = Ground(root=root, world=world, shared=shared)
    ground.planted("UPDATE consent_consent SET categories = %s WHERE id = %s",
                   ALL["categories"], shared.consent)  # fmt: skip
    note(ground, NOTE, SESSION)
    return ground


def overrides(ground: Ground) -> int:
    found = ground.root.execute(
        "SELECT count(*) FROM consent_restriction_override WHERE disclosure_id = %s AND "
        "basis_id = %s", [ground.made, ground.basis],
    ).fetchone()  # fmt: skip
    assert found is not None
    return int(found[0])


def told(ground: Ground) -> tuple[bool, bool]:
    """Try to let it go, then to put the note with it; give what went."""
    refusal = ground.refusal()
    assert not refusal or KEPT in refusal, refusal
    if refusal:
        return False, False
    refusal = with_item(ground)
    assert not refusal or KEPT in refusal, refusal
    return True, not refusal


def test_what_is_kept_back_goes_only_over_it_by_law_and_leaves_a_row(world: World) -> None:
    shared = steps.shared_permission(world)
    told_of = [
        (on, name)
        for on in GROUNDS
        for name in WISHES
        if on in {"consent", "an order"} or name in FEW
    ]
    wrong = {}
    for on, name in told_of:
        stands, over = GROUNDS[on]
        change, goes, item = WISHES[name]
        with scratch() as root:
            ground = begun(world, shared, root)
            stands(ground)
            change(ground)
            said = told(ground)
            rows = overrides(ground) if over else 0
        if said != ((True, True) if over else (goes, item)) or rows != int(over and not item):
            wrong[on, name] = (*said, rows)
        if enough(wrong):
            break
    assert wrong == {}


def test_what_went_stays_away_once_it_is_kept_back(world: World) -> None:
    shared = steps.shared_permission(world)
    wrong = {}
    for name, (change, _, item) in WISHES.items():
        with scratch() as root:
            ground = begun(world, shared, root)
            before = Ground(root=root, world=world, shared=shared)
            change(before)
            ground.changes = dict(before.changes)
            for table in ("end", "answer", "override"):
                ground.planted(
                    f"DELETE FROM consent_restriction_{table} WHERE client_id = client_id"
                )
            ground.planted("DELETE FROM consent_restriction WHERE id = id")
            ground.disclose()
            assert with_item(ground) == ""
            assert ground.why_not() == ""
            change(ground)
            said = ground.why_not()
        if (said == "") is not item:
            wrong[name] = said or "it is handed out"
        if enough(wrong):
            break
    assert wrong == {}
