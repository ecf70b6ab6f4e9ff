"""Addresses of this app: nouns, random ids, no names."""

from django.urls import path

from clients.views import (
    caseload,
    cases,
    covers,
    emergency,
    finding,
    guarding,
    own,
    people,
    reviews,
)

app_name = "clients"
urlpatterns = [
    path("clients/found", finding.people, name="found"),
    path("clients", caseload.caseload, name="caseload"),
    path("clients/new", people.intake, name="intake"),
    path("clients/<uuid:client_id>/identity", people.identity, name="identity"),
    path("clients/<uuid:client_id>/contact-card", people.card, name="card"),
    path("clients/<uuid:client_id>/portal", people.portal, name="portal"),
    path("clients/<uuid:client_id>/deciding", guarding.deciding, name="deciding"),
    path("clients/<uuid:client_id>/decisions/new", guarding.decision_new, name="decision-new"),
    path("clients/<uuid:client_id>/guardians/new", guarding.guardian_new, name="guardian-new"),
    path("guardians/<uuid:guardian_id>", guarding.guardian, name="guardian"),
    path("guardians/<uuid:guardian_id>/end", guarding.guardian_end, name="guardian-end"),
    path("guardians/<uuid:guardian_id>/sign-in", guarding.sign_in, name="guardian-sign-in"),
    path("clients/<uuid:client_id>/cases/new", cases.case_new, name="case-new"),
    path("clients/<uuid:client_id>/news", own.news, name="news"),
    path("space/card", own.own_card, name="own-card"),
    path("space/card/nothing-online", own.nothing_online, name="own-offline"),
    path("cases/<uuid:case_id>", cases.case, name="case"),
    path("cases/<uuid:case_id>/state", cases.state, name="case-state"),
    path("cases/<uuid:case_id>/members/new", cases.member_new, name="member-new"),
    path("cases/<uuid:case_id>/members/<uuid:member_id>/end", cases.member_end, name="member-end"),
    path("cases/<uuid:case_id>/assignments/new", cases.assignment_new, name="assignment-new"),
    path("assignments/<uuid:assignment_id>/acceptance", cases.acceptance, name="acceptance"),
    path("assignments/<uuid:assignment_id>/decline", cases.decline, name="decline"),
    path("assignments/<uuid:assignment_id>/end", cases.assignment_end, name="assignment-end"),
    path("covers", covers.covers, name="covers"),
    path("covers/new", covers.cover_new, name="cover-new"),
    path("covers/<uuid:cover_id>/end", covers.cover_end, name="cover-end"),
    path("emergency/new", emergency.emergency_new, name="emergency-new"),
    path("emergency/<uuid:access_id>/note", emergency.emergency_word, name="emergency-word"),
    path("emergency/<uuid:access_id>/end", emergency.emergency_end, name="emergency-end"),
    path("emergencies", reviews.emergencies, name="emergencies"),
    path("emergencies/<uuid:access_id>", reviews.emergency_review, name="emergency-review"),
]
