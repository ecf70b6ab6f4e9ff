"""Signing in, told by the person who does it and the person who should not."""

from __future__ import annotations

import pytest
from django.test import Client

from counselling.access import Role
from tests import people

pytestmark = pytest.mark.django_db


def test_a_counsellor_signs_in_by_password_and_code() -> None:
    dana = people.make_person(Role.COUNSELLOR, name="Dana Roth")
    browser = Client()
    people.sign_in_browserless(browser, dana)
    page = browser.get("/account")
    assert page.status_code == 200
    assert "Where you are signed in" in page.content.decode()
