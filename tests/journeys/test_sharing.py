"""Something leaves: by the client's yes, by a yes that is asked for now, by a court's order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from consent.domain.bases import BasisKind, Fact
from consent.domain.recipients import AddressKind
from counselling import jobs as queue
from tests.consent import acts_delivery, basis_steps, delivering
from tests.consent import steps as asking
from tests.journeys import steps
from tests.journeys.conftest import one, until
from tests.records import sharing
from tests.records.writing import signed_note
from tests.world import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.req("DS-01")]

DOCTOR = asking.EVA.name
LETTER = "She sleeps through most nights and walks to the lake again."
TELEPHONE = {"viewport": {"width": 320, "height": 640}}
SENT = "SELECT count(*) FROM consent_disclosure"


def by_keyboard(person: Person, role: str, name: str, key: str = "Enter") -> None:
    """Press a key on a button or a link and wait for the page it leads to."""
    found = person.page.get_by_role(role, name=re.compile(f"^{name}"))  # type: ignore[arg-type]  # a role by its word
    with person.page.expect_navigation(timeout=15_000):
        found.first.press(key)


def chooses_who(person: Person, client: object, name: str) -> None:
    """Say on the client's page that something is shared, and to whom."""
    person.goes_to(f"/clients/{client}")
    by_keyboard(person, "link", "Share$")
    assert person.page.locator("input:checked").count() == 0
    person.page.get_by_role("radio", name=re.compile(name)).press("Space")


def chooses_the_note(person: Person) -> None:
    """Choose notes, then the one there is; nothing was chosen beforehand."""
    assert person.page.locator("input:checked:visible").count() == 0
    person.page.get_by_label("Chosen notes").press("Space")
    box = person.page.locator("input[name=notes-items]")
    assert not box.is_checked()
    box.press("Space")
    by_keyboard(person, "button", "Preview as the recipient")
    person.sees(sharing.WORDS)


