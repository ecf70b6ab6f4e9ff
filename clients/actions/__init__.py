"""The use cases of clients and cases; what is named here is what others may call."""

from clients.actions.assignments import (
    accept_assignment,
    decline_assignment,
    end_assignment,
    offer_assignment,
)
from clients.actions.cases import add_member, change_case_state, end_member, open_case
from clients.actions.intake import amend_contact, amend_identity, set_card, take_in
from clients.actions.links import end_links, open_link_actor
from clients.actions.messages import deliver_message, fail_message, message_would_go, queue_message
from clients.actions.opening import (
    ClientFile,
    identities_under,
    names_for,
    names_under,
    open_client,
)
from clients.actions.portal import PortalGiven, give_portal_access, renew_portal_invitation

__all__ = [
    "ClientFile",
    "PortalGiven",
    "accept_assignment",
    "add_member",
    "amend_contact",
    "amend_identity",
    "change_case_state",
    "decline_assignment",
    "deliver_message",
    "end_assignment",
    "end_links",
    "end_member",
    "fail_message",
    "give_portal_access",
    "identities_under",
    "message_would_go",
    "names_for",
    "names_under",
    "offer_assignment",
    "open_case",
    "open_client",
    "open_link_actor",
    "queue_message",
    "renew_portal_invitation",
    "set_card",
    "take_in",
]
