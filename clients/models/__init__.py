"""Clients, cases, who is in them, who looks after them and how; every table has row security.

No manager repeats who sees which row: a hidden row is simply not there.
"""

from clients.models.capacity import CapacityDecision, DecisionGuardian, Guardian, GuardianAccess
from clients.models.care import (
    Assignment,
    Case,
    CaseChange,
    CaseMember,
    Client,
    ContactCard,
    LinkActor,
    Message,
    PortalAccess,
)
from clients.models.cover import Cover
from clients.models.emergency import EmergencyAccess, EmergencyDecision, EmergencyNote, FoundBy
from clients.models.keeping_out import LetIn, SealedFile, ShutOut
from clients.models.kin import Kin
from clients.models.naming import NamePart
from clients.models.openings import AccessAnswer, AccessQuestion, LastLook, TellMe
from clients.models.portal import News

__all__ = [
    "AccessAnswer",
    "AccessQuestion",
    "Assignment",
    "CapacityDecision",
    "Case",
    "CaseChange",
    "CaseMember",
    "Client",
    "ContactCard",
    "Cover",
    "DecisionGuardian",
    "EmergencyAccess",
    "EmergencyDecision",
    "EmergencyNote",
    "FoundBy",
    "Guardian",
    "GuardianAccess",
    "Kin",
    "LastLook",
    "LetIn",
    "LinkActor",
    "Message",
    "NamePart",
    "News",
    "PortalAccess",
    "SealedFile",
    "ShutOut",
    "TellMe",
]
