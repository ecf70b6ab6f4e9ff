"""Sources of documents and their JSON: an exact inverse that refuses what does not fit."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from consent.domain.codec import DoesNotFit, decode, encode
from consent.domain.documents import Section, from_json, kind_of, to_json
from tests.pdf import sources

if TYPE_CHECKING:
    from collections.abc import Callable

ALL = [sources.sharing(), sources.agreement(), sources.disclosure(), sources.withdrawal()]


@pytest.mark.parametrize("source", ALL, ids=kind_of)
def test_json_is_an_exact_inverse(source: Any) -> None:
    written = json.loads(json.dumps(to_json(source)))
    assert from_json(written) == source
    assert to_json(from_json(written)) == written


def _without_client(value: dict[str, Any]) -> None:
    del value["document"]["client"]


def _with_more(value: dict[str, Any]) -> None:
    value["document"]["more"] = 1


def _with_number(value: dict[str, Any]) -> None:
    value["document"]["client"] = 7


def _with_word_for_list(value: dict[str, Any]) -> None:
    value["document"]["sent_before"] = "none"


def _with_word_for_object(value: dict[str, Any]) -> None:
    value["document"]["practice"] = "Lindenhof"


def _with_local_time(value: dict[str, Any]) -> None:
    value["document"]["withdrawn_at"] = "2026-11-20T09:30:00+01:00"


def _with_naive_time(value: dict[str, Any]) -> None:
    value["document"]["withdrawn_at"] = "2026-11-20T09:30:00"


def _with_no_time(value: dict[str, Any]) -> None:
    value["document"]["withdrawn_at"] = "yesterday"


def _of_another_kind(value: dict[str, Any]) -> None:
    value["kind"] = "letter"


def _of_another_format(value: dict[str, Any]) -> None:
    value["format"] = "counselling-document/2"


def _with_another_key(value: dict[str, Any]) -> None:
    value["extra"] = True


SPOILERS = [
    *(_without_client, _with_more, _with_number, _with_word_for_list, _with_word_for_object),
    *(_with_local_time, _with_naive_time, _with_no_time),
    *(_of_another_kind, _of_another_format, _with_another_key),
]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_json_that_does_not_fit_is_refused(spoil: Callable[[dict[str, Any]], None]) -> None:
    value = copy.deepcopy(to_json(sources.withdrawal()))
    spoil(value)
    with pytest.raises(DoesNotFit):
        from_json(value)


def test_an_unknown_addendum_kind_is_refused() -> None:
    value = to_json(sources.disclosure())
    value["document"]["pack"]["sections"][0]["addenda"][0]["kind"] = "scribble"
    with pytest.raises(DoesNotFit, match="AddendumKind"):
        from_json(value)


def test_a_float_and_a_time_without_zone_have_no_form() -> None:
    with pytest.raises(DoesNotFit):
        encode(1.5)
    with pytest.raises(DoesNotFit):
        encode(datetime(2026, 11, 3, 9, 0))  # noqa: DTZ001 without a zone on purpose


def test_a_list_is_no_object() -> None:
    with pytest.raises(DoesNotFit):
        decode(Section, [])


@pytest.mark.req("CC-21")
def test_a_document_whose_text_is_not_the_text_shown_cannot_be_made() -> None:
    with pytest.raises(DoesNotFit, match="hash"):
        replace(sources.sharing(), shown="another text")
