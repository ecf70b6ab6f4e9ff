"""What is being prepared to be shared: which there is, where it stands, what could be chosen."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Count

from clients import queries as clients
from consent.domain.bases import BasisKind
from consent.queries import released_shares, returned_shares
from consent.queries.bases import bases_of
from consent.queries.grounds import Ground, Wanted, grounds_now, same_of
from counselling.db import now
from counselling.errors import NotThere
from records.domain import has_roster, without_names
from records.domain.shares import (
    CATEGORY_OF,
    Back,
    Channel,
    Level,
    Resume,
    ShareFacts,
    ShareState,
    derive_state,
)
from records.models import Note, NotePart, Session, Share, SharePaper, ShareShowing
from records.queries.roster import rosters

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from clients.queries import CaseRow
    from consent.queries.bases import BasisRow
    from counselling.access import Actor


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """Something that is prepared, as far as nothing sealed is opened; `state` as of now."""

    id: UUID
    client: UUID
    case: UUID
    recipient: UUID
    purpose: str
    basis: UUID | None
    subpoena: UUID | None
    level: Level | None
    # the kind of information, where something was chosen
    category: str
    chosen: tuple[UUID, ...]
    show_first: bool
    resume: Resume | None
    back: Back | None
    channel: Channel | None
    address: UUID | None
    by: UUID
    at: datetime.datetime
    release_asked_at: datetime.datetime | None
    locked_at: datetime.datetime | None
    sent_at: datetime.datetime | None
    disclosure: UUID | None
    pack_sha256: str
    # whether a second person let go what a subpoena asks for
    released: bool
    # or sent it back
    sent_back: bool
    # whether a second secret waits to be read once
    secret: bool
    ground: Ground
    showing: ShowingRow | None
    state: ShareState

    @property
    def is_open(self) -> bool:
        """Say whether anything of it can still change."""
        return self.state not in {ShareState.SENT, ShareState.DROPPED}

    @property
    def chip(self) -> str:
        """Give the shape of its state."""
        return _CHIPS.get(self.state, "wait")

    @property
    def waits_since(self) -> datetime.datetime:
        """Give the instant from which it waits for somebody."""
        answered = self.showing.answered_at if self.showing else None
        return self.release_asked_at or answered or self.ground.since or self.at


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShowingRow:
    """What a client was shown first, and whether they have answered."""

    id: UUID
    share: UUID
    client: UUID
    at: datetime.datetime
    pack_sha256: str
    answer: str
    answered_at: datetime.datetime | None
    answered_by: UUID | None


_CHIPS: Final[Mapping[ShareState, str]] = {
    ShareState.SENT: "yes",
    ShareState.READY: "yes",
    ShareState.AGREED: "yes",
    ShareState.DROPPED: "no",
    ShareState.NO_PERMISSION: "no",
    ShareState.BACK: "alert",
    ShareState.NOT_RIGHT: "alert",
}


def share_row(share_id: UUID) -> ShareRow:
    """Give one; raises NotThere for a hidden one and for none alike."""
    found = share_rows(Share.objects.filter(pk=share_id))
    if not found:
        raise NotThere("records_share", share_id)
    return found[0]


def shares_of(client_id: UUID) -> list[ShareRow]:
    """List what is being prepared about a client, newest first; neither sent nor taken back."""
    return share_rows(_open().filter(client_id=client_id).order_by("-at"))


def shares_waiting(actor: Actor) -> list[ShareRow]:
    """List what the actor prepared, and what trainees ask to have sent, while it is open."""
    own = _open().filter(by=actor.id) | _open().filter(release_asked_at__isnull=False)
    told = Share.objects.filter(by=actor.id, secret__isnull=False)
    return share_rows((own | told).order_by("at"))


def shares_on(basis_id: UUID) -> list[ShareRow]:
    """List what is prepared to go on a legal basis, while it is open: kinds and counts."""
    return share_rows(_open().filter(basis_id=basis_id).exclude(level="").order_by("at"))


def shares_to_release(actor: Actor) -> list[ShareRow]:
    """List what others locked because of a subpoena, and nobody has let go yet."""
    locked = _open().filter(subpoena__isnull=False, locked_at__isnull=False).exclude(by=actor.id)
    rows = share_rows(locked.order_by("locked_at"))
    return [one for one in rows if not one.released and not one.sent_back]


def orders_for(row: ShareRow) -> list[BasisRow]:
    """List what the law asks for to who a share is for, in its case; for a subpoena court orders.

    What nobody else has let go yet is listed too: it is waited for.
    """
    same = same_of([row.client])
    who = same.get(row.recipient, row.recipient)
    return [
        one
        for one in bases_of(row.client)
        if (row.subpoena is None or one.kind is BasisKind.COURT_ORDER)
        and one.case == row.case
        and same.get(one.recipient, one.recipient) == who
        and (one.waits or one.opens)
    ]


def locked_pack(share_id: UUID) -> str:
    """Give the hash of what is locked, to who may let it go; empty for anybody and anything else.

    Who lets it go may not read its notes: the row that holds the hash is hidden from them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(records_locked_pack(%s), '')", [share_id])
        (found,) = cursor.fetchone()
    return str(found)


