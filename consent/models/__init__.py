"""Forms, requests, signatures, consents, documents and disclosures as rows."""

from consent.models.accounting import (
    AccountingExtension,
    AccountingGiven,
    AccountingRequest,
    AccountingSuspension,
)
from consent.models.again import AskAgain, AskedAgain
from consent.models.bases import BasisDecision, BasisOverdue, BasisPaper, LegalBasis
from consent.models.delivery import RecipientLetter, ShareLink, ShareOpening
from consent.models.disclosures import Disclosure, DisclosureItem, Telling
from consent.models.documents import Document
from consent.models.forms import Form, FormVersion
from consent.models.life import EndNotice, StopTask
from consent.models.notices import NoticeSeen
from consent.models.proof import Comparing, LockedFile
from consent.models.recipients import (
    RecipientAddress,
    RecipientAgreement,
    RecipientMerge,
    RecipientWording,
)
from consent.models.requests import OnlineAcceptance, Question, Recipient, Request
from consent.models.restrictions import (
    Restriction,
    RestrictionAnswered,
    RestrictionEnd,
    RestrictionOverride,
)
from consent.models.signatures import Consent, Replacement, Signature, Withdrawal
from consent.models.subpoenas import (
    HoldDecision,
    HoldEnding,
    LegalHold,
    Subpoena,
    SubpoenaNotice,
    SubpoenaPaper,
    SubpoenaRelease,
    SubpoenaReturn,
    SubpoenaStep,
)
from consent.models.telling import DisclosureNotice
from consent.models.together import GoneThrough
from consent.models.writing import FormApproval, FormDraft

__all__ = [
    "AccountingExtension",
    "AccountingGiven",
    "AccountingRequest",
    "AccountingSuspension",
    "AskAgain",
    "AskedAgain",
    "BasisDecision",
    "BasisOverdue",
    "BasisPaper",
    "Comparing",
    "Consent",
    "Disclosure",
    "DisclosureItem",
    "DisclosureNotice",
    "Document",
    "EndNotice",
    "Form",
    "FormApproval",
    "FormDraft",
    "FormVersion",
    "GoneThrough",
    "HoldDecision",
    "HoldEnding",
    "LegalBasis",
    "LegalHold",
    "LockedFile",
    "NoticeSeen",
    "OnlineAcceptance",
    "Question",
    "Recipient",
    "RecipientAddress",
    "RecipientAgreement",
    "RecipientLetter",
    "RecipientMerge",
    "RecipientWording",
    "Replacement",
    "Request",
    "Restriction",
    "RestrictionAnswered",
    "RestrictionEnd",
    "RestrictionOverride",
    "ShareLink",
    "ShareOpening",
    "Signature",
    "StopTask",
    "Subpoena",
    "SubpoenaNotice",
    "SubpoenaPaper",
    "SubpoenaRelease",
    "SubpoenaReturn",
    "SubpoenaStep",
    "Telling",
    "Withdrawal",
]
