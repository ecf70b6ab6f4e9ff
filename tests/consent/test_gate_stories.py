"""Whatever is signed, stopped, stated, decided, merged, kept back, shared, sealed and opened.

A story of such steps in any order is told to PostgreSQL and to a plain model of the rules
(`gate_model`); at each step both must say the same. A worker comes late, or twice; a link is
opened after anything. Each story is one transaction of which nothing stays, and its clock is
moved by making everything so much older.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consent.domain.bases import FACTS, BasisKind
from counselling.access import ANONYMOUS
from tests.consent import steps
from tests.consent.gate_model import SOME, KeptBack, Law, Said, Story, Went
from tests.consent.gating import (
    APP,
    MACHINE,
    Ground,
    become,
    insert,
    kept,
    nobody,
    past_rules,
    scratch,
)

if TYPE_CHECKING:
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.req("CL-05", "CL-04", "DS-01")]

MOST: Final = 2
LASTS: Final = 14 * 24
RECIPIENTS: Final = 3
recipients = st.integers(0, RECIPIENTS - 1)
categories = st.sampled_from(SOME)
purposes = st.sampled_from(["medication", "insurer"])
often = st.sampled_from([1, 23, 24, LASTS, 31 * 24])
choices = st.integers(0, 99)
OFTEN: Final = [True, True, True, False]
# columns by which something begins, ends or is counted
TIMES: Final = {
    "consent_consent": ("since", "until"),
    "consent_withdrawal": ("at",),
    "consent_replacement": ("at",),
    "consent_legal_basis": ("at", "valid_until"),
    "consent_basis_decision": ("at",),
    "consent_disclosure": ("at", "told_at"),
    "consent_recipient_merge": ("at",),
    "consent_recipient_agreement": ("at",),
    "consent_restriction": ("at",),
    "consent_restriction_answer": ("at",),
    "consent_restriction_end": ("at",),
    "consent_share_link": ("made_at", "expires_at", "ended_at"),
    "consent_share_opening": ("at", "seen_at", "ended_at"),
}


class Gate(RuleBasedStateMachine):
    """One client, three recipients, and all that can be said and done about them."""

    world: World
    shared: steps.Shared
    clause: dict[str, Any]
    begun = 0

    def __init__(self) -> None:
        """Begin with nothing said."""
        super().__init__()
        Gate.begun += 1
        self.story = Story()
        self._within = scratch()
        self.root = self._within.__enter__()
        self.ground = Ground(root=self.root, world=self.world, shared=self.shared)
        self.consents: list[UUID] = []
        self.bases: list[UUID] = []
        self.restrictions: list[UUID] = []
        self.merges: dict[int, UUID] = {}
        self.disclosures: list[UUID] = []
        self.links: dict[int, tuple[UUID, str]] = {}
        self.people = [self.ground.recipient() for _ in range(RECIPIENTS)]
        self.addresses = [self.ground.address(one) for one in self.people]

    def teardown(self) -> None:
        """Leave nothing."""
        self._within.__exit__(None, None, None)

    # what is said

    @rule(to=recipients, what=categories, why=purposes, days=st.integers(1, 40))
    def sign(self, to: int, what: frozenset[str], why: str, days: int) -> None:
        """The client signs; what they had said about this recipient is replaced."""
        replaced = self.story.replaces(to)
        self.story.said.append(Said(to, what, why, self.story.now, self.story.now + days * 24))
        with past_rules(self.root):
            self.consents.append(insert(self.root, "consent_consent", **self.clause | {
                "id": uuid4(), "recipient_id": self.people[to], "categories": sorted(what),
                "purpose": why, "since": "{now()}", "clause": str(uuid4())[:8],
                "until": f"{{now() + interval '{days} days'}}",
            }))  # fmt: skip
            for place in replaced:
                insert(
                    self.root, "consent_replacement", client_id=self.world.mara,
                    consent_id=self.consents[place], at="{now()}",
                    signature_id=self.clause["signature_id"],
                )  # fmt: skip

    @precondition(lambda self: self.consents)
    @rule(which=choices, tidy=st.booleans())
    def withdraw(self, which: int, tidy: bool) -> None:
        """The client stops a permission; whoever does may forget to tidy up after it."""
        place = which % len(self.consents)
        said = self.story.said[place]
        refused = said.replaced is not None or said.stopped is not None
        went = self._tried(self.world.mara_portal.id, lambda: insert(
            self.root, "consent_withdrawal", client_id=self.world.mara,
            consent_id=self.consents[place], at="{now()}", by=self.world.mara_portal.id,
        ))  # fmt: skip
        assert went is not refused, (said, went)
        if went:
            said.stopped = self.story.now
            if tidy:
                self._tidy(place)

    def _tidy(self, place: int) -> None:
        become(self.root, APP, self.world.mara_portal.id)
        for cleaning in ("consent_cancel_stopped", "consent_stop_links"):
            self.root.execute(f"SELECT {cleaning}(%s)", [[self.consents[place]]])
        nobody(self.root)
        for went in self.story.went:
            if went.ground is self.story.said[place]:
                went.cancelled = went.cancelled or not went.sealed
                went.link = None if not self.story.still(went) else went.link

    @rule(
        to=recipients, what=categories, kind=st.sampled_from(list(BasisKind)),
        lacking=st.sampled_from(["", "", "", "fact", "paper"]), now=st.sampled_from(OFTEN),
        days=st.none() | st.integers(1, 5),
    )  # fmt: skip
    def state(self, **said: Any) -> None:
        """Dana states what the law says, sometimes with something lacking."""
        kind, lacking = said["kind"], said["lacking"]
        immediate = said["now"] and kind in {BasisKind.DANGER, BasisKind.CHILD_PROTECTION}
        facts = [str(one) for one in sorted(FACTS[kind])]
        days, paper = said["days"], kind is BasisKind.COURT_ORDER and lacking != "paper"
        went = self._tried(self.world.dana.id, lambda: self.bases.append(self.ground.state(
            kind, paper=paper, recipient_id=self.people[said["to"]], immediate=immediate,
            categories=sorted(said["what"]), facts_given=facts[1:] if lacking == "fact" else facts,
            danger=self.ground.danger() if kind is BasisKind.DANGER else None,
            valid_until=f"{{now() + interval '{days} days'}}" if days else None,
        )))  # fmt: skip
        self.ground.basis = None
        refused = immediate and self.story.refused(said["to"], self.story.now)
        assert went is not refused, said
        if not went:
            return
        complete = lacking != "fact" and (kind is not BasisKind.COURT_ORDER or paper)
        until = self.story.now + days * 24 if days else None
        self.story.laws.append(
            Law(str(kind), said["to"], said["what"], self.story.now, complete, immediate, until)
        )

    @precondition(lambda self: self.bases)
    @rule(which=choices, answer=st.sampled_from(["release", "refuse"]),
          who=st.sampled_from(["vera", "priya", "dana"]))  # fmt: skip
    def decide(self, which: int, answer: str, who: str) -> None:
        """A second person decides, once; who stated it tries, too."""
        place = which % len(self.bases)
        law = self.story.laws[place]
        by = getattr(self.world, who).id
        went = self._tried(by, lambda: self.ground.write(
            "consent_basis_decision", basis_id=self.bases[place], answer=answer, alone=False,
            by=by,
        ))  # fmt: skip
        assert went is (who != "dana" and law.answer is None), (law, who)
        if went:
            law.answer, law.answered = answer, self.story.now

    @rule(gone=recipients, into=recipients)
    def merge(self, gone: int, into: int) -> None:
        """Two recipients are said to be one, which counts when somebody else agrees."""
        roots = self.story.same(gone) == gone and self.story.same(into) == into
        may = gone != into and roots and gone not in self.story.merges
        made = uuid4()
        went = self._tried(self.world.dana.id, lambda: self.ground.write(
            "consent_recipient_merge", id=made, gone_id=self.people[gone],
            into_id=self.people[into],
        ))  # fmt: skip
        assert went is may, (gone, into, self.story.merges)
        if went:
            self.merges[gone] = made
            self.story.merges[gone] = (into, False)

    @precondition(lambda self: self.merges)
    @rule(which=choices, who=st.sampled_from(["vera", "priya", "dana"]))
    def agree(self, which: int, who: str) -> None:
        """Somebody agrees that they are one; not whoever wrote it."""
        gone = sorted(self.merges)[which % len(self.merges)]
        into, stands = self.story.merges[gone]
        circle = self.story.same(into) == gone
        by = getattr(self.world, who).id
        went = self._tried(by, lambda: self.ground.write(
            "consent_recipient_agreement", merge_id=self.merges[gone], answer="agree",
            alone=False, by=by, wording_id=None,
        ))  # fmt: skip
        assert went is (who != "dana" and not stands and not circle), (gone, into, who)
        if went:
            self.story.merges[gone] = (into, True)

    @rule(to=st.none() | recipients, what=st.none() | st.sampled_from(["attendance"]))
    def keep_back(self, to: int | None, what: str | None) -> None:
        """The client wants something kept back from somebody, or from everybody."""
        what = what or (None if to is not None else "attendance")
        self.story.kept.append(KeptBack(to, what))
        self.restrictions.append(self.ground_row(
            "consent_restriction", what="category" if what else "everything",
            category=what or "", recipient_id=None if to is None else self.people[to],
            how="phone", note_id=None, session_id=None,
        ))  # fmt: skip

    @precondition(lambda self: self.restrictions)
    @rule(which=choices, ends=st.booleans())
    def answer(self, which: int, ends: bool) -> None:
        """It is agreed; or what was agreed ends, since the client asks for it."""
        place = which % len(self.restrictions)
        kept = self.story.kept[place]
        if ends and kept.agreed and not kept.ended:
            kept.ended = True
            self.ground_row("consent_restriction_end", restriction_id=self.restrictions[place],
                            way="client_writes")  # fmt: skip
        elif not kept.agreed:
            kept.agreed = True
            self.ground_row("consent_restriction_answer", restriction_id=self.restrictions[place],
                            answer="agreed")  # fmt: skip

    def ground_row(self, table: str, **given: object) -> UUID:
        """Write something whose own gate is tried elsewhere."""
        with past_rules(self.root):
            return self.ground.write(table, **given)

    @rule(hours=often)
    def wait(self, hours: int) -> None:
        """Let time pass: everything happened so much earlier."""
        self.story.passes(hours)
        with past_rules(self.root):
            self.root.execute(";".join(
                f"UPDATE {table} SET "
                + ", ".join(f"{one} = {one} - interval '{hours} hours'" for one in columns)
                + f" WHERE client_id = '{self.world.mara}'"
                for table, columns in TIMES.items()
            ))  # fmt: skip

    # what leaves

    @precondition(lambda self: self.consents or self.bases)
    @rule(which=choices, to=recipients, what=categories, why=purposes, fits=st.sampled_from(OFTEN))
    def share(self, which: int, to: int, what: frozenset[str], why: str, fits: bool) -> None:
        """Dana hands something over on one ground; it leaves exactly when the rules say so."""
        place = which % (len(self.consents) + len(self.bases))
        by_word = place < len(self.consents)
        ground: Said | Law = (
            self.story.said[place] if by_word else self.story.laws[place - len(self.consents)]
        )
        if fits:
            to, what = ground.recipient, min(ground.categories, what, key=len)
            why = ground.purpose if isinstance(ground, Said) else why
        self.ground.changes = {
            "consent_id": self.consents[place] if by_word else None,
            "basis_id": None if by_word else self.bases[place - len(self.consents)],
            "recipient_id": self.people[to], "purpose": why, "categories": sorted(what),
            "channel": "link", "sessions": None,
        }  # fmt: skip
        refusal = self.ground.refusal()
        assert (refusal == "") is self.story.may(ground, to, why, what), (refusal, ground)
        if not refusal and self.ground.made:
            self.disclosures.append(self.ground.made)
            self.story.went.append(Went(ground, to, why, what))
            self._link(len(self.disclosures) - 1)

    @precondition(lambda self: self.disclosures)
    @rule(which=choices, keeps=st.booleans())
    def work(self, which: int, keeps: bool) -> None:
        """A worker claims or keeps the document, late or twice; it asks before it does."""
        place = which % len(self.disclosures)
        went, self.ground.made = self.story.went[place], self.disclosures[place]
        self.ground.job = self.world.mara
        why = self.ground.why_not()
        self.ground.job = None
        assert (why == "") is self.story.still(went), (why, went)
        if went.cancelled or went.sealed:
            return
        went.cancelled, went.sealed = why != "", keeps and why == ""
        if went.cancelled or went.sealed:
            with past_rules(self.root):
                self.root.execute(
                    "UPDATE consent_document SET state = %s, content = %s WHERE id = "
                    "(SELECT document_id FROM consent_disclosure WHERE id = %s)",
                    ["cancelled" if why else "rendering", None, self.ground.made],
                )

    def _link(self, place: int) -> None:
        """Dana makes a link to what went, which the database asks about again."""
        went, link, token = self.story.went[place], uuid4(), uuid4().hex
        made = self._tried(self.world.dana.id, lambda: insert(
            self.root, "consent_share_link", id=link, client_id=self.world.mara,
            disclosure_id=self.disclosures[place], address_id=self.addresses[went.recipient],
            told_by="in_person", told_address_id=None, token_hash=None, secret_hash="x",
            failures=0, by=self.world.dana.id, made_at="{now()}", ended_by=None, ended_at=None,
            expires_at=f"{{now() + interval '{LASTS} hours'}}", most_openings=MOST, why_ended="",
        ))  # fmt: skip
        assert made is self.story.still(went), went
        if made:
            went.link, self.links[place] = self.story.now + LASTS, (link, token)
            with past_rules(self.root):
                self.root.execute(
                    "UPDATE consent_share_link SET token_hash = %s WHERE id = %s", [token, link]
                )

    @precondition(lambda self: self.links)
    @rule(which=choices)
    def open(self, which: int) -> None:
        """A recipient opens a link and reads; at that instant or never."""
        place = sorted(self.links)[which % len(self.links)]
        went, (_, token) = self.story.went[place], self.links[place]
        sitting, opens = uuid4(), self.story.opens(went, MOST)
        become(self.root, APP, ANONYMOUS.id)
        let = self._one("SELECT consent_share_begin(%s, %s, '')", token, sitting)
        nobody(self.root)
        assert let is opens, went
        if let:
            went.openings.append(self.story.now)
        become(self.root, APP, sitting)
        seen = self._one("SELECT consent_share_shown()")
        rows = self.root.execute("SELECT count(*) FROM consent_document").fetchone()
        nobody(self.root)
        assert (seen is not None) is opens, went
        assert rows is not None
        assert rows[0] == int(opens)

    @invariant()
    def everything_is_as_the_rules_say(self) -> None:
        """Ask of all that went whether it may be handed out, and of all links whether they open."""
        if not self.disclosures:
            return
        become(self.root, APP, MACHINE, self.world.mara)
        found = self.root.execute(
            "SELECT disclosure, why FROM consent_disclosures_why_not(%s)", [self.disclosures]
        ).fetchall()
        become(self.root, APP, ANONYMOUS.id)
        doors = {
            place: self._one("SELECT opens FROM consent_share_knock(%s)", token)
            for place, (_, token) in self.links.items()
        }
        nobody(self.root)
        said = {disclosure: why is None for disclosure, why in found}
        for place, went in enumerate(self.story.went):
            assert said[self.disclosures[place]] is self.story.still(went), (found, went)
        for place, opens in doors.items():
            assert bool(opens) is self.story.opens(self.story.went[place], MOST), place

    def _one(self, question: str, *asked: object) -> Any:
        found = self.root.execute(question, list(asked)).fetchone()
        return found and found[0]

    def _tried(self, actor: UUID, act: Any) -> bool:
        """Say whether something was let through."""
        try:
            with self.root.transaction():
                become(self.root, APP, actor)
                act()
        except psycopg.errors.IntegrityError:
            nobody(self.root)
            return False
        nobody(self.root)
        return True


def test_nothing_passes_without_permission_at_that_instant(world: World) -> None:
    Gate.world, Gate.shared = world, steps.shared_permission(world)
    with scratch() as root:
        row = root.execute(
            "SELECT to_jsonb(c) FROM consent_consent c WHERE id = %s", [Gate.shared.consent]
        ).fetchone()
    assert row is not None
    Gate.clause = row[0]
    many = int(os.environ.get("STORIES", "10000")) if os.environ.get("SOAK") else 25
    with kept():
        run_state_machine_as_test(  # type: ignore[no-untyped-call] # theirs
            Gate,
            settings=settings(
                max_examples=many,
                stateful_step_count=30 if os.environ.get("SOAK") else 25,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert Gate.begun >= many, "fewer stories than were asked for"
