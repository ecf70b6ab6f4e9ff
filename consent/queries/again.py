"""Who holds an older version of a form than they would be asked now, and how asking again goes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from consent.domain.asking_again import AGAIN_WORDS, LEFT_OUT_WORDS, AgainState
from consent.domain.states import RequestState, state_now
from consent.domain.writing import LANGUAGES
from consent.models import AskAgain, AskedAgain, Consent, FormVersion, Request
from counselling import db
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable
    from uuid import UUID


@dataclasses.dataclass(frozen=True, slots=True)
class Held:
    """A signed form of one client that a newer version has followed."""

    client: UUID
    # what was signed: the request that leads, where several signed
    earlier: UUID
    number: int
    signed_at: datetime.datetime
    version: UUID
    wanted: int
    language: str
    # the request by which they are asked already, and the state of asking
    asked: UUID | None
    state: AgainState | None

    @property
    def may_ask(self) -> bool:
        """Say whether asking again would be the first time."""
        return self.asked is None and self.state is None

    @property
    def language_name(self) -> str:
        """Name the language they would be asked in."""
        return LANGUAGES.get(self.language, self.language)


@dataclasses.dataclass(frozen=True, slots=True)
class AgainRow:
    """One client of a batch."""

    id: UUID
    client: UUID
    state: AgainState
    why: str
    attempts: int
    request: UUID | None

    @property
    def word(self) -> str:
        """Say where it stands."""
        why = LEFT_OUT_WORDS.get(self.why)
        tried = self.attempts and self.state is AgainState.WAITING
        said = "being tried again" if tried else AGAIN_WORDS[self.state]
        return f"{said}: {why}" if why else said

    @property
    def chip(self) -> str:
        """Give its shape."""
        return _CHIPS[self.state]


_CHIPS = {
    AgainState.WAITING: "wait",
    AgainState.SENT: "yes",
    AgainState.PREPARED: "alert",
    AgainState.LEFT_OUT: "no",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """One asking of many."""

    id: UUID
    form: UUID
    at: datetime.datetime
    rows: tuple[AgainRow, ...]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Count by state: word, shape, how many."""
        found = [(one, sum(row.state is one for row in self.rows)) for one in AgainState]
        return [(AGAIN_WORDS[one], _CHIPS[one], many) for one, many in found]

    @property
    def done(self) -> int:
        """Count those who are through."""
        return sum(row.state is not AgainState.WAITING for row in self.rows)

    @property
    def runs(self) -> bool:
        """Say whether anybody is still waited for."""
        return self.done < len(self.rows)


def held_by(clients: Collection[UUID], form_id: UUID) -> list[Held]:
    """Give what these clients signed of a form and still goes on, where a newer version follows."""
    versions = list(
        FormVersion.objects.filter(form_id=form_id).values_list("id", "number", "language")
    )
    found = {}
    live = (
        Consent.objects.filter(client_id__in=clients, signature__request__version__form_id=form_id)
        .filter(Q(until=None) | Q(until__gt=db.now()), withdrawal=None, replacement=None)
        .order_by("signature__signed_at")
        .values_list(
            "client_id", "client__language", "signature__request_id",
            "signature__request__lead_id", "signature__request__version__number",
            "signature__signed_at",
        )
    )  # fmt: skip
    for client, language, request, lead, number, signed_at in live:
        version, wanted, spoken = _newest(versions, language)
        if number < wanted:
            found[lead or request] = (client, number, signed_at, version, wanted, spoken)
    return _with_asked(found)


def _newest(versions: Iterable[tuple[UUID, int, str]], language: str) -> tuple[UUID, int, str]:
    """Give the version a client would be asked to sign: in their language, else in English."""
    return max(versions, key=lambda one: (one[2] == language, one[2] == "en", one[1]))


def _with_asked(
    found: dict[UUID, tuple[UUID, int, datetime.datetime, UUID, int, str]],
) -> list[Held]:
    rows = AskedAgain.objects.filter(earlier_id__in=found).values_list(
        "earlier_id", "version_id", "state", "request_id"
    )
    batched = {(earlier, version): (state, made) for earlier, version, state, made in rows}
    by_hand = _asked_by_hand({one[0] for one in found.values()}, {one[3] for one in found.values()})
    held = []
    for earlier, (client, number, signed_at, version, wanted, language) in found.items():
        state, request = batched.get((earlier, version), (None, None))
        held.append(
            Held(
                client, earlier, number, signed_at, version, wanted, language,
                request or by_hand.get((client, version)),
                None if state is None else AgainState(state),
            )
        )  # fmt: skip
    return held


def _asked_by_hand(
    clients: Collection[UUID], versions: Collection[UUID]
) -> dict[tuple[UUID, UUID], UUID]:
    """Give who has the newer version before them already, whoever asked."""
    out = Request.objects.filter(
        client_id__in=clients, version_id__in=versions, lead=None,
        state__in=[RequestState.DRAFT, RequestState.SENT, RequestState.OPENED],
    ).values_list("client_id", "version_id", "pk", "state", "expires_at")  # fmt: skip
    return {
        (client, version): request
        for client, version, request, state, expires_at in out
        if state_now(RequestState(state), expires_at, db.now()) is not RequestState.EXPIRED
    }


def batch(batch_id: UUID) -> Batch:
    """Give one asking of many and how it goes; raises NotThere for somebody else's."""
    found = AskAgain.objects.filter(pk=batch_id).first()
    if found is None or found.by != db.acting():
        raise NotThere("consent_askagain", batch_id)
    rows = found.rows.order_by("id").values_list(
        "id", "client_id", "state", "why", "attempts", "request_id"
    )
    return Batch(
        found.pk,
        found.form_id,
        found.at,
        tuple(AgainRow(a, b, AgainState(c), d, e, f) for a, b, c, d, e, f in rows),
    )


def batches(form_id: UUID, person: UUID) -> list[tuple[UUID, datetime.datetime]]:
    """Give when somebody asked their clients again for a form, the newest first."""
    found = AskAgain.objects.filter(form_id=form_id, by=person).order_by("-at")
    return list(found.values_list("id", "at")[:10])


def left_to_ask(form_id: UUID) -> list[tuple[UUID, int]]:
    """Count for each counsellor whose clients still hold an older version; names nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person, clients FROM consent_left_to_ask(%s)", [form_id])
        return [(person, many) for person, many in cursor.fetchall()]


def due_asking() -> list[tuple[UUID, UUID]]:
    """Give row and client of everybody who is still to be asked again, for the sweeper."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT asked, client FROM consent_due_asking()")
        return [(asked, client) for asked, client in cursor.fetchall()]
