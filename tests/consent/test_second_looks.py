"""What a second look at issue 6 found: ways around the second person, the notice and the client."""

from __future__ import annotations

import contextlib
import datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

import clients.actions
from clients.models import Assignment, CaseMember
from consent import actions, queries
from consent.actions.restrictions import Wish
from consent.domain.accounting import Statement
from consent.domain.bases import BasisKind
from consent.domain.documents import RecipientShown
from consent.domain.recipients import RecipientKind
from consent.domain.restrictions import What
from consent.models import RecipientLetter
from counselling import db
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from records import actions as sharing
from records.domain.shares import Answer, Back, Level, Resume
from tests.clients.raw import acting
from tests.consent import basis_steps, delivering, steps
from tests.consent.test_consent_restrictions import agreed
from tests.consent.test_consent_untold import more, view
from tests.people import sign_in_browserless
from tests.raw import superuser
from tests.records import sharing as shares
from tests.web.browsing import browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-05", "DS-05", "DS-06")]

K = BasisKind
OFFICER = RecipientShown("Wachtmeister Zwirnhoff", "police", "Polizei", "Ring 2, Berlin")
INSURER = RecipientShown("Quellkasse", "", "Quellkasse AG", "Ring 3, Berlin")


@contextlib.contextmanager
def refused(words: str) -> Iterator[None]:
    """Expect the sentence of a trigger."""
    with pytest.raises(Refused) as no:
        yield
    assert words in no.value.message


def somebody(world: World, shown: RecipientShown, kind: RecipientKind) -> UUID:
    with as_actor(world.dana):
        return actions.add_recipient(actor=world.dana, client_id=world.mara, shown=shown, kind=kind)


def immediate(world: World, to: UUID, **changes: Any) -> UUID:
    return basis_steps.state(world, K.DANGER, immediate=True, recipient=to, **changes)


def test_what_was_refused_does_not_go_at_once_a_minute_later(world: World) -> None:
    to = somebody(world, OFFICER, RecipientKind.POLICE)
    basis = immediate(world, to)
    twin = immediate(world, to)
    basis_steps.hand_over(world, twin)
    basis_steps.refuse(world, basis)
    with refused("second person"):
        immediate(world, to)
    with refused("second person"):
        basis_steps.hand_over(world, twin)
    again = somebody(world, OFFICER, RecipientKind.POLICE)
    with refused("second person"):
        immediate(world, again)
    with as_actor(world.dana):
        danger = queries.basis_row(basis).danger
    renamed = somebody(world, RecipientShown("Die Wache", "", "", ""), RecipientKind.POLICE)
    with refused("second person"):
        immediate(world, renamed, danger=danger)
    clinic = somebody(world, RecipientShown("Klinik Moos", "", "", ""), RecipientKind.SERVICE)
    basis_steps.hand_over(world, immediate(world, clinic, danger=danger))
    waits = basis_steps.state(world, K.DANGER, recipient=to)
    basis_steps.release(world, waits)
    basis_steps.hand_over(world, waits)
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute("UPDATE consent_basis_decision SET at = at - interval '25 hours'")
    immediate(world, to)


def test_no_insurer_is_told_at_once_of_a_danger(world: World) -> None:
    to = somebody(world, INSURER, RecipientKind.INSURER)
    with refused("insurer"):
        immediate(world, to)


def test_only_what_an_official_asked_is_suspended(world: World) -> None:
    to = somebody(world, RecipientShown("Ein Bruder", "", "", ""), RecipientKind.FAMILY)
    basis = basis_steps.released(world, K.DANGER, recipient=to, **basis_steps.later())
    made = basis_steps.hand_over(world, basis)
    with as_actor(world.priya), refused("official"):
        actions.suspend_accounting(
            actor=world.priya, client_id=world.mara, disclosures=[made],
            statement=Statement.WRITTEN, until=db.now() + datetime.timedelta(days=900),
            official="nobody", words="made up",
        )  # fmt: skip


