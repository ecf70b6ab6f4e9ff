"""Cases of the people whose names begin with something, by keyed hashes; nothing is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from clients.models import Case, CaseMember, Client, NamePart
from clients.queries.cases import PAGE, Page, cases_by_id

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


def cases_named(tokens: Collection[str]) -> Page:
    """Give the newest cases of somebody whose name has all these beginnings; one page, no more."""
    if not tokens:
        return Page((), 1, more=False)
    with_some = NamePart.objects.filter(token__in=tokens).values("client")
    named = with_some.annotate(fitting=Count("pk")).filter(fitting=len(tokens))
    parts = CaseMember.objects.filter(client__in=named.values("client"), until=None)
    found = Case.objects.filter(pk__in=parts.values("case_id")).order_by("-created_at", "pk")
    ids: list[UUID] = list(found.values_list("pk", flat=True)[: PAGE + 1])
    rows = cases_by_id(ids[:PAGE])
    return Page(tuple(rows[one] for one in ids[:PAGE] if one in rows), 1, len(ids) > PAGE)


def clients_named(tokens: Collection[str]) -> list[UUID]:
    """Give those whom the actor sees with one of these names."""
    if not tokens:
        return []
    named = NamePart.objects.filter(token__in=tokens).values_list("client", flat=True)
    return list(Client.objects.filter(pk__in=set(named)).values_list("pk", flat=True))
