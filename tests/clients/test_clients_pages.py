"""The pages of clients and cases, told by who opens them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from clients import actions, queries
from clients.domain import Card, CaseKind, CaseState, Channel
from counselling.db import as_actor
from tests.people import sign_in_browserless
from tests.world import NAMES, take_in

if TYPE_CHECKING:
    import psycopg
    from django.http import HttpResponse
    from django.test import Client

    from counselling.access import Actor
    from tests.world import World

pytestmark = pytest.mark.django_db
WORDS = {word for pair in NAMES.values() for word in pair}
INTAKE = {
    "given": "Quillabell", "family": "Thornhaugh", "called": "", "birth_date": "1988-05-04",
    "email": "quillabell@mailbox.example", "phone": "030 1234567", "address": "Am Wehr 2",
    "kind": "individual", "channel": "email", "hours_from": "09:00", "hours_until": "17:00",
    "name_to_use": "Q", "card_notes": "Ring after six.",
}  # fmt: skip


def page(response: HttpResponse) -> str:
    return response.content.decode()


def same_each_time(text: str, asked: str) -> str:
    """Leave out what was asked for, the token of forms and the id of the request."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text.replace(asked, ""))
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text)


def kinds(owner: psycopg.Connection[Any], actor: Actor) -> list[str]:
    """Give what somebody did, oldest first, past the log's policies."""
    rows = owner.execute(
        "SELECT kind FROM audit_event WHERE actor = %s ORDER BY recorded, id", [actor.id]
    )
    return [row[0] for row in rows]


@pytest.fixture
def fred(client: Client, world: World) -> Client:
    sign_in_browserless(client, world.fred)
    return client


@pytest.fixture
def dana(client: Client, world: World) -> Client:
    sign_in_browserless(client, world.dana)
    return client


# -- the caseload ---------------------------------------------------------------------------------


@pytest.mark.req("AC-02", "EN-10")
def test_dana_sees_her_cases_and_no_other_name(dana: Client, world: World) -> None:
    text = page(dana.get("/clients"))
    assert "Maraquilla K." in text
    assert "Anathorpe W." in text
    assert "Benjabur O." in text
    for hidden in ("Jonquarry", "Tomasquith"):
        assert hidden not in text
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    assert title
    assert not any(word in title[1] for word in WORDS)


def test_the_names_of_a_page_are_one_event(
    dana: Client, world: World, owner: psycopg.Connection[Any]
) -> None:
    before = len(kinds(owner, world.dana))
    dana.get("/clients")
    assert kinds(owner, world.dana)[before:] == ["client.listed"]
    row = owner.execute(
        "SELECT clients FROM audit_event WHERE kind = 'client.listed' AND actor = %s",
        [world.dana.id],
    ).fetchone()
    assert row
    assert set(row[0]) == {world.mara, world.ana, world.ben}


