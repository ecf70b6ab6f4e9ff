"""Mara comes in by a link and the word she agreed on with Fred; nobody learns whether she could."""

from __future__ import annotations

import datetime
import re
import statistics
import time
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import pytest
import time_machine
from django.core import mail
from django.test import Client

from clients import actions, queries
from clients.domain import Card, Channel, Template
from counselling.access import StepUpNeeded
from counselling.accounts import domain
from counselling.accounts.domain import decide_word, fold_word
from counselling.accounts.models import Account, AgreedWord, SentLink, SignedInSession
from counselling.db import as_actor
from counselling.errors import Invalid
from counselling.jobs import sweep
from tests.clients.guarding import MUM, young
from tests.people import PASSWORD, SECRET, email_of, fresh, give_password, sign_in_browserless
from tests.world import email_of as address_of

if TYPE_CHECKING:
    from tests.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.django_db
WORD: Final = "paper lantern"
LINK: Final = re.compile(r"/sign-in/link/[\w-]{20,}")
NEW: Final = "violet hammer quarry noon"


@pytest.fixture
def agreed(world: World, jobs: Jobs) -> World:
    desk = fresh(world.fred)
    with as_actor(desk):
        actions.agree_on_word(actor=desk, client_id=world.mara, word=WORD)
    jobs.run()
    mail.outbox.clear()
    return world


def asks(email: str, page: str = "/sign-in/link", browser: Client | None = None) -> Any:
    return (browser or Client()).post(page, {"email": email})


def letter(jobs: Jobs) -> str:
    """Have the worker do what is due, twice: find out whose it is, then send."""
    jobs.run()
    jobs.run()
    found = LINK.search(mail.outbox[-1].body)
    assert found
    return found[0]


@pytest.mark.req("AU-07", "AU-03")
def test_link_and_word_let_her_in_once_and_looking_uses_nothing_up(
    agreed: World, jobs: Jobs
) -> None:
    asks(address_of("mara"))
    path = letter(jobs)
    assert mail.outbox[-1].to == [address_of("mara")]
    assert not re.search(r"counsel|therap|session|practice", mail.outbox[-1].body, re.I)
    for _ in range(3):  # a scanner of letters follows it
        assert Client().get(path).status_code == 200
    mara = Client()
    assert mara.post(path, {"word": " Paper  LANTERN "}).headers["Location"] == "/"
    assert mara.get("/space/plan").status_code == 200
    assert Client().post(path, {"word": WORD}).status_code == 404
    assert Client().get(path).status_code == 404


@pytest.mark.req("AU-06")
def test_a_name_nobody_has_and_one_without_a_word_are_told_the_same(
    agreed: World, jobs: Jobs
) -> None:
    names = [
        address_of("mara"),
        address_of("ben"),
        "nobody@mailbox.example",
        "dana@practice.example",
    ]
    said = [asks(name) for name in names]
    assert {(one.status_code, one.headers["Location"]) for one in said} == {
        (302, "/sign-in/link/sent")
    }
    jobs.run()
    jobs.run()
    assert [one.to for one in mail.outbox] == [[address_of("mara")]]
    assert SentLink.objects.filter(ended_at=None).count() == 1


@pytest.mark.req("AU-06")
def test_asking_takes_as_long_for_nobody(agreed: World) -> None:
    for _ in range(3):  # a busy machine is given another round
        took: dict[str, list[float]] = {"mara": [], "nobody": []}
        with mock.patch.multiple(
            domain,
            LINKS_FROM_HERE=domain.FROM_ONE_ADDRESS,
            LINKS_EVERYWHERE=domain.FROM_ONE_ADDRESS,
            LINKS_OF_ADDRESS=domain.PASSWORDS_EVERYWHERE,
        ):
            for _ in range(12):
                for who, email in (("mara", address_of("mara")), ("nobody", "n@mailbox.example")):
                    began = time.perf_counter()
                    asks(email)
                    took[who].append(time.perf_counter() - began)
        medians = [statistics.median(one) for one in took.values()]
        if max(medians) / min(medians) < 1.25:
            return
    pytest.fail(f"apart: {medians}")


