"""What the database refuses with a sentence is told, and nothing is half done."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection

from clients.actions.cases import all_or_told
from counselling.access import SERVICE
from counselling.db import as_actor
from counselling.errors import Invalid

pytestmark = [pytest.mark.django_db, pytest.mark.req("AC-11")]


def test_what_the_database_refuses_with_a_sentence_is_told_in_its_words() -> None:
    refusal = "DO $$ BEGIN RAISE EXCEPTION 'Not yet.' USING ERRCODE = 'restrict_violation'; END $$"
    with as_actor(SERVICE), pytest.raises(Invalid, match="Not yet"), all_or_told():
        connection.cursor().execute(refusal)


def test_what_the_database_refuses_without_a_sentence_is_told_to_nobody() -> None:
    with as_actor(SERVICE), pytest.raises(IntegrityError), all_or_told():
        raise IntegrityError
