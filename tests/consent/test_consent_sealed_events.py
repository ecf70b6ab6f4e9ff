"""Every sealed value is named by an event with its hash: an older one put back is found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.apps import apps
from django.contrib.auth.hashers import Argon2PasswordHasher

from audit.domain import sealed_columns
from counselling import vault
from counselling.vault.fields import SealedField
from tests.web.planting import plant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

pytestmark = [pytest.mark.django_db, pytest.mark.req("AT-04", "EN-03")]

UNNAMED: Final = {
    "records_draft.process_part": "saves itself while one types; an event once a minute",
    "records_draft.record_part": "saves itself while one types; an event once a minute",
    "records_draft.risk": "saves itself while one types; an event once a minute",
    "records_draft_part.text": "saves itself while one types; an event once a minute",
    "records_plan_draft.content": "saves itself while one types; an event once a minute",
    "records_share_paper.letter": "saves itself while one types; an event once a minute",
    "records_supervision_draft.text": "saves itself while one types; an event once a minute",
}


def sealed_fields() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        if not model.__module__.startswith("tests"):
            for field in model._meta.get_fields():
                if isinstance(field, SealedField):
                    yield model, field.name


def name(model: type[Model], field: str) -> str:
    return f"{model._meta.db_table}.{field}"


def test_an_event_names_what_every_sealed_field_holds(
    root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    plant()
    told: dict[str, set[str]] = {}
    for (payload,) in root.execute("SELECT payload FROM audit_event"):
        for place, stored in json.loads(payload).get("sealed", {}).items():
            told.setdefault(place, set()).add(stored)
    empty, unnamed = [], set()
    for model, field in sealed_fields():
        rows = [one for one in model._base_manager.using("owner").all() if getattr(one, field)]
        if not rows:
            empty.append(name(model, field))
        for row in rows:
            place = f"{model._meta.db_table}/{row.pk}/{field}"
            if vault.fingerprint(row, field) not in told.get(place, set()):
                unnamed.add(name(model, field))
    assert empty == [], "nothing is planted there: this test sees nothing"
    assert unnamed <= set(UNNAMED), unnamed - set(UNNAMED)


def test_every_sealed_field_is_compared_or_says_why_not() -> None:
    fields = {name(model, field) for model, field in sealed_fields()}
    compared = {f"{one.table}.{one.column}" for one in sealed_columns()}
    assert fields - set(UNNAMED) == compared & fields
    assert set(UNNAMED) <= fields, "an exception for what is not there any more"
