"""Share: to whom, and who of them agreed to what; take back what was being prepared."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.views.decorators.http import require_http_methods, require_POST

import clients.actions
import clients.queries
import consent.actions
import consent.queries
from consent.domain.answers import CATEGORY_WORDS, PURPOSE_WORDS
from consent.domain.covers import Purpose
from consent.queries.bases import basis_row
from consent.queries.grounds import covered_now
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import NotThere
from records import actions
from records.domain.shares import Level
from records.forms import WhomForm
from records.queries.shares import cases_to_share, share_row, shares_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from consent.actions import RecipientNow
    from consent.queries import SubpoenaRow
    from consent.queries.bases import BasisRow
    from counselling.access import Actor
    from records.queries.shares import ShareRow


@require_http_methods(["GET", "HEAD", "POST"])
@once
def share(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Choose to whom: those agreed to first, then those without a permission."""
    actor = actor_of(request)
    require(actor, Permission.PREPARE_SHARE)
    client = clients.queries.client_row(client_id)
    basis, asked_for = _basis(request, client_id), _subpoena(request, client_id)
    people = consent.actions.read_recipients(actor=actor, client_id=client_id)
    agreed, others = _offered(client_id, people, basis)
    form = WhomForm(
        request.POST or None,
        to=[(value, "") for value, *_ in (*agreed, *others)],
        cases=_cases(client_id, basis),
    )
    if request.method == "POST" and form.is_valid():
        return _begin(actor, client_id, form, basis, asked_for)
    facts = {
        "form": form,
        "client": client,
        "basis": basis,
        "asked_for": asked_for,
        "agreed": agreed,
        "others": others,
        "name": named(actor, client_id),
        "open": [(one, to_whom(people, one)) for one in shares_of(client_id)],
        "may_state": actor.may(Permission.STATE_BASIS),
    }
    return render(request, "records/share.html", facts, status=422 if form.errors else 200)


def _basis(request: HttpRequest, client_id: UUID) -> BasisRow | None:
    """Give the legal basis this rests on, if one was stated for this client."""
    try:
        found = basis_row(UUID(request.GET.get("basis", "")))
    except ValueError:
        return None
    return found if found.client == client_id else None


def _subpoena(request: HttpRequest, client_id: UUID) -> SubpoenaRow | None:
    """Give the subpoena that asks for it, if one about this client does."""
    try:
        found = consent.queries.subpoena_row(UUID(request.GET.get("subpoena", "")))
    except (ValueError, NotThere):
        return None
    return found if found.client == client_id and not found.over else None


def _offered(
    client_id: UUID, people: list[RecipientNow], basis: BasisRow | None
) -> tuple[list[tuple[str, RecipientNow, str, str]], list[tuple[str, RecipientNow, str, str]]]:
    """Give who may receive something, each with what for, what and until when."""
    if basis is not None:
        to = [one for one in people if basis.recipient in one.row.rows]
        return [(f"{one.id}:{basis.kind}", one, basis.words, basis.what) for one in to], []
    by_id = {row: one for one in people for row in one.row.rows}
    agreed = [
        (
            f"{by_id[one.recipient].id}:{one.purpose}",
            by_id[one.recipient],
            str(PURPOSE_WORDS.get(one.purpose, one.purpose)),
            f"{_what(one.categories)}{_until(one.until)}",
        )
        for one in covered_now(client_id)
        if one.recipient in by_id
    ]
    known = {one.id for _, one, *_ in agreed}
    others = [(f"{one.id}:", one, "", "") for one in people if one.id not in known]
    return agreed, others


def _what(categories: frozenset[str]) -> str:
    return ", ".join(str(CATEGORY_WORDS.get(one, one)) for one in sorted(categories))


def _until(until: datetime.datetime | None) -> str:
    """Name the last day on which it holds: `until` is the first instant that it does not."""
    if until is None:
        return ""
    last = timezone.localtime(until - datetime.timedelta(seconds=1))
    return f", until {formats.date_format(last, 'j F Y')}"


def _cases(client_id: UUID, basis: BasisRow | None) -> list[tuple[str, str]]:
    """Give the cases whose notes the actor reads; of a legal basis, its one."""
    return [
        (str(one.id), f"Case {one.reference}")
        for one in cases_to_share(client_id)
        if basis is None or one.id == basis.case
    ]


def _begin(
    actor: Actor,
    client_id: UUID,
    form: WhomForm,
    basis: BasisRow | None,
    asked_for: SubpoenaRow | None,
) -> HttpResponse:
    said = form.cleaned_data
    made = actions.begin_share(
        actor=actor,
        client_id=client_id,
        case_id=UUID(said["case"]),
        recipient_id=UUID(said["recipient"]),
        purpose=said["purpose"],
        basis_id=basis.id if basis else None,
        subpoena_id=asked_for.id if asked_for else None,
    )
    return redirect("records:share-what", made)


def named(actor: Actor, client_id: UUID) -> str:
    """Give the short name of whom it is about."""
    names = clients.actions.names_for(actor=actor, client_ids=[client_id], purpose="sharing")
    return names.get(client_id, "")


def to_whom(people: list[RecipientNow], row: ShareRow) -> str:
    """Give how its recipient is called now."""
    return next((one.shown.name for one in people if row.recipient in one.row.rows), "")


@require_POST
def drop(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Take back what was being prepared."""
    actor = actor_of(request)
    require(actor, Permission.PREPARE_SHARE)
    row = share_row(share_id)
    actions.drop_share(actor=actor, share_id=share_id)
    messages.success(request, "Taken back. Nothing was sent.")
    return redirect("records:share", row.client)


# each asks for nothing else
_FORMS: Final[dict[object, str]] = {
    Level.PROCESS_NOTES: "counsellors-own-notes",
    Purpose.PROCEEDINGS: "proceedings",
}


def ask_path(row: ShareRow) -> str:
    """Give where the client is asked for it, with what is known already."""
    form = _FORMS.get(row.level) or _FORMS.get(row.purpose) or "share-with-named-recipient"
    return (
        f"{reverse('consent:request-new', args=[row.client])}?form={form}"
        f"&recipient={row.recipient}&purpose={row.purpose}&share={row.id}"
    )
