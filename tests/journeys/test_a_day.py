"""The day the product is for, told once from the first sign-in to who opened the file."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from tests.journeys import steps
from tests.journeys.conftest import one, until
from tests.records.writing import hold_session, real_text
from tests.world import NAMES

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DOCTOR = "Dr Eva Lind"
ALONE = "I hurried when the brother came up. Bring to supervision."


def tool(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def is_sealed(pdf: pathlib.Path) -> None:
    said = tool("pdfsig", "-nocert", str(pdf))
    assert "Signature is Valid" in said
    assert "Total document signed" in said


@pytest.mark.req(
    "CL-02", "CL-05", "DS-01", "DS-04", "ES-02", "ES-03", "ES-06", "ES-08", "ES-09", "AT-16"
)
def test_a_note_a_signature_a_share_a_withdrawal_and_who_saw_what(
    world: World, at_a_browser: Callable[..., Person], tmp_path: pathlib.Path
) -> None:
    # given Dana, signed in, and two sessions that took place today
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    sessions = [hold_session(world.dana, world.mara_case, hours_ago=hours) for hours in (3, 1)]
    dana.goes_to("/today")
    assert "two notes to finish" in dana.heading()

    # when she writes, the draft is saved sealed while she types
    dana.page.get_by_role("link", name="Write note").first.click()
    dana.page.get_by_label("Record").fill(real_text(3))
    dana.page.get_by_label("For me alone").fill(ALONE)
    dana.page.get_by_role("status").get_by_text("sealed").wait_for(timeout=20_000)
    assert one("SELECT count(*) FROM records_draft") == 1

    # and signs, the note is final
    dana.page.get_by_label("monitored").check()
    dana.clicks("Sign …")
    dana.sees("the text never changes")
    dana.clicks("Sign")
    note = dana.page.url
    dana.sees("Signed by")
    assert one("SELECT count(*) FROM records_draft") == 0
    steps.writes_and_signs(dana, sessions[1], "The second note of the day.")

    # when she asks Mara, whom nobody has asked how to reach her, whether notes may go to her doctor
    steps.is_handed_letters(world.fred, world.mara)
    link, pin = steps.asks_to_share(dana, world.mara, DOCTOR)

    # then Mara, with the link and the PIN, reads, answers and signs
    mara = at_a_browser(viewport={"width": 320, "height": 720})
    steps.opens(mara, link, pin)
    steps.says_yes_to_everything(mara)
    steps.signs(mara, " ".join(NAMES["mara"]))
    mara.sees("Thank you. It is signed.")

    # and the worker seals the PDF, which she downloads at once
    until(lambda: steps.sealed_documents() == 1, 60)
    mara.follows("Look again")
    pdf = steps.downloads(mara, "Download my copy", tmp_path)
    is_sealed(pdf)
    text = tool("pdftotext", str(pdf), "-")
    assert DOCTOR in text
    assert NAMES["mara"][1] not in pdf.name

    # when Dana shares the two notes, she sees exactly what goes, then hands it over
    dana.goes_to(f"/clients/{world.mara}")
    dana.follows("Share")
    assert dana.page.locator("input:checked").count() == 0
    dana.page.get_by_label(DOCTOR).check()
    dana.clicks("Choose what")
    assert dana.page.locator("input:checked:visible").count() == 0
    dana.page.get_by_label("Chosen notes").check()
    for box in dana.page.locator("input[name=notes-items]").all():
        box.check()
    dana.page.get_by_label("Why so much is needed").fill("Both are about the sleep.")
    dana.clicks("Preview as the recipient")
    dana.sees("The second note of the day.")
    assert ALONE not in dana.page.content()
    dana.page.get_by_label("Handed over on paper").check()
    dana.clicks("Send")
    until(lambda: steps.sealed_documents() == 2, 60)
    dana.page.reload()
    shared = steps.downloads(dana, "Download to hand over", tmp_path)
    is_sealed(shared)
    said = tool("pdftotext", str(shared), "-")
    assert "The second note of the day." in said
    assert "do not pass it on" in said
    assert ALONE[:20] not in said

    # when Mara signs in and stops it, in two clicks
    mara = at_a_browser()
    steps.signs_in(mara, world.mara_portal)
    mara.goes_to("/space/permissions")
    steps.picks_to_stop(mara, "Notes of chosen sessions")
    mara.sees("Was already sent")
    mara.clicks("Stop")

    # then Dana cannot choose notes any more, is told why, and may still choose the letter
    dana.goes_to(f"/clients/{world.mara}/disclosures/new")
    dana.page.get_by_label(DOCTOR).check()
    dana.clicks("Choose what")
    dana.sees("Not covered by the permission")
    assert dana.page.get_by_label("Chosen notes").is_disabled()
    assert dana.page.get_by_label("Summary letter").is_enabled()
    assert one("SELECT count(*) FROM consent_disclosure") == 1

    # and Mara sees what went to whom, and who opened her file
    mara.goes_to("/space/disclosures")
    mara.sees(DOCTOR)
    mara.goes_to("/space/accesses")
    mara.sees("Dana")

    # and Vera, who supervises Dana, reads the trail: who, what, which case, when
    vera = at_a_browser()
    steps.signs_in(vera, world.vera)
    vera.goes_to("/trail?kind=note.signed")
    vera.sees("signed a session note")
    vera.goes_to(note[note.index("/notes/") :])
    vera.sees("Signed by")
    assert ALONE not in vera.page.content()
    mara.goes_to("/space/accesses")
    mara.sees("Vera")

    # and the log is whole
    call_command("seal_log", once=True)
    call_command("verify_audit")


@pytest.mark.req("CL-05")
def test_a_share_that_was_being_prepared_is_refused_after_the_withdrawal(
    world: World, at_a_browser: Callable[..., Person]
) -> None:
    # given a live permission, and Dana before the preview
    dana = at_a_browser()
    steps.signs_in(dana, world.dana)
    session = hold_session(world.dana, world.mara_case)
    steps.writes_and_signs(dana, session, "The only note.")
    steps.is_handed_letters(world.fred, world.mara)
    link, pin = steps.asks_to_share(dana, world.mara, DOCTOR)
    mara = at_a_browser()
    steps.opens(mara, link, pin)
    steps.says_yes_to_everything(mara)
    steps.signs(mara, " ".join(NAMES["mara"]))
    dana.goes_to(f"/clients/{world.mara}/disclosures/new")
    dana.page.get_by_label(DOCTOR).check()
    dana.clicks("Choose what")
    dana.page.get_by_label("Chosen notes").check()
    dana.page.locator("input[name=notes-items]").first.check()
    dana.clicks("Preview as the recipient")
    dana.page.get_by_label("Handed over on paper").check()

    # when Mara stops it meanwhile
    portal = at_a_browser()
    steps.signs_in(portal, world.mara_portal)
    portal.goes_to("/space/permissions")
    steps.picks_to_stop(portal, "Notes of chosen sessions")
    portal.clicks("Stop")

    # then handing over is refused in words, nothing is recorded as shared, and the refusal is
    dana.clicks("Send")
    dana.sees("withdrawn")
    assert one("SELECT count(*) FROM consent_disclosure") == 0
    assert one("SELECT count(*) FROM audit_event WHERE kind = 'refused'") >= 1
