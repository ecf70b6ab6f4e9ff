"""Two who look after one client share the same thing at the same instant: it goes once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

import records.actions
from consent.domain.recipients import AddressKind
from consent.models import Disclosure, RecipientLetter, ShareLink
from counselling.db import as_actor
from counselling.errors import Refused
from records.domain.shares import Channel, Level, Resume
from records.models import Share
from tests.consent import delivering, steps
from tests.people import sign_in_browserless
from tests.records import sharing
from tests.records.writing import signed_note
from tests.world import assign

if TYPE_CHECKING:
    from uuid import UUID

    from tests.concurrency.conftest import AtOnce, Slowly
    from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.req("DS-01", "ES-14")]


@pytest.fixture
def two(world: World) -> list[Browser]:
    """Dana and Sam, who both look after Mara, each at a desk of their own."""
    assign(world.fred, world.mara_case, world.sam)
    browsers = [Browser(), Browser()]
    for browser, person in zip(browsers, (world.dana, world.sam), strict=True):
        sign_in_browserless(browser, person)
    return browsers


def prepared(world: World, shared: steps.Shared) -> UUID:
    """Dana prepares one note for the doctor Mara allowed it to."""
    note = signed_note(world.dana, world.mara_case, "The sleep log is kept.")
    share = sharing.begin(world, shared.recipient)
    sharing.choose(world, share, Level.NOTES, note)
    return share


def events(root: Any, *kinds: str) -> list[int]:
    """Count the events of each kind."""
    found = steps.kinds(root)
    return [found.count(kind) for kind in kinds]


@pytest.mark.parametrize("channel", ["paper", "link"])
def test_one_share_sent_by_two_goes_once_and_the_slower_is_led_to_what_went(
    world: World, two: list[Browser], at_once: AtOnce, slowly: Slowly, root: Any, channel: str
) -> None:
    shared = steps.shared_permission(world)
    to = delivering.address(world, shared.recipient, AddressKind.EMAIL, delivering.EMAIL)
    share = prepared(world, shared)
    path = reverse("records:share-look", args=[share])
    form = {"act": "send", "channel": channel, "previewed": sharing.look(world, share).sha256}
    form |= {"address": str(to), "told": "in_person:"} if channel == "link" else {}
    with slowly("consent_disclosure"):
        answers = at_once(partial(one.post, path, form) for one in two)
    # what goes by link answers with its word, once; everybody else is led on
    words = {"paper": [302, 302], "link": [200, 302]}
    assert sorted(one.status_code for one in answers) == words[channel]
    assert events(root, "share.sent", "disclosure.made") == [1, 1]
    with as_actor(world.dana):
        (went,) = Disclosure.objects.values_list("pk", flat=True)
        assert Share.objects.get(pk=share).disclosure_id == went
        assert ShareLink.objects.count() == RecipientLetter.objects.count() == (channel == "link")
    late = next(
        browser
        for browser, one in zip(two, answers, strict=True)
        if one.status_code == 302 and one.headers["Location"] == path
    )
    page = late.get(path, follow=True)
    assert page.request["PATH_INFO"] == reverse("consent:disclosure", args=[went])
    assert "a moment before you" in page.content.decode()


@pytest.mark.parametrize("before", [False, True], ids=["the first link", "a link anew"])
def test_one_link_made_by_two_is_one_link_with_one_word(
    world: World, two: list[Browser], at_once: AtOnce, slowly: Slowly, root: Any, *, before: bool
) -> None:
    if before:
        sent = delivering.delivered(world)
        disclosure, to = sent.disclosure, sent.address
    else:
        disclosure, to = delivering.let_go(world, steps.shared_permission(world))
    path = reverse("consent:share-link", args=[disclosure])
    form = {"address": str(to), "told_by": "in_person:"}
    made, *_ = events(root, "delivery.made")
    with slowly("consent_share_link"):
        answers = at_once(partial(one.post, path, form) for one in two)
    pages = {one.status_code: one.content.decode() for one in answers}
    assert sorted(pages) == [200, 400], [one.status_code for one in answers]
    assert "It is shown only now" in pages[200]
    assert "Theirs is the one that opens" in pages[400]
    assert events(root, "delivery.made") == [made + 1]
    with as_actor(world.dana):
        assert ShareLink.objects.filter(ended_at=None).count() == 1
        assert RecipientLetter.objects.filter(state="queued").count() == 1


def test_what_goes_by_itself_while_somebody_sends_it_goes_once(
    world: World, at_once: AtOnce, slowly: Slowly, root: Any
) -> None:
    made = sharing.begun(world)
    request = sharing.ask(world, made.recipient)
    link = steps.open_by_link(steps.send(world, request), world.mara)
    sharing.resume(world, made.share, Resume.SEND)
    looked = sharing.look(world, made.share).sha256
    steps.sign(request, link, steps.read_through(request, link, steps.YES))
    with slowly("consent_disclosure"):
        answers = at_once([
            partial(sharing.machine, made.share, world.mara),
            partial(sharing.send, world, made.share, looked),
            partial(sharing.machine, made.share, world.mara),
        ])  # fmt: skip
    wrong = [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refused)]
    assert wrong == []
    assert events(root, "share.sent", "disclosure.made", "share.came-back") == [1, 1, 0]
    with as_actor(world.dana):
        assert Disclosure.objects.count() == 1


def test_stopping_while_it_goes_by_itself_lets_it_leave_before_or_not_at_all(
    world: World, at_once: AtOnce, slowly: Slowly, root: Any
) -> None:
    for table in ("consent_withdrawal", "consent_disclosure"):
        shared = steps.shared_permission(world)
        to = delivering.address(world, shared.recipient, AddressKind.EMAIL, delivering.EMAIL)
        share = prepared(world, shared)
        way = records.actions.Way(channel=Channel.LINK, address=to, told_by="in_person")
        sharing.resume(world, share, Resume.SEND, way)
        with slowly(table):
            stopped, went = at_once([
                partial(steps.stop, world, shared.consent),
                partial(sharing.machine, share, world.mara),
            ])  # fmt: skip
        assert stopped is None, stopped
        assert not isinstance(went, Exception), went
        rows = root.execute(
            "SELECT d.state, l.why_ended, m.state FROM consent_disclosure s "
            "JOIN consent_document d ON d.id = s.document_id "
            "JOIN consent_share_link l ON l.disclosure_id = s.id "
            "JOIN consent_recipient_letter m ON m.link_id = l.id WHERE s.consent_id = %s",
            [shared.consent],
        ).fetchall()
        # what left before was held back on its way: no letter, no link that opens, no file
        assert rows == [("cancelled", "withdrawn", "dropped")] * bool(went)
        with as_actor(world.dana):
            assert bool(Share.objects.get(pk=share).back) is not bool(went)
