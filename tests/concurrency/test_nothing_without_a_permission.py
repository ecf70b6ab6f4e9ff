"""Whatever is signed, stopped, run out, renewed and shared at once: nothing passes without a word.

Rounds of one or two acts, each by a worker of its own and with delays where they meet. What came
of two must be what would have come of one after the other, in one order or the other; and what is
covered afterwards is what the rounds left alive.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from consent import actions, queries
from consent.domain.covers import Covered, NotCovered, WhyNot
from counselling.access import SERVICE
from counselling.db import as_actor, uuid7
from counselling.errors import CounsellingError
from tests.consent import steps
from tests.raw import superuser
from tests.together import at_once

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.req("CL-05", "CL-04", "CL-02")]

# two workers for each round; the soak finds stories of its own, here one is told that is telling
few = settings(
    max_examples=150,
    phases=list(Phase) if os.environ.get("SOAK") else [Phase.explicit],
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SIGN, REFUSE, STOP, SHARE, SEAL = "sign yes", "sign no", "stop", "share", "seal"
ACTS: Final = (SIGN, REFUSE, STOP, SHARE, SEAL)
rounds = st.lists(
    st.tuples(
        st.booleans(),  # whether the date of the permission passes first
        st.lists(st.sampled_from(ACTS), min_size=1, max_size=2),
    ),
    min_size=2,
    max_size=5,
)
# sharing meets what ends a permission each way: stopped, replaced, run out and refused
TELLING: Final = [
    (False, [SHARE, STOP]),
    (False, [SIGN, SEAL]),
    (False, [SHARE, SIGN]),
    (True, [SHARE, REFUSE]),
]


@dataclasses.dataclass
class Word:
    """What stands of one recipient: the newest consent, and how it ended, if it did."""

    consent: UUID | None = None
    ended: str = ""

    def after(self, act: str) -> tuple[str, Word]:
        """Give what comes of an act about the consent known before the round, and what stands."""
        if act in {SIGN, REFUSE}:
            return "done", dataclasses.replace(self, ended=self.ended or "replaced")
        if act == STOP and self.consent:
            if self.ended == "replaced":
                return "refused", self
            return "done", dataclasses.replace(self, ended=self.ended or "stopped")
        if act == SHARE and self.consent:
            return ("refused" if self.ended else "done"), self
        return "done", self

    def orders(self, acts: Sequence[str]) -> set[tuple[str, ...]]:
        """Give what could come of acts, whatever their order."""
        found = set()
        for order in itertools.permutations(range(len(acts))):
            word, came = self, dict.fromkeys(order, "")
            for place in order:
                came[place], word = word.after(acts[place])
            found.add(tuple(came[place] for place in range(len(acts))))
        return found


@contextlib.contextmanager
def delays() -> Iterator[None]:
    """Let each of the tables that meet think for a moment that is never the same."""
    tables = ("consent_disclosure", "consent_withdrawal", "consent_signature", "consent_consent")
    with superuser() as root:
        root.execute(
            "CREATE FUNCTION public.think() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(random() * 0.04); RETURN NEW; END $$"
        )
        for table in tables:
            root.execute(
                f"CREATE TRIGGER zzz_think BEFORE INSERT ON public.{table} "
                "FOR EACH ROW EXECUTE FUNCTION public.think()"
            )
    try:
        yield
    finally:
        with superuser() as root:
            for table in tables:
                root.execute(f"DROP TRIGGER zzz_think ON public.{table}")
            root.execute("DROP FUNCTION public.think()")


@dataclasses.dataclass
class Story:
    """One recipient of Mara's and all that happens to what she allows about them."""

    world: World
    recipient: UUID | None = None
    word: Word = dataclasses.field(default_factory=Word)

    def ready(self, act: str) -> Any:
        """Prepare an act up to its last step, which is what meets the other one."""
        if act in {SIGN, REFUSE}:
            return self._form(yes=act == SIGN)
        if act == SEAL:
            return self._sealed
        if self.word.consent is None:
            return lambda: None
        return partial(self._stopped if act == STOP else self._shared, self.word.consent)

    def _form(self, *, yes: bool) -> Any:
        named = dataclasses.replace(steps.EVA, name=self.name)
        known = {"recipient": self.recipient} if self.recipient else {"new_recipient": named}
        request = steps.ask(self.world, **({"new_recipient": None} | known))
        with as_actor(self.world.dana):
            self.recipient = queries.request_row(request).recipient
        actor = steps.open_by_link(steps.send(self.world, request), self.world.mara)
        shown = steps.read_through(request, actor, {"share-notes": yes, "share-summary": False})
        return partial(steps.sign, request, actor, shown)

    @property
    def name(self) -> str:
        return f"Dr Number {id(self)}"

    def _stopped(self, consent: UUID) -> None:
        steps.stop(self.world, consent)

    def _shared(self, consent: UUID) -> UUID:
        with as_actor(self.world.dana):
            return actions.disclose(
                actor=self.world.dana, client_id=self.world.mara, case_id=self.world.mara_case,
                consent_id=consent, pack=steps.PACK, note_ids=[uuid7()],
                categories=["session_notes"],
            )  # fmt: skip

    def _sealed(self) -> None:
        """A worker makes what waits; what was stopped meanwhile it finds stopped."""
        for document, client in queries.due_documents():
            with as_actor(SERVICE, client=client):
                claimed = actions.claim_document(actor=SERVICE, document_id=document)
            if claimed is not None:
                with as_actor(SERVICE, client=client):
                    actions.keep_document(actor=SERVICE, document_id=document, pdf=b"%PDF made")

    def runs_out(self) -> None:
        """Let the date of what is live pass, as the clock would."""
        if self.word.consent is None or self.word.ended:
            return
        with superuser() as root:
            root.execute("SET session_replication_role = replica")
            root.execute(
                "UPDATE consent_consent SET since = since - interval '9 days', "
                "until = clock_timestamp() WHERE id = %s",
                [self.word.consent],
            )
        self.word.ended = "run out"

    def happens(self, acts: Sequence[str]) -> None:
        """Let a round happen, and hold what came of it against both orders."""
        might = self.word.orders(acts)
        answers = at_once([self.ready(act) for act in acts])
        came = tuple("refused" if isinstance(one, CounsellingError) else "done" for one in answers)
        strange = [one for one in answers if isinstance(one, Exception)]
        assert all(isinstance(one, CounsellingError) for one in strange), strange
        assert came in might, (acts, came, might)
        for act in acts:
            _, self.word = self.word.after(act)
        self._look(acts)

    def _look(self, acts: Sequence[str]) -> None:
        """Find the newest consent, and see that it covers exactly while it lives."""
        if self.recipient is None:
            return
        with as_actor(self.world.dana) as at:
            live = [
                one for one in queries.live_consents(self.world.mara, sharing=True)
                if one.recipient == self.recipient
            ]  # fmt: skip
            answer = queries.covers(
                client=self.world.mara, recipient=self.recipient, purpose="medication",
                categories=frozenset({"session_notes"}), at=at,
            )  # fmt: skip
        assert len(live) <= 1
        assert live or SIGN not in acts or REFUSE in acts
        if SIGN in acts and live:
            self.word = Word(live[0].id)
        assert bool(live) is (self.word.consent is not None and not self.word.ended)
        assert isinstance(answer, Covered) is bool(live)
        if isinstance(answer, NotCovered):
            assert answer.why is not WhyNot.NOT_SIGNED


@few
@given(said=rounds)
@example(said=TELLING)
def test_nothing_passes_without_a_live_permission_at_that_instant(
    world: World, said: list[tuple[bool, list[str]]]
) -> None:
    story = Story(world)
    story.happens([SIGN])
    with delays():
        for passes, acts in said:
            if passes:
                story.runs_out()
            story.happens(acts)
    _every_disclosure_had_a_word(story)


def _every_disclosure_had_a_word(story: Story) -> None:
    """Ask the tables, past every rule: what went, went within the life of its permission."""
    with superuser() as root:
        wrong = root.execute(
            "SELECT d.id FROM consent_disclosure d JOIN consent_consent c ON c.id = d.consent_id "
            "JOIN consent_document made ON made.id = d.document_id "
            "LEFT JOIN consent_withdrawal w ON w.consent_id = c.id "
            "LEFT JOIN consent_replacement r ON r.consent_id = c.id "
            "WHERE d.recipient_id = %s AND (d.at < c.since OR d.at >= c.until "
            "  OR (made.state IN ('rendering', 'failed') AND w.id IS NOT NULL))",
            [story.recipient],
        ).fetchall()
    assert wrong == []
