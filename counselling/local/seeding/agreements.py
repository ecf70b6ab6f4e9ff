"""A few clients of each caseload sign the counselling agreement, by the use cases themselves.

Their PDFs are left to the worker, as for everybody: it finds them with the next sweep.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import consent.actions
import consent.queries
from consent.domain.answers import enforced_sha256
from consent.domain.documents import text_sha256
from consent.domain.library import load_explanation
from consent.domain.wording import fill_explanation
from counselling.access import ANONYMOUS, link_actor
from counselling.accounts import queries as accounts
from counselling.db import as_actor, clock_at
from counselling.local.practice.signing import AGREEMENT

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor

MINUTE: Final = datetime.timedelta(minutes=1)
_ANSWERS: Final = {
    "begin": True, "emergency-contact": True, "trainee-observer": False, "recording": False,
}  # fmt: skip


def sign_agreement(person: Actor, client: UUID, case: UUID, at: datetime.datetime) -> None:
    """Have a client asked, and open, read and sign it half an hour later."""
    with clock_at(at), as_actor(person):
        form = next(one for one in consent.queries.forms_for(client, "en") if one.slug == AGREEMENT)
        request = consent.actions.ask(
            actor=person, client_id=client, version_id=form.id, case_id=case
        )
        sent = consent.actions.send_request(actor=person, request_id=request)
    later = at + 30 * MINUTE
    with clock_at(later), as_actor(ANONYMOUS):
        token = sent.path.strip("/").rpartition("/")[2]
        opened = consent.actions.open_link(actor=ANONYMOUS, token=token, pin=sent.pin)
        assert isinstance(opened, consent.actions.Opened)  # noqa: S101 the PIN was the one sent
    link = link_actor(opened.link, client)
    with clock_at(later + MINUTE), as_actor(link, client=client):
        _read_and_sign(link, request)


def _read_and_sign(link: Actor, request: UUID) -> None:
    consent.actions.accept_online(actor=link, request_id=request, explained_sha256=_explanation())
    consent.actions.save_answers(actor=link, request_id=request, answers=_ANSWERS)
    read = consent.actions.read_form(actor=link, request_id=request, page="whole text")
    consent.actions.finish_reading(actor=link, request_id=request, shown_sha256=read.shown_sha256)
    read = consent.actions.read_form(actor=link, request_id=request, page="signature")
    consent.actions.sign(
        actor=link, request_id=request, name=read.values["client"],
        enforced_shown=enforced_sha256(read.filled, read.answers), agent="Mozilla/5.0 (fictional)",
    )  # fmt: skip


def _explanation() -> str:
    practice = accounts.practice()
    values = {
        "practice": practice.name, "practice_address": practice.address,
        "practice_phone": practice.phone,
    }  # fmt: skip
    return text_sha256(fill_explanation(load_explanation("en"), values).text)
