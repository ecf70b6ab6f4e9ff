"""End consents on the client's word, at once, and say honestly what cannot be called back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection

import audit.actions
import clients.queries
from clients.access import is_guardian
from consent.access import stopping
from consent.actions._kept import call_back_kept
from consent.actions._reading import reading, record_made
from consent.actions.delivery import stop_links
from consent.actions.permissions import Permission, Shared, permissions_under, shared_under
from consent.actions.signing import SEAL
from consent.domain import events
from consent.domain.answers import CATEGORY_WORDS
from consent.domain.delivery import CHANNEL_WORDS
from consent.domain.documents import (
    EndedPermission,
    Letterhead,
    SentBefore,
    WithdrawalCertificate,
    to_json,
)
from consent.domain.life_events import LETTERS_DROPPED
from consent.domain.states import DocumentState
from consent.domain.stopping import goes_on, stops_now, was_done
from consent.models import Document, Request, StopTask, Withdrawal
from consent.queries import ConsentRow, consent_row, consents_of, with_replaced
from consent.queries.documents import disclosures_under
from counselling import db, jobs, languages
from counselling.access import ActorKind, require
from counselling.accounts import queries as accounts
from counselling.errors import Invalid, Refused
from counselling.speech import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from counselling import vault
    from counselling.access import Actor

PORTAL: Final = "portal"
GUARDIAN: Final = "guardian"
HOW: Final[Mapping[str, str]] = {
    "portal": say("the client, in their own space"),
    "guardian": say("a guardian, in their own space"),
    "room": say("the client, in the room"),
    "phone": say("the client, by phone"),
    "letter": say("the client, by letter"),
}
REPLACED: Final = say("A newer form has replaced this permission. Stop the one that is live.")


@dataclasses.dataclass(frozen=True, slots=True)
class Stopping:
    """What stopping would do: what ends, what was sent or done already, what goes on and why."""

    client: UUID
    ending: tuple[Permission, ...]
    sent: tuple[Shared, ...]
    # a guardian is told nothing of what went to whom
    tells_sent: bool = True

    @property
    def _kinds(self) -> list[str]:
        return [one.row.activity for one in self.ending]

    @property
    def stops(self) -> tuple[str, ...]:
        """Say what stops at once."""
        return stops_now(self._kinds)

    @property
    def done(self) -> tuple[str, ...]:
        """Say what was done under it and cannot be taken back."""
        return was_done(self._kinds)

    @property
    def continues(self) -> tuple[str, ...]:
        """Say what goes on, and why."""
        return goes_on(self._kinds)


def preview_stopping(
    *, actor: Actor, consent_id: UUID | None = None, client_id: UUID | None = None
) -> Stopping:
    """Show what stopping one permission would do, or stopping everything of a client."""
    require(actor, stopping(actor))
    rows = _ending(consent_id, client_id)
    client = rows[0].client if rows else client_id
    if client is None:
        raise Invalid(say("There is nothing to stop."))
    grant = audit.actions.record(
        actor=actor,
        kind=events.CONSENTS_READ,
        client=client,
        relation=clients.queries.relation_to_client(actor, client),
        rows=[row.id for row in rows],
        detail={"page": "stopping"},
    )
    return _preview(actor, client, rows, grant)


def _ending(consent_id: UUID | None, client_id: UUID | None) -> list[ConsentRow]:
    if consent_id is not None:
        return [consent_row(consent_id)]
    if client_id is None:
        return []
    clients.queries.client_row(client_id)
    return [row for row in consents_of(client_id) if row.may_stop]


def _with_replaced(rows: list[ConsentRow]) -> list[UUID]:
    """Add what these replaced: what went under it went under the same word of the client."""
    return with_replaced(row.id for row in rows)


def _preview(actor: Actor, client: UUID, rows: list[ConsentRow], grant: vault.Grant) -> Stopping:
    went = [one for one in disclosures_under(_with_replaced(rows)) if one.went]
    if actor.kind is not ActorKind.STAFF:
        # a line the client is not to be told of yet is missing from every page alike
        went = [one for one in went if one.told_at <= db.now()]
    return Stopping(
        client,
        tuple(permissions_under(rows, grant)),
        tuple(shared_under(went, grant)),
        tells_sent=not is_guardian(actor),
    )


def withdraw(*, actor: Actor, consent_id: UUID, how: str = "portal") -> None:
    """End one consent, at once and for every use that has not happened yet (CL-02, CL-03).

    A guardian who decides for a client ends it for all: the stricter word wins.
    """
    require(actor, stopping(actor))
    consent_row(consent_id)
    lock_consents([consent_id])
    row = consent_row(consent_id)
    if row.withdrawn_at is not None:
        return
    if row.replaced_at is not None:
        raise Refused("ended-already", REPLACED, client=row.client)
    if row.required:
        raise Refused(
            "part-of-agreement",
            say(
                "This is the agreement itself. To end counselling, just say so to your counsellor."
            ),
            client=row.client,
        )
    _withdraw(actor, row.client, [row], how)


def withdraw_everything(*, actor: Actor, client_id: UUID, how: str = "portal") -> None:
    """End every optional consent of a client; neither care nor the agreement ends by it."""
    require(actor, stopping(actor))
    lock_consents([row.id for row in _ending(None, client_id)])
    rows = _ending(None, client_id)
    if rows:
        _withdraw(actor, client_id, rows, how)


def lock_consents(consents: list[UUID], *, shared: bool = False) -> None:
    """Wait for whoever ends these consents, or shares something under them, and keep them out.

    A second click on Stop finds them ended; nothing leaves between the list of what was sent and
    the end.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT consent_{'hold' if shared else 'lock'}(%s)", [consents])


