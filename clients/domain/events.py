"""The kinds of events of this app, each a sentence after the name of who acted."""

from __future__ import annotations

from typing import Final

from audit.domain import Act, EventKind, register
from audit.domain.review import Trait, register_traits

CLIENT_TAKEN_IN: Final = EventKind("client.taken_in", Act.CREATE, "took in a client")
CLIENT_OPENED: Final = EventKind("client.opened", Act.READ, "opened a client's contact details")
CLIENT_LISTED: Final = EventKind("client.listed", Act.READ, "saw names on a page")
PEOPLE_SEARCHED: Final = EventKind("people.searched", Act.READ, "looked for people by name")
CLIENT_AMENDED: Final = EventKind("client.amended", Act.UPDATE, "corrected a client's details")
CARD_SET: Final = EventKind("card.set", Act.UPDATE, "wrote down how a client may be reached")
LANGUAGE_CHOSEN: Final = EventKind("language.chosen", Act.UPDATE, "chose the language of the pages")

CASE_OPENED: Final = EventKind("case.opened", Act.CREATE, "started a case")
CASE_CHANGED: Final = EventKind("case.changed", Act.UPDATE, "changed the state of a case")
MEMBER_ADDED: Final = EventKind("member.added", Act.CREATE, "added somebody to a case")
MEMBER_ENDED: Final = EventKind("member.ended", Act.UPDATE, "ended somebody's part in a case")

ASSIGNMENT_OFFERED: Final = EventKind("assignment.offered", Act.CREATE, "offered a case")
ASSIGNMENT_ACCEPTED: Final = EventKind("assignment.accepted", Act.UPDATE, "accepted a case")
ASSIGNMENT_DECLINED: Final = EventKind("assignment.declined", Act.UPDATE, "declined a case")
ASSIGNMENT_ENDED: Final = EventKind("assignment.ended", Act.UPDATE, "ended an assignment")

COVER_ARRANGED: Final = EventKind("cover.arranged", Act.CREATE, "handed a case over for a while")
COVER_ENDED: Final = EventKind("cover.ended", Act.UPDATE, "ended somebody's standing in")

EMERGENCY_BEGUN: Final = EventKind("emergency.begun", Act.CREATE, "opened a file in an emergency")
EMERGENCY_TRIED: Final = EventKind(
    "emergency.tried", Act.EXECUTE, "looked for a file in an emergency and was shown none"
)
EMERGENCY_ENDED: Final = EventKind("emergency.ended", Act.UPDATE, "ended an emergency access")
EMERGENCY_NOTED: Final = EventKind(
    "emergency.noted", Act.CREATE, "left a note for the counsellor of a file"
)
EMERGENCY_READ: Final = EventKind(
    "emergency.read", Act.READ, "read why a file was opened in an emergency"
)
EMERGENCY_DECIDED: Final = EventKind(
    "emergency.decided", Act.UPDATE, "reviewed an emergency access"
)
EMERGENCY_ANSWERED: Final = EventKind(
    "emergency.answered", Act.UPDATE, "answered a reviewer about an emergency access"
)
EMERGENCY_TENDED: Final = EventKind(
    "emergency.tended", Act.EXECUTE, "told of an emergency access whom it concerns"
)
EMERGENCY_TOLD: Final = EventKind(
    "emergency.told", Act.READ, "read why their file was opened in an emergency"
)
CLIENT_INDEXED: Final = EventKind(
    "client.indexed", Act.UPDATE, "kept under which name somebody is found in an emergency"
)

GUARDIAN_ADDED: Final = EventKind("guardian.added", Act.CREATE, "wrote down a guardian")
GUARDIAN_AMENDED: Final = EventKind(
    "guardian.amended", Act.UPDATE, "corrected a guardian's details"
)
GUARDIAN_ENDED: Final = EventKind("guardian.ended", Act.UPDATE, "ended somebody's being a guardian")
GUARDIANS_OPENED: Final = EventKind(
    "guardian.opened", Act.READ, "looked up a client's guardians and how to reach them"
)
GUARDIAN_INVITED: Final = EventKind("guardian.invited", Act.CREATE, "gave a guardian a sign-in")
CAPACITY_DECIDED: Final = EventKind(
    "capacity.decided", Act.CREATE, "recorded who decides for a client"
)
CAPACITY_READ: Final = EventKind("capacity.read", Act.READ, "read why who decides for a client")
SIGNERS_NAMED: Final = EventKind("signers.named", Act.READ, "looked up who signs for a client")

PORTAL_GIVEN: Final = EventKind("portal.given", Act.CREATE, "gave a client a sign-in")
LINK_OPENED: Final = EventKind("link.opened", Act.EXECUTE, "passed the second secret of a link")
LINK_HANDED: Final = EventKind("link.handed", Act.EXECUTE, "put the device into a client's hands")
LINK_ENDED: Final = EventKind("link.ended", Act.UPDATE, "finished with a link")

