"""What an author is writing, as a row."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from counselling import vault
from counselling.db import uuid7
from records.domain import Structure
from records.models.sessions import Session


class Draft(models.Model):
    """What its author is writing about a session; gone once signed, its text is then the note's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="drafts")
    case = models.ForeignKey("clients.Case", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    structure = models.CharField(max_length=10, default=Structure.FREE)
    risk = vault.SealedTextField(holder=vault.by_case("case_id"))
    record_part = vault.SealedTextField(holder=vault.by_case("case_id"))
    process_part = vault.SealedTextField(holder=vault.by_author("case_id", "author_id"))
    version = models.PositiveIntegerField(default=1)
    # which open page saved last: an answer it never got is no other tab's text
    tab = models.CharField(max_length=36, blank=True)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    event_at = models.DateTimeField()

    class Meta:
        """At most one open draft per session and author."""

        db_table = "records_draft"
        constraints = [
            models.UniqueConstraint(fields=["session", "author"], name="one_draft_per_author")
        ]
