"""Staff at approved risk: what a client signs and is given says role and code, like their pages."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any
from unittest import mock

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from consent import actions as consents
from consent.domain.accounting import Form
from consent.domain.documents import to_json
from consent.queries import DisclosureRow
from counselling.accounts import actions, queries
from counselling.db import as_actor
from records import actions as records
from tests.clients.raw import App, acting
from tests.consent import steps
from tests.people import fresh, sign_in_browserless
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counselling.access import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    """Build the practice of the tests, Dana and her supervisor at approved risk."""
    built = World.build()
    for person in (built.dana, built.vera):
        with as_actor(built.ada):
            actions.ask_alias(actor=fresh(built.ada), person_id=person.id, reason="Stalked.")
        with as_actor(built.priya):
            actions.agree_alias(actor=fresh(built.priya), person_id=person.id)
    return built


@pytest.fixture
def papers() -> Iterator[list[str]]:
    """Note what each document is made of."""
    made: list[str] = []

    def noted(source: Any) -> Any:
        made.append(json.dumps(to_json(source), default=str))
        return to_json(source)

    with (
        mock.patch.multiple("consent.actions.signing", to_json=noted),
        mock.patch.multiple("consent.actions.withdrawing", to_json=noted),
        mock.patch.multiple("consent.actions.disclosing", to_json=noted),
    ):
        yield made


def test_what_a_client_signs_and_is_given_says_the_code(world: World, papers: list[str]) -> None:
    shared = steps.shared_permission(world)
    steps.disclose(world, shared)
    with as_actor(world.dana):
        consents.withdraw(actor=world.dana, consent_id=shared.consent, how="room")
    assert len(papers) == 3
    # a file is not sealed here: that takes a second, and says the same words
    with as_actor(world.priya) as at, mock.patch.object(DisclosureRow, "went", new=True):
        given = consents.give_accounting(
            actor=world.priya, client_id=world.mara, form=Form.CSV,
            since=at.date() - datetime.timedelta(days=9), until=at.date(),
        )  # fmt: skip
    asked = steps.ask(world)
    steps.send(world, asked)
    with as_actor(world.mara_portal):
        consents.open_request(actor=world.mara_portal, request_id=asked)
    mara = Client()
    sign_in_browserless(mara, world.mara_portal)
    places = [reverse(f"consent:{one}") for one in ("permissions", "shared", "documents")]
    places.append(reverse("consent:own-short", args=[asked]))
    pages = [mara.get(one, follow=True).content.decode() for one in places]
    code = queries.name_for_clients(world.dana.id)
    # the notes of these steps are written out in the tests; what is composed is asked below
    everything = [one.replace("Written by Dana Roth.", "") for one in papers]
    everything += [given.decode(), *pages]
    for one in everything:
        assert "Dana Roth" not in one
        assert "Vera Lindqvist" not in one
    assert [code in one for one in (*papers, given.decode())] == [True] * 4
    assert code in pages[0]


def test_what_is_prepared_to_be_shared_says_the_code(world: World) -> None:
    shared = steps.shared_permission(world)
    note = signed_note(world.dana, world.mara_case, "She slept.")
    with as_actor(world.dana):
        pack = records.compose_pack(
            actor=world.dana, client_id=world.mara, consent_id=shared.consent, to="Dr Kettle",
            note_ids=[note], purpose="preview",
        )  # fmt: skip
    said = str(pack.sections)
    assert "Dana Roth" not in said
    assert queries.name_for_clients(world.dana.id) in said


def test_nobody_decides_a_name_alone_in_raw_sql(world: World, application: App) -> None:
    """It begins asked, in one's own name; agreed it is by a second act, in one's own name too."""
    add = (
        "INSERT INTO accounts_riskalias (id, account_id, code, reason, asked_by, asked_at, "
        "agreed_by, agreed_at) SELECT gen_random_uuid(), %s, '9X9', reason, %s, now(), %s, "
        "CASE WHEN %s::uuid IS NULL THEN NULL ELSE now() END FROM accounts_riskalias LIMIT 1"
    )
    sam, ada, priya = world.sam.id, world.ada.id, world.priya.id

    def tries(who: Actor, *asked: Any) -> bool:
        with acting(application, who.id):
            try:
                with application.transaction():
                    application.execute(add, asked)
            except (psycopg.errors.IntegrityError, psycopg.errors.RestrictViolation):
                return False
        return True

    assert tries(world.ada, sam, ada, None, None)
    assert tries(world.sam, sam, sam, None, None)
    assert not tries(world.ada, sam, ada, priya, priya)  # agreed by the same act
    assert not tries(world.ada, sam, priya, None, None)  # in another's name
    assert not tries(world.tess, sam, world.tess.id, None, None)  # not hers to ask
    assert not tries(world.mara_portal, sam, world.mara_portal.id, None, None)
    change = "UPDATE accounts_riskalias SET agreed_by = %s, agreed_at = now()"
    end = "UPDATE accounts_riskalias SET ended_by = %s, ended_at = now()"
    with as_actor(world.ada):
        actions.ask_alias(actor=fresh(world.ada), person_id=sam, reason="Stalked.")
    waits = f" WHERE account_id = '{sam}'"
    for who, by, may in (
        (world.ada, ada, False), (world.ada, priya, False), (world.sam, sam, False),
        (world.tess, world.tess.id, False), (world.mara_portal, priya, False),
        (world.priya, priya, True),
    ):  # fmt: skip
        with acting(application, who.id):
            if may:
                assert application.execute(change + waits, [by]).rowcount == 1
            else:
                with pytest.raises((psycopg.errors.IntegrityError,
                                    psycopg.errors.RestrictViolation)):  # fmt: skip
                    application.execute(change + waits, [by])
    for who, by in ((world.tess, world.tess.id), (world.mara_portal, priya), (world.ada, priya)):
        with acting(application, who.id), pytest.raises(psycopg.errors.RestrictViolation):
            application.execute(end + waits, [by])
