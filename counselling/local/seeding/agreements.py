"""A few clients of each caseload sign the counselling agreement, by the use cases themselves.

Their PDFs are left to the worker, as for everybody: it finds them with the next sweep.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import clients.actions
import consent.actions
import consent.queries
from consent.domain.answers import enforced_sha256
from consent.domain.documents import text_sha256
from consent.domain.library import load_explanation
from consent.domain.wording import fill_explanation
from counselling.accounts import queries as accounts
from counselling.db import as_actor, clock_at
from counselling.local.people import PASSWORD
from counselling.local.practice.signing import AGREEMENT

if TYPE_CHECKING:
    from uuid import UUID

    from counselling.access import Actor
    from counselling.local.seeding.staff import Holder

MINUTE: Final = datetime.timedelta(minutes=1)
_ANSWERS: Final = {"begin": True, "emergency-contact": True}


def sign_agreement(holder: Holder, client: UUID, case: UUID, at: datetime.datetime) -> None:
    """Have a client asked, given a sign-in, and sign there half an hour later."""
    person = holder.person
    with clock_at(at), as_actor(holder.desk):
        given = clients.actions.give_portal_access(
            actor=holder.desk, client_id=client, password=PASSWORD
        )
    with clock_at(at), as_actor(person):
        forms = consent.queries.forms_for(client, "en")
        form = next(one for one in forms if one.slug == AGREEMENT)
        request = consent.actions.ask(
            actor=person, client_id=client, version_id=form.id, case_id=case
        )
        consent.actions.send_request(actor=person, request_id=request)
    later = at + 30 * MINUTE
    with clock_at(later):
        signer = accounts.actor_of_person(given.account)
        with as_actor(signer):
            consent.actions.open_request(actor=signer, request_id=request)
    with clock_at(later + MINUTE), as_actor(signer):
        _read_and_sign(signer, request)


def _read_and_sign(signer: Actor, request: UUID) -> None:
    consent.actions.accept_online(actor=signer, request_id=request, explained_sha256=_explanation())
    consent.actions.save_answers(actor=signer, request_id=request, answers=_ANSWERS)
    read = consent.actions.read_form(actor=signer, request_id=request, page="whole text")
    consent.actions.finish_reading(actor=signer, request_id=request, shown_sha256=read.shown_sha256)
    read = consent.actions.read_form(actor=signer, request_id=request, page="signature")
    consent.actions.sign(
        actor=signer, request_id=request, name=read.values["client"],
        enforced_shown=enforced_sha256(read.filled, read.answers), agent="Mozilla/5.0 (fictional)",
    )  # fmt: skip


def _explanation() -> str:
    practice = accounts.practice()
    values = {
        "practice": practice.name, "practice_address": practice.address,
        "practice_phone": practice.phone,
    }  # fmt: skip
    return text_sha256(fill_explanation(load_explanation("en"), values).text)
