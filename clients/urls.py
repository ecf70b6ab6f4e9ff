"""Addresses of this app: nouns, random ids, no names."""

from django.urls import path

from clients.views import caseload, cases, people

app_name = "clients"
urlpatterns = [
    path("clients", caseload.caseload, name="caseload"),
    path("clients/new", people.intake, name="intake"),
    path("clients/<uuid:client_id>/identity", people.identity, name="identity"),
    path("clients/<uuid:client_id>/contact-card", people.card, name="card"),
    path("clients/<uuid:client_id>/portal", people.portal, name="portal"),
    path("clients/<uuid:client_id>/cases/new", cases.case_new, name="case-new"),
    path("cases/<uuid:case_id>", cases.case, name="case"),
    path("cases/<uuid:case_id>/state", cases.state, name="case-state"),
    path("cases/<uuid:case_id>/members/new", cases.member_new, name="member-new"),
    path("cases/<uuid:case_id>/members/<uuid:member_id>/end", cases.member_end, name="member-end"),
    path("cases/<uuid:case_id>/assignments/new", cases.assignment_new, name="assignment-new"),
    path("assignments/<uuid:assignment_id>/acceptance", cases.acceptance, name="acceptance"),
    path("assignments/<uuid:assignment_id>/decline", cases.decline, name="decline"),
    path("assignments/<uuid:assignment_id>/end", cases.assignment_end, name="assignment-end"),
]
