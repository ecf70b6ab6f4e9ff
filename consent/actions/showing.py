"""What a recipient reads, as a document and as a page: the same words before it goes and after."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.conf import settings

import audit.actions
import clients.actions
import clients.queries
from consent.access import seeing
from consent.actions.copies import is_part_two
from consent.actions.grounds import GroundShown, ground_of, newest_wording, shown_ground
from consent.domain import events
from consent.domain.answers import CATEGORY_WORDS, LEVEL_WORDS
from consent.domain.documents import DisclosureDocument, Letterhead, RecipientShown
from consent.domain.packs import NOT_YET
from consent.pdf import render, shared_page
from counselling import db, languages
from counselling.access import Permission, require
from counselling.accounts import queries as accounts
from counselling.speech import say

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection
    from uuid import UUID

    from django.utils.safestring import SafeString

    from consent.domain.documents import Pack
    from counselling.access import Actor

CHANNELS: Final = {
    "paper": say("handed over on paper"),
    "link": say("to be read through a link, with a second secret"),
    "file": say("as a sealed file with a password"),
}
# what nobody knows of it before it goes; the copy says it in these places
_WAY_LATER: Final = say("How it is handed over, and when, is written here when it goes.")
_HAND_LATER: Final = say("whoever sends it is named here")


@dataclasses.dataclass(frozen=True, slots=True)
class Going:
    """What goes, how much of what, by which way, by whom and when."""

    reference: str
    categories: Collection[str]
    level: str
    # empty while nobody has chosen
    channel: str
    # nobody while somebody else is to send it
    by: UUID | None
    at: datetime.datetime
    pack: Pack = dataclasses.field(repr=False)


def source_of(going: Going, ground: GroundShown) -> DisclosureDocument:
    """Put together what the document says, in the language of its reader."""
    practice = accounts.practice()
    with languages.speaking(ground.language):
        return DisclosureDocument(
            reference=going.reference,
            language=ground.language,
            zone=settings.TIME_ZONE,
            practice=Letterhead(practice.name, practice.address, practice.phone),
            client=ground.client,
            recipient=ground.recipient,
            purpose=str(ground.purpose),
            categories=tuple(str(CATEGORY_WORDS.get(one, one)) for one in going.categories),
            level=str(LEVEL_WORDS.get(going.level, going.level)),
            channel=str(CHANNELS[going.channel] if going.channel else _WAY_LATER),
            shared_by=accounts.name_for_clients(going.by) if going.by else str(_HAND_LATER),
            shared_at=going.at,
            permission=ground.permission,
            pack=going.pack,
            basis=ground.basis,
            part_two=is_part_two(going.categories),
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Previewed:
    """The document as it would be made now, and the page that a recipient opens."""

    source: DisclosureDocument

    @property
    def page(self) -> SafeString:
        """Lay it out as that page; who only sends what was looked at needs none."""
        return shared_page(self.source)

    def pdf(self) -> bytes:
        """Lay it out as the file they get, before its seal."""
        return render(self.source)


def preview_disclosure(
    *,
    actor: Actor,
    client_id: UUID,
    pack: Pack,
    categories: Collection[str],
    level: str,
    consent_id: UUID | None = None,
    basis_id: UUID | None = None,
    recipient_id: UUID | None = None,
    to: RecipientShown | None = None,
    purpose: str = "",
    language: str = "",
) -> Previewed:
    """Show a pack exactly as its recipient will read it, whether or not it may go yet.

    Without a ground, while the client has not answered, `to` and `purpose` are what was asked for,
    and the page says that there is no permission. Nor is it known yet by which way and when it
    goes, and by whose hand what a trainee prepared: the page says that these are written then.
    """
    require(actor, seeing(actor))
    client = clients.queries.client_row(client_id)
    grant = audit.actions.record(
        actor=actor,
        kind=events.DISCLOSURE_PREVIEWED,
        client=client_id,
        relation=clients.queries.relation_to_client(actor, client_id),
        rows=[one for one in (consent_id, basis_id) if one is not None],
    )
    if consent_id is None and basis_id is None:
        names = clients.actions.identities_under(grant, [client_id])
        nobody = RecipientShown("", "", "", "")
        shown = GroundShown(
            language or client.language, names[client_id].full, to or nobody, purpose, None, None
        )
    else:
        ground = ground_of(
            client_id, consent_id=consent_id, basis_id=basis_id, recipient_id=recipient_id
        )
        shown = shown_ground(ground, newest_wording(ground.recipient), grant, language)
    sends = actor.may(Permission.DISCLOSE) or actor.may(Permission.RELEASE)
    by = actor.id if sends else None
    going = Going(NOT_YET, sorted(categories), level, "", by, db.now(), pack)
    source = source_of(going, shown)
    return Previewed(source)