@pytest.mark.req("AU-07")
def test_a_link_is_good_for_a_quarter_of_an_hour(agreed: World, jobs: Jobs) -> None:
    asks(address_of("mara"))
    path = letter(jobs)
    late = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=15, seconds=1)
    with time_machine.travel(late):
        assert Client().post(path, {"word": WORD}).status_code == 404
    asks(address_of("mara"))
    newer = letter(jobs)
    assert Client().get(path).status_code == 404  # one letter, one way in
    assert Client().get(newer).status_code == 200


@pytest.mark.req("AU-05")
def test_five_wrong_words_end_a_link_and_staff_hear_of_it(agreed: World, jobs: Jobs) -> None:
    asks(address_of("mara"))
    path, guesser = letter(jobs), Client()
    told = [guesser.post(path, {"word": f"kettle number {n}"}).content.decode() for n in range(4)]
    assert "4 more times" in told[0]
    assert "once more" in told[3]
    over = guesser.post(path, {"word": "kettle again"})
    assert over.status_code == 404
    assert "fifth wrong word" in over.content.decode()
    assert Client().post(path, {"word": WORD}).status_code == 404
    with as_actor(agreed.dana):
        (news,) = queries.unseen_news([agreed.mara])
    assert "five wrong words" in news.words
    dana = Client()
    sign_in_browserless(dana, agreed.dana)
    assert "five wrong words" in dana.get("/today").content.decode()
    assert dana.post(f"/clients/{agreed.mara}/news").status_code == 302
    assert "five wrong words" not in dana.get("/today").content.decode()


@pytest.mark.req("AU-05")
def test_after_fifteen_wrong_words_a_new_one_is_agreed_in_the_room(
    agreed: World, jobs: Jobs
) -> None:
    AgreedWord.objects.update(failures=14)
    asks(address_of("mara"))
    path = letter(jobs)
    assert Client().post(path, {"word": "kettle"}).status_code == 200
    assert Client().post(path, {"word": WORD}).status_code == 404
    mail.outbox.clear()
    asks(address_of("mara"))
    jobs.run()
    assert mail.outbox == []


@pytest.mark.req("AU-05")
def test_links_are_not_asked_for_by_the_hundred(agreed: World) -> None:
    statuses = [asks("anybody@mailbox.example").status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]


@pytest.mark.req("CL-07")
@pytest.mark.parametrize("card", [Card(), Card(channel=Channel.EMAIL, hours=None)])
def test_the_card_decides_whether_a_link_leaves(agreed: World, jobs: Jobs, card: Card) -> None:
    if card.answered:  # hours that have just gone: the link would be dead before they come again
        now = datetime.datetime.now().astimezone() - datetime.timedelta(hours=3)
        hours = (now.time().replace(microsecond=0), (now + datetime.timedelta(hours=1)).time())
        card = Card(channel=Channel.EMAIL, hours=hours)
    with as_actor(agreed.fred):
        actions.set_card(actor=agreed.fred, client_id=agreed.mara, card=card)
    jobs.run()
    mail.outbox.clear()
    asks(address_of("mara"))
    jobs.run()
    jobs.run()
    assert mail.outbox == []
    assert not SentLink.objects.filter(ended_at=None).exists()


def test_a_broker_that_is_away_loses_no_link(agreed: World, jobs: Jobs) -> None:
    asks(address_of("mara"))
    jobs.clear()
    sweep()
    assert letter(jobs)


@pytest.mark.req("AU-03")
def test_a_second_factor_that_is_set_is_asked(agreed: World, jobs: Jobs) -> None:
    from counselling.accounts.actions import factors

    factors.plant_device(agreed.mara_portal.id, SECRET)
    asks(address_of("mara"))
    path, mara = letter(jobs), Client()
    assert mara.post(path, {"word": WORD}).headers["Location"] == "/sign-in/code"
    assert mara.get("/space").status_code == 302


