"""Where a request comes from: the proxies' word, nobody else's, and neighbours counted as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from django.conf import settings
from django.test import Client, RequestFactory

from counselling import checks
from counselling.accounts import domain, queries
from tests import people

if TYPE_CHECKING:
    import pathlib

EMAIL = "nobody@practice.example"


def seen_as(said: str, proxies: int, told: Any) -> str:
    told.PROXIES = proxies
    headers = {"X-Forwarded-For": said} if said else {}
    request = RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers=headers)
    return queries.address_of(request)


@pytest.mark.req("WH-07")
@pytest.mark.parametrize(
    ("said", "proxies", "address"),
    [
        ("203.0.113.5", 0, "10.0.0.1"),
        ("203.0.113.5", 1, "203.0.113.5"),
        ("198.51.100.66, 203.0.113.5", 1, "203.0.113.5"),
        ("198.51.100.66, 203.0.113.5, 10.0.0.9", 2, "203.0.113.5"),
        ("203.0.113.5", 2, "10.0.0.1"),
        ("198.51.100.66, ", 1, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_add_is_believed(
    settings: Any, said: str, proxies: int, address: str
) -> None:
    assert seen_as(said, proxies, settings) == address


@pytest.mark.django_db
@pytest.mark.req("WH-07")
@pytest.mark.req("AU-05")
def test_behind_a_proxy_a_guesser_waits_whatever_he_forges_and_nobody_else_does(
    settings: Any,
) -> None:
    settings.PROXIES = 1

    def guess(number: int, address: str) -> int:
        forged = {"X-Forwarded-For": f"192.0.2.{number}, {address}"}
        form = {"email": EMAIL, "password": "x"}
        return Client(REMOTE_ADDR="10.0.0.1").post("/sign-in", form, headers=forged).status_code

    assert [guess(number, "203.0.113.5") for number in range(6)] == [200] * 5 + [429]
    assert guess(7, "203.0.113.6") == 200


@pytest.mark.django_db
@pytest.mark.req("AU-05")
def test_a_guesser_with_a_whole_network_is_one_guesser() -> None:
    for number in range(5):
        browser = Client(REMOTE_ADDR=f"2001:db8:1:2:{number}::{number}")
        assert people.give_password(browser, EMAIL, "x").status_code == 200
    assert people.give_password(Client(REMOTE_ADDR="2001:db8:1:2::99"), EMAIL).status_code == 429
    assert people.give_password(Client(REMOTE_ADDR="2001:db8:1:3::1"), EMAIL).status_code == 200


@pytest.mark.parametrize(
    ("address", "neighbourhood"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:50123", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_neighbourhood_is_one_ipv4_address_or_one_ipv6_network(
    address: str, neighbourhood: str
) -> None:
    assert domain.neighbourhood(address) == neighbourhood


@pytest.mark.req("WH-07")
def test_a_process_behind_a_proxy_refuses_to_take_everybody_for_the_proxy(settings: Any) -> None:
    settings.BEHIND_TLS_PROXY = True
    settings.PROXIES = 0
    (refused,) = checks.proxies_are_counted()
    assert refused.id == "counselling.C003"
    assert refused.hint
    settings.PROXIES = 1
    assert checks.proxies_are_counted() == []
    settings.BEHIND_TLS_PROXY = False
    settings.PROXIES = 0
    assert checks.proxies_are_counted() == []


def test_the_practice_in_production_counts_its_proxy() -> None:
    base: pathlib.Path = settings.BASE_DIR
    said = yaml.safe_load((base / "docker-compose.yml").read_text())["x-environment"]
    assert said["BEHIND_TLS_PROXY"] == "true"
    assert said["PROXIES"] == "1"
