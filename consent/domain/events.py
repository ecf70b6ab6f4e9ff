"""The kinds of events that consent leaves, each with its sentence."""

from typing import Final

from audit.domain import Act, EventKind, register
from audit.domain.review import Trait, register_traits

REQUEST_MADE: Final = EventKind("request.made", Act.CREATE, "prepared a consent form")
REQUEST_READ: Final = EventKind(
    "request.read", Act.READ, "looked at a consent form that was asked for"
)
REQUEST_SENT: Final = EventKind("request.sent", Act.UPDATE, "sent a consent form")
REQUEST_OPENED: Final = EventKind("request.opened", Act.UPDATE, "opened a consent form")
PIN_WRONG: Final = EventKind("request.pin_wrong", Act.EXECUTE, "gave a wrong PIN")
REQUEST_VOIDED: Final = EventKind("request.voided", Act.UPDATE, "closed a consent form")
REQUEST_HANDED: Final = EventKind(
    "request.handed", Act.UPDATE, "handed the device over for a consent form"
)
REQUEST_REMINDED: Final = EventKind(
    "request.reminded", Act.UPDATE, "looked whether to remind of a consent form"
)
REMINDERS_SET: Final = EventKind(
    "request.reminders", Act.UPDATE, "said whether a consent form is reminded of"
)
WITNESSED: Final = EventKind("consent.witnessed", Act.CREATE, "signed a consent form as a witness")
REQUEST_DECLINED: Final = EventKind("request.declined", Act.UPDATE, "declined a consent form")
QUESTION_ASKED: Final = EventKind(
    "request.question", Act.CREATE, "asked a question about a consent form"
)
QUESTIONS_READ: Final = EventKind("question.read", Act.READ, "read a question about a form")
QUESTION_ANSWERED: Final = EventKind(
    "question.answered", Act.UPDATE, "answered a question about a form"
)
QUESTION_CLOSED: Final = EventKind(
    "question.closed", Act.UPDATE, "marked a question as talked about"
)
ONLINE_ACCEPTED: Final = EventKind("online.accepted", Act.CREATE, "agreed to sign online")
FORM_READ: Final = EventKind("form.read", Act.READ, "read a consent form")
TEXT_READ: Final = EventKind("form.text_read", Act.UPDATE, "went through the whole text of a form")
ANSWERS_KEPT: Final = EventKind("form.answered", Act.UPDATE, "answered a consent form")
CONSENT_SIGNED: Final = EventKind("consent.signed", Act.CREATE, "signed a consent form")
CONSENT_WITHDRAWN: Final = EventKind("consent.withdrawn", Act.CREATE, "stopped a permission")
CONSENTS_READ: Final = EventKind("consent.read", Act.READ, "looked at permissions")
RECIPIENTS_READ: Final = EventKind("recipient.read", Act.READ, "looked up recipients of a client")
GONE_THROUGH: Final = EventKind(
    "consent.gone_through", Act.CREATE, "went through permissions together with the client"
)
DOCUMENT_MADE: Final = EventKind("document.made", Act.CREATE, "laid down what a document says")
DOCUMENT_CLAIMED: Final = EventKind("document.claimed", Act.READ, "began to seal a document")
DOCUMENT_SEALED: Final = EventKind("document.sealed", Act.UPDATE, "sealed a document")
DOCUMENTS_COMPARED: Final = EventKind(
    "documents.compared", Act.EXECUTE, "went on comparing signed forms with what is enforced"
)
DOCUMENT_COMPARED: Final = EventKind(
    "document.compared", Act.READ, "compared a signed form with what is enforced"
)
DOCUMENT_DIFFERS: Final = EventKind(
    "document.differs", Act.EXECUTE, "found that a signed form is not what is enforced"
)
DOCUMENT_FAILED: Final = EventKind("document.failed", Act.UPDATE, "could not seal a document")
DOCUMENT_DOWNLOADED: Final = EventKind("document.downloaded", Act.READ, "downloaded a document")
DISCLOSURE_MADE: Final = EventKind(
    "disclosure.made", Act.CREATE, "shared information with a recipient"
)
DISCLOSURE_PREVIEWED: Final = EventKind(
    "disclosure.previewed", Act.READ, "looked at a page as its recipient will"
)
DISCLOSURE_LOCKED: Final = EventKind(
    "disclosure.locked", Act.READ, "made a file with a password of what was shared"
)
DISCLOSURE_EXPLAINED: Final = EventKind(
    "disclosure.explained", Act.UPDATE, "said why as much as this was shared"
)
DISCLOSURE_CANCELLED: Final = EventKind(
    "disclosure.cancelled", Act.UPDATE, "stopped a document that was about to be shared"
)
CERTIFICATE_RENEWED: Final = EventKind(
    "certificate.renewed", Act.CREATE, "renewed the certificate that seals documents"
)
DISCLOSURES_READ: Final = EventKind("disclosure.read", Act.READ, "looked at what was shared")
DISCLOSURE_WHY_READ: Final = EventKind(
    "disclosure.why-read", Act.READ, "read why so much was shared, or why the client is told later"
)

NOTICE_SEEN: Final = EventKind(
    "notice.seen", Act.CREATE, "saw how what they tell is used and protected"
)
LINKS_CLOSED: Final = EventKind(
    "links.closed", Act.UPDATE, "let no link open a form of theirs any more"
)

register(
    NOTICE_SEEN, LINKS_CLOSED,
    REQUEST_MADE, REQUEST_READ, REQUEST_SENT, REQUEST_OPENED, PIN_WRONG, REQUEST_VOIDED,
    REQUEST_DECLINED, QUESTION_ASKED, QUESTIONS_READ, QUESTION_CLOSED, ONLINE_ACCEPTED,
    FORM_READ, TEXT_READ, ANSWERS_KEPT, CONSENT_SIGNED, CONSENT_WITHDRAWN, CONSENTS_READ,
    RECIPIENTS_READ, DOCUMENT_MADE, DOCUMENT_CLAIMED, DOCUMENT_SEALED, DOCUMENT_FAILED,
    DOCUMENTS_COMPARED, DOCUMENT_COMPARED, DOCUMENT_DIFFERS,
    DOCUMENT_DOWNLOADED, DISCLOSURE_MADE, DISCLOSURE_EXPLAINED, DISCLOSURE_CANCELLED,
    DISCLOSURES_READ, DISCLOSURE_WHY_READ, DISCLOSURE_PREVIEWED, DISCLOSURE_LOCKED,
    CERTIFICATE_RENEWED, GONE_THROUGH, REQUEST_HANDED, REQUEST_REMINDED, REMINDERS_SET, WITNESSED,
    QUESTION_ANSWERED,
)  # fmt: skip
register_traits(Trait.PAPERS_DIFFER, DOCUMENT_DIFFERS.code)
