"""What can be done with sessions and notes, one use case per function."""

from records.actions.amendments import (
    accept_amendment,
    ask_amendment,
    disagree_with_refusal,
    extend_amendment,
    open_amendment,
    refuse_amendment,
    reply_to_statement,
)
from records.actions.amendments_shown import AmendmentShown, StepShown
from records.actions.drafts import DraftPage, Typed, open_draft, save_draft
from records.actions.judging import (
    Given,
    ReturnShown,
    Shown,
    co_sign,
    open_comments,
    return_note,
)
from records.actions.notes import NotePage, add_addendum, open_note
from records.actions.readings import AddedShown, OwnNotePage, read_own_note, set_readers
from records.actions.roster import add_co_leader, remove_co_leader, set_roster
from records.actions.searching import Found, Search, Told, begin_search, go_on_searching
from records.actions.sessions import log_session, set_attendance
from records.actions.sharing import compose_pack, share_notes
from records.actions.signing import sign_draft
from records.actions.supervising import (
    SupervisionDraftPage,
    SupervisionNotePage,
    open_supervision_draft,
    open_supervision_note,
    save_supervision_draft,
    sign_supervision_note,
)

__all__ = [
    "AddedShown",
    "AmendmentShown",
    "DraftPage",
    "Found",
    "Given",
    "NotePage",
    "OwnNotePage",
    "ReturnShown",
    "Search",
    "Shown",
    "StepShown",
    "SupervisionDraftPage",
    "SupervisionNotePage",
    "Told",
    "Typed",
    "accept_amendment",
    "add_addendum",
    "add_co_leader",
    "ask_amendment",
    "begin_search",
    "co_sign",
    "compose_pack",
    "disagree_with_refusal",
    "extend_amendment",
    "go_on_searching",
    "log_session",
    "open_amendment",
    "open_comments",
    "open_draft",
    "open_note",
    "open_supervision_draft",
    "open_supervision_note",
    "read_own_note",
    "refuse_amendment",
    "remove_co_leader",
    "reply_to_statement",
    "return_note",
    "save_draft",
    "save_supervision_draft",
    "set_attendance",
    "set_readers",
    "set_roster",
    "share_notes",
    "sign_draft",
    "sign_supervision_note",
]
