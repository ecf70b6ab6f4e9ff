"""Copy out of a signed form the one clause on which something leaves, for where the law asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from consent.domain.copies import ConsentCopy, SignedBy
from consent.domain.covers import Category
from consent.domain.documents import ConsentDocument, from_json
from consent.models import Signature
from counselling import vault
from counselling.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from consent.queries import ConsentRow


def is_part_two(categories: Collection[str]) -> bool:
    """Say whether the law on treatment for the use of substances protects it (42 CFR part 2)."""
    return settings.FEDERALLY_ASSISTED_SUD or Category.SUD_NOTES in categories


def copy_of(consent: ConsentRow, grant: vault.Grant) -> ConsentCopy:
    """Give the clause as everybody who had to signed it: by what they were shown, not by the form.

    The last signature made the consent, so its document says what holds.
    """
    signed = [_document(one, grant) for one in _signatures(consent.request)]
    last = signed[-1]
    clause = next(one for one in last.clauses if one.code == consent.clause and one.granted)
    return ConsentCopy(
        reference=last.reference,
        language=last.language,
        form=last.title,
        number=last.evidence.form_number,
        label=clause.label,
        sentence=clause.sentence,
        ends=clause.ends_with,
        until=clause.until,
        signed=tuple(
            SignedBy(one.evidence.signer, one.evidence.signs_for, one.evidence.signed_at)
            for one in signed
        ),
        text_sha256=last.evidence.text_sha256,
    )


def _signatures(request: UUID) -> list[Signature]:
    own = Signature.objects.select_related("request", "document").get(request=request)
    lead = own.request.lead_id
    if lead is None:
        return [own]
    group = Signature.objects.filter(Q(request=lead) | Q(request__lead=lead))
    return list(group.select_related("document").order_by("request__turn"))


def _document(one: Signature, grant: vault.Grant) -> ConsentDocument:
    said = from_json(vault.open_json(one.document.source, grant))
    if not isinstance(said, ConsentDocument):  # pragma: no cover  a signature makes no other
        raise NotThere("consent_document", one.document_id)
    return said
