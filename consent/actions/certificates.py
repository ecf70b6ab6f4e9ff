"""Renew the practice's certificate: what was sealed with the former one stays genuine (ES-15)."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from django.conf import settings

import audit.actions
from consent import pdf
from consent.domain import events
from counselling.access import Permission, require
from counselling.vault import signing

if TYPE_CHECKING:
    from counselling.access import Actor


def renew_certificate(*, actor: Actor) -> str:
    """Make a new key and certificate, for whoever runs the machine; gives its fingerprint.

    The event comes first: where none can be written nothing is renewed.
    """
    require(actor, Permission.RUN_JOB)
    former = pdf.certificates_known()[0].fingerprint
    audit.actions.record(actor=actor, kind=events.CERTIFICATE_RENEWED, detail={"former": former})
    signing.renew_practice_certificate(
        pathlib.Path(settings.PRACTICE_KEY_FILE), pathlib.Path(settings.PRACTICE_CERTIFICATE_FILE)
    )
    return pdf.certificates_known()[0].fingerprint
