"""A recipient called otherwise, or two that become one: nothing goes to somebody else by it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction

from consent import actions, queries
from consent.domain.covers import Covered
from consent.domain.documents import RecipientShown
from consent.domain.recipients import AddressKind, Agreement, RecipientKind, Verified
from consent.models import Disclosure, RecipientAgreement, RecipientMerge, RecipientWording
from consent.queries import recipients as known
from consent.queries.documents import why_not_now
from counselling import db
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused
from tests.consent import steps
from tests.consent.acts_recipients import added, addressed, merged, renamed
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.req("CL-05")]

OTHER = RecipientShown("Ole Brandt", "GP", "Lind Surgery", "Am Markt 2, Berlin")
MOVED = dataclasses.replace(steps.EVA, address="Neue Gasse 9, Berlin")


@pytest.fixture
def world() -> World:
    return World.build()


@pytest.fixture
def shared(world: World) -> steps.Shared:
    return steps.shared_permission(world)


def share(world: World, consent: UUID, **changes: Any) -> UUID:
    with as_actor(world.dana):
        return actions.disclose(
            actor=world.dana, client_id=world.mara, case_id=world.mara_case, consent_id=consent,
            pack=steps.PACK, note_ids=[], categories=["session_notes"], **changes,
        )  # fmt: skip


def decide(actor: Actor, wording: UUID, answer: Agreement = Agreement.AGREE) -> None:
    with as_actor(actor):
        actions.decide_wording(actor=actor, wording_id=wording, answer=answer)


def eva_now(world: World) -> actions.RecipientNow:
    with as_actor(world.dana):
        (found,) = actions.read_recipients(actor=world.dana, client_id=world.mara)
    return found


def test_another_name_waits_for_a_second_person_and_nothing_goes(
    world: World, shared: steps.Shared
) -> None:
    before = share(world, shared.consent)
    wording = renamed(world, shared.recipient, OTHER)
    assert eva_now(world).pending == OTHER
    assert eva_now(world).shown == steps.EVA
    with pytest.raises(Refused, match="no-permission") as refused:
        share(world, shared.consent)
    assert "second person" in refused.value.message
    with as_actor(world.dana):
        assert "second person" in (why_not_now([before])[before] or "")
    decide(world.priya, wording)
    assert eva_now(world).shown == OTHER
    assert eva_now(world).as_signed == steps.EVA
    after = share(world, shared.consent)
    with as_actor(world.dana):
        assert Disclosure.objects.get(pk=before).wording_id is None
        assert Disclosure.objects.get(pk=after).wording_id == wording
        assert not why_not_now([before, after]).get(before)


def test_a_refused_name_leaves_everything_as_it_was(world: World, shared: steps.Shared) -> None:
    decide(world.priya, renamed(world, shared.recipient, OTHER), Agreement.REFUSE)
    assert eva_now(world).shown == steps.EVA
    assert eva_now(world).pending is None
    share(world, shared.consent)


def test_who_wrote_it_takes_it_back_but_does_not_agree(world: World, shared: steps.Shared) -> None:
    wording = renamed(world, shared.recipient, OTHER)
    with as_actor(world.priya):
        assert [row for row, *_ in known.all_waiting(world.priya.id)] == [shared.recipient]
        assert known.all_waiting(world.dana.id) == []
    with pytest.raises(Refused, match="not-so"):
        decide(world.dana, wording)
    decide(world.dana, wording, Agreement.REFUSE)
    with as_actor(world.priya):
        assert known.all_waiting(world.priya.id) == []
    share(world, shared.consent)


def test_the_same_name_at_another_address_waits_for_nobody(
    world: World, shared: steps.Shared
) -> None:
    wording = renamed(world, shared.recipient, MOVED)
    went = share(world, shared.consent)
    with as_actor(world.dana):
        assert Disclosure.objects.get(pk=went).wording_id == wording


def test_the_client_signing_the_new_name_is_an_agreement(
    world: World, shared: steps.Shared
) -> None:
    renamed(world, shared.recipient, OTHER)
    asked = steps.ask(world, new_recipient=None, recipient=shared.recipient)
    actor = steps.open_by_link(steps.send(world, asked), world.mara)
    steps.sign(asked, actor, steps.read_through(asked, actor, steps.YES))
    assert eva_now(world).shown == OTHER
    with as_actor(world.dana):
        (live,) = queries.live_consents(world.mara, sharing=True)
    share(world, live.id)


def test_two_named_otherwise_count_as_two_until_somebody_agrees(
    world: World, shared: steps.Shared
) -> None:
    other = added(world, OTHER)
    both = merged(world, other, shared.recipient)
    with pytest.raises(Refused, match="no-permission"):
        share(world, shared.consent, recipient_id=other)
    with as_actor(world.priya):
        actions.decide_merge(actor=world.priya, merge_id=both, answer=Agreement.AGREE)
    share(world, shared.consent, recipient_id=other)
    with as_actor(world.dana):
        answer = queries.covers(
            client=world.mara, recipient=other, purpose="medication",
            categories=frozenset({"session_notes"}), at=db.now(),
        )  # fmt: skip
        assert isinstance(answer, Covered)
        assert known.same_as(other) == shared.recipient


def test_two_named_alike_are_one_at_once(world: World, shared: steps.Shared) -> None:
    twin = added(
        world, dataclasses.replace(steps.EVA, name="dr  evangelia LINDQVARN", role="doctor")
    )
    merged(world, twin, shared.recipient)
    with as_actor(world.dana):
        assert known.same_as(twin) == shared.recipient
    with pytest.raises(Invalid):
        merged(world, twin, shared.recipient)


def test_an_address_counts_once_verified_and_not_for_ever(world: World, settings: Any) -> None:
    to = added(world)
    address = addressed(world, to)
    with as_actor(world.dana):
        assert not known.address_row(address).usable
        again = actions.verify_address(
            actor=world.dana, address_id=address, how=Verified.CALLED_BACK
        )
    with as_actor(world.dana):
        assert known.address_row(again).usable
        settings.VERIFIED_ADDRESS_DAYS = 0
        assert known.address_row(again).old
        anew = actions.verify_address(actor=world.dana, address_id=again, how=Verified.IN_PERSON)
        assert anew != again
        assert [one.id for one in known.addresses_of(to)] == [anew]
    with as_actor(world.dana):
        actions.end_address(actor=world.dana, address_id=anew)
    with as_actor(world.dana), pytest.raises(Refused, match="address-ended"):
        actions.verify_address(actor=world.dana, address_id=anew, how=Verified.IN_PERSON)


@pytest.mark.parametrize("value", ["not a mail", "", "a@b.example, c@d.example", "x" * 400])
def test_what_is_no_address_is_refused(world: World, value: str) -> None:
    to = added(world)
    with as_actor(world.dana), pytest.raises(Invalid):
        actions.add_address(actor=world.dana, recipient_id=to, kind=AddressKind.EMAIL, value=value)


def test_nobody_else_reads_or_writes_recipients(world: World) -> None:
    to = added(world)
    for actor in (world.sam, world.tess):
        with as_actor(actor), pytest.raises(NotThere):
            actions.correct_recipient(actor=actor, recipient_id=to, shown=OTHER)
    for actor in (world.fred, world.ada):
        with as_actor(actor), pytest.raises(Refused):
            actions.read_recipients(actor=actor, client_id=world.mara)
    with as_actor(world.mara_portal):
        assert actions.read_recipients(actor=world.mara_portal, client_id=world.mara) == []


# -- by raw SQL, as the application's own role -----------------------------------------------------


def _wording(world: World, recipient: UUID, **changes: Any) -> RecipientWording:
    with as_actor(world.dana):
        key = RecipientWording._meta.get_field("name_key").get_default()
        made = RecipientWording(
            recipient_id=recipient, client_id=world.mara, kind="doctor",
            details=dataclasses.asdict(OTHER), by=world.dana.id, at=db.now(),
            **({"name_key": key} | changes),
        )  # fmt: skip
        made.save(force_insert=True)
    return made


def test_no_wording_says_of_itself_that_the_name_is_the_same(
    world: World, shared: steps.Shared
) -> None:
    _wording(world, shared.recipient, same_name=True)
    with pytest.raises(Refused, match="no-permission"):
        share(world, shared.consent)


def test_no_merge_says_of_itself_that_the_names_are_the_same(
    world: World, shared: steps.Shared
) -> None:
    other = added(world, OTHER)
    with as_actor(world.dana):
        RecipientMerge.objects.create(
            gone_id=other, into_id=shared.recipient, client_id=world.mara, same_name=True,
            by=world.dana.id, at=db.now(),
        )  # fmt: skip
    with pytest.raises(Refused, match="no-permission"):
        share(world, shared.consent, recipient_id=other)


@pytest.mark.parametrize(
    ("who", "by", "alone"),
    [
        ("dana", "dana", False),
        ("dana", "dana", True),
        ("dana", "priya", False),
        ("fred", "fred", False),
        ("mara_portal", "mara_portal", False),
    ],
)
def test_no_agreement_is_forged(
    world: World, shared: steps.Shared, who: str, by: str, *, alone: bool
) -> None:
    wording = renamed(world, shared.recipient, OTHER)
    actor = getattr(world, who)
    with pytest.raises(DatabaseError), as_actor(actor), transaction.atomic():
        RecipientAgreement(
            client_id=world.mara, wording_id=wording, answer="agree", alone=alone,
            by=getattr(world, by).id, at=db.now(),
        ).save(force_insert=True)  # fmt: skip
    with pytest.raises(Refused):
        share(world, shared.consent)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent_recipient_wording SET same_name = true",
        "UPDATE consent_recipient_merge SET same_name = true",
        "DELETE FROM consent_recipient_agreement",
        "UPDATE consent_recipient SET name_key = 'x'",
    ],
)
def test_nothing_of_it_is_rewritten(world: World, statement: str) -> None:
    renamed(world, added(world))
    with pytest.raises(DatabaseError), as_actor(world.dana), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_kind_once_said_counts_until_somebody_agrees(world: World) -> None:
    to = added(world)
    with as_actor(world.dana):
        wording = actions.correct_recipient(
            actor=world.dana, recipient_id=to, kind=RecipientKind.INSURER,
            shown=RecipientShown("Hans Quillfeather", "GP", "Quill Surgery", "Am Anger 4, Jena"),
        )  # fmt: skip
        assert set(known.recipient_row(to).kinds) == {"doctor", "insurer"}
    decide(world.priya, wording)
    with as_actor(world.dana):
        assert known.recipient_row(to).kinds == ("insurer",)