@pytest.mark.req("DS-03", "AX-01")
def test_a_letter_the_client_saw_first_is_read_through_a_link_until_it_is_ended(
    world: World, at_a_browser: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given: Mara agreed to a letter to her doctor, of whom Dana has made sure how to reach her
    monkeypatch.setattr(queue, "_send", lambda *_: None)  # the letter with the link is read here
    answers = {"share-notes": False, "share-summary": True}
    shared = asking.shared_permission(world, answers=answers)
    delivering.address(world, shared.recipient, AddressKind.EMAIL, delivering.EMAIL)
    delivering.address(world, shared.recipient, AddressKind.PHONE, delivering.PHONE)
    dana, mara = at_a_browser(), at_a_browser(**TELEPHONE)
    steps.signs_in(dana, world.dana)
    steps.signs_in(mara, world.mara_portal)

    # when: Dana writes the letter, by keyboard alone
    chooses_who(dana, world.mara, DOCTOR)
    by_keyboard(dana, "button", "Choose what")
    assert dana.page.get_by_label("Chosen notes").is_disabled()
    dana.page.get_by_label("Summary letter").press("Space")
    assert dana.page.get_by_label("Show the client first").first.is_checked()
    by_keyboard(dana, "button", "Write the letter")
    dana.page.get_by_label("The letter").focus()
    dana.page.keyboard.type(LETTER)
    with dana.page.expect_navigation():
        dana.page.keyboard.press("Control+Enter")
    dana.sees(LETTER)
    by_keyboard(dana, "button", "Show it in their space")

    # then: Mara reads it on her telephone before anything went, and says that it is fine
    mara.goes_to("/space")
    mara.page.locator("section", has_text="Before it goes").get_by_role("link").click()
    mara.sees(LETTER)
    assert one(SENT) == 0
    mara.clicks("This is fine")

    # when: Dana sends it as a link; the word comes once, and no reload brings it back
    dana.page.reload()
    dana.sees("They said it is fine")
    dana.page.locator("input[name=channel][value=link]").press("Space")
    dana.page.locator("[name=told]").select_option(label=f"by telephone: {delivering.PHONE}")
    by_keyboard(dana, "button", "Send$")
    word = dana.page.get_by_label("Word", exact=True).inner_text()
    by_keyboard(dana, "link", "I have told them")
    went = dana.page.url
    assert word not in dana.page.content()

    # then: a wrong word opens nothing; with the right one the doctor reads pages that bear her name
    doctor = at_a_browser(**TELEPHONE)
    doctor.goes_to(f"/d/{delivering.token_in(acts_delivery.claimed(world))}")
    doctor.page.keyboard.type("AAAAAAAA")
    doctor.page.keyboard.press("Enter")
    doctor.sees("That is not the word")
    doctor.page.get_by_label("Word").fill(word)
    doctor.page.keyboard.press("Enter")
    doctor.sees(LETTER)
    doctor.looks()
    assert "Lindqvarn" in str(doctor.page.locator("svg.watermark text").first.text_content())
    reading = doctor.page.url

    # and: Mara sees to whom it went, and that it was opened once
    mara.goes_to("/space/disclosures")
    mara.sees(DOCTOR)
    opened = mara.page.locator("dt", has_text="Opened").locator("+ dd")
    assert opened.locator("time").count() == 1

    # when: Dana ends it
    dana.goes_to(went)
    dana.sees("Opened 1 of 5 times")
    by_keyboard(dana, "button", "Take it back")

    # then: the doctor's page is no longer there
    doctor.goes_to(reading)
    assert "no longer available" in doctor.heading()
    assert LETTER not in doctor.page.content()


@pytest.mark.req("DS-04")
def test_a_share_nobody_agreed_to_asks_the_client_now_and_goes_by_itself(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given: a note, and a doctor whom Mara was never asked about
    signed_note(world.dana, world.mara_case, sharing.WORDS)
    sharing.somebody(world)
    steps.is_handed_letters(world.fred, world.mara)
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)

    # when: Dana prepares it all the same, and asks now
    chooses_who(dana, world.mara, f"{DOCTOR}.*no permission")
    dana.page.locator("[name=purpose]").select_option("medication")
    by_keyboard(dana, "button", "Choose what")
    chooses_the_note(dana)
    assert dana.page.get_by_role("button", name="Send", exact=True).count() == 0
    dana.page.get_by_label("Send it as soon as they agree").press("Space")
    dana.page.get_by_label("Handed over on paper").press("Space")
    by_keyboard(dana, "button", "Ask the client now")

    # then: the form names the doctor and the purpose already
    assert dana.page.get_by_role("radio", name=re.compile(DOCTOR)).is_checked()
    assert dana.page.get_by_label("medication").is_checked()
    dana.clicks("Send")
    pin = re.sub(r"\D", "", dana.page.get_by_label("PIN").inner_text())
    link = next(text for text in dana.page.locator("code").all_inner_texts() if "/r/" in text)
    by_keyboard(dana, "link", "Back to what you share")
    share = dana.page.url
    assert one(SENT) == 0

    # when: Mara signs
    mara = at_a_browser(**TELEPHONE)
    steps.opens(mara, link, pin)
    steps.says_yes_to_everything(mara)
    steps.signs(mara, " ".join(NAMES["mara"]))

    # then: within a minute it goes by itself, and Dana's page leads to what went
    queue.sweep()
    until(lambda: one(SENT) == 1, 40)
    dana.goes_to(share)
    assert "/disclosures/" in dana.page.url
    dana.sees("The form that was signed")


@pytest.mark.req("DS-05")
def test_what_a_court_orders_goes_on_paper_after_a_second_person_and_the_client_is_told(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given: a note, and no permission
    signed_note(world.dana, world.mara_case, sharing.WORDS)
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)

    # when: Dana writes down the order, with its paper
    dana.goes_to(f"/clients/{world.mara}/bases/new")
    by_keyboard(dana, "link", "Court order")
    page = dana.page
    assert not page.locator("[name=new_name]").is_visible()
    page.get_by_label("Somebody else").press("Space")
    page.locator("[name=new_name]").fill(basis_steps.COURT.name)
    page.locator("[name=new_kind]").select_option("court")
    page.locator("[name=categories][value=session_notes]").press("Space")
    for fact, words in basis_steps.FACTS[BasisKind.COURT_ORDER].items():
        if fact is not Fact.ORDER_KIND:
            page.locator(f"[name={fact.value}]").fill(words)
    page.get_by_label("Order of a court").press("Space")
    paper = basis_steps.ORDER
    order = {"name": "order.pdf", "mimeType": paper.media, "buffer": paper.content}
    page.locator("[name=paper]").set_input_files([order])
    page.get_by_label("When something goes").press("Space")
    by_keyboard(dana, "button", "Write it down")
    basis = page.url
    assert page.get_by_role("link", name="Share because of this").count() == 0

    # and: Vera, who supervises her, finds it on her Today and lets it go
    vera = at_a_browser(**TELEPHONE)
    steps.signs_in(vera, world.vera)
    vera.goes_to("/today")
    vera.page.locator(f"a[href='{basis.removeprefix(vera.address)}']").press("Enter")
    vera.sees("17 F 4711/26")
    vera.page.get_by_label("Release it").press("Space")
    by_keyboard(vera, "button", "Answer")

    # then: Dana shares the note because of it, on paper
    dana.goes_to(basis)
    by_keyboard(dana, "link", "Share because of this")
    page.get_by_role("radio", name=re.compile(basis_steps.COURT.name)).press("Space")
    by_keyboard(dana, "button", "Choose what")
    chooses_the_note(dana)
    page.get_by_label("Handed over on paper").press("Space")
    by_keyboard(dana, "button", "Send$")
    assert one(SENT) == 1
    until(lambda: steps.sealed_documents() == 1, 60)
    dana.page.reload()
    assert page.get_by_role("link", name="Download to hand over").count() == 1

    # and: Mara is told at once, in her own list
    mara = at_a_browser(**TELEPHONE)
    steps.signs_in(mara, world.mara_portal)
    mara.goes_to("/space/disclosures")
    mara.sees(basis_steps.COURT.name)
    mara.sees("court")
