"""The rules of signing in, without a database."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counselling.accounts import domain
from counselling.accounts.domain import Ended, Limits

AT = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)
STAFF = Limits(datetime.timedelta(minutes=15), datetime.timedelta(hours=12))


@pytest.mark.req("AU-05")
def test_five_wrong_answers_are_free_and_then_waits_double_up_to_a_quarter_of_an_hour() -> None:
    waits = [domain.decide_wait(failures) for failures in range(16)]
    assert waits == [0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


@given(st.integers(min_value=0, max_value=10**9))
def test_no_number_of_wrong_answers_locks_anybody_out(failures: int) -> None:
    for patience in (domain.PASSWORDS, domain.RECOVERY):
        last = AT - datetime.timedelta(seconds=patience.longest)
        assert domain.decide_left(failures, last, AT, patience) == 0


def test_a_wait_is_told_in_whole_seconds_and_never_as_none_left() -> None:
    assert domain.decide_left(5, AT, AT) == 2
    assert domain.decide_left(5, AT, AT + datetime.timedelta(seconds=1.5)) == 1
    assert domain.in_words(1) == "1 second"
    assert domain.in_words(32) == "32 seconds"
    assert domain.in_words(900) == "15 minutes"


def test_wrong_answers_of_yesterday_are_forgotten() -> None:
    assert domain.decide_failures(9, AT - datetime.timedelta(hours=23), AT) == 9
    assert domain.decide_failures(9, AT - datetime.timedelta(hours=24), AT) == 0


@pytest.mark.req("AU-12")
def test_a_sitting_ends_when_idle_or_too_long() -> None:
    began = AT - datetime.timedelta(hours=11, minutes=59)
    assert domain.decide_end(began, AT, AT, STAFF) is None
    assert domain.decide_end(began, AT - datetime.timedelta(minutes=15), AT, STAFF) is Ended.IDLE
    early = AT - datetime.timedelta(hours=12)
    assert domain.decide_end(early, AT, AT, STAFF) is Ended.TOO_LONG


@pytest.mark.parametrize(
    "address", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "", None, "x",
                "/ x", "/\t/evil.example", "javascript:alert(1)"],
)  # fmt: skip
def test_only_paths_of_this_site_are_gone_to(address: str | None) -> None:
    assert domain.local_path(address, "/here") == "/here"


def test_a_path_with_a_question_is_kept() -> None:
    assert domain.local_path("/trail?kind=note&page=2", "/") == "/trail?kind=note&page=2"


@pytest.mark.req("AU-01")
@pytest.mark.parametrize(
    "address", ["ana", "an\u0430@practice.example", "a b@x.example", "a@", "@b"]
)
def test_an_address_of_look_alikes_is_no_sign_in_name(address: str) -> None:
    assert not domain.is_usable(address)


def test_codes_are_taken_as_people_copy_them() -> None:
    assert domain.plain_code(" 123 456\n") == "123456"
    assert domain.plain_code("ABCD-efgh-2345") == "abcdefgh2345"
    assert domain.shown_code("abcdefgh2345") == "abcd-efgh-2345"


def test_a_browser_is_named_so_that_its_owner_knows_it() -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    assert domain.device_name(firefox) == "Firefox on Linux"
    assert domain.device_name("curl/8") == "A browser"


def test_a_short_name_is_a_first_name_and_a_letter() -> None:
    assert domain.short_name("Dana Maria Roth") == "Dana R."
    assert domain.short_name("Dana") == "Dana"
