"""The addresses of signing in, of one's own account, and of the staff."""

from __future__ import annotations

from django.urls import path

from counselling.accounts.views import account, aliases, by_link, entry, practice, sleeping, staff

app_name = "accounts"
urlpatterns = [
    path("sign-in", entry.sign_in, name="sign-in"),
    path("sign-in/code", entry.factor, name="factor"),
    path("sign-in/recovery", entry.recovery, name="recovery"),
    path("sign-in/link", by_link.ask, name="link-new"),
    path("sign-in/second", by_link.second, name="second"),
    path("sign-in/forgotten", by_link.forgotten, name="forgotten"),
    path("sign-in/link/sent", by_link.sent, name="link-sent"),
    path("sign-in/link/<str:token>", by_link.link, name="link"),
    path("sign-in/again", sleeping.wake, name="wake"),
    path("sign-in/enrolment", entry.enrolment, name="enrolment"),
    path("sign-out", entry.sign_out, name="sign-out"),
    path("invitations/<str:token>", entry.invitation, name="invitation"),
    path("step-up", account.step_up, name="step-up"),
    path("account", account.account, name="account"),
    path("account/password", account.password, name="password"),
    path("account/authenticator", account.authenticator, name="authenticator"),
    path("account/recovery-codes", account.recovery_codes, name="recovery-codes"),
    path("account/recovery-codes/file", account.recovery_codes_file, name="recovery-codes-file"),
    path("account/sittings/<uuid:session_id>", account.sitting, name="sitting"),
    path("account/presence", account.stay, name="stay"),
    path("account/sleep", sleeping.sleep, name="sleep"),
    path("account/shortcuts", account.shortcuts, name="shortcuts"),
    path("account/home", account.home, name="home"),
    path("staff", staff.staff, name="staff"),
    path("staff/new", staff.staff_new, name="staff-new"),
    path("staff/<uuid:person_id>", staff.person, name="person"),
    path("staff/<uuid:person_id>/alias", aliases.alias, name="alias"),
    path("practice", practice.practice, name="practice"),
    path("staff/resets/<uuid:reset_id>", staff.reset, name="reset"),
]
