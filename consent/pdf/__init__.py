"""Documents on paper: a source becomes a tagged PDF, is sealed, and can be checked."""

from consent.pdf.rendering import PangoIsMissing, missing_library, render
from consent.pdf.sealing import SealRefused, Verdict, seal, verify

__all__ = [
    "PangoIsMissing",
    "SealRefused",
    "Verdict",
    "missing_library",
    "render",
    "seal",
    "verify",
]