@pytest.mark.parametrize(
    "what",
    [
        "due_at = 'infinity'",
        "attempts = 900",
        "state = 'told', told_at = now(), how = 'letter'",
    ],
)
def test_no_member_of_staff_loses_a_notice(world: World, application: Any, what: str) -> None:
    basis = basis_steps.released(world)
    made = basis_steps.hand_over(world, basis)
    with (
        acting(application, world.dana.id),
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        application.execute(
            f"UPDATE consent_disclosure_notice SET {what} WHERE disclosure_id = %s", [made]
        )


def test_a_letter_does_not_go_to_an_address_that_was_made_sure_of_long_ago(
    world: World, jobs: Jobs, mailoutbox: list[Any]
) -> None:
    sent = delivering.delivered(world)
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute(
            "UPDATE consent_recipient_address SET verified_at = verified_at - interval '2 years'"
        )
    jobs.run()
    assert not [one for one in mailoutbox if one.to == [delivering.EMAIL]]
    with as_actor(world.dana):
        assert RecipientLetter.objects.get(disclosure=sent.disclosure).state == "failed"


def test_no_member_of_staff_says_a_letter_went(world: World, application: Any, jobs: Jobs) -> None:
    sent = delivering.delivered(world)
    jobs.clear()
    with (
        acting(application, world.dana.id),
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        application.execute(
            "UPDATE consent_recipient_letter SET state = 'sent', sent_at = now() "
            "WHERE disclosure_id = %s",
            [sent.disclosure],
        )


def test_not_showing_it_is_no_way_around_what_the_client_said(world: World) -> None:
    shared = steps.shared_permission(world)
    begun = shares.begun(world, shared.recipient)
    sha = shares.look(world, begun.share).sha256
    with as_actor(world.dana):
        sharing.show_first(actor=world.dana, share_id=begun.share, previewed=sha)
    with as_actor(world.dana):
        sharing.answer_in_room(
            actor=world.dana, share_id=begun.share, answer=Answer.NOT_RIGHT, words="Not this."
        )
    shares.choose(world, begun.share, Level.NOTES, begun.note, show_first=False)
    with pytest.raises(Invalid, match="do not wait"):
        shares.send(world, begun.share)
    shares.send(world, begun.share, unwaited="She said it by telephone.")


def test_the_machine_sends_nothing_for_who_cares_for_them_no_longer(world: World) -> None:
    begun = shares.begun(world)
    request = shares.ask(world, begun.recipient)
    shares.resume(world, begun.share, Resume.SEND)
    token = steps.send(world, request)
    actor = steps.open_by_link(token, world.mara)
    steps.sign(request, actor, steps.read_through(request, actor, steps.YES))
    with as_actor(world.dana):
        mine = Assignment.objects.get(case=world.mara_case, person=world.dana.id)
        clients.actions.end_assignment(actor=world.dana, assignment_id=mine.pk)
    assert not shares.machine(begun.share, world.mara)
    with superuser() as root:
        rows = root.execute(
            "SELECT back, sent_at FROM records_share WHERE id = %s", [begun.share]
        ).fetchall()
    assert rows == [(Back.GATE, None)]


def test_what_went_over_a_restriction_is_no_news_before_they_are_told(
    world: World, application: Any, jobs: Jobs
) -> None:
    court = somebody(world, basis_steps.COURT, RecipientKind.COURT)
    agreed(world, Wish(what=What.EVERYTHING, recipient_kind=RecipientKind.COURT))
    jobs.clear()
    before = view(application, world.mara_portal)
    basis = basis_steps.released(world, recipient=court, **basis_steps.later())
    made = basis_steps.hand_over(world, basis)
    jobs.run()
    with superuser() as root:
        assert root.execute("SELECT count(*) FROM consent_restriction_override").fetchone() == (1,)
        assert root.execute("SELECT kind FROM audit_event WHERE kind LIKE 'restriction.over%'")
    found = more(view(application, world.mara_portal), before)
    found.pop("found", None)
    assert {row.split()[0] for row in found.pop("audit_event", set())} <= {"recipient.added"}
    assert found == {}, made


def test_a_share_that_turned_to_the_law_is_no_longer_shown(world: World, application: Any) -> None:
    """A preparation and its showing are nothing a client sees of a legal basis."""
    shared = steps.shared_permission(world)
    begun = shares.begun(world, shared.recipient)
    with acting(application, world.mara_portal.id):
        assert application.execute("SELECT count(*) FROM records_share").fetchone() == (0,)
        assert application.execute("SELECT count(*) FROM records_share_paper").fetchone() == (0,)
    assert begun


def test_a_basis_of_danger_is_not_for_ever(world: World) -> None:
    to = somebody(world, OFFICER, RecipientKind.POLICE)
    basis = basis_steps.released(world, K.DANGER, recipient=to)
    with superuser() as root:
        root.execute("SET session_replication_role = replica")
        root.execute(
            "UPDATE consent_legal_basis SET at = at - interval '40 days', "
            "valid_until = valid_until - interval '40 days'"
        )
        root.execute("UPDATE consent_basis_decision SET at = at - interval '40 days'")
    with refused("ended by its date"):
        basis_steps.hand_over(world, basis)


def test_finishing_ends_it_for_everybody(world: World, jobs: Jobs, mailoutbox: list[Any]) -> None:
    sent = delivering.delivered(world)
    jobs.run()
    (letter,) = (one for one in mailoutbox if one.to == [delivering.EMAIL])
    token = delivering.token_in(letter.body)
    one = delivering.reader(token, sent, world.mara)
    other = delivering.reader(token, sent, world.mara)
    with as_actor(one):
        actions.finish_reading_shared(actor=one, link_id=sent.secret.link)
    for reader in (one, other):
        with pytest.raises(NotThere):
            delivering.read(reader, sent)
    assert isinstance(delivering.opened(token, sent.secret.secret), actions.NotLet)


def test_an_order_about_somebody_who_left_is_carried_out_once_they_are_brought_back(
    world: World,
) -> None:
    """Who cares for a case sees nobody who left it; a page says the way (AC-02)."""
    basis = basis_steps.released(world)
    with as_actor(world.fred):
        part = CaseMember.objects.get(case=world.mara_case, client=world.mara, until=None)
        clients.actions.end_member(actor=world.fred, member_id=part.pk)
    with pytest.raises(NotThere):
        basis_steps.hand_over(world, basis)
    desk = browser()
    sign_in_browserless(desk, world.priya)
    page = desk.get(f"/clients/{world.mara}/subpoenas")
    assert "bring them back into their case first" in page.content.decode()
    with as_actor(world.fred):
        clients.actions.add_member(actor=world.fred, case_id=world.mara_case, client_id=world.mara)
    assert basis_steps.hand_over(world, basis)
