"""Each use case of preparing and sending what is shared, done once in the world of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from unittest import mock

from consent.domain.recipients import AddressKind
from consent.domain.restrictions import What, Wish
from counselling.access import SERVICE
from counselling.db import as_actor
from records import actions
from records.domain.redacting import Choices
from records.domain.shares import Answer, Channel, Level, Resume
from records.queries.shares import shares_of
from tests.consent import delivering
from tests.consent.acts_recipients import agreed
from tests.records import releasing, sharing
from tests.records.writing import hold_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.world import World


def begin_share(world: World) -> None:
    sharing.begun(world)


def choose(world: World) -> None:
    sharing.begun(world)


def drop_share(world: World) -> None:
    share = sharing.begun(world).share
    with as_actor(world.dana):
        actions.drop_share(actor=world.dana, share_id=share)


def leave_out(world: World) -> None:
    share = sharing.begun(world).share
    with as_actor(world.dana):
        actions.leave_out(actor=world.dana, share_id=share, choices=Choices(passages=("brother",)))


def _lettered(world: World) -> UUID:
    share = sharing.begin(world, sharing.somebody(world))
    sharing.choose(world, share, Level.SUMMARY)
    with as_actor(world.dana):
        actions.write_letter(
            actor=world.dana, share_id=share, version=1, text="She sleeps better.", leaving=True
        )
    return share


def write_letter(world: World) -> None:
    _lettered(world)


def open_letter(world: World) -> None:
    share = _lettered(world)
    with as_actor(world.dana):
        actions.open_letter(actor=world.dana, share_id=share)


def preview_share(world: World) -> None:
    sharing.look(world, sharing.begun(world).share)


def preview_file(world: World) -> None:
    share = sharing.begun(world).share
    # how it is laid out is looked at where files are
    laid_out = mock.patch("consent.actions.showing.render", return_value=b"%PDF")
    with as_actor(world.dana), laid_out:
        actions.preview_file(actor=world.dana, share_id=share)


def resume_when_agreed(world: World) -> None:
    sharing.resume(world, sharing.begun(world).share, Resume.SEND)


def send_without_waiting(world: World) -> None:
    share = sharing.begun(world).share
    with as_actor(world.dana):
        actions.send_without_waiting(actor=world.dana, share_id=share, why="They are on a ward.")


def send_share(world: World) -> None:
    made = sharing.begun(world)
    sharing.agree(world, made.recipient)
    sharing.send(world, made.share)


def _shown(world: World) -> UUID:
    made = sharing.begun(world)
    sha = sharing.look(world, made.share).sha256
    with as_actor(world.dana):
        return actions.show_first(actor=world.dana, share_id=made.share, previewed=sha)


def show_first(world: World) -> None:
    _shown(world)


def read_showing(world: World) -> None:
    showing = _shown(world)
    with as_actor(world.mara_portal):
        actions.read_showing(actor=world.mara_portal, showing_id=showing)


def answer_showing(world: World) -> None:
    showing = _shown(world)
    with as_actor(world.mara_portal):
        actions.answer_showing(actor=world.mara_portal, showing_id=showing, answer=Answer.FINE)


def answer_in_room(world: World) -> None:
    _shown(world)
    with as_actor(world.dana):
        (row,) = shares_of(world.mara)
    with as_actor(world.dana):
        actions.answer_in_room(actor=world.dana, share_id=row.id, answer=Answer.FINE)


def ask_release(world: World) -> None:
    sharing.of_tess(world)


def give_back_share(world: World) -> None:
    share = sharing.of_tess(world)
    with as_actor(world.vera):
        actions.give_back_share(actor=world.vera, share_id=share, words="Leave the date out.")


def _agreed(world: World) -> UUID:
    made = sharing.begun(world)
    sharing.resume(world, made.share, Resume.SEND)
    sharing.agree(world, made.recipient)
    return made.share


def send_by_itself(world: World) -> None:
    sharing.machine(_agreed(world), world.mara)


def put_off_share(world: World) -> None:
    share = _agreed(world)
    with as_actor(SERVICE, client=world.mara):
        for _ in range(6):
            actions.put_off_share(actor=SERVICE, share_id=share)


def read_said(world: World) -> None:
    share = sharing.of_tess(world)
    with as_actor(world.vera):
        actions.give_back_share(actor=world.vera, share_id=share, words="Leave the date out.")
    with as_actor(world.tess):
        actions.read_said(actor=world.tess, share_id=share)


def read_prepared(world: World) -> None:
    made = sharing.begun(world)
    sharing.agree(world, made.recipient)
    sent = sharing.send(world, made.share)
    with as_actor(world.dana):
        actions.read_prepared(actor=world.dana, disclosure_id=sent.disclosure)


def _beside_what_is_kept_back(world: World) -> UUID:
    """Begin a letter to somebody from whom one session is kept back."""
    to = sharing.somebody(world)
    session = hold_session(world.dana, world.mara_case)
    agreed(world, Wish(what=What.SESSION, session=session, recipient=to))
    share = sharing.begin(world, to)
    sharing.choose(world, share, Level.SUMMARY)
    return share


def read_kept_out(world: World) -> None:
    row = sharing.row(world, _beside_what_is_kept_back(world))
    with as_actor(world.dana):
        assert actions.read_kept_out(actor=world.dana, row=row)


def finish_letter(world: World) -> None:
    share = _beside_what_is_kept_back(world)
    with as_actor(world.dana):
        actions.finish_letter(
            actor=world.dana, share_id=share, version=1, text=sharing.WORDS, left_out=True
        )


def read_secret(world: World) -> None:
    made = sharing.begun(world)
    to = delivering.address(world, made.recipient, AddressKind.EMAIL, delivering.EMAIL)
    way = actions.Way(channel=Channel.LINK, address=to, told_by="in_person")
    sharing.resume(world, made.share, Resume.SEND, way=way)
    sharing.agree(world, made.recipient)
    assert sharing.machine(made.share, world.mara)
    with as_actor(world.dana):
        actions.read_secret(actor=world.dana, share_id=made.share)


def _locked(world: World) -> UUID:
    return releasing.locked(world).share


def rest_on_order(world: World) -> None:
    releasing.resting(world)


def lock_share(world: World) -> None:
    _locked(world)


def weigh_share(world: World) -> None:
    share = _locked(world)
    with as_actor(world.priya):
        actions.weigh_share(actor=world.priya, share_id=share)


def release_share(world: World) -> None:
    releasing.let_go(world, _locked(world), world.priya)


def send_back_share(world: World) -> None:
    releasing.send_back(world, _locked(world), world.priya)


ACTS: Final[dict[str, Callable[[World], None]]] = {
    f"records.actions.{act.__name__}": act
    for act in (
        begin_share, choose, drop_share, leave_out, write_letter, open_letter, preview_share,
        preview_file, resume_when_agreed, send_without_waiting, send_share, show_first,
        read_showing, answer_showing, answer_in_room, ask_release, give_back_share, send_by_itself,
        put_off_share, read_said, read_prepared, read_secret, rest_on_order, lock_share,
        weigh_share, release_share, send_back_share, read_kept_out, finish_letter,
    )
}  # fmt: skip
