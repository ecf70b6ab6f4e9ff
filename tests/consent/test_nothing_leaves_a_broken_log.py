"""While the log is found not to be whole nothing leaves, until two people or the log say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client as Browser

from audit.queries.outside import frozen, is_frozen
from consent import actions, queries
from consent.domain.bases import BasisKind
from consent.domain.delivery import FROZEN, LetterState
from consent.models import RecipientLetter, ShareLink
from counselling.access import SERVICE, Role
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused, Stale, StepUpNeeded
from tests.clients.raw import acting
from tests.consent import basis_steps, delivering, steps
from tests.consent.freezing import agree, freeze
from tests.people import make_person, sign_in_browserless

if TYPE_CHECKING:
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.req("BR-03", "AT-04")]


def read_out(world: World, sent: delivering.Sent) -> str:
    """Let the worker send the letter, and give the link's path."""
    body = next(str(one.body) for one in mail.outbox if one.to == [delivering.EMAIL])
    return f"/d/{delivering.token_in(body)}"


def test_nothing_is_shared_but_what_an_immediate_danger_asks_for(world: World) -> None:
    shared = steps.shared_permission(world)
    basis = basis_steps.state(world, BasisKind.DANGER, immediate=True)
    waits = basis_steps.released(world)
    freeze()
    with pytest.raises(Refused) as refused:
        steps.disclose(world, shared)
    assert refused.value.message == FROZEN
    with pytest.raises(Refused) as refused:
        basis_steps.hand_over(world, waits)
    assert refused.value.message == FROZEN
    basis_steps.hand_over(world, basis)
    for one in (world.priya, world.ada):
        agree(one)
    steps.disclose(world, shared)


def test_a_link_that_was_sent_opens_for_nobody_and_is_not_lost(world: World, jobs: Jobs) -> None:
    sent = delivering.delivered(world)
    jobs.run()
    path = read_out(world, sent)
    reader = delivering.reader(path.removeprefix("/d/"), sent, world.mara)
    freeze()
    with pytest.raises(NotThere):
        delivering.read(reader, sent)
    browser = Browser()
    for tried in (path, f"/d/{'x' * 43}"):
        answer = browser.post(tried, {"secret": sent.secret.secret})
        assert answer.status_code == 503
        assert answer["Retry-After"]
        assert "cannot be read at the moment" in answer.content.decode()
    with as_actor(world.dana):
        (receipt,) = queries.receipts([sent.disclosure])[sent.disclosure]
        assert receipt.live
    for one in (world.priya, world.ada):
        agree(one)
    assert delivering.read(reader, sent).page


def test_a_letter_that_is_due_waits_and_goes_afterwards(world: World, jobs: Jobs) -> None:
    delivering.delivered(world)
    freeze()
    jobs.run()
    with as_actor(world.dana):
        letter = RecipientLetter.objects.get()
        assert letter.state == LetterState.QUEUED
        assert ShareLink.objects.get().ended_at is None
    assert all(one.to != [delivering.EMAIL] for one in mail.outbox)
    for one in (world.priya, world.ada):
        agree(one)
    with as_actor(SERVICE, client=world.mara):
        RecipientLetter.objects.update(due_at=letter.made_at)
        assert actions.claim_letter(actor=SERVICE, letter_id=letter.pk)


def test_no_link_is_made_and_staff_open_no_copy_that_could_be_handed_over(
    world: World, jobs: Jobs
) -> None:
    shared = steps.shared_permission(world)
    made, to = delivering.let_go(world, shared)
    jobs.run()
    freeze()
    with as_actor(world.dana), pytest.raises(Refused) as refused:
        actions.deliver(actor=world.dana, disclosure_id=made, address_id=to)
    assert refused.value.message == FROZEN
    with as_actor(world.dana):
        document = queries.disclosure_row(made).document
    assert document
    with as_actor(world.dana), pytest.raises(Refused, match="log-not-whole"):
        actions.open_document(actor=world.dana, document_id=document.id)
    # what is the client's own is not held back
    with as_actor(world.mara_portal):
        actions.open_document(actor=world.mara_portal, document_id=document.id)


def test_what_ends_links_asks_the_narrow_question(world: World, application: Any) -> None:
    """A freeze ends nothing: a newer word for the same recipient must not close what stands."""
    sent = delivering.delivered(world)
    freeze()
    with acting(application, world.mara_portal.id):
        ended = application.execute(
            "SELECT consent_stop_links(%s)", [[sent.shared.consent]]
        ).fetchall()
    assert ended == []
    with as_actor(world.dana):
        (receipt,) = queries.receipts([sent.disclosure])[sent.disclosure]
        assert queries.why_not_now([sent.disclosure]) == {sent.disclosure: ""}
    assert receipt.live


# -- in the database, whoever writes ---------------------------------------------------------------


