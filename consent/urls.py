"""Where the pages of consent are: staff's, a link's, and the client's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from consent.views import (
    accounting,
    accounting_kept,
    asking,
    asking_again,
    delivery,
    ending,
    genuine,
    guarded,
    library,
    links,
    locked,
    portal,
    preview,
    privacy,
    recipients,
    requests,
    room,
    signing,
    staff,
    subpoenas,
    switches,
    together,
    visiting,
    writing,
)
from consent.views.doors import link_view
from consent.views.visiting import recipient_view

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "consent"

_FORM = {
    "online": signing.online,
    "short": signing.short,
    "text": signing.text,
    "signature": signing.signature,
    "question": signing.question,
    "decline": signing.decline,
    "later": signing.later,
    "done": signing.done,
    "copy": signing.copy,
}

_FORMS: list[URLPattern] = [
    path("forms", library.forms, name="forms"),
    path("forms/new", writing.form_new, name="form-new"),
    path("forms/<uuid:form_id>", library.form, name="form"),
    path("forms/<uuid:form_id>/comparison", library.comparison, name="form-comparison"),
    path("forms/<uuid:form_id>/again", asking_again.again, name="again"),
    path("forms/again/<uuid:batch_id>", asking_again.progress, name="again-batch"),
    path("forms/versions/<uuid:version_id>", library.version, name="form-version"),
    path(
        "forms/versions/<uuid:version_id>/preview",
        preview.version_preview,
        name="form-version-preview",
    ),
    path("forms/drafts/<uuid:draft_id>", writing.draft, name="form-draft"),
    path("forms/drafts/<uuid:draft_id>/approval", library.approval, name="form-approval"),
    path(
        "forms/drafts/<uuid:draft_id>/preview",
        preview.draft_preview,
        name="form-preview",
    ),
    path(
        "forms/drafts/<uuid:draft_id>/clauses/<uuid:clause_id>", writing.clause, name="form-clause"
    ),
    *(
        path(f"forms/drafts/<uuid:draft_id>/{part}", writing.part, {"part": part}, f"form-{part}")
        for part in ("text", "short", "details", "passages")
    ),
]

urlpatterns: list[URLPattern] = [
    *_FORMS,
    path(
        "clients/<uuid:client_id>/consents/gone-through",
        together.gone_through,
        name="gone-through",
    ),
    path("clients/<uuid:client_id>/requests/new", asking.request_new, name="request-new"),
    path("clients/<uuid:client_id>/subpoenas", subpoenas.subpoenas, name="subpoenas"),
    path("clients/<uuid:client_id>/subpoenas/new", subpoenas.subpoena_new, name="subpoena-new"),
    path("subpoenas/<uuid:subpoena_id>", subpoenas.subpoena, name="subpoena"),
    path("subpoenas/papers/<uuid:paper_id>", subpoenas.subpoena_paper, name="subpoena-paper"),
    path("clients/<uuid:client_id>/holds/new", subpoenas.hold_new, name="hold-new"),
    path("holds/<uuid:hold_id>", subpoenas.hold, name="hold"),
    path("clients/<uuid:client_id>/accounting", accounting.accounting, name="accounting"),
    path(
        "clients/<uuid:client_id>/accounting/file",
        accounting.accounting_file,
        name="accounting-file",
    ),
    path(
        "clients/<uuid:client_id>/accounting/requests/new",
        accounting.accounting_new,
        name="accounting-new",
    ),
    path("accounting/<uuid:request_id>", accounting.accounting_request, name="accounting-request"),
    path(
        "clients/<uuid:client_id>/accounting/suspensions/new",
        accounting.suspension_new,
        name="suspension-new",
    ),
    path("accounting/given/<uuid:given_id>/file", accounting_kept.given_file, name="given-file"),
    path(
        "accounting/suspensions/<uuid:suspension_id>",
        accounting_kept.suspension,
        name="suspension",
    ),
    path(
        "space/disclosures/given/<uuid:given_id>/file",
        accounting_kept.own_given_file,
        name="own-given-file",
    ),
    path("space/disclosures/file", accounting.own_accounting_file, name="own-accounting-file"),
    path("clients/<uuid:client_id>/consents", staff.consents, name="consents"),
    path("clients/<uuid:client_id>/recipients", recipients.recipients, name="recipients"),
    path("recipients/<uuid:recipient_id>", recipients.recipient, name="recipient"),
    path("recipients/<uuid:recipient_id>/name", recipients.name, name="recipient-name"),
    path("recipients/<uuid:recipient_id>/merge", recipients.merge, name="recipient-merge"),
    path("recipients/<uuid:recipient_id>/decision", recipients.decision, name="recipient-decision"),
    path("recipients/addresses/<uuid:address_id>", recipients.address, name="recipient-address"),
    path("requests/<uuid:request_id>", requests.request, name="request"),
    path("requests/<uuid:request_id>/end", requests.end, name="request-end"),
    path("requests/<uuid:request_id>/witness", requests.witness, name="witness"),
    path("questions/<uuid:question_id>", requests.question, name="question"),
    path("consents/<uuid:consent_id>/withdrawal", staff.withdrawal, name="withdrawal"),
    path("documents/<uuid:document_id>", staff.document, name="document"),
    path("documents/<uuid:document_id>/file", staff.document_file, name="document-file"),
    path("verify", genuine.verify, name="verify"),
    path("disclosures/<uuid:disclosure_id>", staff.disclosure, name="disclosure"),
    path("disclosures/<uuid:disclosure_id>/file", locked.locked_file, name="disclosure-file"),
    path("disclosures/<uuid:disclosure_id>/link", delivery.link_new, name="share-link"),
    path("disclosures/<uuid:disclosure_id>/link/end", delivery.link_end, name="share-link-end"),
    path("disclosures/<uuid:disclosure_id>/told-ended", delivery.tell_ended, name="tell-ended"),
    path("d/finished", visiting.finished, name="share-finished"),
    path("d/<str:token>", visiting.door, name="share"),
    path("d/<uuid:link_id>/read", recipient_view(visiting.read), name="share-read"),
    path("d/<uuid:link_id>/finish", recipient_view(visiting.finish), name="share-finish"),
    path("requests/<uuid:request_id>/device", room.hand_over, name="hand-over"),
    path("r/device", room.device, name="device"),
    path("r/<uuid:request_id>/presence", link_view(links.presence), name="sign-presence"),
    path("r/<uuid:request_id>/room", link_view(room.room), name="sign-room"),
    path("r/<uuid:request_id>/back", link_view(room.back), name="sign-back"),
    path("r/<str:token>", links.link, name="link"),
    *(
        path(f"r/<uuid:request_id>/{page}", link_view(view), name=f"sign-{page}")
        for page, view in _FORM.items()
    ),
    path("space/privacy", privacy.privacy, name="privacy"),
    path("space/requests", portal.requests, name="own-requests"),
    path("space/requests/<uuid:request_id>", portal.request, name="own-request"),
    *(
        path(f"space/requests/<uuid:request_id>/{page}", view, name=f"own-{page}")
        for page, view in _FORM.items()
    ),
    path("on-behalf", guarded.guarded, name="guarded"),
    path(
        "on-behalf/permissions/<uuid:consent_id>/stop",
        guarded.withdrawal,
        name="guarded-withdrawal",
    ),
    path(
        "on-behalf/documents/<uuid:document_id>/file",
        guarded.document_file,
        name="guarded-document-file",
    ),
    path("space/permissions", portal.permissions, name="permissions"),
    path("space/permissions/withdrawal", portal.everything, name="everything"),
    path("space/permissions/<uuid:consent_id>/ending", ending.own_ending, name="own-ending"),
    path("stops/<uuid:task_id>", ending.seen_to, name="stop-seen-to"),
    path("clients/<uuid:client_id>/words/new", switches.words, name="words"),
    path("research", switches.research, name="research"),
    path("research/counts", switches.research_counts, name="research-counts"),
    path(
        "space/permissions/<uuid:consent_id>/withdrawal", portal.withdrawal, name="own-withdrawal"
    ),
    path("space/documents", portal.documents, name="documents"),
    path("space/documents/<uuid:document_id>/file", portal.document_file, name="own-document-file"),
    path("space/disclosures", portal.shared, name="shared"),
]
