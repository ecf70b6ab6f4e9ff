"""Consent: forms, signatures, what they allow, what was shared under them."""
