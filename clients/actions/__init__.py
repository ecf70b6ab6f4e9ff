"""The use cases of clients and cases; what is named here is what others may call."""

from clients.actions.asking import (
    AskedShown,
    answer_about_opening,
    ask_about_opening,
    read_own_question,
    read_question,
    tend_question,
)
from clients.actions.assignments import (
    accept_assignment,
    decline_assignment,
    end_assignment,
    offer_assignment,
)
from clients.actions.cases import add_member, change_case_state, end_member, open_case
from clients.actions.cover import end_cover, hand_over
from clients.actions.deciding import (
    Deciding,
    DecisionShown,
    OwnDeciding,
    SignerNamed,
    ToDecide,
    decide_capacity,
    open_deciding,
    prepare_decision,
    read_own_deciding,
    signers_named,
)
from clients.actions.emergency import (
    EmergencyFile,
    end_emergency,
    leave_emergency_note,
    open_emergency_file,
    open_in_emergency,
)
from clients.actions.finding import People, find_people
from clients.actions.guardians import (
    GuardianShown,
    add_guardian,
    amend_guardian,
    end_guardian,
)
from clients.actions.guarding import give_guardian_access
from clients.actions.intake import amend_contact, amend_identity, set_card, take_in
from clients.actions.knowing import WhoIsKnown, who_is_known
from clients.actions.language import choose_language
from clients.actions.links import AT_ONCE, end_links, end_this_link, hand_link_over, open_link_actor
from clients.actions.messages import (
    deliver_message,
    fail_message,
    message_would_go,
    queue_message,
    try_held_again,
)
from clients.actions.naming import index_name
from clients.actions.news import see_news
from clients.actions.opening import (
    ClientFile,
    identities_under,
    names_for,
    names_under,
    open_client,
)
from clients.actions.openings import (
    choose_to_hear,
    print_openings,
    see_openings,
    tell_of_openings,
)
from clients.actions.own_card import OwnCard, choose_nothing_online, read_own_card, set_own_card
from clients.actions.portal import (
    PortalGiven,
    agree_on_word,
    give_portal_access,
    renew_portal_invitation,
)
from clients.actions.reviewing import (
    EmergencyShown,
    Said,
    answer_emergency,
    decide_emergency,
    read_emergency,
)
from clients.actions.sealing_files import (
    SealShown,
    end_letting_in,
    let_into_file,
    read_seal,
    seal_file,
    unseal_file,
)
from clients.actions.shutting_out import ShutOutShown, let_in_again, read_shut_out, shut_out
from clients.actions.signing_in import send_link, tell_of_sign_in
from clients.actions.telling import Told, read_told_emergencies, tend_emergency

__all__ = [
    "AT_ONCE",
    "AskedShown",
    "ClientFile",
    "Deciding",
    "DecisionShown",
    "EmergencyFile",
    "EmergencyShown",
    "GuardianShown",
    "OwnCard",
    "OwnDeciding",
    "People",
    "PortalGiven",
    "Said",
    "SealShown",
    "ShutOutShown",
    "SignerNamed",
    "ToDecide",
    "Told",
    "WhoIsKnown",
    "accept_assignment",
    "add_guardian",
    "add_member",
    "agree_on_word",
    "amend_contact",
    "amend_guardian",
    "amend_identity",
    "answer_about_opening",
    "answer_emergency",
    "ask_about_opening",
    "change_case_state",
    "choose_language",
    "choose_nothing_online",
    "choose_to_hear",
    "decide_capacity",
    "decide_emergency",
    "decline_assignment",
    "deliver_message",
    "end_assignment",
    "end_cover",
    "end_emergency",
    "end_guardian",
    "end_letting_in",
    "end_links",
    "end_member",
    "end_this_link",
    "fail_message",
    "find_people",
    "give_guardian_access",
    "give_portal_access",
    "hand_link_over",
    "hand_over",
    "identities_under",
    "index_name",
    "leave_emergency_note",
    "let_in_again",
    "let_into_file",
    "message_would_go",
    "names_for",
    "names_under",
    "offer_assignment",
    "open_case",
    "open_client",
    "open_deciding",
    "open_emergency_file",
    "open_in_emergency",
    "open_link_actor",
    "prepare_decision",
    "print_openings",
    "queue_message",
    "read_emergency",
    "read_own_card",
    "read_own_deciding",
    "read_own_question",
    "read_question",
    "read_seal",
    "read_shut_out",
    "read_told_emergencies",
    "renew_portal_invitation",
    "seal_file",
    "see_news",
    "see_openings",
    "send_link",
    "set_card",
    "set_own_card",
    "shut_out",
    "signers_named",
    "take_in",
    "tell_of_openings",
    "tell_of_sign_in",
    "tend_emergency",
    "tend_question",
    "try_held_again",
    "unseal_file",
    "who_is_known",
]
