"""Looking after staff, told by administrators, the privacy officer and those who are neither."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.test import Client

from counselling.access import ANONYMOUS, Role
from counselling.accounts import actions, queries
from counselling.accounts.models import Account, FactorReset, RoleHeld
from counselling.db import as_actor
from counselling.errors import Invalid, Refused, StepUpNeeded
from tests import people

if TYPE_CHECKING:
    from counselling.access import Actor
    from tests.accounts.conftest import Later, Told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Actor:
    return people.administrator()


@pytest.fixture
def desk(ada: Actor) -> Client:
    desk = Client()
    people.sign_in_browserless(desk, ada)
    return desk


def asks(question: str, actor: Actor, *values: object) -> bool:
    """Ask one of the questions that policies ask, as the application role."""
    with as_actor(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT {question}", list(values))
        return bool(cursor.fetchone()[0])


@pytest.mark.req("AU-02")
def test_an_invited_colleague_chooses_a_password_and_still_has_to_enrol(
    desk: Client, later: Later
) -> None:
    form = {"name": "Lea Fox", "email": "lea@practice.example", "roles": ["counsellor"]}
    answer = desk.post("/staff/new", form)
    assert answer.status_code == 302, answer.content
    letter = mail.outbox[-1]
    assert letter.to == ["lea@practice.example"]
    assert "counsel" not in (letter.subject + letter.body).lower()
    link = re.search(r"(/invitations/\S+)", letter.body)[1]
    lea = Client()
    assert lea.get(link).status_code == 200
    assert lea.get(link).status_code == 200
    weak = lea.post(link, {"password": "password"})
    assert "easily guessed" in weak.content.decode()
    assert lea.post(link, {"password": "violet hammer quarry noon"}).status_code == 302
    assert lea.post(link, {"password": "another hammer quarry noon"}).status_code == 404
    assert "_auth_user_id" not in lea.session
    signed = people.give_password(lea, "lea@practice.example", "violet hammer quarry noon")
    assert signed.headers["Location"] == "/sign-in/enrolment"


@pytest.mark.req("AU-07")
def test_an_invitation_is_dead_after_an_hour_and_after_a_newer_one(
    ada: Actor, later: Later
) -> None:
    with as_actor(ada):
        lea = actions.create_staff(
            actor=ada, name="Lea Fox", email="lea@practice.example", roles=[Role.TRAINEE]
        )
    first = re.search(r"(/invitations/\S+)", mail.outbox[-1].body)[1]
    with as_actor(ada):
        actions.invite_again(actor=ada, person_id=lea)
    second = re.search(r"(/invitations/\S+)", mail.outbox[-1].body)[1]
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    with later(minutes=61):
        assert Client().get(second).status_code == 404


def test_a_client_needs_the_pin_that_was_told(later: Later) -> None:
    fred = people.make_person(Role.FRONT_DESK)
    with as_actor(fred):
        invited = actions.create_client_account(actor=fred, email="mara@mailbox.example")
    form = {"password": "violet hammer quarry noon"}
    mara = Client()
    wrong = "000000" if invited.pin != "000000" else "000001"
    assert "PIN is not right" in mara.post(invited.path, form | {"pin": wrong}).content.decode()
    assert mara.post(invited.path, form | {"pin": invited.pin}).status_code == 302
    people.give_password(mara, "mara@mailbox.example", form["password"])
    assert "_auth_user_id" in mara.session


def test_a_pin_is_not_guessed(later: Later) -> None:
    fred = people.make_person(Role.FRONT_DESK)
    with as_actor(fred):
        invited = actions.create_client_account(actor=fred, email="mara@mailbox.example")
    wrong = "000000" if invited.pin != "000000" else "000001"
    form = {"password": "violet hammer quarry noon", "pin": wrong}
    for number in range(10):
        guesser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        assert guesser.post(invited.path, form).status_code == 200
    right = Client().post(invited.path, form | {"pin": invited.pin})
    assert right.status_code == 404


@pytest.mark.req("AU-01")
@pytest.mark.req("AU-06")
def test_a_taken_a_look_alike_and_a_malformed_address_are_refused_in_the_same_words(
    ada: Actor, told: Told
) -> None:
    people.make_client_person("mara@mailbox.example")
    said = set()
    for email in ("MARA@mailbox.example", "\uff4dara@mailbox.example", "m\u0430ra@x.example", "no"):
        with as_actor(ada):
            with pytest.raises(Invalid) as refused:
                actions.create_staff(actor=ada, name="N", email=email, roles=[Role.COUNSELLOR])
            said.add(refused.value.message)
    assert len(said) == 1
    assert [event["kind"] for event in told()][-4:] == ["accounts.invitation.refused"] * 4


@pytest.mark.parametrize(
    "act",
    [
        lambda ada: actions.give_role(actor=ada, person_id=ada.id, role=Role.COUNSELLOR),
        lambda ada: actions.end_role(actor=ada, person_id=ada.id, role=Role.ADMINISTRATOR),
        lambda ada: actions.deactivate(actor=ada, person_id=ada.id),
        lambda ada: actions.ask_reset(actor=ada, person_id=ada.id),
    ],
)
def test_nobody_looks_after_themselves(ada: Actor, act: Any) -> None:
    with pytest.raises(Refused) as refused, as_actor(ada):
        act(ada)
    assert refused.value.code == "oneself"


def test_the_database_itself_refuses_a_role_given_to_oneself(ada: Actor) -> None:
    with pytest.raises(IntegrityError, match="role_from_another"), as_actor(ada) as at:
        RoleHeld.objects.create(account_id=ada.id, role="counsellor", since=at, given_by=ada.id)


@pytest.mark.parametrize(
    "role",
    [Role.COUNSELLOR, Role.TRAINEE, Role.SUPERVISOR, Role.PRIVACY_OFFICER, Role.FRONT_DESK],
)
def test_only_an_administrator_gives_roles(role: Role) -> None:
    somebody, other = people.fresh(people.make_person(role)), people.make_person(Role.TRAINEE)
    with pytest.raises(Refused, match="not-permitted"), as_actor(somebody):
        actions.give_role(actor=somebody, person_id=other.id, role=Role.COUNSELLOR)


@pytest.mark.req("AU-09")
def test_a_stale_administrator_changes_nobody(ada: Actor) -> None:
    dana = people.make_person(Role.COUNSELLOR)
    stale = queries.actor_of_person(ada.id)
    with pytest.raises(StepUpNeeded), as_actor(stale):
        actions.give_role(actor=stale, person_id=dana.id, role=Role.SUPERVISOR)


def test_a_lost_factor_is_taken_away_by_two_and_the_owner_is_told(ada: Actor, told: Told) -> None:
    dana = people.make_person(Role.COUNSELLOR, email="dana@practice.example")
    priya = people.fresh(people.make_person(Role.PRIVACY_OFFICER))
    hers = Client()
    people.sign_in_browserless(hers, dana)
    with as_actor(ada):
        reset = actions.ask_reset(actor=ada, person_id=dana.id)
    with pytest.raises(Refused, match="second-person"), as_actor(ada):
        actions.confirm_reset(actor=ada, reset_id=reset)
    assert queries.is_enrolled(dana.id)
    with as_actor(priya):
        actions.confirm_reset(actor=priya, reset_id=reset)
    assert not queries.is_enrolled(dana.id)
    assert hers.get("/account").status_code == 302
    assert mail.outbox[-1].to == ["dana@practice.example"]
    assert "taken away" in mail.outbox[-1].body
    answer = people.give_password(Client(), "dana@practice.example")
    assert answer.headers["Location"] == "/sign-in/enrolment"
    assert told()[-2]["kind"] == "accounts.reset.done"


def test_the_database_itself_wants_two_for_a_reset(ada: Actor) -> None:
    dana = people.make_person(Role.COUNSELLOR)
    with pytest.raises(IntegrityError, match="reset_by_two"), as_actor(ada) as at:
        FactorReset.objects.create(
            account_id=dana.id, asked_by=ada.id, asked_at=at, confirmed_by=ada.id, confirmed_at=at
        )


def test_supervision_opens_and_closes_a_question_of_the_policies(ada: Actor) -> None:
    vera = people.make_person(Role.SUPERVISOR, name="Vera Lindqvist")
    dana = people.make_person(Role.COUNSELLOR, name="Dana Roth")
    with as_actor(ada):
        row = actions.supervise(actor=ada, supervisor_id=vera.id, supervisee_id=dana.id)
    assert asks("supervises(%s)", vera, dana.id)
    assert not asks("supervises(%s)", dana, vera.id)
    assert [one.name for one in queries.supervisors_of(dana.id)] == ["Vera Lindqvist"]
    assert [one.name for one in queries.supervisees(vera)] == ["Dana Roth"]
    with as_actor(ada):
        actions.end_supervision(actor=ada, supervision_id=row)
    assert not asks("supervises(%s)", vera, dana.id)
    assert queries.supervisees(vera) == []


def test_nobody_arranges_their_own_insight(ada: Actor) -> None:
    boss = people.fresh(people.make_person(Role.ADMINISTRATOR, Role.SUPERVISOR))
    dana = people.make_person(Role.COUNSELLOR)
    with pytest.raises(Refused, match="oneself"), as_actor(boss):
        actions.supervise(actor=boss, supervisor_id=boss.id, supervisee_id=dana.id)


def test_the_policies_question_for_a_role_knows_the_closed_and_the_anonymous(ada: Actor) -> None:
    dana = people.make_person(Role.COUNSELLOR)
    assert asks("actor_has_role('counsellor')", dana)
    assert not asks("actor_has_role('administrator')", dana)
    assert not asks("actor_has_role('counsellor')", ANONYMOUS)
    with as_actor(ada):
        actions.deactivate(actor=ada, person_id=dana.id)
    assert not asks("actor_has_role('counsellor')", dana)


def test_an_administrator_does_it_all_on_the_pages(desk: Client) -> None:
    vera = people.make_person(Role.SUPERVISOR, name="Vera Lindqvist")
    dana = people.make_person(Role.COUNSELLOR, name="Dana Roth")
    page = f"/staff/{dana.id}"

    def press(act: str, of: object = "") -> str:
        answer = desk.post(page, {"act": act, "of": str(of)}, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    assert "Dana Roth" in desk.get("/staff").content.decode()
    assert "Trainee" in press("give-role", "trainee")
    assert "has this role already" in press("give-role", "trainee")
    assert "has ended" in press("end-role", "trainee")
    assert "Please choose" in press("give-role", "king")
    assert "Vera Lindqvist supervises Dana Roth" in press("supervise", vera.id)
    arrangement = queries.supervisions_of(dana.id)[0]
    assert "None arranged" in press("end-supervision", arrangement.id)
    assert "a new link" in press("invite").lower()
    assert "signed out everywhere" in press("end-sessions")
    assert "second person" in press("reset")
    assert "account closed" in press("close")
    assert "open again" in press("open")
    assert desk.post(page, {"act": "nonsense"}).status_code == 404


def test_the_privacy_officer_confirms_on_the_page_and_manages_nobody(ada: Actor) -> None:
    dana = people.make_person(Role.COUNSELLOR, name="Dana Roth")
    priya = people.make_person(Role.PRIVACY_OFFICER)
    with as_actor(ada):
        reset = actions.ask_reset(actor=ada, person_id=dana.id)
    hers = Client()
    people.sign_in_browserless(hers, priya)
    assert "Dana Roth" in hers.get(f"/staff/resets/{reset}").content.decode()
    assert "Close this account" not in hers.get(f"/staff/{dana.id}").content.decode()
    assert hers.post(f"/staff/{dana.id}", {"act": "close"}).status_code == 403
    assert hers.get("/staff/new").status_code == 403
    assert hers.post(f"/staff/resets/{reset}").status_code == 302
    assert not queries.is_enrolled(dana.id)


def test_a_counsellor_and_a_client_see_no_staff_pages() -> None:
    for somebody in (people.make_person(Role.COUNSELLOR), people.make_client_person()):
        desk = Client()
        people.sign_in_browserless(desk, somebody)
        assert desk.get("/staff").status_code == 403
        assert desk.get(f"/staff/{somebody.id}").status_code == 403


def test_a_clients_account_is_no_colleague(desk: Client) -> None:
    mara = people.make_client_person()
    assert desk.get(f"/staff/{mara.id}").status_code == 404
    assert mara.id not in {one.id for one in queries.staff()}
    assert queries.names([mara.id]) == {}


def test_the_application_deletes_no_account_and_rewrites_no_role(
    application: psycopg.Connection[Any], ada: Actor
) -> None:
    for attack in (
        "DELETE FROM accounts_account",
        "DELETE FROM accounts_roleheld",
        "UPDATE accounts_roleheld SET role = 'supervisor'",
        "UPDATE accounts_supervision SET supervisor_id = supervisee_id",
        "TRUNCATE accounts_account CASCADE",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(attack)


def test_a_first_administrator_is_made_once(capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import CommandError, call_command

    call_command("first_administrator", "Ada Brandt", "ada@practice.example")
    link = capsys.readouterr().out.strip()
    assert Client().get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert Account.objects.count() == 1
    with pytest.raises(CommandError, match="people already"):
        call_command("first_administrator", "Eve", "eve@practice.example")
