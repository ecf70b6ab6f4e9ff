"""What the log calls the acts of signing in and of looking after staff."""

from __future__ import annotations

from typing import Final

from audit.domain import Act, EventKind, register
from audit.domain.review import Trait, register_traits

SIGNED_IN: Final = EventKind("accounts.sign-in", Act.EXECUTE, "signed in to an account")
PASSWORD_RIGHT: Final = EventKind(
    "accounts.password.right", Act.EXECUTE, "gave the right password and was asked for a code"
)
SIGN_IN_FAILED: Final = EventKind(
    "accounts.sign-in.failed", Act.EXECUTE, "gave a wrong name or password"
)
SIGN_IN_SLOWED: Final = EventKind(
    "accounts.sign-in.slowed", Act.EXECUTE, "was asked to wait after wrong answers"
)
FACTOR_FAILED: Final = EventKind("accounts.factor.failed", Act.EXECUTE, "gave a wrong code")
ENROLMENT_SHOWN: Final = EventKind(
    "accounts.factor.shown", Act.READ, "was shown the key of a new second factor"
)
RECOVERY_USED: Final = EventKind("accounts.recovery.used", Act.UPDATE, "used up a recovery code")
ENROLLED: Final = EventKind("accounts.factor.enrolled", Act.CREATE, "enrolled a second factor")
CODES_MADE: Final = EventKind("accounts.codes.made", Act.CREATE, "made new recovery codes")
SIGNED_OUT: Final = EventKind("accounts.sign-out", Act.EXECUTE, "signed out")
TIMED_OUT: Final = EventKind("accounts.time-out", Act.EXECUTE, "was signed out by a time limit")
FELL_ASLEEP: Final = EventKind("accounts.asleep", Act.EXECUTE, "left the screen, which was hidden")
PARKED: Final = EventKind(
    "accounts.parked", Act.EXECUTE, "handed the device over, for one form and nothing else"
)
WOKE: Final = EventKind("accounts.woken", Act.EXECUTE, "came back to a hidden screen")
SETTINGS_CHANGED: Final = EventKind(
    "accounts.settings.changed", Act.UPDATE, "changed how their pages work"
)
STEPPED_UP: Final = EventKind("accounts.step-up", Act.EXECUTE, "confirmed who they are")
SESSION_ENDED: Final = EventKind("accounts.session.ended", Act.UPDATE, "ended a sitting")
PASSWORD_CHANGED: Final = EventKind("accounts.password.changed", Act.UPDATE, "changed a password")
STAFF_INVITED: Final = EventKind("accounts.staff.invited", Act.CREATE, "invited a colleague")
CLIENT_INVITED: Final = EventKind("accounts.client.invited", Act.CREATE, "gave a client a sign-in")
INVITATION_REFUSED: Final = EventKind(
    "accounts.invitation.refused", Act.EXECUTE, "tried to invite an address that cannot be used"
)
INVITATION_SENT: Final = EventKind(
    "accounts.invitation.sent", Act.CREATE, "sent a new link to set a password"
)
INVITATION_USED: Final = EventKind(
    "accounts.invitation.used", Act.UPDATE, "set a password with an invitation"
)
INVITATION_FAILED: Final = EventKind(
    "accounts.invitation.failed", Act.EXECUTE, "gave a wrong PIN for an invitation"
)
DEACTIVATED: Final = EventKind("accounts.deactivated", Act.UPDATE, "closed an account")
REACTIVATED: Final = EventKind("accounts.reactivated", Act.UPDATE, "opened an account again")
ROLE_GIVEN: Final = EventKind("accounts.role.given", Act.CREATE, "gave a role")
ROLE_ENDED: Final = EventKind("accounts.role.ended", Act.UPDATE, "ended a role")
RESET_ASKED: Final = EventKind(
    "accounts.reset.asked", Act.CREATE, "asked for the reset of a second factor"
)
RESET_DONE: Final = EventKind(
    "accounts.reset.done", Act.DELETE, "confirmed the reset of a second factor"
)
PRACTICE_DESCRIBED: Final = EventKind(
    "accounts.practice.described", Act.UPDATE, "described the practice"
)
SUPERVISION_ARRANGED: Final = EventKind(
    "accounts.supervision.arranged", Act.CREATE, "arranged supervision"
)
SUPERVISION_ENDED: Final = EventKind(
    "accounts.supervision.ended", Act.UPDATE, "ended a supervision"
)
ALERTED: Final = EventKind("accounts.alerted", Act.EXECUTE, "told the privacy officers to look")
COLLEAGUES_TOLD: Final = EventKind(
    "accounts.told", Act.EXECUTE, "wrote to colleagues that something waits for them"
)

