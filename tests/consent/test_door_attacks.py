"""The door of a recipient's link and what is read behind it: one thing at a time is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

from counselling.access import ANONYMOUS
from tests.consent import steps
from tests.consent.gating import (
    APP,
    Ground,
    become,
    enough,
    kept,
    nobody,
    past_rules,
    scratch,
)
from tests.consent.linking import link, stops, went

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.world import World

    Change = Callable[[Ground], object]

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-05", "DS-01")]
TOKEN: Final = "a-token"


@pytest.fixture(autouse=True)
def _one_connection(db: Any) -> Iterator[None]:
    with kept():
        yield


def sql(table: str, what: str, **asked: object) -> Change:
    return lambda ground: ground.planted(
        f"UPDATE {table} SET {what} WHERE client_id = %s", *asked.values(), ground.world.mara
    )


def on_link(what: str) -> Change:
    return sql("consent_share_link", what)


def on_sitting(what: str) -> Change:
    return sql("consent_share_opening", what)


def opened(times: int, ended: bool) -> Change:
    """It was opened so often before, by who has finished or has not."""

    def change(ground: Ground) -> None:
        with past_rules(ground.root):
            for _ in range(times):
                ground.root.execute(
                    "INSERT INTO consent_share_opening "
                    "(id, link_id, client_id, at, seen_at, place, ended_at) "
                    "SELECT gen_random_uuid(), id, client_id, now(), now(), '', "
                    "CASE WHEN %s THEN now() END FROM consent_share_link WHERE token_hash = %s",
                    [ended, TOKEN],
                )

    return change


def cancelled(ground: Ground) -> None:
    ground.planted(
        "UPDATE consent_document SET state = 'cancelled' WHERE id = "
        "(SELECT document_id FROM consent_disclosure WHERE id = %s)", ground.made,
    )  # fmt: skip


def runs_out(ground: Ground) -> None:
    ground.planted("UPDATE consent_consent SET until = now() WHERE id = %s", ground.shared.consent)


DOORS: Final[dict[str, tuple[Change, bool]]] = {
    "nothing": (lambda _: None, True),
    "opened once": (opened(1, ended=False), True),
    "opened as often as it may": (opened(2, ended=False), False),
    "opened as often, and closed": (opened(2, ended=True), False),
    "four wrong words": (on_link("failures = 4"), True),
    "five wrong words": (on_link("failures = 5"), False),
    "ended": (on_link("ended_at = now(), why_ended = 'finished'"), False),
    "about to end": (on_link("expires_at = now() + interval '1 second'"), True),
    "over": (on_link("expires_at = now()"), False),
    "cancelled": (cancelled, False),
    "withdrawn": (stops, False),
    "run out": (runs_out, False),
}
SITTINGS: Final[dict[str, tuple[Change, bool]]] = {
    "nothing": (lambda _: None, True),
    "half an hour away": (on_sitting("seen_at = now() - interval '30 minutes 1 second'"), False),
    "not quite": (on_sitting("seen_at = now() - interval '29 minutes 59 seconds'"), True),
    "since half a day": (on_sitting("at = now() - interval '12 hours'"), False),
    "since not quite": (on_sitting("at = now() - interval '11 hours 59 minutes'"), True),
    "finished": (on_sitting("ended_at = now()"), False),
    "link ended": (on_link("ended_at = now(), why_ended = 'finished'"), False),
    "link over": (on_link("expires_at = now()"), False),
    "cancelled": (cancelled, False),
    "withdrawn": (stops, False),
    "run out": (runs_out, False),
}  # fmt: skip
# at each page it is asked whether somebody sits there; whether there is something, by what is shown
NOT_ASKED: Final = {"cancelled", "withdrawn", "run out"}


def with_token(ground: Ground) -> Ground:
    made = link(ground)
    ground.planted("UPDATE consent_share_link SET token_hash = %s WHERE id = %s", TOKEN, made)
    return ground


def one(ground: Ground, question: str, *asked: object) -> Any:
    found = ground.root.execute(question, list(asked)).fetchone()
    return found and found[0]


def begins(ground: Ground, token: str = TOKEN) -> tuple[bool, UUID | None]:
    """Somebody who is not signed in knocks, and begins to read if they may."""
    sitting = uuid4()
    become(ground.root, APP, ANONYMOUS.id)
    opens = one(ground, "SELECT opens FROM consent_share_knock(%s)", token)
    begun = one(ground, "SELECT consent_share_begin(%s, %s, '')", token, sitting)
    nobody(ground.root)
    assert bool(opens) is bool(begun)
    return bool(begun), sitting if begun else None


def shown(ground: Ground, sitting: UUID | None) -> tuple[bool, int]:
    """Say whether the sitting is on, and how many documents are seen in it."""
    become(ground.root, APP, ANONYMOUS.id)
    visits = one(ground, "SELECT link FROM consent_share_visit(%s)", sitting)
    become(ground.root, APP, sitting)
    seen = one(ground, "SELECT consent_share_shown()")
    rows = one(ground, "SELECT count(*) FROM consent_document")
    nobody(ground.root)
    assert (seen is not None) is bool(rows)
    return visits is not None, int(rows)


def test_a_door_opens_only_while_everything_stands(world: World) -> None:
    shared = steps.shared_permission(world)
    wrong = {}
    for name, (change, opens) in DOORS.items():
        with scratch() as root:
            ground = with_token(went(world, shared, root))
            change(ground)
            begun, sitting = begins(ground)
            said = (begun, shown(ground, sitting)[1])
            if said != (opens, int(opens)) or begins(ground, "another token")[0]:
                wrong[name] = said
        if enough(wrong):
            break
    assert wrong == {}


def test_who_reads_sees_one_document_for_as_long_as_everything_stands(world: World) -> None:
    shared = steps.shared_permission(world)
    wrong = {}
    for name, (change, opens) in SITTINGS.items():
        with scratch() as root:
            # what another reads at the same time, and what is shared besides, is not theirs
            other = with_token(went(world, shared, root))
            begins(other)
            other.planted("UPDATE consent_share_link SET token_hash = 'another'")
            ground = with_token(went(world, shared, root))
            _, sitting = begins(ground)
            change(ground)
            if shown(ground, sitting) != (opens or name in NOT_ASKED, int(opens)):
                wrong[name] = shown(ground, sitting)
        if enough(wrong):
            break
    assert wrong == {}


def test_nobody_signed_in_begins_to_read_and_who_guesses_five_times_ends_it(world: World) -> None:
    shared = steps.shared_permission(world)
    with scratch() as root:
        ground = with_token(went(world, shared, root))
        become(root, APP, world.dana.id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), root.transaction():
            root.execute("SELECT consent_share_begin(%s, %s, '')", [TOKEN, uuid4()])
        become(root, APP, ANONYMOUS.id)
        left = [one(ground, "SELECT consent_share_wrong(%s)", TOKEN) for _ in range(6)]
        nobody(root)
        assert left == [1, 2, 3, 4, 5, None]
        assert begins(ground)[0] is False


def test_who_finishes_ends_their_own_link_for_good_and_no_other(world: World) -> None:
    shared = steps.shared_permission(world)
    with scratch() as root:
        other = with_token(went(world, shared, root))
        other.planted("UPDATE consent_share_link SET token_hash = 'another'")
        ground = with_token(went(world, shared, root))
        _, sitting = begins(ground)
        become(root, APP, sitting)
        root.execute("SELECT consent_share_finish()")
        nobody(root)
        assert shown(ground, sitting) == (False, 0)
        assert begins(ground)[0] is False
        assert begins(other, "another")[0] is True
