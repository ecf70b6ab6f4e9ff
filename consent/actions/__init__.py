"""Use cases of consent, one function each, with their event inside."""

from consent.actions._reading import Reading
from consent.actions.accounting import (
    Accounted,
    account_for,
    ask_accounting,
    extend_accounting,
    suspend_accounting,
)
from consent.actions.accounting_given import give_accounting
from consent.actions.accounting_kept import (
    Asked,
    Suspended,
    open_given_accounting,
    read_asked_accountings,
    read_suspension,
)
from consent.actions.addresses import add_address, end_address, verify_address
from consent.actions.again import ask_again, ask_one_again, fail_asking_again
from consent.actions.alike import who_agreed, who_agreed_with
from consent.actions.anew import Before, said_before
from consent.actions.answering import (
    accept_online,
    ask_question,
    decline,
    finish_reading,
    read_form,
    save_answers,
)
from consent.actions.bases import (
    BasisShown,
    Stating,
    decide_basis,
    open_basis_paper,
    read_basis,
    state_basis,
)
from consent.actions.certificates import renew_certificate
from consent.actions.comparing import compare_document, compare_next
from consent.actions.delivery import Secret, deliver, revoke
from consent.actions.disclosed import read_to_whom, read_why
from consent.actions.disclosing import disclose
from consent.actions.documents import (
    claim_document,
    fail_document,
    keep_document,
    open_document,
)
from consent.actions.ending import ask_to_change, keep, tell_of_ends
from consent.actions.freezing import let_go_on
from consent.actions.holds import HoldShown, ask_hold_end, decide_hold_end, place_hold, read_holds
from consent.actions.letters import Ready, claim_letter, fail_letter, settle_letter
from consent.actions.links import NotOpened, Opened, open_link, open_request
from consent.actions.locking import lock_disclosure
from consent.actions.looking import look_at_request
from consent.actions.named import decide_merge, decide_wording
from consent.actions.notices import acknowledge_notice
from consent.actions.offline import close_links
from consent.actions.permissions import (
    Permission,
    Shared,
    names_of_recipients,
    read_disclosures,
    read_permissions,
)
from consent.actions.pressing import press_basis
from consent.actions.publishing import approve_form, give_form_back, offer_form
from consent.actions.questions import (
    Exchange,
    close_question,
    open_questions,
    read_own_questions,
)
from consent.actions.recipients import (
    AddressShown,
    RecipientNow,
    add_recipient,
    correct_recipient,
    merge_recipients,
    read_recipients,
)
from consent.actions.reminders import remind
from consent.actions.requests import (
    Asking,
    ask,
)
from consent.actions.research import TakesPart, who_takes_part
from consent.actions.restrictions import (
    RestrictionNow,
    answer_restriction,
    ask_restriction,
    end_restriction,
    read_restrictions,
)
from consent.actions.room import hand_back, hand_over, meet, open_handed
from consent.actions.sending import Sent, send_request, set_reminders, void_request
from consent.actions.several import ask_together
from consent.actions.showing import Previewed, preview_disclosure
from consent.actions.signing import sign
from consent.actions.stop_notices import tell_it_ended
from consent.actions.stop_tasks import see_to_stop
from consent.actions.subpoenas import (
    Came,
    StepShown,
    SubpoenaShown,
    add_step,
    keep_subpoena_paper,
    open_subpoena_paper,
    read_subpoena,
    read_subpoenas,
    record_subpoena,
    release_for_subpoena,
    send_back_for_subpoena,
    why_sent_back,
)
from consent.actions.telling import (
    fail_telling,
    note_told,
    tell_later,
    tell_now,
    tell_of_disclosure,
)
from consent.actions.telling_of_subpoenas import (
    fail_telling_of_subpoena,
    read_own_subpoenas,
    tell_of_subpoena,
    told_of_subpoena,
)
from consent.actions.together import go_through
from consent.actions.visiting import (
    Let,
    NotLet,
    Shown,
    finish_reading_shared,
    open_share,
    read_shared,
)
from consent.actions.withdrawing import (
    Stopping,
    preview_stopping,
    withdraw,
    withdraw_everything,
)
from consent.actions.witnessing import look_as_witness, sign_as_witness
from consent.actions.words import write_words
from consent.actions.writing import (
    Saved,
    begin_form,
    begin_version,
    drop_form,
    hand_in_form,
    save_form,
)
from consent.domain.packs import content_sha256
from consent.pdf.cards import render_card
from consent.pdf.openings import render_openings
from consent.pdf.papers import (
    render_notes,
)

