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
from records.actions.appointments import change_session
from records.actions.appointments_told import remind_of_appointments
from records.actions.dangers import (
    add_to_danger,
    dangers_under,
    open_danger,
    open_own_dangers,
    record_danger,
)
from records.actions.dangers_shown import (
    AdditionShown,
    DangerFacts,
    DangerPage,
    OwnDanger,
    WasTold,
)
from records.actions.drafts import DraftPage, Saved, Typed, open_draft, save_draft
from records.actions.emergency import (
    EmergencyRecord,
    open_note_in_emergency,
    open_record_in_emergency,
)
from records.actions.judging import (
    Given,
    ReturnShown,
    Shown,
    co_sign,
    open_comments,
    return_note,
)
from records.actions.leaving import LeavingNote, member_record
from records.actions.notes import NotePage, add_addendum, open_note
from records.actions.others_shown import Other, others_to_tell
from records.actions.parts import add_to_part
from records.actions.passing_on import name_other, tell_not, tell_other
from records.actions.plan_drafts import (
    PlanDraftPage,
    TypedPlan,
    open_plan_draft,
    save_plan_draft,
    sign_plan,
)
from records.actions.plans import (
    PlanShown,
    give_plan,
    open_current_plan,
    open_own_plan,
    open_plan,
    plans_under,
    print_own_plan,
    print_plan,
    take_plan_back,
)
from records.actions.presence import (
    begin_recording,
    end_sitting_in,
    erase_recording,
    let_sit_in,
)
from records.actions.readings import AddedShown, OwnNotePage, read_own_note, set_readers
from records.actions.redacting import LookedThrough, known_names, look_through
from records.actions.reminding import (
    Reminding,
    keep_reminder,
    prepare_reminder,
)
from records.actions.roster import add_co_leader, remove_co_leader, set_roster
from records.actions.searching import Found, Search, Told, begin_search, go_on_searching
from records.actions.sessions import log_session, set_attendance
from records.actions.share_asking import (
    Way,
    ask_release,
    give_back_share,
    resume_when_agreed,
    send_without_waiting,
)
from records.actions.share_by_itself import put_off_share, read_secret, send_by_itself
from records.actions.share_letters import KeptOut, finish_letter, read_kept_out
from records.actions.share_looking import Looked, preview_file, preview_share
from records.actions.share_releasing import (
    Weighed,
    lock_share,
    release_share,
    rest_on_order,
    send_back_share,
    weigh_share,
)
from records.actions.share_said import Prepared, SaidOfShare, read_prepared, read_said
from records.actions.share_sending import ShareSent, send_share
from records.actions.share_showing import (
    ShownFirst,
    answer_in_room,
    answer_showing,
    read_showing,
    show_first,
)
from records.actions.share_writing import (
    LetterPage,
    drop_share,
    leave_out,
    open_letter,
    write_letter,
)
from records.actions.shares import Chosen, begin_share, choose
from records.actions.sharing import compose_pack, share_notes
from records.actions.signing import (
    Missing,
    sign_draft,
)
from records.actions.supervising import (
    SupervisionDraftPage,
    SupervisionNotePage,
    open_supervision_draft,
    open_supervision_note,
    save_supervision_draft,
    sign_supervision_note,
)
from records.actions.years import (
    YearNote,
    YearPage,
    open_paper,
    open_year,
)

__all__ = [
    "AddedShown",
    "AdditionShown",
    "AmendmentShown",
    "Chosen",
    "DangerFacts",
    "DangerPage",
    "DraftPage",
    "EmergencyRecord",
    "Found",
    "Given",
    "KeptOut",
    "LeavingNote",
    "LetterPage",
    "Looked",
    "LookedThrough",
    "Missing",
    "NotePage",
    "Other",
    "OwnDanger",
    "OwnNotePage",
    "PlanDraftPage",
    "PlanShown",
    "Prepared",
    "Reminding",
    "ReturnShown",
    "SaidOfShare",
    "Saved",
    "Search",
    "ShareSent",
    "Shown",
    "ShownFirst",
    "StepShown",
    "SupervisionDraftPage",
    "SupervisionNotePage",
    "Told",
    "Typed",
    "TypedPlan",
    "WasTold",
    "Way",
    "Weighed",
    "YearNote",
    "YearPage",
    "accept_amendment",
    "add_addendum",
    "add_co_leader",
    "add_to_danger",
    "add_to_part",
    "answer_in_room",
    "answer_showing",
    "ask_amendment",
    "ask_release",
    "begin_recording",
    "begin_search",
    "begin_share",
    "change_session",
    "choose",
    "co_sign",
    "compose_pack",
    "dangers_under",
    "disagree_with_refusal",
    "drop_share",
    "end_sitting_in",
    "erase_recording",
    "extend_amendment",
    "finish_letter",
    "give_back_share",
    "give_plan",
    "go_on_searching",
    "keep_reminder",
    "known_names",
    "leave_out",
    "let_sit_in",
    "lock_share",
    "log_session",
    "look_through",
    "member_record",
    "name_other",
    "open_amendment",
    "open_comments",
    "open_current_plan",
    "open_danger",
    "open_draft",
    "open_letter",
    "open_note",
    "open_note_in_emergency",
    "open_own_dangers",
    "open_own_plan",
    "open_paper",
    "open_plan",
    "open_plan_draft",
    "open_record_in_emergency",
    "open_supervision_draft",
    "open_supervision_note",
    "open_year",
    "others_to_tell",
    "plans_under",
    "prepare_reminder",
    "preview_file",
    "preview_share",
    "print_own_plan",
    "print_plan",
    "put_off_share",
    "read_kept_out",
    "read_own_note",
    "read_prepared",
    "read_said",
    "read_secret",
    "read_showing",
    "record_danger",
    "refuse_amendment",
    "release_share",
    "remind_of_appointments",
    "remove_co_leader",
    "reply_to_statement",
    "rest_on_order",
    "resume_when_agreed",
    "return_note",
    "save_draft",
    "save_plan_draft",
    "save_supervision_draft",
    "send_back_share",
    "send_by_itself",
    "send_share",
    "send_without_waiting",
    "set_attendance",
    "set_readers",
    "set_roster",
    "share_notes",
    "show_first",
    "sign_draft",
    "sign_plan",
    "sign_supervision_note",
    "take_plan_back",
    "tell_not",
    "tell_other",
    "weigh_share",
    "write_letter",
]
