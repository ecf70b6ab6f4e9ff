"""The shipped library as staff meet it: what is offered, in whose language, for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.test import Client as Browser

from consent import actions, queries
from consent.domain.answers import enforced
from consent.domain.covers import NotCovered
from consent.domain.documents import text_sha256
from consent.domain.elements import what_is_missing
from consent.domain.form_source import FormKind
from consent.domain.library import load_library
from consent.migrations._library import publish
from consent.models import Form, FormVersion
from counselling.db import as_actor
from counselling.errors import Invalid
from tests.consent import steps
from tests.consent.test_consent_pages import page, signed_in

if TYPE_CHECKING:
    import psycopg

    from tests.world import World

pytestmark = pytest.mark.django_db


def titles(world: World, language: str) -> dict[str, str]:
    with as_actor(world.dana):
        return {one.slug: one.title for one in queries.forms_for(world.mara, language)}


def test_the_library_is_published_as_it_is_shipped(world: World) -> None:
    shipped = {(one.slug, one.language, one.edition) for one in load_library()}
    rows = FormVersion.objects.values_list("form__slug", "language", "number")
    assert set(rows) == shipped
    assert dict(Form.objects.values_list("slug", "kind")) == {
        one.slug: one.kind.value for one in load_library()
    }
    assert Form.objects.get(slug="messages").title == "How may we write to you?"


def test_every_published_version_lacks_nothing(world: World) -> None:
    for version in FormVersion.objects.values_list("pk", flat=True):
        assert what_is_missing(queries.form_row(version).source) == []


def test_forms_come_in_the_clients_language_or_else_in_english(world: World) -> None:
    assert titles(world, "de")["recording"] == "Dürfen wir den Ton Ihrer Sitzungen aufnehmen?"
    assert titles(world, "en")["recording"] == "May we record the sound of your sessions?"
    assert titles(world, "fr") == titles(world, "en")
    assert (
        titles(world, "de")["share-with-named-recipient"]
        == "Dürfen wir etwas an jemand anderen weitergeben?"
    )


def test_the_form_used_last_comes_first(world: World) -> None:
    steps.ask(world, steps.RECORDING)
    with as_actor(world.dana):
        forms = queries.forms_for(world.mara, "en")
    assert forms[0].slug == "recording"
    assert len(forms) == 11


def test_staff_read_what_kind_a_form_is_and_that_it_is_not_in_the_clients_language(
    world: World,
) -> None:
    browser = signed_in(world.dana)
    text = page(browser.get(f"/clients/{world.mara}/requests/new"))
    assert "E-mail, text messages, reminders, version 1 in English</span>" in text
    assert "none in this client" not in text


@pytest.mark.req("CC-04", "CC-14")
def test_only_a_purpose_that_the_form_names_can_be_chosen(world: World) -> None:
    browser = signed_in(world.dana)
    ask = f"/clients/{world.mara}/requests/new?form="
    sharing = page(browser.get(f"{ask}{steps.SHARING}"))
    assert 'value="medication"' in sharing
    assert 'value="proceedings"' not in sharing
    notes = page(browser.get(f"{ask}counsellors-own-notes"))
    assert 'value="care_together"' in notes
    assert 'value="medication"' not in notes
    with pytest.raises(Invalid, match="Choose what it is for"):
        steps.ask(world, purpose="proceedings")


@pytest.mark.req("CC-12")
def test_the_counsellors_own_notes_are_asked_for_alone_and_for_three_months(world: World) -> None:
    with as_actor(world.dana):
        forms = {one.slug: one for one in queries.forms_for(world.mara, "en")}
        request = actions.ask(
            actor=world.dana,
            client_id=world.mara,
            version_id=forms["counsellors-own-notes"].id,
            case_id=world.mara_case,
            asking=steps.asking(purpose="care_together"),
        )
    assert forms["counsellors-own-notes"].months == 3
    assert forms["counsellors-own-notes"].source.kind is FormKind.PSYCHOTHERAPY_NOTES
    mara = steps.open_by_link(steps.send(world, request), world.mara)
    steps.sign(request, mara, steps.read_through(request, mara, {"own-notes": True}))
    with as_actor(world.dana):
        (live,) = queries.live_consents(world.mara, sharing=True)
        assert live.categories == ("process_notes",)
        assert live.recipient is not None
        refused = queries.covers(
            client=world.mara,
            recipient=live.recipient,
            purpose="care_together",
            categories=frozenset({"session_notes"}),
            at=live.since,
        )
    assert isinstance(refused, NotCovered)
    assert "does not cover everything" in refused.reason


@pytest.mark.req("CC-21")
def test_a_german_form_is_filled_read_and_refused_in_german(world: World) -> None:
    with as_actor(world.dana):
        request = actions.ask(
            actor=world.dana,
            client_id=world.mara,
            version_id=steps.form(steps.SHARING, "de"),
            case_id=world.mara_case,
            asking=steps.asking(),
        )
    sent = steps.send(world, request)
    browser = Browser()
    browser.post(sent.path, {"pin": sent.pin})
    online = page(browser.get(f"/r/{request}/online"))
    assert "Bevor Sie online unterschreiben" in online
    assert "at the practice" not in online
    browser.post(f"/r/{request}/online", {"act": "accept"})
    short = page(browser.get(f"/r/{request}/short"))
    assert '<dl class="facts" lang="de">' in short
    assert "Wenn Nein: Es geht weiter wie bisher" in short
    mara = steps.open_by_link(sent, world.mara)
    with as_actor(mara):
        actions.accept_online(
            actor=mara, request_id=request, explained_sha256=text_sha256("erklärt")
        )
    with as_actor(mara):
        read = actions.read_form(actor=mara, request_id=request, page="whole text")
    assert "damit Medikamente und Beratung zusammenpassen" in read.shown
    assert "## Was Sie entscheiden" in read.shown
    for english in ("at the practice", "by phone", "the emergency number", "not named yet"):
        assert english not in read.shown
    assert enforced(read.filled, {}) == ("Ich sage zu allem Nein. Es wird nichts weitergegeben.",)


def test_where_a_practice_runs_already_only_what_is_not_there_is_published(
    world: World, root: psycopg.Connection[Any]
) -> None:
    before = dict(FormVersion.objects.values_list("pk", "published_at"))
    gone = "DELETE FROM consent_formversion WHERE language = 'de' OR number > 1"
    with root.transaction():
        root.execute("SET LOCAL session_replication_role = replica")
        root.execute(gone)
    left = set(FormVersion.objects.values_list("pk", flat=True))
    publish(apps, "owner")
    after = dict(FormVersion.objects.values_list("pk", "published_at"))
    assert set(after) == set(before)
    assert {pk for pk in after if after[pk] == before[pk]} == left
    publish(apps, "owner")
    assert dict(FormVersion.objects.values_list("pk", "published_at")) == after