__all__ = [
    "Accounted",
    "AddressShown",
    "Asked",
    "Asking",
    "BasisShown",
    "Before",
    "Came",
    "Exchange",
    "HoldShown",
    "Let",
    "NotLet",
    "NotOpened",
    "Opened",
    "Permission",
    "Previewed",
    "Reading",
    "Ready",
    "RecipientNow",
    "RestrictionNow",
    "Saved",
    "Secret",
    "Sent",
    "Shared",
    "Shown",
    "Stating",
    "StepShown",
    "Stopping",
    "SubpoenaShown",
    "Suspended",
    "TakesPart",
    "accept_online",
    "account_for",
    "acknowledge_notice",
    "add_address",
    "add_recipient",
    "add_step",
    "answer_restriction",
    "approve_form",
    "ask",
    "ask_accounting",
    "ask_again",
    "ask_hold_end",
    "ask_one_again",
    "ask_question",
    "ask_restriction",
    "ask_to_change",
    "ask_together",
    "begin_form",
    "begin_version",
    "claim_document",
    "claim_letter",
    "close_links",
    "close_question",
    "compare_document",
    "compare_next",
    "content_sha256",
    "correct_recipient",
    "decide_basis",
    "decide_hold_end",
    "decide_merge",
    "decide_wording",
    "decline",
    "deliver",
    "disclose",
    "drop_form",
    "end_address",
    "end_restriction",
    "extend_accounting",
    "fail_asking_again",
    "fail_document",
    "fail_letter",
    "fail_telling",
    "fail_telling_of_subpoena",
    "finish_reading",
    "finish_reading_shared",
    "give_accounting",
    "give_form_back",
    "go_through",
    "hand_back",
    "hand_in_form",
    "hand_over",
    "keep",
    "keep_document",
    "keep_subpoena_paper",
    "let_go_on",
    "lock_disclosure",
    "look_as_witness",
    "look_at_request",
    "meet",
    "merge_recipients",
    "names_of_recipients",
    "note_told",
    "offer_form",
    "open_basis_paper",
    "open_document",
    "open_given_accounting",
    "open_handed",
    "open_link",
    "open_questions",
    "open_request",
    "open_share",
    "open_subpoena_paper",
    "place_hold",
    "press_basis",
    "preview_disclosure",
    "preview_stopping",
    "read_asked_accountings",
    "read_basis",
    "read_disclosures",
    "read_form",
    "read_holds",
    "read_own_questions",
    "read_own_subpoenas",
    "read_permissions",
    "read_recipients",
    "read_restrictions",
    "read_shared",
    "read_subpoena",
    "read_subpoenas",
    "read_suspension",
    "read_to_whom",
    "read_why",
    "record_subpoena",
    "release_for_subpoena",
    "remind",
    "render_card",
    "render_notes",
    "render_openings",
    "renew_certificate",
    "revoke",
    "said_before",
    "save_answers",
    "save_form",
    "see_to_stop",
    "send_back_for_subpoena",
    "send_request",
    "set_reminders",
    "settle_letter",
    "sign",
    "sign_as_witness",
    "state_basis",
    "suspend_accounting",
    "tell_it_ended",
    "tell_later",
    "tell_now",
    "tell_of_disclosure",
    "tell_of_ends",
    "tell_of_subpoena",
    "told_of_subpoena",
    "verify_address",
    "void_request",
    "who_agreed",
    "who_agreed_with",
    "who_takes_part",
    "why_sent_back",
    "withdraw",
    "withdraw_everything",
    "write_words",
]
