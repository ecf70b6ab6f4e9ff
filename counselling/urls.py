"""Every address of the product: nouns, random ids, no prefix per app."""

from django.conf import settings
from django.urls import include, path

from counselling.views import (
    accesses,
    accesses_asked,
    accesses_printed,
    care,
    client,
    demo,
    health,
    home,
    languages,
    log,
    planned,
    review,
    review_finding,
    space,
    today,
    trail,
    trail_picture,
    trail_taking,
    trail_touched,
    trail_touched_file,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("exit", home.quick_exit, name="quick-exit"),
    path("language", languages.language, name="language"),
    path("today", today.today, name="today"),
    path("clients/<uuid:client_id>", client.client, name="client"),
    path(
        "clients/<uuid:client_id>/accesses",
        accesses_printed.client_accesses,
        name="client-accesses",
    ),
    path(
        "clients/<uuid:client_id>/accesses/file",
        accesses_printed.client_accesses_file,
        name="client-accesses-file",
    ),
    path("accesses/questions/<uuid:question_id>", accesses_asked.asked, name="opening-question"),
    path("space", space.space, name="space"),
    path("space/accesses", accesses.accesses, name="accesses"),
    path("space/accesses/wish", accesses.wish, name="accesses-wish"),
    path("space/accesses/<uuid:event_id>/question", accesses.question_new, name="own-question-new"),
    path("space/questions/<uuid:question_id>", accesses.question, name="own-question"),
    path("space/care", care.care, name="care"),
    path("trail", trail.trail, name="trail"),
    path("trail/name", trail.name, name="trail-name"),
    path("trail/picture", trail_picture.picture, name="trail-picture"),
    path("trail/touched", trail_touched.touched, name="trail-touched"),
    path("planned", planned.planned, name="planned"),
    path("planned/<uuid:work_id>/end", planned.planned_end, name="planned-end"),
    path("review", review.review, name="review"),
    path("review/finish", review.finish, name="review-finish"),
    path("review/done", review.reviews, name="reviews"),
    path("review/findings/<uuid:finding_id>", review_finding.finding, name="review-finding"),
    path("asked/<uuid:finding_id>", review_finding.asked, name="asked"),
    path("log", log.log, name="log"),
    path("trail/file", trail_taking.taking, name="trail-file"),
    path("trail/touched/file", trail_touched_file.taking, name="trail-touched-file"),
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