def test_a_page_of_the_caseload_costs_the_same_however_many_cases(
    fred: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as counted:
            fred.get("/clients")
        counts.append(len(counted))
        for _ in range(4):
            take_in(world.fred, "tom")
    assert counts[0] == counts[1]


def test_the_caseload_is_paged(fred: Client, world: World) -> None:
    for _ in range(queries.PAGE):
        take_in(world.fred, "tom")
    first = page(fred.get("/clients"))
    assert "Older" in first
    second = page(fred.get("/clients?page=2"))
    assert "Newer" in second
    assert "Older" not in second


@pytest.mark.parametrize("number", ["soon", "0", "-1", "9" * 23, "9" * 5000, "\u0661", "1\0", "2 "])
def test_a_page_that_is_none_is_the_first(fred: Client, world: World, number: str) -> None:
    answer = fred.get("/clients", {"page": number})
    assert answer.status_code == 200
    assert "Maraquilla K." in page(answer)
    assert fred.get("/clients", {"reference": number}).status_code == 200


@pytest.mark.req("AC-09")
def test_a_reference_finds_what_one_may_see(dana: Client, world: World) -> None:
    with as_actor(world.fred):
        mine = queries.client_row(world.mara).reference
        case = queries.case_row(world.couple_case).reference
        hidden = queries.client_row(world.jon).reference
    assert "Maraquilla" in page(dana.get("/clients", {"reference": mine.lower()}))
    assert "Anathorpe" in page(dana.get("/clients", {"reference": case}))
    none = same_each_time(page(dana.get("/clients", {"reference": "7KQ-2HM"})), "7KQ-2HM")
    found = same_each_time(page(dana.get("/clients", {"reference": hidden})), hidden)
    assert found == none
    assert "Nothing with this reference" in none


def test_an_empty_caseload_says_what_comes_next(client: Client, world: World) -> None:
    with as_actor(world.sam):
        one = queries.case_row(world.jon_case).assignments[0]
        actions.end_assignment(actor=world.sam, assignment_id=one.id)
    sign_in_browserless(client, world.sam)
    assert "No cases yet" in page(client.get("/clients"))
    assert "No closed cases" in page(client.get("/clients?closed=yes"))


@pytest.mark.req("AC-10")
@pytest.mark.parametrize("who", ["ada", "mara_portal"])
def test_who_has_no_business_with_clients_is_refused(
    client: Client, world: World, who: str
) -> None:
    sign_in_browserless(client, getattr(world, who))
    for path in ("/clients", "/clients/new", f"/cases/{world.mara_case}"):
        response = client.get(path)
        assert response.status_code == 403
        assert not any(word in page(response) for word in WORDS)


# -- intake ---------------------------------------------------------------------------------------


def test_the_front_desk_takes_somebody_in_and_offers_the_case(
    fred: Client, world: World, owner: psycopg.Connection[Any]
) -> None:
    assert fred.get("/clients/new").status_code == 200
    before = len(kinds(owner, world.fred))
    response = fred.post("/clients/new", INTAKE)
    assert response.status_code == 302, page(response)
    assert kinds(owner, world.fred)[before:] == ["client.taken_in"]
    case = UUID(response.headers["Location"].rsplit("/", 1)[1])
    text = page(fred.get(response.headers["Location"]))
    assert "Quillabell T." in text
    assert "Nobody yet" in text
    offered = fred.post(f"/cases/{case}/assignments/new", {"person": str(world.sam.id)})
    assert offered.status_code == 302
    assert "waits for an answer" in page(fred.get(f"/cases/{case}"))
    with as_actor(world.fred):
        row = queries.case_row(case)
        assert row.offer_to(world.sam.id)
        file = actions.open_client(actor=world.fred, client_id=row.present[0])
    assert file.card == Card(
        channel=Channel.EMAIL, hours=file.card.hours, called="Q", notes="Ring after six."
    )
    assert file.card.hours_words == "09:00 to 17:00"
    assert file.identity.birth_date
    assert file.identity.birth_date.year == 1988


@pytest.mark.req("AX-06")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"given": ""}, "This field is required."),
        ({"email": "nowhere"}, "Enter a valid email address."),
        ({"email": ""}, "Write the address"),
        ({"birth_date": "1788-05-04"}, "Check the year."),
        ({"birth_date": "2999-01-01"}, "Check the year."),
        ({"hours_until": ""}, "Give both hours"),
        ({"kind": "crowd"}, "valid choice"),
        ({"channel": "pigeon"}, "valid choice"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    fred: Client, world: World, change: dict[str, str], words: str
) -> None:
    response = fred.post("/clients/new", INTAKE | change)
    assert response.status_code == 200
    text = page(response)
    assert words in text
    assert "data-summary" in text
    assert "Thornhaugh" in text


@pytest.mark.req("AC-07")
def test_more_fields_than_there_are_change_nothing(fred: Client, world: World) -> None:
    extra = {"created_by": str(world.sam.id), "state": "open", "reference": "AAAAA-A", "id": "1"}
    response = fred.post("/clients/new", INTAKE | extra)
    case = UUID(response.headers["Location"].rsplit("/", 1)[1])
    with as_actor(world.fred):
        row = queries.case_row(case)
        assert row.state is CaseState.ENQUIRY
        assert queries.client_row(row.present[0]).reference != "AAAAA-A"


def test_a_partner_is_taken_into_the_case_until_it_is_full(fred: Client, world: World) -> None:
    single = take_in(world.fred, "tom", kind=CaseKind.COUPLE)
    with as_actor(world.fred):
        case = queries.cases_of(single)[0].id
    assert fred.get(f"/clients/new?case={case}").status_code == 200
    assert fred.post(f"/clients/new?case={case}", INTAKE).status_code == 302
    with as_actor(world.fred):
        assert len(queries.members(case)) == 2
        clients = queries.caseload(world.fred).rows
    full = fred.post(f"/clients/new?case={case}", INTAKE)
    assert "everybody it can have" in page(full)
    with as_actor(world.fred):
        assert queries.caseload(world.fred).rows == clients
        assert len(queries.members(case)) == 2
    assert fred.get("/clients/new?case=nonsense").status_code == 404


# -- details, card, sign-in -----------------------------------------------------------------------


