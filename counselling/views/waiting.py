"""What waits for whoever asks: one list, joined from what every app knows, the oldest first.

An app that has something to wait for adds one function to `SOURCES`: it takes the actor and the
instant and gives lines. A line names people by case or client; the page opens their names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import formats, timezone

import clients.queries
import consent.queries
import records.queries
from clients.domain.deciding import ENDS_SOON
from counselling.access import Permission, Role
from counselling.accounts import queries as accounts
from counselling.views.accesses_asked import OPENINGS
from counselling.views.log import LOG
from counselling.views.waiting_care import CARE
from counselling.views.waiting_law import LAWFUL
from counselling.views.waiting_links import LINKS
from counselling.views.waiting_recipients import KEPT
from counselling.views.waiting_review import REVIEWS
from counselling.views.waiting_shares import SHARES
from counselling.views.waiting_subpoenas import SUBPOENAS
from counselling.views.waits import Waits
from records.domain import REMINDS_AFTER

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from counselling.access import Actor


def waiting(actor: Actor, at: datetime.datetime) -> list[Waits]:
    """Give everything that waits for the actor: what is late first, then what waits longest.

    Who neither counsels nor reviews is here for what a reviewer asks them, and for the log.
    """
    at_home = actor.may(Permission.WRITE_NOTE) or actor.may(Permission.REVIEW_TRAIL)
    sources = SOURCES if at_home else (*LOG, *REVIEWS)
    found = (one for source in sources for one in source(actor, at))
    return sorted(found, key=lambda one: (one.state != "alert", one.at))


def _offered(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    if not actor.may(Permission.ACCEPT_ASSIGNMENT):
        return
    for offer in clients.queries.offers_to(actor):
        path = reverse("clients:case", args=[offer.case])
        yield Waits("offered to you", path, offer.offered_at, case=offer.case)


def _unsigned(actor: Actor, at: datetime.datetime) -> Iterable[Waits]:
    if not actor.may(Permission.WRITE_NOTE):
        return
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = records.queries.unsigned(actor, midnight)
    locked = records.queries.locked_among(actor, [one.id for one in rows])
    for one in rows:
        path = reverse("records:draft", args=[one.id])
        late = "more than a day late" if at - one.ends_at > REMINDS_AFTER else ""
        words = "locked, can be signed" if one.id in locked else late
        yield Waits("unsigned", path, one.ends_at, one.case, words=words, unfinished=True)


def _left(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """What somebody did not sign before they left a case: no name, and how long it can be done."""
    if not actor.may(Permission.WRITE_NOTE):
        return
    for one, left in records.queries.to_finish(actor):
        day = formats.date_format(timezone.localtime(left.last_at), "l j F, H:i")
        words = f"case {left.reference}, until {day}"
        path = reverse("records:draft", args=[one.id])
        yield Waits("left unsigned", path, one.ends_at, words=words, state="alert", unfinished=True)


def _never_finished(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """One line for all of them: how many, and no word of what they say."""
    if not actor.may(Permission.REVIEW_TRAIL):
        return
    rows = records.queries.never_finished()
    if rows:
        count = sum(one.notes for one in rows)
        words = f"{count} note{'' if count == 1 else 's'} of cases their author has left"
        path = reverse("records:unfinished")
        yield Waits("never finished", path, rows[0].until, words=words)


def _ending(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """One line a client: what ends first says how soon."""
    if not actor.may(Permission.ASK_CONSENT):
        return
    soonest: dict[UUID, list[consent.queries.Ending]] = {}
    for one in consent.queries.ending(clients.queries.clients_of(actor)):
        soonest.setdefault(one.client, []).append(one)
    for client, ends in soonest.items():
        path = reverse("consent:consents", args=[client])
        words = f"{ends[0].subject}, until {timezone.localtime(ends[0].until):%-d %B}"
        if len(ends) > 1:
            words += f", and {len(ends) - 1} more"
        since = ends[0].until - consent.queries.SOON
        yield Waits("ends soon", path, since, client=client, words=words, dated=False)


def _comes_of_age(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Where guardians decide no more before long: the client is asked anew in time."""
    if not actor.may(Permission.DECIDE_CAPACITY):
        return
    for one in clients.queries.ending_decisions(clients.queries.clients_of(actor)):
        assert one.until is not None  # noqa: S101 what ends has an end; the type checker cannot know
        path = reverse("clients:deciding", args=[one.client])
        day = formats.date_format(timezone.localtime(one.until), "j F")
        words = f"guardians decide until {day}: ask the client anew"
        since = one.until - ENDS_SOON
        yield Waits("decides alone soon", path, since, client=one.client, words=words, dated=False)


