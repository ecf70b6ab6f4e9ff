"""Addresses of sessions, notes and shares."""

from django.urls import path

from records.views import editor, notes, searching, shares

app_name = "records"
urlpatterns = [
    path("notes/search", searching.search, name="search"),
    path("sessions/new", notes.new_session, name="session-new"),
    path("sessions/<uuid:session_id>/draft", editor.draft, name="draft"),
    path("sessions/<uuid:session_id>/draft/signature", editor.signature, name="signature"),
    path("notes/<uuid:note_id>", notes.note, name="note"),
    path("notes/<uuid:note_id>/addenda/new", notes.addendum, name="addendum"),
    path("clients/<uuid:client_id>/disclosures/new", shares.share, name="share"),
]
