"""Every address of the product: nouns, random ids, no prefix per app."""

from django.conf import settings
from django.urls import include, path

from counselling.views import (
    accesses,
    care,
    client,
    demo,
    health,
    home,
    languages,
    space,
    today,
    trail,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("exit", home.quick_exit, name="quick-exit"),
    path("language", languages.language, name="language"),
    path("today", today.today, name="today"),
    path("clients/<uuid:client_id>", client.client, name="client"),
    path("space", space.space, name="space"),
    path("space/accesses", accesses.accesses, name="accesses"),
    path("space/care", care.care, name="care"),
    path("trail", trail.trail, name="trail"),
    path("", include("counselling.accounts.urls")),
    path("", include("clients.urls")),
    path("", include("consent.urls")),
    path("", include("records.urls")),
]
if settings.DEMO:
    urlpatterns += [
        path("demo/people", demo.people, name="demo-people"),
        path("demo/outbox", demo.outbox, name="demo-outbox"),
    ]

handler400 = "counselling.views.errors.bad_request"
handler403 = "counselling.views.errors.permission_denied"
handler404 = "counselling.views.errors.not_found"
handler500 = "counselling.views.errors.server_error"
