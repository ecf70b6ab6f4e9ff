"""A form as a client would meet it on a phone: the very pages of signing, and nothing is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from consent import queries
from consent.access import looking_at_forms
from consent.actions import Reading
from consent.domain.answers import Asked, enforced
from consent.domain.documents import Letterhead, RecipientShown
from consent.domain.sampling import sampled
from consent.domain.states import RequestState
from consent.domain.wording import shown_text
from consent.forms import AnswersForm, SignForm
from counselling.access import actor_of, require
from counselling.accounts import queries as accounts

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from consent.domain.form_source import FormSource

PAGES: Final = ("short", "text", "signature", "end")
_NOBODY: Final = UUID(int=0)
_NO_RECIPIENT: Final = RecipientShown("", "", "", "")


@require_http_methods(["GET", "HEAD", "POST"])
def draft_preview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Look at a form in writing as a client would."""
    actor = actor_of(request)
    require(actor, looking_at_forms(actor))
    return _page(request, queries.draft_row(draft_id).source, "consent:form-preview", draft_id)


@require_http_methods(["GET", "HEAD", "POST"])
def version_preview(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Look at a published form as a client would."""
    actor = actor_of(request)
    require(actor, looking_at_forms(actor))
    source = queries.form_row(version_id).source
    return _page(request, source, "consent:form-version-preview", version_id)


def _page(request: HttpRequest, source: FormSource, name: str, row: UUID) -> HttpResponse:
    """Show a page of it; a button leads to the next, and writes nothing."""
    asked = request.GET.get("page", "")
    page = asked if asked in PAGES else PAGES[0]
    here = reverse(name, args=[row])
    at = {one: f"{here}?page={one}" for one in PAGES}
    if request.method == "POST":
        away = request.POST.get("act") in {"later", "question", "decline"}
        after = min(PAGES.index(page) + 1, len(PAGES) - 1)
        return redirect(at["end"] if away else at[PAGES[after]])
    read = _reading(source)
    facts = {
        "at": {**at, **dict.fromkeys(("question", "decline", "later", "done", "copy"), at["end"])},
        "read": read,
        "form": _form(read, page),
        "sentences": enforced(read.filled, _yes(read.filled)),
        "layout": "layouts/phone.html",
        "pages": [(name, at[name], PAGE_NAMES[name], name == page) for name in PAGES],
        "row_id": row,
        "of_draft": name == "consent:form-preview",
    }
    template = "forms/preview_end" if page == "end" else page
    # as the client reads it: the form's own language, whatever staff's pages speak
    with translation.override(source.language):
        return render(request, f"consent/{template}.html", facts)


PAGE_NAMES: Final = {
    "short": "In short", "text": "The whole text", "signature": "Sign", "end": "End",
}  # fmt: skip


def _form(read: Reading, page: str) -> Form | None:
    if page == "short":
        return AnswersForm(filled=read.filled, answers={})
    return SignForm() if page == "signature" else None


def _yes(filled: FormSource) -> dict[str, bool]:
    return {clause.code: True for clause in filled.clauses}


def _reading(source: FormSource) -> Reading:
    """Fill it for somebody who does not exist."""
    practice = accounts.practice()
    filled = sampled(
        source,
        {
            "practice": practice.name, "practice_address": practice.address,
            "practice_phone": practice.phone, "crisis_line": practice.crisis_line,
            "complaints": practice.complaints_contact,
        },
    )  # fmt: skip
    return Reading(
        request=_NOBODY,
        client=_NOBODY,
        form=queries.FormRow(_NOBODY, source.slug, source.edition, source.language, "", source),
        filled=filled,
        shown=shown_text(filled),
        asked=Asked(),
        answers={},
        values={"client": "", "practice": practice.name},
        practice=Letterhead(practice.name, practice.address, practice.phone),
        recipient=_NO_RECIPIENT,
        read_at=timezone.now(),
        state=RequestState.OPENED,
    )