def test_details_are_corrected_and_only_what_changed_is_an_event(
    dana: Client, world: World, owner: psycopg.Connection[Any]
) -> None:
    path = f"/clients/{world.mara}/identity"
    assert "Kettlebourne" in page(dana.get(path))
    known = {
        "given": "Maraquilla", "family": "Newname", "email": "maraquilla@mailbox.example",
        "phone": "+49 30 901820", "address": "Lindenhof 4",
    }  # fmt: skip
    before = len(kinds(owner, world.dana))
    assert dana.post(path, known).status_code == 302
    assert kinds(owner, world.dana)[before:] == ["client.opened", "client.amended"]
    assert dana.post(path, known | {"given": ""}).status_code == 200
    with as_actor(world.dana):
        file = actions.open_client(actor=world.dana, client_id=world.mara)
    assert file.name == "Maraquilla Newname"
    assert file.contact.phone == "+49 30 901820"


@pytest.mark.req("CL-07")
def test_the_card_is_shown_as_it_was_chosen_and_can_be_changed(dana: Client, world: World) -> None:
    path = f"/clients/{world.mara}/contact-card"
    assert re.search(r'value="email"[^>]*checked', page(dana.get(path)))
    response = dana.post(path, {"channel": "none", "card_notes": "Only in the room."})
    assert response.status_code == 302
    text = page(dana.get(path))
    assert re.search(r'value="none"[^>]*checked', text)
    assert "Only in the room." in text


def test_a_sign_in_is_given_once_with_link_and_pin(dana: Client, world: World) -> None:
    # nobody has asked whether a message may go, so the link is handed over
    single = take_in(world.dana, "tom", card=Card())
    path = f"/clients/{single}/portal"
    assert "tomasquith@mailbox.example" in page(dana.get(path))
    given = page(dana.post(path, {"email": "own@mailbox.example"}))
    assert re.search(r"/invitations/\S{20,}", given)
    assert re.search(r">\s*\d{6}\s*<", given)
    assert "Make a new link and PIN" in page(dana.get(path))
    again = page(dana.post(path))
    assert re.search(r"/invitations/\S{20,}", again)
    assert given != again


@pytest.mark.req("CL-07")
def test_nothing_online_means_no_sign_in(dana: Client, world: World) -> None:
    single = take_in(world.dana, "tom", card=Card(channel=Channel.NONE))
    path = f"/clients/{single}/portal"
    assert "nothing is to be online" in page(dana.get(path))
    assert dana.post(path, {"email": "own@mailbox.example"}).status_code == 403
    with as_actor(world.dana):
        assert not queries.has_portal(single)


def test_a_taken_address_is_told_without_telling_whose(dana: Client, world: World) -> None:
    single = take_in(world.dana, "tom")
    taken = page(dana.post(f"/clients/{single}/portal", {"email": "sam@practice.example"}))
    assert "cannot be used" in taken


# -- cases ----------------------------------------------------------------------------------------


def test_an_offer_is_accepted_from_the_caseload_and_the_enquiry_opens(
    client: Client, world: World
) -> None:
    new = take_in(world.fred, "tom")
    with as_actor(world.fred):
        case = queries.cases_of(new)[0].id
        offer = actions.offer_assignment(actor=world.fred, case_id=case, person_id=world.sam.id)
    sign_in_browserless(client, world.sam)
    text = page(client.get("/clients"))
    assert "Tomasquith Y." in text
    assert f"/assignments/{offer}/acceptance" in text
    assert "This case is offered to you" in page(client.get(f"/cases/{case}"))
    response = client.post(f"/assignments/{offer}/acceptance")
    assert response.headers["Location"] == f"/cases/{case}"
    with as_actor(world.sam):
        assert queries.case_row(case).state is CaseState.OPEN
    again = client.post(f"/assignments/{offer}/acceptance", follow=True)
    assert "answered or taken back" in page(again)


def test_a_declined_case_is_out_of_sight(client: Client, world: World) -> None:
    with as_actor(world.fred):
        offer = actions.offer_assignment(
            actor=world.fred, case_id=world.mara_case, person_id=world.sam.id
        )
    sign_in_browserless(client, world.sam)
    assert client.get(f"/cases/{world.mara_case}").status_code == 200
    assert client.post(f"/assignments/{offer}/decline").headers["Location"] == "/clients"
    assert client.get(f"/cases/{world.mara_case}").status_code == 404


@pytest.mark.req("AC-02")
def test_a_hidden_case_and_none_are_the_same_page(dana: Client, world: World) -> None:
    def told(row: UUID, path: str) -> str:
        response = dana.get(path.format(row))
        assert response.status_code == 404
        return same_each_time(page(response), str(row))

    for path in (
        "/cases/{}", "/cases/{}/state", "/cases/{}/members/new", "/cases/{}/assignments/new",
        "/clients/{}/identity", "/clients/{}/contact-card", "/clients/{}/portal",
        "/clients/{}/cases/new",
    ):  # fmt: skip
        hidden = world.jon_case if path.startswith("/cases") else world.jon
        assert told(hidden, path) == told(uuid4(), path)