def _stopped(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """What a client stopped and nobody has seen to: one line an act of theirs."""
    if not actor.may(Permission.RECORD_WITHDRAWAL):
        return
    for one in consent.queries.open_stops(clients.queries.clients_of(actor)):
        path = reverse("consent:consents", args=[one.client])
        yield Waits("stopped", path, one.at, client=one.client, words=one.words, state="alert")


def _to_change(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Who wants to talk about a permission that ends."""
    if not actor.may(Permission.ASK_CONSENT):
        return
    for one in consent.queries.ends_of(clients.queries.clients_of(actor)):
        if one.asked_to_change and one.answered_at is not None:
            path = reverse("consent:request-new", args=[one.client])
            words = "wants to keep or change a permission that ends"
            yield Waits("asks", path, one.answered_at, client=one.client, words=words)


def _to_erase(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Recordings of one's own: to erase at once where somebody in them no longer agrees."""
    if not actor.may(Permission.LOG_SESSION):
        return
    for one, kept in records.queries.recordings_to_erase(actor):
        path = reverse("records:presence", args=[one.session])
        words = "once it was talked about" if kept else "the permission for it has ended"
        state = "wait" if kept else "alert"
        yield Waits("recording to erase", path, one.at, one.case, words=words, state=state)


def _not_right(actor: Actor, at: datetime.datetime) -> Iterable[Waits]:
    for one in records.queries.waiting_amendments(actor):
        path = reverse("records:amendment", args=[one.id])
        if not one.open:
            yield Waits("does not agree", path, one.moved_at, client=one.client)
            continue
        day = formats.date_format(timezone.localtime(one.due_at), "j F")
        word, state = ("overdue", "alert") if one.due_at < at else ("not right", "wait")
        yield Waits(word, path, one.asked_at, client=one.client, words=f"due {day}", state=state)


def _telling(actor: Actor, at: datetime.datetime) -> Iterable[Waits]:
    if not actor.may(Permission.WRITE_NOTE):
        return
    for one in records.queries.tellings_due(at):
        path = reverse("records:danger", args=[one.id])
        late = one.telling.shown(at)
        words = "their space shows it now" if late else "by the end of that day"
        state, day = "alert" if late else "wait", one.telling.last
        yield Waits("tell the client", path, day, client=one.client, words=words, state=state)


def _to_co_sign(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """One line for the whole queue: it is worked through from its oldest."""
    if not actor.may(Permission.SUPERVISE):
        return
    oldest = records.queries.to_co_sign(actor, limit=1)
    if oldest:
        count = records.queries.count_to_co_sign(actor)
        words = f"{count} note{'' if count == 1 else 's'} of trainees"
        yield Waits("to co-sign", reverse("records:supervision"), oldest[0].at, words=words)


def _returned(actor: Actor, at: datetime.datetime) -> Iterable[Waits]:
    if not actor.may(Permission.BE_SUPERVISED):
        return
    rows = records.queries.returned_to(actor)
    left = records.queries.left_notes() if rows else {}
    for one in rows:
        path = reverse("records:comments", args=[one.id])
        words = f"case {left[one.id].reference}" if one.id in left else ""
        yield Waits("returned", path, one.at, case=one.case, words=words)
    if Role.TRAINEE in actor.roles and not accounts.supervisors_of(actor.id):
        words = "your notes wait and nobody can co-sign them"
        path = reverse("records:supervision")
        yield Waits("nobody supervises you", path, at, words=words, state="alert")


def _emergencies(actor: Actor, at: datetime.datetime) -> Iterable[Waits]:
    """What is to be reviewed or answered, and who opened a file of one's own clients.

    By reference: a name would be opened, and that is a trace before the client is told.
    """
    if not actor.may(Permission.USE_EMERGENCY):
        return
    found = [("a reviewer asks", "alert", one) for one in clients.queries.asked_of(actor)]
    if actor.may(Permission.REVIEW_EMERGENCY):
        for one in clients.queries.emergencies_to_review():
            word, state = ("overdue", "alert") if one.is_late(at) else ("emergency", "wait")
            found.append((word, state, one))
    if actor.may(Permission.WRITE_NOTE):
        lately = clients.queries.emergencies_since(actor, at - clients.queries.LATELY)
        known = {one.id for _, _, one in found}
        found += [("emergency", "wait", one) for one in lately if one.id not in known]
    references = clients.queries.client_references({one.client for _, _, one in found})
    for word, state, one in found:
        path = reverse("clients:emergency-review", args=[one.id])
        reference = references.get(one.client, "")
        words = f"the file of {reference} was opened" if reference else "a file was opened"
        yield Waits(word, path, one.began_at, words=words, state=state)


def _standing_in(actor: Actor, at: datetime.datetime) -> Iterable[Waits]:
    """One line for all the cases one is to look after for colleagues."""
    if not actor.may(Permission.ACCEPT_ASSIGNMENT):
        return
    mine = [one for one in clients.queries.covers(actor) if one.person == actor.id]
    if mine:
        count = f"{len(mine)} case{'' if len(mine) == 1 else 's'}"
        last = formats.date_format(timezone.localtime(max(one.last for one in mine)), "j F")
        words = f"you stand in for {count}, until {last}"
        yield Waits("standing in", reverse("clients:covers"), at, words=words, dated=False)


def _from_clients(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """What clients changed in their space, or somebody tried at its door: one line each."""
    if not actor.may(Permission.AMEND_CONTACT):
        return
    for one in clients.queries.unseen_news(clients.queries.clients_of(actor)):
        path = reverse("client", args=[one.client])
        state = "alert" if one.kind == "guessed" else "wait"
        yield Waits("their space", path, one.at, client=one.client, words=one.words, state=state)


def _forms(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Forms that somebody else wrote."""
    if not actor.may(Permission.APPROVE_FORM):
        return
    for draft, handed_in_at in consent.queries.drafts_waiting(actor.id):
        path = reverse("consent:form-approval", args=[draft])
        yield Waits("to approve", path, handed_in_at, words="a consent form a colleague wrote")


def _to_witness(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Forms that everybody has signed but the witness: nothing of them holds before."""
    if not (actor.may(Permission.WITNESS) and actor.may(Permission.SEE_CONSENTS)):
        return
    for one in consent.queries.awaiting_witness():
        path = reverse("consent:witness", args=[one.request])
        yield Waits("to witness", path, one.at, client=one.client, words=one.words)


SOURCES: Final[tuple[Callable[[Actor, datetime.datetime], Iterable[Waits]], ...]] = (
    _offered,
    _unsigned,
    _to_witness,
    _left,
    _never_finished,
    _ending,
    _comes_of_age,
    _stopped,
    _to_change,
    _to_erase,
    _not_right,
    _telling,
    _to_co_sign,
    _returned,
    _emergencies,
    _standing_in,
    _from_clients,
    *CARE,
    _forms,
    *LAWFUL,
    *LOG,
    *SUBPOENAS,
    *LINKS,
    *KEPT,
    *SHARES,
    *REVIEWS,
    *OPENINGS,
)