@pytest.mark.req("AU-03")
def test_a_password_alone_opens_no_note_and_signs_nothing(agreed: World) -> None:
    mara = Client()
    mara.get("/sign-in")
    give_password(mara, address_of("mara"))
    assert mara.get("/space").status_code == 200
    assert mara.get("/space/permissions").status_code == 200
    for path in ("/space/plan", f"/space/requests/{agreed.mara}"):
        asked = mara.get(path).headers["Location"]
        assert asked.startswith("/sign-in/second?next=")
    assert "not the word" in mara.post(asked, {"word": "kettle kettle"}).content.decode()
    before = mara.cookies["__Host-session"].value
    assert mara.post(asked, {"word": WORD}).status_code == 302
    assert mara.cookies["__Host-session"].value != before
    assert mara.get("/space/plan").status_code == 200


@pytest.mark.req("AU-03", "AU-09")
def test_a_password_alone_adds_no_authenticator_where_a_word_is_agreed(agreed: World) -> None:
    """Whoever stole the password would make the second secret themselves."""
    thief = Client()
    thief.get("/sign-in")
    give_password(thief, address_of("mara"))
    page = "/account/authenticator"
    for answer in (thief.get(page), thief.post(page, {"code": "123456"})):
        assert answer.headers["Location"].startswith("/sign-in/second?next=")
    assert thief.post(f"/sign-in/second?next={page}", {"word": WORD}).headers["Location"] == page
    assert thief.get(page).status_code == 200


@pytest.mark.req("AU-03", "AU-09")
def test_who_has_a_word_alone_confirms_with_it_and_adds_an_authenticator(
    world: World, jobs: Jobs
) -> None:
    desk = fresh(world.fred)
    with as_actor(desk):
        actions.give_portal_access(actor=desk, client_id=world.tom, word=WORD)
    jobs.run()
    assert "/sign-in/link" in mail.outbox[-1].body
    asks(address_of("tom"))
    path, tom = letter(jobs), Client()
    assert tom.post(path, {"word": WORD}).headers["Location"] == "/"
    SignedInSession.objects.update(step_up_at=None)
    asked = tom.get("/account/authenticator").headers["Location"]
    assert asked.startswith("/step-up")
    assert "The word you agreed on" in tom.get(asked).content.decode()
    assert tom.post(asked, {"code": "kettle kettle"}).status_code == 200
    assert (
        tom.post(asked, {"code": "Paper Lantern"}).headers["Location"] == "/account/authenticator"
    )
    assert tom.get("/account/authenticator").status_code == 200


# -- forgotten passwords -----------------------------------------------------------------------


@pytest.mark.req("AU-07", "AU-10")
def test_a_client_sets_a_forgotten_password_with_link_and_word(agreed: World, jobs: Jobs) -> None:
    other = Client()
    sign_in_browserless(other, agreed.mara_portal)
    asks(address_of("mara"), "/sign-in/forgotten")
    path, mara = letter(jobs), Client()
    weak = mara.post(path, {"word": WORD, "password": "password1"}).content.decode()
    assert "easily guessed" in weak or "too common" in weak
    assert mara.post(path, {"word": WORD, "password": NEW}).headers["Location"] == "/sign-in"
    assert other.get("/space").status_code == 302
    assert give_password(Client(), address_of("mara")).status_code == 200
    assert give_password(Client(), address_of("mara"), NEW).status_code == 302
    jobs.run()
    assert any("A change you asked for" in one.body for one in mail.outbox)


