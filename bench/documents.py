"""P12: a signed consent as the worker makes it against WeasyPrint alone, and two workers."""

from __future__ import annotations

import concurrent.futures
import functools
import multiprocessing
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from bench import planting, worker
from bench.measuring import LEAST_ROUNDS, Figure, cost, speed
from counselling.access import SERVICE
from counselling.db import as_actor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

AT_ONCE: Final = 4
WORKERS: Final = 2


def figures() -> Iterator[Figure]:
    """Measure one document, then many by one process and by two."""
    client = planting.practice().client
    pages, alone = _alone()
    made = iter([str(_due(client)) for _ in range(2 * LEAST_ROUNDS)])
    ratio = cost(lambda: worker.make([next(made)], str(client)), alone, rounds=LEAST_ROUNDS)
    yield Figure(
        "P12.one", f"a consent of {pages} pages: claimed, tagged, sealed, kept",
        "WeasyPrint alone on the same HTML", ratio, "x time", 1.35, "lower",
    )  # fmt: skip
    yield Figure(
        "P12.two", "documents per second by two workers", "by one worker", _by_two(client),
        "x speed", 1.7, "higher",
    )  # fmt: skip
    _see_that_all_were_made(client)


def _see_that_all_were_made(client: UUID) -> None:
    """Ask each row: a worker only notes that it failed."""
    from consent.models import Document  # noqa: PLC0415 needs the practice

    with as_actor(SERVICE, client=client):
        states = set(Document.objects.exclude(attempts=0).values_list("state", flat=True))
    assert states == {"sealed"}, states


def _alone() -> tuple[int, Any]:
    """Give how many pages the document has, and a way to make it with WeasyPrint only."""
    import weasyprint  # noqa: PLC0415 it costs a second
    from django.template.loader import render_to_string  # noqa: PLC0415 needs the practice

    from consent.domain.documents import kind_of  # noqa: PLC0415 as above
    from consent.pdf.words import page_of  # noqa: PLC0415 as above

    source = _source()
    html = render_to_string(f"documents/{kind_of(source)}.html", page_of(source))
    css = render_to_string("documents/paper.css")

    def made() -> Any:
        document = weasyprint.HTML(string=html).render(stylesheets=[weasyprint.CSS(string=css)])
        document.write_pdf()
        return document

    return len(made().pages), made


@functools.cache
def _source() -> Any:
    from tests.pdf.sources import sharing  # noqa: PLC0415 needs the practice

    return sharing()


def _due(client: UUID) -> UUID:
    """Have a document wait for its worker."""
    from consent.domain.documents import to_json  # noqa: PLC0415 needs the practice
    from consent.models import Document  # noqa: PLC0415 as above

    with as_actor(SERVICE, client=client):
        at = timezone.now()
        row = Document(
            client_id=client, kind="consent", made_at=at, due_at=at, source=to_json(_source())
        )
        row.save(force_insert=True)
    return row.pk


def _by_two(client: UUID) -> float:
    """Compare the same number of documents shared by two processes and done by one."""
    count = AT_ONCE * (LEAST_ROUNDS + 1)
    made = iter([str(_due(client)) for _ in range(2 * count)])
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(
        WORKERS, mp_context=context, initializer=worker.set_up
    ) as pool:

        def shared(among: int) -> None:
            todo = [next(made) for _ in range(AT_ONCE)]
            shares = [todo[part::among] for part in range(among)]
            list(pool.map(worker.make, shares, [str(client)] * among))

        return speed(lambda: shared(WORKERS), lambda: shared(1), rounds=LEAST_ROUNDS)