def _withdraw(actor: Actor, client: UUID, rows: list[ConsentRow], how: str) -> None:
    _require_how(actor, how)
    at = db.now()
    grant = audit.actions.record(
        actor=actor,
        kind=events.CONSENT_WITHDRAWN,
        client=client,
        about=("consent_consent", rows[0].id),
        rows=[row.id for row in rows],
        relation=clients.queries.relation_to_client(actor, client),
        detail={"how": how},
    )
    certificate = db.uuid7(db.given_clock())
    for row in rows:
        Withdrawal.objects.create(
            consent_id=row.id,
            client_id=client,
            at=at,
            by=actor.id,
            how=how,
            certificate_id=certificate,
        )
    # first what was on its way is stopped, then it is said what had gone
    _cancel_waiting(actor, client, rows)
    _drop_letters(actor, client)
    call_back_kept(actor, [row.id for row in rows])
    _certify(actor, client, rows, grant, how, certificate)
    StopTask.objects.create(client_id=client, certificate_id=certificate, at=at)
    jobs.enqueue(SEAL, certificate, client)


def _require_how(actor: Actor, how: str) -> None:
    by_staff = actor.kind is ActorKind.STAFF
    own = GUARDIAN if is_guardian(actor) else PORTAL
    if how not in HOW or (how in {PORTAL, GUARDIAN} if by_staff else how != own):
        raise Invalid("Say how the client told you.", "how")


def _cancel_waiting(actor: Actor, client: UUID, rows: list[ConsentRow]) -> None:
    """Stop what was on its way, also what this person may not see; the worker asks again anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_cancel_stopped(%s)", [_with_replaced(rows)])
        for (document,) in cursor.fetchall():
            record_cancelled(actor, client, document)
    stop_links(actor, client, _with_replaced(rows))


def _drop_letters(actor: Actor, client: UUID) -> None:
    """Drop letters that wait and whose permission has just ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_drop_letters(%s)", [client])
        dropped = [letter for (letter,) in cursor.fetchall()]
    if dropped:
        audit.actions.record(
            actor=actor,
            kind=LETTERS_DROPPED,
            client=client,
            rows=dropped,
            relation=clients.queries.relation_to_client(actor, client),
        )


def record_cancelled(actor: Actor, client: UUID, document: UUID) -> None:
    """Record that a disclosure's document is never made; the permission under it has ended."""
    audit.actions.record(
        actor=actor,
        kind=events.DISCLOSURE_CANCELLED,
        client=client,
        about=("consent_document", document),
        relation=clients.queries.relation_to_client(actor, client),
    )


def _certify(
    actor: Actor,
    client: UUID,
    rows: list[ConsentRow],
    grant: vault.Grant,
    how: str,
    certificate: UUID,
) -> None:
    at, preview = db.now(), _preview(actor, client, rows, grant)
    practice = accounts.practice()
    read = reading(Request.objects.get(pk=rows[0].request), grant)
    by_staff = actor.kind is ActorKind.STAFF
    document = Document(
        id=certificate,
        client_id=client,
        kind="withdrawal",
        state=DocumentState.RENDERING,
        made_at=at,
        due_at=at,
    )
    with languages.speaking(read.form.language):
        document.source = to_json(
            WithdrawalCertificate(
                reference=str(document.pk),
                language=read.form.language,
                zone=settings.TIME_ZONE,
                practice=Letterhead(practice.name, practice.address, practice.phone),
                client=read.values["client"],
                withdrawn_at=at,
                how=HOW[how],
                recorded_by=accounts.name_for_clients(actor.id) if by_staff else "",
                ended=tuple(
                    EndedPermission(one.label, one.sentence, one.recipient.name, one.row.since, at)
                    for one in preview.ending
                ),
                sent_before=tuple(map(_sent_before, preview.sent)),
                continues=tuple(map(str, (*preview.done, *preview.continues))),
                tells_sent=preview.tells_sent,
            )
        )
    document.save(force_insert=True)
    record_made(actor, document)


def _sent_before(one: Shared) -> SentBefore:
    what = ", ".join(str(CATEGORY_WORDS.get(each, each)) for each in one.row.categories)
    how = CHANNEL_WORDS.get(one.row.channel, one.row.channel)
    return SentBefore(one.row.at, one.recipient.name, what, how)
