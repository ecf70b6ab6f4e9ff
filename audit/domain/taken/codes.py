"""Which standard codes say what an event says; the words are those of the code systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.domain.kinds import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.domain.entries import Entry

    Coding = tuple[str, str, str]

TERMS: Final = "http://terminology.hl7.org/CodeSystem/"
BALP: Final = "https://profiles.ihe.net/ITI/BALP/CodeSystem/"
DCM: Final = "http://dicom.nema.org/resources/ontology/DCM"
REST: Final = "http://hl7.org/fhir/restful-interaction"
OURS: Final = "urn:counselling:event"

ACTIVITY: Final = (DCM, "110100", "Application Activity")
LOG_USED: Final = (DCM, "110101", "Audit Log Used")
EXPORT: Final = (DCM, "110106", "Export")
RECORD: Final = (DCM, "110110", "Patient Record")
QUERY: Final = (DCM, "110112", "Query")
ALERT: Final = (DCM, "110113", "Security Alert")
SIGNING_IN: Final = (DCM, "110114", "User Authentication")
LOGIN: Final = (DCM, "110122", "Login")
LOGOUT: Final = (DCM, "110123", "Logout")
EMERGENCY: Final = (DCM, "110127", "Emergency Override Started")
ROLES: Final = (DCM, "110136", "Security Roles Changed")
SECRETS: Final = (DCM, "110137", "User Security Attributes Changed")
DISCLOSE: Final = (f"{TERMS}iso-21089-lifecycle", "disclose", "Disclose Record Lifecycle Event")
BY_ROLE: Final = (f"{BALP}AuthZsubType", "AuthZ-Role", "Authorization Decision using only Roles")
BY_CONSENT: Final = (
    f"{BALP}AuthZsubType", "AuthZ-Consent", "Authorization Decision using Roles and Consent",
)  # fmt: skip

# by how a kind's code begins, the first that fits; what fits none is told by its act
_BY_KIND: Final[tuple[tuple[str, Coding, tuple[Coding, ...]], ...]] = (
    ("emergency.begun", ALERT, (EMERGENCY,)),
    ("accounts.sign-in", SIGNING_IN, (LOGIN,)),
    ("accounts.sign-out", SIGNING_IN, (LOGOUT,)),
    ("accounts.time-out", SIGNING_IN, (LOGOUT,)),
    ("accounts.role.", ALERT, (ROLES,)),
    ("accounts.staff.invited", ALERT, (ROLES,)),
    ("accounts.", SIGNING_IN, (SECRETS,)),
    ("audit.", LOG_USED, (LOG_USED,)),
    # only what the gate let through leaves: that it did is the permit
    ("disclosure.made", EXPORT, (DISCLOSE, BY_CONSENT)),
    ("disclosure.locked", EXPORT, (DISCLOSE,)),
    ("share.sent", EXPORT, (DISCLOSE, BY_CONSENT)),
    ("delivery.letter_sent", EXPORT, (DISCLOSE,)),
    ("delivery.read", EXPORT, (DISCLOSE,)),
    ("notes.exported", EXPORT, (EXPORT,)),
    ("document.downloaded", EXPORT, (EXPORT,)),
    ("notes.searched", QUERY, ((REST, "search", "search"),)),
    ("people.searched", QUERY, ((REST, "search", "search"),)),
)
_INTERACTIONS: Final[Mapping[Act, Coding]] = {
    Act.READ: (REST, "read", "read"),
    Act.CREATE: (REST, "create", "create"),
    Act.UPDATE: (REST, "update", "update"),
    Act.DELETE: (REST, "delete", "delete"),
    Act.EXECUTE: (REST, "operation", "operation"),
}
# what a consent or a client's word decided, and no role
_OF_CONSENT: Final = (
    "consent",
    "permission",
    "restrict",
    "kept-back",
    "withdrawn",
    "ended",
    "gate",
)

OUTCOMES: Final[Mapping[str, Coding]] = {
    "ok": (f"{TERMS}audit-event-outcome", "0", "Success"),
    "refused": (f"{TERMS}audit-event-outcome", "4", "Minor failure"),
    "failed": (f"{TERMS}audit-event-outcome", "8", "Serious failure"),
}
_REASON: Final = f"{TERMS}v3-ActReason"
TREATMENT: Final = (_REASON, "TREAT", "treatment")
BREAK_GLASS: Final = (_REASON, "BTG", "break the glass")
ASKED_FOR: Final = (_REASON, "PATRQT", "patient requested")
COMPLIANCE: Final = (_REASON, "HCOMPL", "health compliance")
OPERATIONS: Final = (_REASON, "HOPERAT", "healthcare operations")

HUMAN: Final = (f"{TERMS}extra-security-role-type", "humanuser", "human user")
APPLICATION: Final = (DCM, "110150", "Application")
RECIPIENT: Final = (DCM, "110152", "Destination Role ID")
PATIENT: Final = (f"{TERMS}v3-RoleClass", "PAT", "patient")
SERVER: Final = (f"{TERMS}security-source-type", "4", "Application Server")

OF_PATIENT: Final = (f"{TERMS}object-role", "1", "Patient")
OF_RESOURCE: Final = (f"{TERMS}object-role", "4", "Domain Resource")
OF_QUERY: Final = (f"{TERMS}object-role", "24", "Query")
OF_REQUEST: Final = (f"{BALP}BasicAuditEntityType", "XrequestId", "X-Request-Id")
RESTRICTED: Final = (f"{TERMS}v3-Confidentiality", "R", "restricted")


def classed(entry: Entry) -> tuple[Coding, tuple[Coding, ...]]:
    """Give the category of an event and the codes that say what it was."""
    if entry.kind == "refused":
        of_consent = any(word in entry.reason for word in _OF_CONSENT)
        return ALERT, (BY_CONSENT if of_consent else BY_ROLE,)
    for begin, category, said in _BY_KIND:
        if entry.kind.startswith(begin):
            return category, said
    category = RECORD if entry.client or entry.clients or entry.case else ACTIVITY
    return category, (_INTERACTIONS[entry.action],)


def severity(entry: Entry) -> str:
    """Say how much an event asks for somebody to look."""
    if entry.kind == "audit.log.frozen":
        return "critical"
    if entry.kind == "emergency.begun":
        return "alert"
    return {"ok": "informational", "refused": "warning"}.get(entry.outcome, "error")


def authorised(entry: Entry) -> Coding:
    """Say for what an act was done, as far as the relation of who acted says it."""
    if entry.kind.startswith("emergency.") or "emergency" in (entry.relation, entry.purpose):
        return BREAK_GLASS
    if entry.who_kind in {"client", "link", "recipient"} or entry.relation in {"self", "guardian"}:
        return ASKED_FOR
    if entry.kind.startswith("audit.") or "review" in entry.purpose:
        return COMPLIANCE
    cared_for = entry.who_kind == "staff" and (entry.client or entry.clients or entry.case)
    return TREATMENT if cared_for else OPERATIONS


def agent_type(entry: Entry) -> Coding:
    """Say what kind of somebody acted."""
    known = {"service": APPLICATION, "recipient": RECIPIENT, "client": PATIENT, "link": PATIENT}
    return known.get(entry.who_kind, HUMAN)