MESSAGE_QUEUED: Final = EventKind("message.queued", Act.CREATE, "asked for a message to be sent")
MESSAGE_CHECKED: Final = EventKind(
    "message.checked", Act.READ, "opened the safe-contact card to send a message"
)
MESSAGE_SENT: Final = EventKind("message.sent", Act.EXECUTE, "sent a message")
MESSAGE_HELD: Final = EventKind("message.held", Act.UPDATE, "held a message back")
MESSAGE_WAITS: Final = EventKind("message.waits", Act.UPDATE, "put a message off to safe hours")
MESSAGE_DROPPED: Final = EventKind(
    "message.dropped", Act.UPDATE, "dropped a message: its time or the client's word for it is over"
)
MESSAGE_FAILED: Final = EventKind("message.failed", Act.UPDATE, "could not send a message")

CARD_READ: Final = EventKind("card.read", Act.READ, "looked at how they may be reached")
ONLINE_ENDED: Final = EventKind(
    "online.ended", Act.UPDATE, "ended everything online: sign-in, links and letters"
)
NEWS_NOTED: Final = EventKind("news.noted", Act.CREATE, "left something for staff to hear of")
SHUT_OUT_SAID: Final = EventKind("shutout.said", Act.UPDATE, "shut somebody out of a file")
SHUT_OUT_ENDED: Final = EventKind(
    "shutout.ended", Act.UPDATE, "let somebody into a file again who was shut out"
)
SHUT_OUT_READ: Final = EventKind("shutout.read", Act.READ, "looked at who is shut out of a file")
FILE_SEALED: Final = EventKind("file.sealed", Act.UPDATE, "sealed a file")
FILE_UNSEALED: Final = EventKind("file.unsealed", Act.UPDATE, "ended that a file is sealed")
FILE_LET_IN: Final = EventKind("file.let-in", Act.UPDATE, "let a colleague into a sealed file")
FILE_LET_OUT: Final = EventKind(
    "file.let-out", Act.UPDATE, "ended that a colleague is let into a sealed file"
)
SEAL_READ: Final = EventKind("file.seal-read", Act.READ, "read why a file is sealed")
NEWS_SEEN: Final = EventKind("news.seen", Act.UPDATE, "saw what is new from a client's space")

register(
    CARD_READ, ONLINE_ENDED, NEWS_NOTED, NEWS_SEEN,
    SHUT_OUT_SAID, SHUT_OUT_ENDED, SHUT_OUT_READ,
    FILE_SEALED, FILE_UNSEALED, FILE_LET_IN, FILE_LET_OUT, SEAL_READ,
    PEOPLE_SEARCHED,
    CLIENT_TAKEN_IN, CLIENT_OPENED, CLIENT_LISTED, CLIENT_AMENDED, CARD_SET,
    LANGUAGE_CHOSEN,
    CASE_OPENED, CASE_CHANGED, MEMBER_ADDED, MEMBER_ENDED,
    ASSIGNMENT_OFFERED, ASSIGNMENT_ACCEPTED, ASSIGNMENT_DECLINED, ASSIGNMENT_ENDED,
    COVER_ARRANGED, COVER_ENDED,
    EMERGENCY_BEGUN, EMERGENCY_TRIED, EMERGENCY_ENDED, EMERGENCY_NOTED, EMERGENCY_READ,
    EMERGENCY_DECIDED, EMERGENCY_ANSWERED, EMERGENCY_TENDED, EMERGENCY_TOLD, CLIENT_INDEXED,
    GUARDIAN_ADDED, GUARDIAN_AMENDED, GUARDIAN_ENDED, GUARDIANS_OPENED, GUARDIAN_INVITED,
    CAPACITY_DECIDED, CAPACITY_READ, SIGNERS_NAMED,
    PORTAL_GIVEN, LINK_OPENED, LINK_HANDED, LINK_ENDED,
    MESSAGE_QUEUED, MESSAGE_CHECKED, MESSAGE_SENT, MESSAGE_HELD, MESSAGE_WAITS, MESSAGE_DROPPED,
    MESSAGE_FAILED,
)  # fmt: skip
register_traits(Trait.LISTS, CLIENT_LISTED.code, PEOPLE_SEARCHED.code)
register_traits(Trait.EMERGENCY, EMERGENCY_BEGUN.code)
register_traits(Trait.REVIEWS, EMERGENCY_READ.code, EMERGENCY_DECIDED.code, EMERGENCY_ANSWERED.code)
register_traits(
    Trait.ASKS, CLIENT_TAKEN_IN.code, ASSIGNMENT_OFFERED.code, ASSIGNMENT_ACCEPTED.code,
    COVER_ARRANGED.code,
)  # fmt: skip
