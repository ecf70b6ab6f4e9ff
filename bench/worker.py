"""A worker process for documents: it is started anew, so nothing here needs loaded apps."""

from __future__ import annotations


def set_up() -> None:
    """Load the apps, and what is slow to import, before anything is timed."""
    import django  # noqa: PLC0415 in a process of its own

    django.setup()
    import pyhanko.sign.signers  # noqa: F401, PLC0415 as above
    import weasyprint  # noqa: F401, PLC0415 as above


def make(documents: list[str], client: str) -> None:
    """Render, seal and keep documents as Celery's worker does."""
    from consent.tasks import seal_document  # noqa: PLC0415 needs loaded apps

    for document in documents:
        seal_document(document, client)
