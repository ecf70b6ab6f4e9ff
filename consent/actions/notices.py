"""Say that one has seen how what one tells is used and protected (RT-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import audit.actions
from consent.actions.answering import RELATIONS
from consent.domain import events
from consent.domain.states import Signer
from consent.models import NoticeSeen
from consent.queries.privacy import privacy_notice, seen_notice, whose
from counselling import db
from counselling.access import ActorKind, Permission, require
from counselling.errors import Invalid
from counselling.speech import say

if TYPE_CHECKING:
    from counselling.access import Actor


def acknowledge_notice(*, actor: Actor, language: str, shown_sha256: str) -> None:
    """Keep that somebody saw the notice as it was worded on their page; saying it twice is once."""
    by_link = actor.kind is ActorKind.LINK
    require(actor, Permission.SIGN_CONSENT if by_link else Permission.MANAGE_OWN_ACCOUNT)
    notice = privacy_notice(language)
    if shown_sha256 != notice.sha256:
        raise Invalid(say("The notice has changed in the meantime. Please look at it once more."))
    client, guardian = whose(actor)
    if seen_notice(actor, notice) is not None:
        return
    made = NoticeSeen.objects.create(
        client_id=client,
        guardian_id=guardian,
        edition=notice.edition,
        language=notice.language,
        sha256=notice.sha256,
        at=db.now(),
    )
    audit.actions.record(
        actor=actor,
        kind=events.NOTICE_SEEN,
        client=client,
        about=("consent_noticeseen", made.pk),
        relation=RELATIONS[Signer.CLIENT if guardian is None else Signer.GUARDIAN],
        detail={"edition": notice.edition, "language": notice.language, "sha256": notice.sha256},
    )
