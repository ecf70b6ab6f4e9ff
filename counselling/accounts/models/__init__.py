"""Accounts: roles, second factors, sittings, supervision; found by keyed hash, sealed if needed."""

from counselling.accounts.models.aliases import RiskAlias
from counselling.accounts.models.factors import (
    FactorReset,
    Invitation,
    RecoveryCode,
    TotpDevice,
)
from counselling.accounts.models.people import (
    LIVE,
    Account,
    Practice,
    RoleHeld,
    Supervision,
    live,
)
from counselling.accounts.models.portal import AgreedWord, KnownDevice, SentLink
from counselling.accounts.models.sittings import (
    Posted,
    SignedInSession,
    Throttle,
)

__all__ = [
    "LIVE",
    "Account",
    "AgreedWord",
    "FactorReset",
    "Invitation",
    "KnownDevice",
    "Posted",
    "Practice",
    "RecoveryCode",
    "RiskAlias",
    "RoleHeld",
    "SentLink",
    "SignedInSession",
    "Supervision",
    "Throttle",
    "TotpDevice",
    "live",
]