@pytest.mark.req("AU-02", "AU-07")
def test_a_colleague_sets_hers_by_mail_and_is_still_asked_her_code(
    world: World, jobs: Jobs
) -> None:
    asks("dana@practice.example", "/sign-in/forgotten")
    path, dana = letter(jobs), Client()
    assert 'name="word"' not in dana.get(path).content.decode()
    assert dana.post(path, {"password": NEW}).headers["Location"] == "/sign-in"
    answer = give_password(dana, "dana@practice.example", NEW)
    assert answer.headers["Location"] == "/sign-in/code"
    assert dana.post(path, {"password": PASSWORD}).status_code == 404


# -- the word itself ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "will_do"),
    [
        ("paper lantern", True),
        ("Großvaterstuhl", True),
        ("kettle", False),
        ("aaaaaaaaaa", False),
        ("mara mara", False),
        ("uncle maraquilla", False),
        ("x" * 90, False),
    ],
)
def test_a_word_is_two_words_or_eight_letters_and_nothing_others_know(
    word: str, *, will_do: bool
) -> None:
    assert (decide_word(word, ("Maraquilla", "mara@mailbox.example")) == "") is will_do


def test_a_word_is_taken_as_it_is_said() -> None:
    assert fold_word("  Paper-\u00a0LANTERN ") == "paper lantern"
    assert fold_word("\uff30aper lantern") == "paper lantern"


def test_a_common_word_is_refused_at_the_desk(world: World) -> None:
    desk = fresh(world.fred)
    with as_actor(desk), pytest.raises(Invalid):
        actions.agree_on_word(actor=desk, client_id=world.mara, word="password1")


@pytest.mark.req("AU-09", "AU-10")
def test_a_new_word_asks_who_gives_it_and_ends_what_was(agreed: World, jobs: Jobs) -> None:
    mara = Client()
    sign_in_browserless(mara, agreed.mara_portal)
    asks(address_of("mara"))
    path = letter(jobs)
    with as_actor(agreed.fred), pytest.raises(StepUpNeeded):
        actions.agree_on_word(actor=agreed.fred, client_id=agreed.mara, word="green kettle")
    desk = fresh(agreed.fred)
    with as_actor(desk):
        actions.agree_on_word(actor=desk, client_id=agreed.mara, word="green kettle")
    assert mara.get("/space").status_code == 302
    assert Client().get(path).status_code == 404
    jobs.run()
    assert "A change you asked for" in mail.outbox[-1].body


def test_only_hashes_are_kept(agreed: World, jobs: Jobs, root: Any) -> None:
    asks(address_of("mara"))
    token = letter(jobs).rpartition("/")[2]
    kept = str(root.execute("SELECT a::text FROM accounts_agreedword a").fetchall())
    kept += str(root.execute("SELECT l::text FROM accounts_sentlink l").fetchall())
    assert "lantern" not in kept
    assert token not in kept
    assert "argon2" in kept


# -- browsers known again ----------------------------------------------------------------------


@pytest.mark.req("AU-10")
def test_a_sign_in_from_a_browser_not_seen_before_is_told(world: World, jobs: Jobs) -> None:
    known = Client()
    sign_in_browserless(known, world.mara_portal)
    jobs.run()
    mail.outbox.clear()
    sign_in_browserless(known, world.mara_portal)
    jobs.run()
    assert mail.outbox == []
    sign_in_browserless(Client(), world.mara_portal)
    jobs.run()
    assert "a browser we did not know" in mail.outbox[-1].body
    assert mail.outbox[-1].subject == "You have a message"
    assert not re.search(r"counsel|therap", mail.outbox[-1].body, re.I)


@pytest.mark.req("AU-10")
def test_a_colleague_is_told_of_a_browser_too(world: World, jobs: Jobs) -> None:
    for _ in range(2):
        browser = Client()
        sign_in_browserless(browser, world.dana)
        jobs.run()
    assert "did not know" in mail.outbox[-1].body
    assert mail.outbox[-1].to == [email_of(world.dana.id)]


