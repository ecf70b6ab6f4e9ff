"""The forms of the library and their published versions, which never change."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from counselling.db import uuid7


class Form(models.Model):
    """A form by its name, whatever its version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    # whether clients are asked for it here; what was signed stays
    offered = models.BooleanField(default=True)
    offered_at = models.DateTimeField(null=True)
    offered_by = models.UUIDField(null=True)

    class Meta:
        """Sorted by name."""

        db_table = "consent_form"
        ordering: ClassVar[list[str]] = ["slug"]

    def __str__(self) -> str:
        """Name it."""
        return self.slug


class FormVersion(models.Model):
    """A published form, word for word; what was signed points here for ever (CC-21)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    text = models.TextField()
    clauses = models.JSONField()
    in_short = models.JSONField()
    # the whole form as `codec.encode(FormSource)` wrote it; the three above are parts of it
    source = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    # written and approved here; none: shipped
    draft = models.OneToOneField(
        "consent.FormDraft", on_delete=models.PROTECT, null=True, related_name="version"
    )

    class Meta:
        """One of each number and language."""

        db_table = "consent_formversion"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["form", "language", "number"], name="consent_formversion_one_of_each"
            )
        ]

    def __str__(self) -> str:
        """Name it."""
        return f"{self.form_id} {self.language} {self.number}"
