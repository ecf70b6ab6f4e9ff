"""Addresses of sessions, notes and shares."""

from django.urls import path

from records.views import (
    appointments,
    dangers,
    editor,
    notes,
    own_safety,
    plans,
    searching,
    shares,
    supervising,
    supervision,
)

app_name = "records"
urlpatterns = [
    path("notes/search", searching.search, name="search"),
    path("sessions/new", notes.new_session, name="session-new"),
    path("sessions/<uuid:session_id>", appointments.session, name="session"),
    path("sessions/<uuid:session_id>/draft", editor.draft, name="draft"),
    path("sessions/<uuid:session_id>/draft/signature", editor.signature, name="signature"),
    path("notes/<uuid:note_id>", notes.note, name="note"),
    path("notes/<uuid:note_id>/addenda/new", notes.addendum, name="addendum"),
    path("clients/<uuid:client_id>/disclosures/new", shares.share, name="share"),
    path("supervision", supervision.supervision, name="supervision"),
    path("supervision/notes/<uuid:note_id>", supervision.review, name="review"),
    path("notes/<uuid:note_id>/co-signature", supervision.co_signature, name="co-signature"),
    path("notes/<uuid:note_id>/returns", supervision.give_back, name="return"),
    path("notes/<uuid:note_id>/comments", supervision.comments, name="comments"),
    path("supervision/people/<uuid:person_id>", supervising.supervisee, name="supervisee"),
    path("supervision/people/<uuid:person_id>/draft", supervising.draft, name="supervision-draft"),
    path(
        "supervision/records/<uuid:supervision_note_id>",
        supervising.supervision_note,
        name="supervision-note",
    ),
    path("cases/<uuid:case_id>/clients/<uuid:client_id>/safety", plans.safety, name="safety"),
    path(
        "cases/<uuid:case_id>/clients/<uuid:client_id>/safety/draft",
        plans.plan_draft,
        name="plan-draft",
    ),
    path(
        "cases/<uuid:case_id>/clients/<uuid:client_id>/dangers/new",
        dangers.danger_new,
        name="danger-new",
    ),
    path("plans/<uuid:plan_id>", plans.plan, name="plan"),
    path("plans/<uuid:plan_id>/card", plans.card, name="plan-card"),
    path("plans/<uuid:plan_id>/card/file", plans.card_file, name="plan-card-file"),
    path("plans/<uuid:plan_id>/giving", plans.giving, name="plan-giving"),
    path("dangers/<uuid:danger_id>", dangers.danger, name="danger"),
    path("dangers/<uuid:danger_id>/additions/new", dangers.danger_addition, name="danger-addition"),
    path("space/plan", own_safety.own_plan, name="own-plan"),
    path("space/plan/<uuid:plan_id>/file", own_safety.own_plan_file, name="own-plan-file"),
    path("space/dangers", own_safety.own_dangers, name="own-dangers"),
]
