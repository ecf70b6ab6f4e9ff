"""What waits where nobody cares for somebody any more: an open case without a counsellor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse

import clients.queries
from counselling.access import Role
from counselling.views.waits import Waits

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable

    from counselling.access import Actor


def _nobody_cares(actor: Actor, _at: datetime.datetime) -> Iterable[Waits]:
    """Say of which cases: to privacy officers here, to the front desk above its list of cases."""
    if Role.PRIVACY_OFFICER not in actor.roles:
        return
    for case, since in clients.queries.with_nobody():
        path = reverse("clients:case", args=[case])
        words = "nobody cares for this case: somebody has to be offered it"
        yield Waits("needs somebody", path, since, case=case, words=words, state="alert")


CARE: Final[tuple[Callable[[Actor, datetime.datetime], Iterable[Waits]], ...]] = (_nobody_cares,)
