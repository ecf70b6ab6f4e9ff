"""Give an accounting as a file, sealed or as a table, and keep it word for word as it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

import audit.actions
import clients.actions
import clients.queries
from consent import pdf
from consent.access import accounting
from consent.actions._gated import written
from consent.actions.accounting import Accounted, account_for
from consent.domain import law_events as events
from consent.domain.accounting import Form
from consent.domain.accounts_shown import AccountedLine, Accounting, as_csv
from consent.domain.documents import Letterhead
from consent.models import AccountingGiven
from consent.queries.accounting import asked_row
from counselling import db, languages, vault
from counselling.access import require
from counselling.accounts import queries as accounts
from counselling.accounts.actions import allowances
from counselling.errors import NotThere

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from uuid import UUID

    from counselling.access import Actor


def give_accounting(
    *,
    actor: Actor,
    client_id: UUID,
    since: datetime.date,
    until: datetime.date,
    form: Form,
    request_id: UUID | None = None,
) -> bytes:
    """Make the file for the client, whoever asks: it holds what they may know of by now.

    It is kept sealed as it was given (164.528(d)), and answers a request where there was one.
    """
    require(actor, accounting(actor))
    allowances.spend(actor, allowances.DOCUMENTS)
    if request_id is not None and asked_row(request_id).client != client_id:
        raise NotThere("consent_accounting_request", request_id)
    found = account_for(actor=actor, client_id=client_id, since=since, until=until)
    known = [one for one in found if not one.hidden]
    content = _laid_out(actor, client_id, since, until, form, known)
    made = AccountingGiven(
        client_id=client_id,
        request_id=request_id,
        since=since,
        until=until,
        form=form.value,
        content=content,
        sha256=vault.digest(content),
        by=actor.id,
        at=db.now(),
    )
    written(made)
    audit.actions.record(
        actor=actor,
        kind=events.ACCOUNTING_GIVEN,
        client=client_id,
        about=("consent_accounting_given", made.pk),
        rows=[one.shared.row.id for one in known],
        relation=clients.queries.relation_to_client(actor, client_id),
        sealed={"content": vault.fingerprint(made, "content")},
        detail={"as": form.value, "sha256": made.sha256},
    )
    return content


def _laid_out(
    actor: Actor,
    client_id: UUID,
    since: datetime.date,
    until: datetime.date,
    form: Form,
    known: list[Accounted],
) -> bytes:
    """Put it into the language of who reads it."""
    row, practice = clients.queries.client_row(client_id), accounts.practice()
    names = clients.actions.names_for(
        actor=actor, client_ids=[client_id], purpose="an accounting", full=True
    )
    with languages.speaking(row.language):
        people = accounts.names_for_clients({one.shared.row.by for one in known})
        lines = tuple(_line(one, people) for one in known)
        if form is Form.CSV:
            return as_csv(lines)
        paper = Accounting(
            practice=Letterhead(practice.name, practice.address, practice.phone),
            client=names.get(client_id, ""),
            language=row.language,
            since=since,
            until=until,
            made_at=db.now(),
            made_by=accounts.names_for_clients([actor.id]).get(actor.id, ""),
            lines=lines,
        )
        return pdf.seal(pdf.render_accounting(paper, settings.TIME_ZONE))


def _line(one: Accounted, people: Mapping[UUID, str]) -> AccountedLine:
    row, to = one.shared.row, one.shared.recipient
    at = timezone.localtime(row.at)
    return AccountedLine(
        reference=str(row.id),
        day=at.date().isoformat(),
        at=f"{at:%H:%M}",
        to=", ".join(part for part in (to.name, to.role, to.organisation) if part),
        address=one.address,
        what=f"{row.what} ({row.notes})" if row.notes else row.what,
        why=str(one.shared.purpose),
        ground=str(one.ground),
        by=people.get(row.by, ""),
        channel=str(one.channel),
        received=str(one.received),
        sha256=row.content_sha256,
    )