def due_shares() -> list[tuple[UUID, UUID]]:
    """Give share and client of all that may go by itself now, for the sweeper; no content."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT share, client FROM records_due_shares()")
        return [(share, client) for share, client in cursor.fetchall()]


def _open() -> QuerySet[Share]:
    return Share.objects.filter(sent_at=None, dropped_at=None)


def share_rows(shares: Iterable[Share]) -> list[ShareRow]:
    """Put to each where it stands now: a few questions for all of them."""
    found = list(shares)
    ids = [one.pk for one in found]
    papers = dict(
        SharePaper.objects.filter(share_id__in=ids).values_list("share_id", "pack_sha256")
    )
    showings = {
        one.share: one
        for one in map(showing_of, ShareShowing.objects.filter(share_id__in=ids, ended_at=None))
    }
    grounds = grounds_now(wanted_by(one) for one in found)
    locked = [one.pk for one in found if one.locked_at]
    released, returned = released_shares(locked), returned_shares(locked)
    return [
        _row(
            one,
            ground,
            papers.get(one.pk, ""),
            showings.get(one.pk),
            released=one.pk in released,
            sent_back=one.pk in returned,
        )
        for one, ground in zip(found, grounds, strict=True)
    ]


def wanted_by(share: Share) -> Wanted:
    """Say what a share wants to let leave; one without a level wants nothing in particular yet."""
    return Wanted(
        client=share.client_id,
        recipient=share.recipient_id,
        purpose=share.purpose,
        categories=categories_of(share.level, share.categories),
        basis=share.basis_id,
        since=share.at,
    )


def categories_of(level: str, said: Iterable[str]) -> frozenset[str]:
    """Give the kinds of information a level holds: as was said where more than one fits."""
    kinds = frozenset(said)
    return kinds or (frozenset({str(CATEGORY_OF[Level(level)])}) if level else frozenset())


def _row(
    share: Share,
    ground: Ground,
    pack: str,
    showing: ShowingRow | None,
    *,
    released: bool,
    sent_back: bool,
) -> ShareRow:
    return ShareRow(
        id=share.pk,
        client=share.client_id,
        case=share.case_id,
        recipient=share.recipient_id,
        purpose=share.purpose,
        basis=share.basis_id,
        subpoena=share.subpoena,
        level=Level(share.level) if share.level else None,
        category=share.categories[0] if share.categories else "",
        chosen=tuple(share.chosen),
        show_first=share.show_first,
        resume=Resume(share.resume) if share.resume else None,
        back=Back(share.back) if share.back else None,
        channel=Channel(share.channel) if share.channel else None,
        address=share.address_id,
        by=share.by,
        at=share.at,
        release_asked_at=share.release_asked_at,
        locked_at=share.locked_at,
        sent_at=share.sent_at,
        disclosure=share.disclosure_id,
        pack_sha256=pack,
        released=released,
        sent_back=sent_back,
        secret=share.secret is not None,
        ground=ground,
        showing=showing,
        state=derive_state(
            _facts(share, ground, pack, showing, released=released, sent_back=sent_back)
        ),
    )


def _facts(
    share: Share,
    ground: Ground,
    pack: str,
    showing: ShowingRow | None,
    *,
    released: bool,
    sent_back: bool,
) -> ShareFacts:
    return ShareFacts(
        sent=share.sent_at is not None,
        dropped=share.dropped_at is not None,
        back=share.back,
        previewed=bool(pack),
        chosen=bool(share.level),
        allowed=ground.allowed,
        asked=ground.is_asked,
        basis_waits=ground.waits,
        release_waits=share.locked_at is not None and not released,
        sent_back=sent_back,
        resumed=ground.consent is not None and ground.since is not None and ground.since > share.at,
        shown=showing is not None,
        answer=showing.answer if showing else "",
        unwaited=share.unwaited_at is not None,
        release_asked=share.release_asked_at is not None,
    )


def showing_of(one: ShareShowing) -> ShowingRow:
    """Give one as pages may see it."""
    return ShowingRow(
        id=one.pk,
        share=one.share_id,
        client=one.client_id,
        at=one.at,
        pack_sha256=one.pack_sha256,
        answer=one.answer,
        answered_at=one.answered_at,
        answered_by=one.answered_by,
    )


def own_showings(client_id: UUID) -> list[ShowingRow]:
    """List what a client is shown before it goes, newest first."""
    found = ShareShowing.objects.filter(client_id=client_id, ended_at=None)
    return [showing_of(one) for one in found.order_by("-at")]


@dataclasses.dataclass(frozen=True, slots=True)
class Choosable:
    """A session or a note that could be chosen, without a word of it."""

    id: UUID
    session: UUID
    session_at: datetime.datetime
    addenda: int = 0
    # when its words were written; a session has none
    written_at: datetime.datetime | None = None


def notes_to_share(client_id: UUID, case: CaseRow) -> list[Choosable]:
    """List the signed notes of a case that hold something of a client, newest session first."""
    notes = Note.objects.filter(case_id=case.id).select_related("session")
    # what is sealed stays where it is: only days are listed
    notes = notes.only("written_at", "session__starts_at").annotate(added=Count("addenda"))
    rows = list(notes.order_by("-session__starts_at", "-id"))
    if without_names(case.kind):
        held = set(
            NotePart.objects.filter(client_id=client_id, case_id=case.id).values_list(
                "note_id", flat=True
            )
        )
        there = rosters({one.session_id for one in rows})
        rows = [one for one in rows if one.pk in held or client_id in there.get(one.session_id, {})]
    return [
        Choosable(one.pk, one.session_id, one.session.starts_at, one.added, one.written_at)
        for one in rows
    ]


def own_notes_to_share(actor: Actor, case: CaseRow) -> list[Choosable]:
    """List the notes of a case that hold a part for the actor alone; nobody else's are seen."""
    rows = Note.objects.filter(case_id=case.id, author_id=actor.id, process_note__isnull=False)
    found = rows.select_related("session").order_by("-session__starts_at")
    return [
        Choosable(one.pk, one.session_id, one.session.starts_at, 0, one.written_at) for one in found
    ]


def sessions_to_share(client_id: UUID, case: CaseRow) -> list[Choosable]:
    """List the sessions of a case on whose roster a client is, newest first, up to now."""
    rows = list(
        Session.objects.filter(case_id=case.id, starts_at__lte=now()).order_by("-starts_at")
    )
    if has_roster(case.kind):
        there = rosters(one.pk for one in rows)
        rows = [one for one in rows if client_id in there.get(one.pk, {})]
    return [Choosable(one.pk, one.pk, one.starts_at) for one in rows]


def cases_to_share(client_id: UUID) -> list[CaseRow]:
    """Give the cases of a client whose notes the actor reads, in which they take part."""
    return [one for one in clients.cases_of(client_id) if client_id in one.present]
