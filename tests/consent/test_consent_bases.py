"""Legal bases: each with its own facts, decided by somebody else, asked by the gate (DS-05)."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.core import mail

import counselling.jobs
from consent import actions, queries
from consent.domain.bases import FACTS, BasisAnswer, BasisKind, Fact
from consent.domain.documents import REDISCLOSURE
from consent.models import LegalBasis
from counselling.access import SERVICE
from counselling.db import as_actor, uuid7
from counselling.errors import Invalid, NotThere, Refused
from counselling.papers import Paper
from tests.clients.raw import acting
from tests.consent import basis_steps, steps
from tests.consent.basis_steps import hours_pass
from tests.raw import superuser

if TYPE_CHECKING:
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db

K = BasisKind


@pytest.mark.req("DS-05", "CL-05")
@pytest.mark.parametrize("kind", list(K))
def test_each_basis_opens_once_a_second_person_released_it(world: World, kind: K) -> None:
    basis = basis_steps.state(world, kind)
    with pytest.raises(Refused, match="no-permission"):
        basis_steps.hand_over(world, basis)
    basis_steps.release(world, basis)
    disclosure = basis_steps.hand_over(world, basis)
    with as_actor(world.dana):
        row = queries.disclosure_row(disclosure)
        (line,) = actions.read_disclosures(actor=world.dana, client_id=world.mara)
    assert (row.basis, row.consent, row.purpose) == (basis, None, kind)
    assert line.recipient in {basis_steps.COURT, basis_steps.POLICE}


@pytest.mark.req("DS-05")
@pytest.mark.parametrize("kind", list(K))
def test_every_fact_of_every_kind_is_asked_for(world: World, kind: K) -> None:
    for fact in sorted(FACTS[kind]):
        facts = {**basis_steps.FACTS[kind], fact: " "}
        with pytest.raises(Invalid) as wrong:
            basis_steps.state(world, kind, facts=facts)
        assert wrong.value.field == fact.value


@pytest.mark.req("DS-05")
def test_what_a_basis_lacks_is_said(world: World) -> None:
    cases: list[tuple[K, dict[str, Any], str]] = [
        (K.COURT_ORDER, {"paper": None}, "paper"),
        (K.DANGER, {"danger": None}, "danger"),
        (K.COURT_ORDER, {"immediate": True}, "immediate"),
        (K.STATUTE, {"categories": ()}, "categories"),
        (K.STATUTE, {"categories": ("process_notes",)}, "categories"),
        (K.CHILD_PROTECTION, {"categories": ("sud_notes",)}, "categories"),
        (K.COURT_ORDER, {"categories": ("sud_notes",)}, "order_kind"),
        (K.COURT_ORDER, basis_steps.later() | {"why_later": ""}, "why_later"),
        (K.COURT_ORDER, basis_steps.later(31), "day"),
    ]
    for kind, changes, field in cases:
        with pytest.raises(Invalid) as wrong:
            basis_steps.state(world, kind, **changes)
        assert wrong.value.field == field, changes


@pytest.mark.req("DS-05")
def test_an_order_of_its_own_kind_reaches_notes_of_substance_use(world: World) -> None:
    facts = basis_steps.FACTS[K.COURT_ORDER] | {Fact.ORDER_KIND: "part_2"}
    basis = basis_steps.released(world, facts=facts, categories=("sud_notes",))
    assert basis_steps.hand_over(world, basis, categories=["sud_notes"])


@pytest.mark.req("CL-05")
def test_a_basis_opens_what_it_names_and_nothing_else(world: World) -> None:
    basis = basis_steps.released(world)
    other = basis_steps.recipient(world, basis_steps.POLICE)
    for changes in (
        {"categories": ["session_notes", "attendance"]},
        {"recipient_id": other},
        {"case_id": world.couple_case},
    ):
        with pytest.raises((Refused, NotThere)):
            basis_steps.hand_over(world, basis, **changes)
    with pytest.raises(NotThere):
        basis_steps.hand_over(world, uuid7())
    shared = steps.shared_permission(world)
    with pytest.raises(Invalid, match="choose one"):
        basis_steps.hand_over(world, basis, consent_id=shared.consent)
    with pytest.raises(ValueError, match="does not say that the client permitted it"):
        basis_steps.hand_over(world, basis, pack=steps.PACK)
    assert steps.PACK.redisclosure == REDISCLOSURE


@pytest.mark.req("DS-05")
def test_a_refusal_is_said_in_words_and_stops_what_went_at_once(world: World) -> None:
    basis = basis_steps.state(world, K.DANGER, immediate=True)
    disclosure = basis_steps.hand_over(world, basis)
    with as_actor(world.vera), pytest.raises(Invalid, match="Say why"):
        actions.decide_basis(actor=world.vera, basis_id=basis, answer=BasisAnswer.REFUSE)
    basis_steps.refuse(world, basis, "No danger that I can see.")
    with pytest.raises(Refused, match="no-permission"):
        basis_steps.hand_over(world, basis)
    with as_actor(world.dana):
        assert "refused" in queries.documents.why_not_now([disclosure])[disclosure]
        shown = actions.read_basis(actor=world.dana, basis_id=basis)
    assert shown.words == "No danger that I can see."
    assert shown.row.chip == ("no", "refused")
    with as_actor(world.priya), pytest.raises(Refused, match="decided"):
        actions.decide_basis(actor=world.priya, basis_id=basis, answer=BasisAnswer.RELEASE)


@pytest.mark.req("DS-06")
def test_danger_does_not_wait_but_somebody_looks_within_a_day(world: World) -> None:
    basis = basis_steps.state(world, K.DANGER, immediate=True)
    basis_steps.hand_over(world, basis)
    with as_actor(world.vera):
        (waits,) = queries.bases_to_decide(world.vera)
        assert waits.chip == ("wait", "went at once")
    hours_pass(basis, 24)
    with as_actor(world.vera):
        (waits,) = queries.bases_to_decide(world.vera)
        assert waits.chip == ("alert", "overdue: nobody looked")
    with pytest.raises(Refused, match="no-permission"):
        basis_steps.hand_over(world, basis)
    basis_steps.release(world, basis)
    basis_steps.hand_over(world, basis)


@pytest.mark.req("DS-05")
def test_nobody_releases_what_they_stated(world: World, application: Any) -> None:
    basis = basis_steps.state(world)
    hours_pass(basis, 100)
    with as_actor(world.dana), pytest.raises(Refused, match="not-second"):
        actions.decide_basis(actor=world.dana, basis_id=basis, answer=BasisAnswer.RELEASE)
    with as_actor(world.sam), pytest.raises(NotThere):
        actions.decide_basis(actor=world.sam, basis_id=basis, answer=BasisAnswer.RELEASE)
    said = (
        "INSERT INTO consent_basis_decision (id, basis_id, client_id, answer, alone, later, by, at)"
        " VALUES (%s, %s, %s, 'release', %s, false, %s, now())"
    )
    for actor, by, alone in (
        (world.dana.id, world.dana.id, True),
        (world.dana.id, world.dana.id, False),
        (world.dana.id, world.vera.id, False),
        (world.vera.id, world.dana.id, True),
    ):
        with acting(application, actor), pytest.raises(psycopg.errors.RestrictViolation):
            application.execute(said, [uuid7(), basis, world.mara, alone, by])


@pytest.mark.req("DS-05")
def test_where_nobody_else_is_there_it_waits_three_days_and_says_so(world: World) -> None:
    basis = basis_steps.state(world)
    with superuser() as root:
        root.execute(
            "UPDATE accounts_roleheld SET until = now() WHERE until IS NULL "
            "AND role IN ('supervisor', 'privacy_officer')"
        )
    with as_actor(world.dana), pytest.raises(Refused, match="too-early"):
        actions.decide_basis(actor=world.dana, basis_id=basis, answer=BasisAnswer.RELEASE)
    hours_pass(basis, 72)
    basis_steps.release(world, basis, by=world.dana)
    with as_actor(world.dana):
        row = queries.basis_row(basis)
    assert (row.alone, row.chip) == (True, ("yes", "decided alone"))
    basis_steps.hand_over(world, basis)


@pytest.mark.req("DS-05", "AC-16")
def test_who_may_not_see_the_client_sees_no_basis(world: World) -> None:
    basis = basis_steps.state(world)
    with as_actor(world.dana):
        (paper,) = queries.basis_row(basis).papers
        assert actions.open_basis_paper(actor=world.dana, paper_id=paper) == (
            basis_steps.ORDER.content, "application/pdf",
        )  # fmt: skip
    with as_actor(world.sam):
        with pytest.raises(NotThere):
            actions.read_basis(actor=world.sam, basis_id=basis)
        with pytest.raises(NotThere):
            actions.open_basis_paper(actor=world.sam, paper_id=paper)
    for actor in (world.fred, world.ada, world.mara_portal):
        with as_actor(actor):
            with pytest.raises(Refused, match="not-permitted"):
                actions.read_basis(actor=actor, basis_id=basis)
            assert not LegalBasis.objects.filter(pk=basis).exists() or actor is world.priya


@pytest.mark.req("CL-05")
def test_a_basis_ends_by_its_date_and_its_paper_stays(world: World, application: Any) -> None:
    until = basis_steps.later(1)["tell_at"]
    basis = basis_steps.released(world, valid_until=until)
    disclosure = basis_steps.hand_over(world, basis)
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute("UPDATE consent_legal_basis SET valid_until = now() WHERE id = %s", [basis])
    with pytest.raises(Refused, match="no-permission"):
        basis_steps.hand_over(world, basis)
    with as_actor(world.dana):
        assert "ended by its date" in queries.documents.why_not_now([disclosure])[disclosure]
    for attack in ("UPDATE {0} SET client_id = client_id", "DELETE FROM {0}"):
        for table in ("consent_legal_basis", "consent_basis_paper", "consent_basis_decision"):
            with acting(application, world.dana.id), pytest.raises(psycopg.Error):
                application.execute(attack.format(table))


def test_a_paper_is_known_by_its_content() -> None:
    from counselling.papers import media_of

    assert media_of(b"%PDF-1.4 ... %%EOF") == "application/pdf"
    assert media_of(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR...IEND....") == "image/png"
    assert media_of(b"\xff\xd8\xff\xe0...\xff\xd9") == "image/jpeg"
    for other in (b"", b"<svg onload=alert(1)>", b"%PDF-1.4", b"MZ\x90", b"PK\x03\x04"):
        assert media_of(other) is None
    assert "secret" not in repr(Paper(b"secret", "application/pdf"))


def test_the_longest_delay_is_the_one_of_a_danger() -> None:
    from consent.domain.telling import LONGEST_DELAY
    from consent.migrations import _telling
    from records.domain import dangers

    assert dangers.LONGEST_DELAY == LONGEST_DELAY == _telling.LONGEST_DELAY
    assert datetime.timedelta(days=30) == LONGEST_DELAY


@pytest.mark.req("DS-05")
def test_what_waits_leads_whoever_decides_to_it_by_reference(world: World) -> None:
    from counselling.views.waiting_law import LAWFUL

    def lines(who: str) -> list[tuple[str, str]]:
        actor = getattr(world, who)
        with as_actor(actor) as at:
            return [(one.word, one.state) for source in LAWFUL for one in source(actor, at)]

    basis = basis_steps.state(world, K.DANGER, immediate=True)
    assert lines("vera") == lines("priya") == [("to release", "wait")]
    assert lines("dana") == lines("sam") == lines("fred") == lines("tess") == []
    hours_pass(basis, 25)
    assert lines("vera") == lines("priya") == lines("dana") == [("overdue", "alert")]
    basis_steps.release(world, basis)
    assert lines("vera") == lines("dana") == []


@pytest.mark.req("DS-05")
@pytest.mark.parametrize(("kind", "hours"), [(K.COURT_ORDER, 72), (K.DANGER, 24)])
def test_a_second_person_who_is_late_is_written_to_once_and_so_is_the_next_role(
    world: World, jobs: Jobs, kind: K, hours: int
) -> None:
    basis = basis_steps.state(world, kind, immediate=kind is K.DANGER)
    with as_actor(SERVICE, client=world.mara):
        assert not actions.press_basis(actor=SERVICE, basis_id=basis)
    hours_pass(basis, hours - 1)
    with as_actor(SERVICE):
        assert queries.due_pressing() == []
    hours_pass(basis, 1)
    for _ in range(2):
        counselling.jobs.sweep()
        jobs.run()
    told = [one for one in mail.outbox if "waited too long" in str(one.body)]
    assert len(told) == len({one.to[0] for one in told}) > 2
    assert not any(word in str(one.body) for one in told for word in ("Mara", "court", str(basis)))
    with as_actor(world.dana):
        assert queries.basis_row(basis).overdue
        assert queries.basis_row(basis).chip[0] == "alert"


@pytest.mark.req("DS-05")
def test_nobody_is_pressed_once_it_is_decided_or_by_anybodys_raw_row(
    world: World, application: psycopg.Connection[Any]
) -> None:
    basis, early = basis_steps.released(world), basis_steps.state(world)
    hours_pass(basis, 100)
    with as_actor(SERVICE):
        assert queries.due_pressing() == []
    said = (
        "INSERT INTO consent_basis_overdue (id, basis_id, client_id, at) VALUES (%s, %s, %s, now())"
    )
    for one in (basis, early):
        with (
            acting(application, world.dana.id),
            pytest.raises(psycopg.errors.RestrictViolation, match="still has time"),
        ):
            application.execute(said, [uuid7(), one, world.mara])
