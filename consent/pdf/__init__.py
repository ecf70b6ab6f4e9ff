"""Documents on paper: a source becomes a tagged PDF, is sealed, and can be checked."""

from consent.pdf.accounts import render_accounting
from consent.pdf.certificates import SealRefused
from consent.pdf.certificates import known as certificates_known
from consent.pdf.judging import Verdict, verify
from consent.pdf.locking import lock
from consent.pdf.pages import shared_page
from consent.pdf.reading import source_in
from consent.pdf.rendering import PangoIsMissing, missing_library, render
from consent.pdf.sealing import add, seal

__all__ = [
    "PangoIsMissing",
    "SealRefused",
    "Verdict",
    "add",
    "certificates_known",
    "lock",
    "missing_library",
    "render",
    "render_accounting",
    "seal",
    "shared_page",
    "source_in",
    "verify",
]
