"""What staff do about a recipient's link: send it, see its word once, take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

import clients.queries
from consent import actions, queries
from consent.access import delivering
from consent.domain.delivery import TOLD_BY_WORDS, ToldBy
from consent.domain.recipients import AddressKind
from consent.forms import DeliveryForm
from counselling.access import Permission, actor_of, require
from counselling.accounts.actions.once import once
from counselling.errors import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from consent.actions import RecipientNow, Secret
    from consent.queries import DisclosureRow


@once
@require_http_methods(["GET", "HEAD", "POST"])
def link_new(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Send a link to what was shared, or send it again: a new link and word, the old ones dead."""
    actor = actor_of(request)
    require(actor, delivering(actor))
    row = queries.disclosure_row(disclosure_id)
    recipient = _recipient(request, row)
    form = DeliveryForm(request.POST or None, ways=_emails(recipient), told=_told(recipient))
    if request.method == "POST" and form.is_valid():
        told_by, told_address = form.told()
        try:
            secret = actions.deliver(
                actor=actor,
                disclosure_id=row.id,
                address_id=form.cleaned_data["address"],
                told_by=told_by,
                told_address_id=told_address,
            )
        except Invalid as wrong:
            form.add_error(None, wrong.message)
        else:
            return _shown(request, row, secret)
    facts = _facts(row, recipient) | {"form": form}
    return render(request, "consent/link_new.html", facts, status=400 if form.errors else 200)


def _recipient(request: HttpRequest, row: DisclosureRow) -> RecipientNow:
    found = actions.read_recipients(actor=actor_of(request), client_id=row.client)
    return next(one for one in found if row.recipient in one.row.rows)


def _emails(recipient: RecipientNow) -> list[tuple[str, str]]:
    return [(str(one.row.id), one.value) for one in recipient.usable(AddressKind.EMAIL)]


def _told(recipient: RecipientNow) -> list[tuple[str, str]]:
    """Give the ways to tell the word: never the one the link goes by."""
    known = [
        (f"{kind.value}:{one.row.id}", f"{TOLD_BY_WORDS[kind]}: {one.value}")
        for kind in (ToldBy.PHONE, ToldBy.POST)
        for one in recipient.usable(AddressKind(kind.value))
    ]
    return [*known, (f"{ToldBy.IN_PERSON.value}:", "in person")]


def _facts(row: DisclosureRow, recipient: RecipientNow) -> dict[str, object]:
    return {
        "row": row,
        "recipient": recipient,
        "client": clients.queries.client_row(row.client),
        "live": any(one.live for one in queries.receipts([row.id]).get(row.id, [])),
    }


def _shown(request: HttpRequest, row: DisclosureRow, secret: Secret) -> HttpResponse:
    """Show the word in the answer itself: it is kept nowhere, so shown once."""
    facts = {
        "secret": secret,
        "row": row,
        "client": clients.queries.client_row(row.client),
        "told_by": TOLD_BY_WORDS[secret.told_by],
    }
    response = render(request, "consent/link_sent.html", facts)
    response.made_at = reverse("consent:disclosure", args=[row.id])  # type: ignore[attr-defined]  # read by `once`
    return response


@require_POST
def link_end(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Take a link back at once."""
    if actions.revoke(actor=actor_of(request), disclosure_id=disclosure_id):
        messages.success(request, "Taken back. The link opens nothing any more.")
    return redirect("consent:disclosure", disclosure_id)


@require_POST
def tell_ended(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Tell the recipient that the permission has ended, by a letter that says no more."""
    actor = actor_of(request)
    require(actor, Permission.RECORD_WITHDRAWAL)
    row = queries.disclosure_row(disclosure_id)
    told = actions.tell_it_ended(actor=actor, disclosure_ids=[row.id])
    if told:
        messages.success(request, "They are told by a letter that names nobody.")
    else:
        messages.warning(
            request, "Nobody is written to: they know, it still holds, or no e-mail is verified."
        )
    return redirect("consent:disclosure", disclosure_id)
