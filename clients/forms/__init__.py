"""What people type about clients and cases; plain fields, the rules are asked in the actions."""

from clients.forms.people import (
    CardForm,
    CaseForm,
    DetailsForm,
    IntakeForm,
    MemberForm,
    OfferForm,
    PortalForm,
    StateForm,
    card_fields_of,
    details_of,
)

__all__ = [
    "CardForm",
    "CaseForm",
    "DetailsForm",
    "IntakeForm",
    "MemberForm",
    "OfferForm",
    "PortalForm",
    "StateForm",
    "card_fields_of",
    "details_of",
]