WORD_AGREED: Final = EventKind(
    "accounts.word.agreed", Act.UPDATE, "agreed on a word to sign in with"
)
WORD_WRONG: Final = EventKind("accounts.word.wrong", Act.EXECUTE, "gave a wrong word at a link")
LINK_ASKED: Final = EventKind("accounts.link.asked", Act.CREATE, "asked for a link to sign in")
LINK_MADE: Final = EventKind("accounts.link.made", Act.UPDATE, "made the link that was asked for")
LINK_NOT_SENT: Final = EventKind(
    "accounts.link.not-sent", Act.UPDATE, "did not send the link that was asked for"
)
PASSWORD_RESET: Final = EventKind(
    "accounts.password.reset", Act.UPDATE, "set a forgotten password anew, by a link"
)
DEVICE_NEW: Final = EventKind(
    "accounts.device.new", Act.CREATE, "signed in with a browser not seen before"
)
SECOND_GIVEN: Final = EventKind(
    "accounts.second", Act.EXECUTE, "proved in a second way who they are"
)
CLIENT_CLOSED: Final = EventKind("accounts.client.closed", Act.UPDATE, "ended a client's sign-in")
ALIAS_ASKED: Final = EventKind(
    "accounts.alias.asked", Act.CREATE, "asked that clients read a code for a name"
)
ALIAS_AGREED: Final = EventKind(
    "accounts.alias.agreed", Act.UPDATE, "agreed that clients read a code for a name"
)
ALIAS_ENDED: Final = EventKind(
    "accounts.alias.ended", Act.UPDATE, "ended that clients read a code for a name"
)
ALIAS_READ: Final = EventKind(
    "accounts.alias.read", Act.READ, "read why clients read a code for a name"
)

register(
    ALIAS_ASKED, ALIAS_AGREED, ALIAS_ENDED, ALIAS_READ,
    WORD_AGREED, WORD_WRONG, LINK_ASKED, LINK_MADE, LINK_NOT_SENT, PASSWORD_RESET, DEVICE_NEW,
    CLIENT_CLOSED, SECOND_GIVEN,
    ALERTED, COLLEAGUES_TOLD,
    SIGNED_IN, PASSWORD_RIGHT, SIGN_IN_FAILED, SIGN_IN_SLOWED, FACTOR_FAILED,
    ENROLMENT_SHOWN, RECOVERY_USED, ENROLLED, CODES_MADE, SIGNED_OUT, TIMED_OUT, STEPPED_UP,
    FELL_ASLEEP, PARKED, WOKE, SETTINGS_CHANGED,
    SESSION_ENDED, PASSWORD_CHANGED, STAFF_INVITED, CLIENT_INVITED, INVITATION_REFUSED,
    INVITATION_SENT, INVITATION_USED, INVITATION_FAILED, DEACTIVATED, REACTIVATED,
    ROLE_GIVEN, ROLE_ENDED, RESET_ASKED, RESET_DONE, PRACTICE_DESCRIBED,
    SUPERVISION_ARRANGED, SUPERVISION_ENDED,
)  # fmt: skip
register_traits(Trait.FACTOR_RESET, RESET_DONE.code)
register_traits(Trait.SIGN_IN_FAILED, SIGN_IN_FAILED.code, FACTOR_FAILED.code)
register_traits(Trait.SIGNED_IN, SIGNED_IN.code)
