"""The pages of forms, as a browser without JavaScript walks them, and what its script is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from consent import actions, queries
from consent.views.writing import clause_url
from counselling.db import as_actor
from tests.consent import forms_here, steps
from tests.consent.test_consent_pages import hidden, page, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world: World) -> UUID:
    return forms_here.draft(world)


@pytest.mark.req("CC-01", "CC-11")
def test_ada_writes_a_form_and_reads_beside_it_what_is_missing(world: World) -> None:
    ada = signed_in(world.ada)
    said = {"title": "May a friend sit in?", "kind": "other", "language": "en"}
    at = ada.post("/forms/new", said).url
    assert "The form asks nothing" in page(ada.get(at))
    clause = ada.post(at, {"act": "clause"}).url
    form = {
        "version": hidden(page(ada.get(clause)), "version"), "label": "A friend", "sentence": "Yes",
        "if_no": "Nobody comes.", "does": "share", "categories": ["attendance", "summary"],
        "recipient": "named", "recipient_kind": "friend", "purpose": "as_asked", "ends": "months",
        "months": "6", "event": "",
    }  # fmt: skip
    assert ada.post(clause, form).url == clause
    assert 'value="friend"' in page(ada.get(clause))
    hard = "The aforementioned confidentiality obligations notwithstanding, " * 12
    text = f"{at}/text"
    typed = {"version": hidden(page(ada.get(text)), "version"), "title": "May we?", "text": hard}
    assert ada.post(text, typed).status_code == 302
    assert "too hard" in page(ada.get(text))
    answer = ada.post(at, {"act": "hand-in"}, follow=True)
    assert "cannot be handed in yet" in page(answer)


def test_what_her_script_saves_comes_back_with_what_is_missing_now(
    world: World, draft: UUID
) -> None:
    ada = signed_in(world.ada)
    at = f"/forms/drafts/{draft}/short"
    script = {"headers": {"accept": "application/json"}}
    said = {"version": "1", "short": ""}
    saved = ada.post(at, said, **script).json()
    assert saved["version"] == 2
    assert re.fullmatch(r"\d\d:\d\d:\d\d", saved["saved_at"])
    assert "“In short” is empty" in saved["beside"]
    assert ada.post(at, said, **script).status_code == 409
    again = ada.post(at, {"version": "1", "short": "Who: we"})
    assert "saved on another page meanwhile" in page(again, 409)
    assert "Who: we" in page(again, 409)
    assert ada.post(at, {"version": "2", "short": "x" * 3000}, **script).status_code == 422


def test_a_clause_moves_and_goes_and_what_was_typed_goes_along(world: World, draft: UUID) -> None:
    ada = signed_in(world.ada)
    first, second, *_ = (one.code for one in forms_here.row(world, draft).source.clauses)
    at = clause_url(draft, second)
    typed = {
        "version": "1", "label": "Typed", "does": "share", "categories": ["summary"],
        "recipient": "named", "purpose": "as_asked", "ends": "event", "event": "it ends",
        "act": "up",
    }  # fmt: skip
    assert ada.post(at, typed).status_code == 302
    moved = forms_here.row(world, draft).source.clauses
    assert [one.code for one in moved[:2]] == [second, first]
    assert moved[0].label == "Typed"
    ada.post(at, {"act": "remove"})
    assert second not in {one.code for one in forms_here.row(world, draft).source.clauses}
    assert ada.get(at).status_code == 404


@pytest.mark.req("CC-20")
def test_the_preview_shows_the_pages_of_signing_and_writes_nothing(
    world: World, draft: UUID, root: Any
) -> None:
    ada = signed_in(world.ada)
    before = steps.kinds(root)
    at = f"/forms/drafts/{draft}/preview"
    short = page(ada.get(f"{at}?page=short"))
    assert "Nothing can be signed here" in short
    assert "Dr. Alex Muster" in short
    assert 'type="radio"' in short
    assert "checked" not in short
    assert ada.post(f"{at}?page=short", {"share-notes": "yes"}).url == f"{at}?page=text"
    assert "What may be shared" in page(ada.get(f"{at}?page=text"))
    assert ada.post(f"{at}?page=signature", {"name": "Ada", "act": "sign"}).url == f"{at}?page=end"
    assert ada.post(f"{at}?page=short", {"act": "decline"}).url == f"{at}?page=end"
    assert "Here it would be signed" in page(ada.get(f"{at}?page=end"))
    assert steps.kinds(root) == before


def test_a_german_form_is_previewed_in_german(world: World) -> None:
    ada = signed_in(world.ada)
    text = page(ada.get(f"/forms/versions/{steps.form(steps.SHARING, 'de')}/preview?page=short"))
    assert '<html lang="de"' in text
    assert "Kim Beispiel" in page(
        ada.get(f"/forms/versions/{steps.form(steps.SHARING, 'de')}/preview?page=text")
    )


@pytest.mark.req("CC-21")
def test_priya_sees_what_changed_approves_it_and_the_author_cannot(world: World) -> None:
    draft = forms_here.draft(world)
    forms_here.save(world, draft, title="May we tell {recipient} something?")
    ada, priya = signed_in(world.ada), signed_in(world.priya)
    assert ada.post(f"/forms/drafts/{draft}", {"act": "hand-in"}).status_code == 302
    assert "Waits for a second person" in page(priya.get("/forms"))
    at = f"/forms/drafts/{draft}/approval"
    assert "Approve and publish" not in page(ada.get(at))
    shown = page(priya.get(at))
    assert "<ins>" in shown
    assert "<del>" in shown
    sha256 = hidden(shown, "sha256")
    assert ada.post(at, {"act": "approve", "sha256": sha256}).status_code == 403
    assert "Say what is not right yet" in page(priya.post(at, {"act": "back"}), 400)
    assert priya.post(at, {"act": "approve", "sha256": sha256}).status_code == 302
    with as_actor(world.ada):
        card = queries.form_card(queries.form_of(steps.form(steps.SHARING)))
    compared = page(priya.get(f"/forms/{card.id}/comparison"))
    assert "<ins>" in compared
    assert "Priya Nair" in page(ada.get(f"/forms/{card.id}"))


def test_dana_asks_all_again_and_sees_how_it_goes(world: World, jobs: Any) -> None:
    steps.shared_permission(world)
    made = forms_here.published(world)
    dana, priya = signed_in(world.dana), signed_in(world.priya)
    with as_actor(world.dana):
        form = queries.form_of(made)
    assert "Dana Roth" in page(priya.get(f"/forms/{form}"))
    at = f"/forms/{form}/again"
    shown = page(dana.get(at))
    assert "Maraquilla" in shown
    assert "checked" not in shown
    assert "Choose at least one client" in page(dana.post(at, {"act": "chosen"}), 400)
    batch = dana.post(at, {"act": "all"}).url
    assert "0 of 1 done" in page(dana.get(batch))
    jobs.run()
    assert "1 of 1 done" in page(dana.get(batch))
    assert "asked already" in page(dana.get(at))


def test_a_form_that_is_taken_out_is_offered_again(world: World) -> None:
    ada, dana = signed_in(world.ada), signed_in(world.dana)
    with as_actor(world.ada):
        form = queries.form_of(steps.form(steps.SHARING))
    for act, shown in (("take-out", False), ("offer", True)):
        assert ada.post(f"/forms/{form}", {"act": act}).status_code == 302
        asked = page(dana.get(f"/clients/{world.mara}/requests/new"))
        # its own address in the list: the form for proceedings is called nearly the same
        assert (f'?form={steps.SHARING}"' in asked) is shown
    with as_actor(world.ada):
        before = queries.form_card(form)
    ada.post(f"/forms/{form}", {})
    with as_actor(world.ada):
        assert queries.form_card(form) == before


def test_begun_in_german_it_has_the_number_of_what_it_translates(world: World) -> None:
    forms_here.published(world)
    ada = signed_in(world.ada)
    with as_actor(world.ada):
        card = queries.form_card(queries.form_of(steps.form(steps.SHARING)))
    at = ada.post(f"/forms/{card.id}", {"act": "next", "language": "de"}).url
    row = forms_here.row(world, at.rsplit("/", 1)[-1])
    assert row.language == "de"
    with as_actor(world.ada):
        actions.drop_form(actor=world.ada, draft_id=row.id)
    assert "Nothing of it changes any more" in page(ada.get(at))
