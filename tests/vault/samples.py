"""Places, keys and two models that only these tests have."""

from __future__ import annotations

from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from counselling import vault
from counselling.db import uuid7
from counselling.vault.envelope import Place

CASE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
ROW = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
OTHER = UUID("01890a5d-ac96-774b-bcce-b302099a8059")
PLACE = Place("records_note", "text", ROW, vault.holders.case(CASE))
CIPHER = AESGCM(bytes(range(32)))
NONCE = bytes(range(100, 112))


class Leaf(models.Model):
    """A row of a case, as notes will be."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case_id = models.UUIDField()
    author_id = models.UUIDField(null=True)
    text = vault.SealedTextField(holder=vault.by_case("case_id"))
    own = vault.SealedTextField(holder=vault.by_author("case_id", "author_id"), null=True)
    answers = vault.SealedJSONField(holder=vault.by_case("case_id"), null=True)
    everything = vault.SealedJSONField(holder=vault.by_case("case_id"), large=True, null=True)
    content = vault.SealedFileField(holder=vault.by_case("case_id"), null=True)

    class Meta:
        app_label = "sample"
        db_table = "sample_leaf"

    def __str__(self) -> str:
        return str(self.id)


class Person(models.Model):
    """A row that is its own keyholder, as clients and accounts are."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = vault.SealedTextField(holder=vault.by_client("id"))
    seed = vault.SealedTextField(holder=vault.by_staff("pk"), null=True)
    entry = vault.SealedTextField(holder=vault.by_practice(), null=True)

    class Meta:
        app_label = "sample"
        db_table = "sample_person"

    def __str__(self) -> str:
        return str(self.id)


MODELS = (Leaf, Person)
