"""What is shared is prepared, looked at, shown first; it goes by the client's yes, or waits."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

import consent.queries
from counselling.db import as_actor
from counselling.errors import Invalid, NotThere, Refused, Stale
from records import actions
from records.domain import AddendumKind
from records.domain.shares import Answer, Back, Level, Resume, ShareFacts, ShareState, derive_state
from records.models import Share, SharePaper
from tests.consent import steps
from tests.records import sharing
from tests.records.writing import signed_note
from tests.world import World

if TYPE_CHECKING:
    from uuid import UUID


@pytest.fixture
def world() -> World:
    return World.build()


def test_what_is_over_stays_over_whatever_else_is_said() -> None:
    for flags in itertools.product([False, True], repeat=4):
        said = dict(zip(("previewed", "allowed", "asked", "chosen"), flags, strict=True))
        assert derive_state(ShareFacts(dropped=True, **said)) is ShareState.DROPPED
        assert derive_state(ShareFacts(sent=True, **said)) is ShareState.SENT


def test_nothing_is_ready_without_a_ground_and_a_look() -> None:
    for flags in itertools.product([False, True], repeat=6):
        names = ("previewed", "allowed", "chosen", "asked", "resumed", "basis_waits")
        said = dict(zip(names, flags, strict=True))
        ready = derive_state(ShareFacts(**said)) in {ShareState.READY, ShareState.AGREED}
        assert ready == (
            said["previewed"] and said["allowed"] and said["chosen"] and not said["basis_waits"]
        )


@pytest.mark.django_db
class TestShares:
    """The whole of it, as people do it."""

    @pytest.mark.req("CL-05")
    def test_without_a_yes_it_waits_and_with_one_it_goes(self, world: World) -> None:
        made = sharing.begun(world)
        assert sharing.row(world, made.share).state is ShareState.NO_PERMISSION
        with pytest.raises(Refused) as refused:
            sharing.send(world, made.share)
        assert refused.value.code == "no-permission"
        sharing.agree(world, made.recipient)
        sent = sharing.send(world, made.share)
        assert sharing.row(world, made.share).state is ShareState.SENT
        with as_actor(world.dana):
            row = consent.queries.disclosure_row(sent.disclosure)
        assert (row.level, row.notes, row.categories) == ("session_notes", 1, ("session_notes",))

    def test_asking_is_seen_and_the_yes_says_look_again(self, world: World) -> None:
        made = sharing.begun(world)
        sharing.resume(world, made.share, Resume.LOOK)
        request = sharing.ask(world, made.recipient)
        link = steps.open_by_link(steps.send(world, request), world.mara)
        assert sharing.row(world, made.share).state is ShareState.ASKED
        steps.sign(request, link, steps.read_through(request, link, steps.YES))
        state = sharing.row(world, made.share).state
        assert state in {ShareState.CHOOSING, ShareState.AGREED}

    def test_the_machine_sends_exactly_what_was_looked_at_once(self, world: World) -> None:
        made = sharing.begun(world)
        sharing.resume(world, made.share, Resume.SEND)
        assert not sharing.machine(made.share, world.mara) or pytest.fail("it went without a yes")
        assert sharing.row(world, made.share).back is Back.REFUSED
        sharing.resume(world, made.share, Resume.SEND)
        looked = sharing.look(world, made.share).sha256
        sharing.agree(world, made.recipient)
        assert sharing.machine(made.share, world.mara)
        assert not sharing.machine(made.share, world.mara)
        row = sharing.row(world, made.share)
        assert row.disclosure is not None
        with as_actor(world.dana):
            gone = consent.queries.disclosure_row(row.disclosure)
            assert len(consent.queries.disclosures_of(world.mara)) == 1
        assert gone.by == world.dana.id
        assert gone.content_sha256 == looked

    def test_while_the_client_is_asked_the_machine_waits(self, world: World) -> None:
        made = sharing.begun(world)
        sharing.resume(world, made.share, Resume.SEND)
        steps.send(world, sharing.ask(world, made.recipient))
        assert not sharing.machine(made.share, world.mara)
        assert sharing.row(world, made.share).back is None

    def test_what_was_added_to_since_comes_back(self, world: World) -> None:
        made = sharing.begun(world)
        sharing.resume(world, made.share, Resume.SEND)
        with as_actor(world.dana):
            actions.add_addendum(
                actor=world.dana, note_id=made.note, kind=AddendumKind.CORRECTION, text="No."
            )
        sharing.agree(world, made.recipient)
        assert not sharing.machine(made.share, world.mara)
        row = sharing.row(world, made.share)
        assert (row.back, row.disclosure) == (Back.CHANGED, None)

    def test_the_sweep_finds_it_when_the_client_has_signed(self, world: World) -> None:
        from counselling.access import SERVICE
        from records.queries.shares import due_shares

        made = sharing.begun(world)
        steps.send(world, request := sharing.ask(world, made.recipient))
        sharing.resume(world, made.share, Resume.SEND)
        with as_actor(SERVICE):
            assert due_shares() == []
        with as_actor(world.mara_portal):
            consent.actions.open_request(actor=world.mara_portal, request_id=request)
        shown = steps.read_through(request, world.mara_portal, steps.YES)
        steps.sign(request, world.mara_portal, shown)
        with as_actor(SERVICE):
            assert due_shares() == [(made.share, world.mara)]

    @pytest.mark.req("DS-04")
    def test_all_of_a_file_or_more_than_ten_notes_wants_a_reason(self, world: World) -> None:
        notes = [signed_note(world.dana, world.mara_case, sharing.WORDS) for _ in range(2)]
        share = sharing.begin(world, sharing.somebody(world))
        with pytest.raises(Invalid) as wrong:
            sharing.choose(world, share, Level.NOTES, *notes)
        assert wrong.value.field == "why_so_much"
        sharing.choose(world, share, Level.NOTES, *notes, why_so_much="A second opinion.")
        sharing.choose(world, share, Level.NOTES, notes[0])

    @pytest.mark.req("CL-05")
    def test_what_the_permission_does_not_hold_cannot_be_picked(self, world: World) -> None:
        shared = steps.shared_permission(world)
        share = sharing.begin(world, shared.recipient)
        with pytest.raises(Invalid) as wrong:
            sharing.choose(world, share, Level.SUMMARY)
        assert wrong.value.field == "level"

    def test_a_note_of_another_client_cannot_be_picked(self, world: World) -> None:
        other = signed_note(world.dana, world.couple_case, sharing.WORDS)
        share = sharing.begin(world, sharing.somebody(world))
        with pytest.raises(Invalid):
            sharing.choose(world, share, Level.NOTES, other)

    def test_changing_anything_asks_to_look_again(self, world: World) -> None:
        made = sharing.begun(world)
        sharing.agree(world, made.recipient)
        sha = sharing.look(world, made.share).sha256
        with as_actor(world.dana):
            actions.add_addendum(
                actor=world.dana, note_id=made.note, kind=AddendumKind.LATE_ENTRY, text="More."
            )
        with pytest.raises(Stale):
            sharing.send(world, made.share, sha)

    def test_only_dates_and_attendance_go_where_only_these_were_chosen(self, world: World) -> None:
        note = signed_note(world.dana, world.mara_case, sharing.WORDS)
        with as_actor(world.dana):
            from records.models import Note

            session = Note.objects.get(pk=note).session_id
        share = sharing.begin(world, sharing.somebody(world))
        sharing.choose(world, share, Level.ATTENDANCE, session)
        (section,) = sharing.look(world, share).pack.sections
        assert ": attended, in person" in section.text
        assert len(section.text.splitlines()) == 1
        assert not section.addenda

    def test_what_was_taken_back_has_no_words_left(self, world: World) -> None:
        share = sharing.begin(world, sharing.somebody(world))
        sharing.choose(world, share, Level.SUMMARY)
        with as_actor(world.dana):
            actions.write_letter(actor=world.dana, share_id=share, version=1, text="Some words.")
        with as_actor(world.dana):
            actions.drop_share(actor=world.dana, share_id=share)
        with as_actor(world.dana):
            assert SharePaper.objects.get(share_id=share).letter is None
        with pytest.raises(Refused):
            sharing.look(world, share) and sharing.send(world, share)


@pytest.mark.django_db
class TestShownFirst:
    """The client sees it before it goes."""

    def shown(self, world: World) -> tuple[sharing.Begun, UUID]:
        made = sharing.begun(world)
        sharing.agree(world, made.recipient)
        sha = sharing.look(world, made.share).sha256
        with as_actor(world.dana):
            return made, actions.show_first(actor=world.dana, share_id=made.share, previewed=sha)

    def test_it_waits_for_their_word_or_for_a_reason_not_to(self, world: World) -> None:
        made, showing = self.shown(world)
        assert sharing.row(world, made.share).state is ShareState.SHOWN
        with pytest.raises(Invalid) as wrong:
            sharing.send(world, made.share)
        assert wrong.value.field == "unwaited"
        with as_actor(world.mara_portal):
            page = actions.read_showing(actor=world.mara_portal, showing_id=showing)
            actions.answer_showing(actor=world.mara_portal, showing_id=showing, answer=Answer.FINE)
        assert page.pack.to == steps.EVA.name
        sharing.send(world, made.share)
        with as_actor(world.mara_portal), pytest.raises(NotThere):
            actions.read_showing(actor=world.mara_portal, showing_id=showing)

    def test_not_right_says_so_and_is_their_own_word(self, world: World) -> None:
        made, showing = self.shown(world)
        with as_actor(world.mara_portal), pytest.raises(Invalid):
            actions.answer_showing(
                actor=world.mara_portal, showing_id=showing, answer=Answer.NOT_RIGHT
            )
        with as_actor(world.mara_portal):
            actions.answer_showing(
                actor=world.mara_portal, showing_id=showing, answer=Answer.NOT_RIGHT, words="No."
            )
        assert sharing.row(world, made.share).state is ShareState.NOT_RIGHT
        with as_actor(world.mara_portal), pytest.raises(Refused):
            actions.answer_showing(actor=world.mara_portal, showing_id=showing, answer=Answer.FINE)

    def test_nobody_elses_space_shows_it(self, world: World) -> None:
        _, showing = self.shown(world)
        with as_actor(world.ana_portal), pytest.raises(NotThere):
            actions.read_showing(actor=world.ana_portal, showing_id=showing)


@pytest.mark.django_db
class TestHands:
    """Whose hand it goes by."""

    @pytest.mark.req("SU-01")
    def test_a_trainees_goes_by_their_supervisor(self, world: World) -> None:
        share = sharing.of_tess(world)
        with as_actor(world.vera):
            looked = actions.preview_share(actor=world.vera, share_id=share)
        with as_actor(world.vera), pytest.raises(Refused):
            actions.send_share(
                actor=world.vera, share_id=share, previewed=looked.sha256, way=sharing.PAPER
            )

    def test_a_trainee_sends_nothing_alone(self, world: World) -> None:
        share = sharing.of_tess(world)
        sha = sharing.look(world, share, world.tess).sha256
        with as_actor(world.tess), pytest.raises((Refused, NotThere)):
            actions.send_share(actor=world.tess, share_id=share, previewed=sha, way=sharing.PAPER)

    def test_what_nobody_asked_them_to_send_a_supervisor_does_not_see(self, world: World) -> None:
        made = sharing.begun(world)
        with as_actor(world.vera), pytest.raises(NotThere):
            actions.preview_share(actor=world.vera, share_id=made.share)

    @pytest.mark.req("AC-06")
    def test_notes_for_the_author_alone_are_prepared_by_nobody_else(self, world: World) -> None:
        note = signed_note(world.dana, world.mara_case, sharing.WORDS, alone="Only mine.")
        share = sharing.begin(world, sharing.somebody(world))
        sharing.choose(world, share, Level.PROCESS_NOTES, note)
        assert "Only mine." in sharing.look(world, share).pack.sections[0].text
        with as_actor(world.vera):
            assert not SharePaper.objects.filter(share_id=share).exists()
        with pytest.raises(Refused):
            sharing.resume(world, share, Resume.SEND)

    @pytest.mark.req("CC-12")
    def test_they_do_not_go_under_a_permission_for_ordinary_notes(self, world: World) -> None:
        note = signed_note(world.dana, world.mara_case, sharing.WORDS, alone="Only mine.")
        shared = steps.shared_permission(world)
        share = sharing.begin(world, shared.recipient)
        with pytest.raises(Invalid):
            sharing.choose(world, share, Level.PROCESS_NOTES, note)

    def test_somebody_elses_case_is_not_there(self, world: World) -> None:
        made = sharing.begun(world)
        with as_actor(world.sam), pytest.raises(NotThere):
            actions.preview_share(actor=world.sam, share_id=made.share)
        with as_actor(world.sam):
            assert not Share.objects.exists()
