"""What can be done with sessions and notes, one use case per function."""

from records.actions.drafts import DraftPage, Typed, open_draft, save_draft
from records.actions.notes import NotePage, add_addendum, open_note
from records.actions.sessions import log_session, set_attendance
from records.actions.sharing import compose_pack, share_notes
from records.actions.signing import sign_draft

__all__ = [
    "DraftPage",
    "NotePage",
    "Typed",
    "add_addendum",
    "compose_pack",
    "log_session",
    "open_draft",
    "open_note",
    "save_draft",
    "set_attendance",
    "share_notes",
    "sign_draft",
]