def test_dana_pauses_her_case_and_closing_it_takes_it_out_of_sight(
    dana: Client, world: World
) -> None:
    path = f"/cases/{world.mara_case}/state"
    assert "Where does this case go?" in page(dana.get(path))
    assert dana.post(path, {"state": "paused"}).status_code == 302
    assert "paused" in page(dana.get(f"/cases/{world.mara_case}"))
    assert dana.post(path, {"state": "waiting"}).status_code == 200
    assert dana.post(path, {"state": "closed"}).headers["Location"] == "/clients"
    assert dana.get(f"/cases/{world.mara_case}").status_code == 404
    assert "Maraquilla" not in page(dana.get("/clients"))


def test_a_case_nobody_accepted_does_not_open(fred: Client, world: World) -> None:
    new = take_in(world.fred, "tom")
    with as_actor(world.fred):
        case = queries.cases_of(new)[0].id
    text = page(fred.post(f"/cases/{case}/state", {"state": "open"}))
    assert "once a counsellor has accepted it" in text
    assert fred.post(f"/cases/{case}/state", {"state": "waiting"}).status_code == 302


def test_coming_back_after_closing_starts_a_new_case(fred: Client, world: World) -> None:
    fred.post(f"/cases/{world.mara_case}/state", {"state": "closed"})
    text = page(fred.get(f"/cases/{world.mara_case}"))
    assert "Nobody any more" in text
    assert "stays closed" in page(fred.get(f"/cases/{world.mara_case}/state"))
    response = fred.post(f"/clients/{world.mara}/cases/new", {"kind": "individual"})
    assert response.status_code == 302
    with as_actor(world.fred):
        states = [one.state for one in queries.cases_of(world.mara)]
    assert sorted(states) == [CaseState.CLOSED, CaseState.ENQUIRY]


def test_members_come_and_go_in_a_group(fred: Client, world: World) -> None:
    first = take_in(world.fred, "tom", kind=CaseKind.GROUP)
    with as_actor(world.fred):
        case = queries.cases_of(first)[0].id
        reference = queries.client_row(world.mara).reference
    path = f"/cases/{case}/members/new"
    assert fred.get(path).status_code == 200
    assert "Nobody you can see" in page(fred.post(path, {"reference": "22222-2"}))
    assert fred.post(path, {"reference": reference}).status_code == 302
    assert "in this case already" in page(fred.post(path, {"reference": reference}))
    with as_actor(world.fred):
        member = next(one for one in queries.case_row(case).members if one.client == world.mara)
    end = f"/cases/{case}/members/{member.id}/end"
    assert "Maraquilla K." in page(fred.get(end))
    assert fred.post(end).status_code == 302
    assert "Maraquilla" not in page(fred.get(f"/cases/{case}"))
    assert "already ended" in page(fred.post(end, follow=True))
    assert fred.get(f"/cases/{case}/members/{uuid4()}/end").status_code == 404


def test_dana_gives_a_case_back(dana: Client, world: World) -> None:
    with as_actor(world.dana):
        one = queries.case_row(world.mara_case).assignments[0]
    path = f"/assignments/{one.id}/end"
    assert "You will no longer see" in page(dana.get(path))
    assert dana.post(path).headers["Location"] == "/clients"
    assert dana.get(path).status_code == 404


@pytest.mark.req("AC-04")
def test_a_supervisor_sees_a_supervisees_case_and_changes_nothing(
    client: Client, world: World
) -> None:
    sign_in_browserless(client, world.vera)
    text = page(client.get(f"/cases/{world.mara_case}"))
    assert "Maraquilla K." in text
    assert "Offer to somebody" not in text
    assert client.get(f"/cases/{world.jon_case}").status_code == 404
    for path in (
        f"/cases/{world.mara_case}/state",
        f"/cases/{world.mara_case}/assignments/new",
        f"/clients/{world.mara}/identity",
        f"/clients/{world.mara}/portal",
    ):
        assert client.get(path).status_code == 403


@pytest.mark.req("WH-04")
@pytest.mark.parametrize("name", ["acceptance", "decline"])
def test_an_answer_is_a_post(dana: Client, world: World, name: str) -> None:
    with as_actor(world.dana):
        one = queries.case_row(world.mara_case).assignments[0]
    assert dana.get(reverse(f"clients:{name}", args=[one.id])).status_code == 405