@pytest.mark.req("AU-10", "CL-07")
def test_a_guardian_is_told_too_by_a_card_of_their_own(world: World, jobs: Jobs) -> None:
    portal = young(world).mum_portal
    for _ in range(2):
        sign_in_browserless(Client(), portal)
        jobs.run()
    told = [one for one in mail.outbox if "did not know" in one.body]
    assert [one.to for one in told] == [[MUM.contact.email]]
    assert told[0].subject == "You have a message"


# -- nothing online ----------------------------------------------------------------------------


@pytest.mark.req("CL-07", "AU-14")
def test_nothing_online_ends_sign_in_links_and_letters_at_once(agreed: World, jobs: Jobs) -> None:
    from tests.consent import steps

    request = steps.ask(agreed, client=agreed.mara)
    sent = steps.send(agreed, request)
    asks(address_of("mara"))
    path = letter(jobs)
    elsewhere, mara = Client(), Client()
    sign_in_browserless(elsewhere, agreed.mara_portal)
    mara.post(path, {"word": WORD})
    with as_actor(agreed.fred):
        actions.queue_message(actor=agreed.fred, client_id=agreed.mara, template=Template.DOCUMENT)
    assert "your sign-in ends" in mara.get("/space/card/nothing-online").content.decode()
    done = mara.post("/space/card/nothing-online")
    assert "Clear-Site-Data" in done.headers
    for browser in (mara, elsewhere):
        assert browser.get("/space").status_code == 302
    assert not Account.objects.get(pk=agreed.mara_portal.id).is_active
    assert Client().get(f"/r/{steps.token_of(sent)}").status_code == 404
    mail.outbox.clear()
    asks(address_of("mara"))
    jobs.run()
    jobs.run()
    assert mail.outbox == []
    with as_actor(agreed.dana):
        assert [one.kind.value for one in queries.unseen_news([agreed.mara])] == ["offline"]
        file = actions.open_client(actor=agreed.dana, client_id=agreed.mara)
    assert file.card.channel is Channel.NONE
    assert not SignedInSession.objects.filter(account=agreed.mara_portal.id, ended_at=None).exists()


def test_a_way_in_agreed_anew_opens_the_space_again(agreed: World, jobs: Jobs) -> None:
    with as_actor(agreed.mara_portal):
        actions.choose_nothing_online(actor=agreed.mara_portal)
    desk = fresh(agreed.fred)
    with as_actor(desk):
        card = Card(channel=Channel.EMAIL)
        actions.set_card(actor=desk, client_id=agreed.mara, card=card)
        actions.agree_on_word(actor=desk, client_id=agreed.mara, word="green kettle")
    asks(address_of("mara"))
    mara = Client()
    mara.post(letter(jobs), {"word": "green kettle"})
    assert mara.get("/space").status_code == 200


@pytest.mark.req("CL-07")
def test_she_changes_her_card_and_what_staff_noted_stays(world: World, jobs: Jobs) -> None:
    with as_actor(world.fred):
        noted = Card(channel=Channel.EMAIL, notes="Her sister may answer.")
        actions.set_card(actor=world.fred, client_id=world.mara, card=noted)
    mara = Client()
    sign_in_browserless(mara, world.mara_portal)
    shown = mara.get("/space/card").content.decode()
    assert address_of("mara") in shown
    assert "sister" not in shown
    half = mara.post("/space/card", {"channel": "email", "hours_from": "09:00"})
    assert "Give both hours" in half.content.decode()
    said = {"channel": "email", "hours_from": "09:00", "hours_until": "11:00", "name_to_use": "M"}
    assert mara.post("/space/card", said).status_code == 302
    for channel in ("none", "text", ""):
        assert mara.post("/space/card", {"channel": channel}).status_code == 200
    with as_actor(world.dana):
        card = actions.open_client(actor=world.dana, client_id=world.mara).card
        (news,) = queries.unseen_news([world.mara])
    assert (card.called, card.hours_words, card.notes) == ("M", "09:00 to 11:00", noted.notes)
    assert news.kind == "card"