def test_the_application_ends_no_freeze_by_itself(world: World, application: Any) -> None:
    freeze()
    (stopped,) = [frozen_id()]
    put = (
        'INSERT INTO audit_thaw (id, freeze_id, "by", why, alone) '
        "VALUES (gen_random_uuid(), %s, %s, %s, %s)"
    )
    for who, by, why, alone in (
        (world.priya.id, world.ada.id, "examined", False),
        (world.priya.id, SERVICE.id, "whole", False),
        (SERVICE.id, SERVICE.id, "whole", False),
        (world.priya.id, world.priya.id, "examined", True),
        (world.dana.id, world.dana.id, "examined", False),
        (world.vera.id, world.vera.id, "examined", False),
    ):
        with acting(application, who), pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(put, [stopped, by, why, alone])
    with acting(application, world.priya.id):
        application.execute(put, [stopped, world.priya.id, "examined", False])
        for statement in (
            "DELETE FROM audit_freeze",
            "UPDATE audit_freeze SET at = now()",
            "INSERT INTO audit_freeze (id, sentence) VALUES (gen_random_uuid(), 'x')",
            "UPDATE audit_thaw SET why = 'mended'",
        ):
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege),
                application.transaction(),
            ):
                application.execute(statement)


def frozen_id() -> Any:
    with as_actor(SERVICE):
        stopped = frozen()
    assert stopped
    return stopped.id


@pytest.mark.parametrize("table", ["audit_freeze", "audit_thaw", "audit_witnessing"])
def test_not_even_the_owner_changes_what_was_said(table: str, world: World, owner: Any) -> None:
    freeze()
    agree(world.priya)
    with pytest.raises(psycopg.errors.IntegrityError, match="never changes"):
        owner.execute(f"TRUNCATE {table} CASCADE")


# -- two people ------------------------------------------------------------------------------------


def test_two_people_agree_and_one_is_not_two(world: World, root: Any) -> None:
    freeze()
    assert not agree(world.priya)
    with pytest.raises(Stale):
        agree(world.priya)
    with as_actor(SERVICE):
        assert is_frozen()
    assert agree(world.ada, "harmless")
    with as_actor(SERVICE):
        assert not is_frozen()
    said = root.execute(
        "SELECT kind, payload::json ->> 'reason' FROM audit_event ORDER BY recorded, id"
    ).fetchall()[-3:]
    assert said == [
        ("audit.thaw.agreed", "examined"),
        ("audit.thaw.agreed", "harmless"),
        ("audit.log.thawed", "by-two"),
    ]
    with pytest.raises(Stale):
        agree(world.ada)


def test_who_may_not_and_who_is_not_sure_agrees_to_nothing(world: World) -> None:
    freeze()
    for one in (world.dana, world.vera, world.fred):
        with pytest.raises(Refused, match="not-permitted"):
            agree(one)
    with as_actor(world.priya), pytest.raises(StepUpNeeded):
        actions.let_go_on(actor=world.priya, why="examined")
    with pytest.raises(Invalid):
        agree(world.priya, "because")


def test_who_is_alone_waits_three_days_and_then_does_it_alone(world: World, root: Any) -> None:
    root.execute("UPDATE accounts_roleheld SET until = now() WHERE role = 'administrator'")
    freeze(days=2.9)
    with pytest.raises(Refused, match="second-needed"):
        agree(world.priya)
    root.execute("SET session_replication_role = replica")
    root.execute("UPDATE audit_freeze SET at = at - interval '3 hours'")
    assert agree(world.priya)
    (said,) = root.execute(
        "SELECT payload::json -> 'detail' ->> 'alone' FROM audit_event "
        "WHERE kind = 'audit.thaw.agreed'"
    ).fetchone()
    assert said == "true"


def test_nobody_makes_a_second_person_once_sharing_is_stopped(
    world: World, application: Any
) -> None:
    freeze()
    made = make_person(Role.ADMINISTRATOR, name="Nora Neu")
    assert not agree(world.ada)
    with pytest.raises(Refused, match="came-later"):
        agree(made)
    with acting(application, made.id), pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(
            'INSERT INTO audit_thaw (id, freeze_id, "by", why, alone) '
            "VALUES (gen_random_uuid(), audit_frozen(), %s, 'harmless', false)",
            [made.id],
        )
    with as_actor(SERVICE):
        assert is_frozen()
    assert agree(world.priya)


def test_where_nobody_of_before_is_left_who_is_there_now_decides(world: World, root: Any) -> None:
    freeze()
    made = [make_person(Role.PRIVACY_OFFICER) for _ in range(2)]
    root.execute(
        "UPDATE accounts_roleheld SET until = now() WHERE account_id = ANY (%s)",
        [[world.priya.id, world.ada.id]],
    )
    assert not agree(made[0])
    assert agree(made[1])


# -- pages -----------------------------------------------------------------------------------------


def test_today_says_it_and_the_page_lets_two_agree(world: World) -> None:
    priya, ada, dana = Browser(), Browser(), Browser()
    for browser, one in ((priya, world.priya), (ada, world.ada), (dana, world.dana)):
        sign_in_browserless(browser, one.id)
    assert "sharing is stopped" not in dana.get("/today").content.decode()
    freeze()
    for browser in (dana, priya):
        assert "sharing is stopped" in browser.get("/today").content.decode()
    shown = dana.get("/log").content.decode()
    assert "nothing leaves" in shown
    assert "entry 9" not in shown
    assert dana.post("/log", {"why": "examined"}).status_code == 403
    assert "entry 9" in ada.get("/log").content.decode()
    assert priya.post("/log", {}).status_code == 400


def test_once_all_of_the_log_is_whole_it_ends_by_itself(world: World, tmp_path: Any) -> None:
    from django.conf import settings

    call_command("seal_log", "--once")
    freeze()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "WITNESS_FILE", tmp_path / "none")
        call_command("verify_audit")
    with as_actor(SERVICE):
        assert not is_frozen()
