"""What went in a period and from when the client may know it; who asked for an accounting."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from consent.domain.accounting import (
    ASKED_WORDS,
    DUE,
    FREE_AGAIN,
    LONGER,
    STATEMENT_WORDS,
    Form,
    Statement,
)
from consent.models import AccountingGiven, AccountingRequest, AccountingSuspension
from consent.queries.documents import disclosures_between
from counselling import db
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from consent.queries.documents import DisclosureRow


@dataclasses.dataclass(frozen=True, slots=True)
class AskedRow:
    """An accounting that a client asked for."""

    id: UUID
    client: UUID
    since: datetime.date
    until: datetime.date
    how: str
    asked_on: datetime.date
    by: UUID
    at: datetime.datetime
    longer: bool
    given_at: datetime.datetime | None
    free: bool
    # thirty days more can be taken: once, and in time
    may_take_longer: bool

    @property
    def due_on(self) -> datetime.date:
        """Give the last day to answer it."""
        return self.asked_on + DUE + (LONGER if self.longer else datetime.timedelta())

    @property
    def open(self) -> bool:
        """Say whether it was not given yet."""
        return self.given_at is None

    @property
    def asked_words(self) -> str:
        """Say how it was asked for."""
        return ASKED_WORDS[self.how]


@dataclasses.dataclass(frozen=True, slots=True)
class GivenRow:
    """An accounting that was given; what stood in it is sealed."""

    id: UUID
    client: UUID
    request: UUID | None
    since: datetime.date
    until: datetime.date
    form: Form
    sha256: str
    by: UUID
    at: datetime.datetime

    @property
    def kind(self) -> str:
        """Say as what kind of file."""
        return self.form.value.upper()


@dataclasses.dataclass(frozen=True, slots=True)
class SuspensionRow:
    """That an official had lines held back; who, and in which words, is sealed."""

    id: UUID
    client: UUID
    disclosures: tuple[UUID, ...]
    statement: Statement
    until: datetime.datetime
    by: UUID
    at: datetime.datetime

    @property
    def said(self) -> str:
        """Say how it was stated."""
        return STATEMENT_WORDS[self.statement]

    @property
    def over(self) -> bool:
        """Say whether it has ended."""
        return self.until <= db.now()


def went_between(
    client_id: UUID, since: datetime.date, until: datetime.date
) -> list[DisclosureRow]:
    """Give what really went in a period, oldest first, as far as the actor sees it."""
    begin = datetime.datetime.combine(since, datetime.time(), ZoneInfo(settings.TIME_ZONE))
    end = datetime.datetime.combine(until, datetime.time(), begin.tzinfo)
    last = end + datetime.timedelta(days=1)
    return [one for one in disclosures_between(client_id, begin, last) if one.went]


def asked_accountings(client_id: UUID) -> list[AskedRow]:
    """Give what a client asked for, the newest first."""
    found = AccountingRequest.objects.filter(client_id=client_id).order_by("-asked_on", "-at")
    return _asked(found.select_related("extension"))


def asked_row(request_id: UUID) -> AskedRow:
    """Give one; raises NotThere for a hidden one and for none alike."""
    found = AccountingRequest.objects.filter(pk=request_id).select_related("extension")
    if not found:
        raise NotThere("consent_accounting_request", request_id)
    return _asked(found)[0]


def open_accountings(client_ids: Iterable[UUID]) -> list[AskedRow]:
    """Give those of several clients that were not given yet, what is due first in front."""
    found = AccountingRequest.objects.filter(client_id__in=list(client_ids), given=None)
    return sorted(_asked(found.select_related("extension")), key=lambda one: one.due_on)


def given_accountings(client_id: UUID) -> list[GivenRow]:
    """Give what a client was given, the newest first; nothing of it is opened."""
    found = AccountingGiven.objects.filter(client_id=client_id).defer("content")
    return [_given(one) for one in found.order_by("-at")]


def given_row(given_id: UUID) -> GivenRow:
    """Give one; raises NotThere for a hidden one and for none alike."""
    found = AccountingGiven.objects.filter(pk=given_id).defer("content").first()
    if found is None:
        raise NotThere("consent_accounting_given", given_id)
    return _given(found)


def _given(one: AccountingGiven) -> GivenRow:
    return GivenRow(
        one.pk, one.client_id, one.request_id, one.since, one.until, Form(one.form), one.sha256,
        one.by, one.at,
    )  # fmt: skip


def suspensions_of(client_id: UUID) -> list[SuspensionRow]:
    """Give what officials had held back about a client, the newest first."""
    found = AccountingSuspension.objects.filter(client_id=client_id).defer("details")
    return [_suspension(one) for one in found.order_by("-at")]


def suspension_row(suspension_id: UUID) -> SuspensionRow:
    """Give one; raises NotThere for a hidden one and for none alike."""
    found = AccountingSuspension.objects.filter(pk=suspension_id).defer("details").first()
    if found is None:
        raise NotThere("consent_accounting_suspension", suspension_id)
    return _suspension(found)


def _suspension(one: AccountingSuspension) -> SuspensionRow:
    return SuspensionRow(
        one.pk, one.client_id, tuple(one.disclosures), Statement(one.statement), one.until,
        one.by, one.at,
    )  # fmt: skip


def is_free(client_id: UUID, at: datetime.datetime) -> bool:
    """Say whether an accounting given now is the first of twelve months: the law has that free."""
    return not AccountingGiven.objects.filter(
        client_id=client_id, request__isnull=False, at__gt=at - FREE_AGAIN, at__lt=at
    ).exists()


def _asked(requests: Iterable[AccountingRequest]) -> list[AskedRow]:
    found = list(requests)
    given: dict[UUID, list[datetime.datetime]] = {}
    clients = {one.client_id for one in found}
    for row in AccountingGiven.objects.filter(client_id__in=clients, request__isnull=False).only(
        "client_id", "request_id", "at"
    ):
        given.setdefault(row.client_id, []).append(row.at)
    answered = dict(
        AccountingGiven.objects.filter(request__in=found)
        .order_by("-at")
        .values_list("request_id", "at")
    )
    return [_row(one, answered.get(one.pk), given.get(one.client_id, [])) for one in found]


def _row(
    one: AccountingRequest,
    given_at: datetime.datetime | None,
    before: list[datetime.datetime],
) -> AskedRow:
    at = given_at or db.now()
    longer = getattr(one, "extension", None) is not None
    today = db.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return AskedRow(
        id=one.pk,
        client=one.client_id,
        since=one.since,
        until=one.until,
        how=one.how,
        asked_on=one.asked_on,
        by=one.by,
        at=one.at,
        longer=longer,
        may_take_longer=given_at is None and not longer and today <= one.asked_on + DUE,
        given_at=given_at,
        free=not any(at - FREE_AGAIN < then < at for then in before),
    )
