"""Every page once more with axe: on a wide screen in the dark, and at 320 px in the light."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from audit.domain.deciding import Word
from consent.views.writing import clause_url
from tests.audit.deciding import found, say
from tests.clients import acts_keeping_out, guarding, openings
from tests.clients.danger import begin_emergency
from tests.consent import acts_room, forms_here
from tests.consent import steps as asking
from tests.consent.allowing import allowed_and_ending
from tests.journeys import leaving_pages
from tests.journeys.steps import signs_in
from tests.records import reading, several, supervising
from tests.records.safety import recorded_danger, signed_plan
from tests.records.writing import hold_session, signed_note, type_draft

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from counselling.access import Actor
    from tests.journeys.conftest import Person
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LONG = bool(os.environ.get("SOAK"))
SCREENS = {
    "wide and dark": {"viewport": {"width": 1240, "height": 820}, "color_scheme": "dark"},
    "320 px": {"viewport": {"width": 320, "height": 640}, "color_scheme": "light"},
}


def pages(world: World) -> list[tuple[Actor, list[str]]]:
    """Make one of everything and say who looks at it where."""
    note = signed_note(world.dana, world.mara_case, "# Heading\n\nText.", alone="Mine.")
    session = hold_session(world.dana, world.mara_case)
    type_draft(world.dana, session, "Half a sentence.")
    waiting = asking.ask(world, asking.AGREEMENT)
    asking.send(world, waiting)
    shared = asking.shared_permission(world)
    seen = acts_room.witnessed(world)
    disclosure = asking.disclose(world, shared)
    reading.let_read(world.dana, note, world.mara)
    refused, disputed = (_refused(world, note) for _ in range(2))
    reading.disagrees(world.mara_portal, disputed)
    said = reading.says(world.mara_portal, note)
    mara = f"/clients/{world.mara}"
    to_co_sign, back = (supervising.waiting_note(world) for _ in range(2))
    supervising.give_back(world.vera, back)
    noted = supervising.noted(world.vera, world.tess.id, "Agreed: one goal.", shared=True)
    tess = f"/supervision/people/{world.tess.id}"
    plan = signed_plan(world.dana, world.mara_case, world.mara, give=True)
    danger = recorded_danger(world.dana, world.mara_case, world.mara, later=None)
    about = f"/cases/{world.mara_case}/clients/{world.mara}"
    both = several.of_both(world)
    together = hold_session(world.dana, world.couple_case)
    several.write(world.dana, together, "Of both.", {world.ana: "Of Ana."})
    part = several.part_of(world.dana, world.ana)
    hour = begin_emergency(world.sam, world.mara)
    young = guarding.young(world)
    ben = f"/clients/{young.client}"
    written, waits = (forms_here.draft(world, slug) for slug in (asking.RECORDING, asking.SHARING))
    forms_here.hand_in(world, waits)
    code = forms_here.row(world, written).source.clauses[0].code
    agreed = allowed_and_ending(world, session)
    looked, asked = (found(world.dana, client=world.mara, rule=rule) for rule in ("print", "x"))
    say(world.vera, asked, Word.ASKED, "What was this?")
    puzzled = openings.asks(world, world.dana)
    openings.opens(world.priya, world.mara)
    (seen_line,) = openings.line_of(world, world.priya)
    out = acts_keeping_out.shut(world.dana, world.mara, world.tess, "A neighbour.")
    acts_keeping_out.sealed(world.sam, world.jon)
    acts_keeping_out.let_in(world.sam, world.jon, world.vera)
    return [
        (world.dana, [
            f"/sessions/{session}/presence", f"{mara}/words/new", f"/sessions/{together}/presence",
            f"{about}/safety", f"{about}/safety/draft", f"{about}/dangers/new",
            f"/plans/{plan}", f"/plans/{plan}/card", f"/dangers/{danger}",
            f"/dangers/{danger}/additions/new", "/notes/search", f"/sessions/{session}",
            f"/notes/{note}/print", f"{mara}/notes/copy", f"{mara}/portal",
            f"{mara}/accesses", f"{mara}/shut-out", f"/shut-out/{out}/end", f"{mara}/seal",
            f"/sessions/{together}/draft", f"/sessions/{together}/draft/signature",
            f"/sessions/{together}/co-leaders", f"/notes/{both}",
            f"/clients/{world.ana}/notes/{both}", f"/notes/parts/{part}/addenda/new",
            "/covers", "/covers/new", "/planned", "/account/home", "/today", "/sessions/new",
            f"/sessions/{session}/draft",
            f"/sessions/{session}/draft/signature", f"/notes/{note}", f"/notes/{note}/addenda/new",
            "/clients", "/clients/new", mara, f"{mara}/identity", f"{mara}/contact-card",
            f"{mara}/notes", f"{mara}/notes/print", f"/notes/{note}/copy",
            f"{mara}/cases/new", f"{mara}/consents", f"{mara}/requests/new",
            f"{mara}/disclosures/new", f"/cases/{world.mara_case}",
            f"/cases/{world.mara_case}/state", f"/cases/{world.mara_case}/assignments/new",
            f"/requests/{waiting}", f"/requests/{waiting}/end", f"/requests/{seen}",
            f"/requests/{seen}/witness", f"/consents/{shared.consent}/withdrawal",
            f"/disclosures/{disclosure}", "/account", "/account/password", "/nowhere",
            f"/notes/{note}/readers", "/amendments", f"/amendments/{said}",
            f"/amendments/{said}/acceptance", f"/amendments/{said}/refusal",
            f"/amendments/{said}/extension", f"/amendments/{disputed}/reply",
            ben, f"{ben}/deciding", f"{ben}/decisions/new", f"{ben}/guardians/new",
            f"/guardians/{young.mum}", f"/guardians/{young.mum}/end", f"/asked/{asked}",
        ]),
        (world.priya, [f"/accesses/questions/{puzzled}"]),
        (world.sam, [f"/clients/{world.jon}/seal", f"/clients/{world.jon}/seal/end"]),
        (world.ben_portal, ["/space/care"]),
        (young.mum_portal, ["/on-behalf"]),
        (world.mara_portal, [
            "/space", "/space/shut-out", "/space/requests",
            f"/space/requests/{waiting}", "/space/permissions",
            f"/space/permissions/{shared.consent}/withdrawal", "/space/documents",
            f"/space/permissions/{agreed}/ending", f"/space/permissions/{agreed}/withdrawal",
            "/space/plan", "/space/dangers",
            "/space/disclosures", "/space/accesses", f"/space/questions/{puzzled}",
            f"/space/accesses/{seen_line.id}/question", "/space/care", "/space/notes",
            f"/space/notes/{note}", f"/space/notes/{note}/not-right", f"/space/amendments/{said}",
            f"/space/amendments/{refused}/statement", "/account",
        ]),
        (world.vera, [
            "/supervision", f"/supervision/notes/{to_co_sign}", f"/supervision/notes/{back}", tess,
            f"{tess}/draft", f"/supervision/records/{noted}", "/review",
            f"/review/findings/{looked}", f"/review/findings/{asked}", "/review/finish",
            "/review/done",
        ]),
        (world.tess, ["/supervision", f"/notes/{back}/comments", f"/notes/{back}"]),
        (world.sam, [
            "/emergency/new", f"/emergency/{hour}", f"/emergency/{hour}/note",
            f"/emergency/{hour}/notes/{note}", f"/emergencies/{hour}",
        ]),
        (world.ada, [
            f"/staff/{world.tess.id}", "/forms", f"/forms/drafts/{written}",
            clause_url(written, code), f"/forms/drafts/{written}/preview",
        ]),
        (world.priya, [
            "/research", "/emergencies", f"/emergencies/{hour}", f"/forms/drafts/{waits}/approval",
            "/log", "/trail", "/trail?kind=note.signed", "/trail?case=none", "/staff",
            "/notes/unfinished",
            "/trail?show=events", "/trail/picture", "/trail/touched", "/trail/file?outcome=ok",
            f"/trail/touched/file?person={world.dana.id}&since=2000-01-01&until=2100-01-01",
            f"/trail/touched?person={world.dana.id}&since=2000-01-01&until=2100-01-01",
        ]),
        *leaving_pages.pages(world, shared, note),
    ]  # fmt: skip


def _refused(world: World, note: UUID) -> UUID:
    said = reading.says(world.mara_portal, note)
    reading.refuses(world.dana, said)
    return said


@pytest.mark.req("AX-01", "AX-10", "AX-12", "AX-14", "AX-17")
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_stands_up_to_axe(
    world: World, at_a_browser: Callable[..., Person], screen: str
) -> None:
    """Every page at one of the two screens in turn, and at both when there is time."""
    at = list(SCREENS).index(screen)
    seen: dict[Actor, list[str]] = {}
    for actor, addresses in pages(world):
        seen.setdefault(actor, []).extend(addresses)
    for actor, addresses in seen.items():
        person = at_a_browser(**SCREENS[screen])
        signs_in(person, actor)
        for address in addresses if LONG else addresses[at :: len(SCREENS)]:
            person.goes_to(address)
            assert person.page.title()
