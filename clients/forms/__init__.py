"""What people type about clients and cases; plain fields, the rules are asked in the actions."""

from clients.forms.cover import CoverForm
from clients.forms.emergency import AnswerForm, DecisionForm, EmergencyForm, WordForm
from clients.forms.guarding import (
    CapacityForm,
    GuardianForm,
    GuardianSignInForm,
    guardian_fields_of,
)
from clients.forms.keeping_out import LetInForm, OwnShutOutForm, SealForm, ShutOutForm
from clients.forms.own import OwnCardForm, own_card_fields_of
from clients.forms.people import (
    AgreedForm,
    CardForm,
    CaseForm,
    DetailsForm,
    IntakeForm,
    MemberForm,
    NamedForm,
    OfferForm,
    PortalForm,
    StateForm,
    card_fields_of,
    details_of,
)

__all__ = [
    "AgreedForm",
    "AnswerForm",
    "CapacityForm",
    "CardForm",
    "CaseForm",
    "CoverForm",
    "DecisionForm",
    "DetailsForm",
    "EmergencyForm",
    "GuardianForm",
    "GuardianSignInForm",
    "IntakeForm",
    "LetInForm",
    "MemberForm",
    "NamedForm",
    "OfferForm",
    "OwnCardForm",
    "OwnShutOutForm",
    "PortalForm",
    "SealForm",
    "ShutOutForm",
    "StateForm",
    "WordForm",
    "card_fields_of",
    "details_of",
    "guardian_fields_of",
    "own_card_fields_of",
]
