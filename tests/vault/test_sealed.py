"""Grants and silence: what a sealed value shows, and for whom it opens."""

from __future__ import annotations

import ast
import copy
import dataclasses
import pathlib
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.template import Context, Engine

from counselling import db, vault
from counselling.access import SERVICE
from counselling.vault.sealed import Kind, Pending

from .samples import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable

    Granting = Callable[..., vault.Grant]

PLAIN = b"what she said"


@pytest.mark.parametrize(
    "value", [vault.Sealed(Kind.TEXT, PLAIN), Pending(Kind.TEXT, PLAIN)], ids=["stored", "pending"]
)
def test_a_template_shows_nothing(value: vault.Sealed) -> None:
    source = "{{ v }}|{{ v|default:'x' }}|{{ v.plain }}|{{ v.0 }}|{{ v|upper }}|{{ v|length }}"
    shown = Engine().from_string(source).render(Context({"v": value}))
    assert shown == "&lt;sealed&gt;|&lt;sealed&gt;|||&lt;SEALED&gt;|0"
    with pytest.raises(TypeError):
        Engine().from_string("{% for c in v %}{{ c }}{% endfor %}").render(Context({"v": value}))


@pytest.mark.parametrize(
    "value", [vault.Sealed(Kind.TEXT, PLAIN), Pending(Kind.TEXT, PLAIN)], ids=["stored", "pending"]
)
def test_a_copy_is_the_same_silence(value: vault.Sealed) -> None:
    assert copy.copy(value) is value
    assert copy.deepcopy([value])[0] is value
    assert f"{value:>20}" == f"{value!r}" == "%s" % value == "<sealed>"  # noqa: UP031 all ways
    assert not hasattr(value, "__dict__")
    with pytest.raises(TypeError):
        bytes(value)  # type: ignore[call-overload]  # wrong on purpose


@pytest.mark.django_db
def test_a_grant_opens_its_own_holders_only(grant: Granting) -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text="x")
    with pytest.raises(vault.NotGranted) as refused:
        vault.open_text(leaf.text, grant(vault.holders.case(uuid4())))
    assert refused.value.code == "not-granted"
    with pytest.raises(vault.NotGranted):
        vault.open_text(leaf.text, grant())


@pytest.mark.django_db
def test_a_grant_ends_with_its_transaction(tables: None) -> None:
    with db.as_actor(SERVICE):
        leaf = Leaf.objects.create(case_id=uuid4(), text="x")
        token = db.in_actor_transaction()
        assert token is not None
        holders = frozenset({vault.holders.case(leaf.case_id)})
        granted = vault.Grant(uuid4(), SERVICE.id, holders, token)
        assert vault.open_text(leaf.text, granted) == "x"
    with pytest.raises(vault.NotGranted, match="not-granted"):
        vault.open_text(leaf.text, granted)
    with db.as_actor(SERVICE), pytest.raises(vault.NotGranted):
        vault.open_text(leaf.text, granted)


@pytest.mark.django_db
def test_a_grant_made_outside_any_act_opens_nothing(tables: None) -> None:
    leaf = Leaf.objects.create(case_id=uuid4(), text="x")
    holders = frozenset({vault.holders.case(leaf.case_id)})
    granted = vault.Grant(uuid4(), SERVICE.id, holders, None)  # type: ignore[arg-type]  # wrong on purpose, or from JSON
    with pytest.raises(vault.NotGranted):
        vault.open_text(leaf.text, granted)


def test_a_grant_is_not_widened() -> None:
    granted = vault.Grant(uuid4(), SERVICE.id, frozenset(), uuid4())
    with pytest.raises(dataclasses.FrozenInstanceError):
        granted.holders = frozenset({"practice"})  # type: ignore[misc]  # wrong on purpose


def test_only_the_log_makes_grants() -> None:
    makers = set()
    for package in ("counselling", "audit", "clients", "consent", "records"):
        for file in pathlib.Path(package).rglob("*.py"):
            text = file.read_text()
            # what calls it names it: only such files are read as code
            for node in ast.walk(ast.parse(text)) if "Grant" in text else ():
                if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Grant":
                    makers.add(file.as_posix())
    assert makers <= {"audit/actions/recording.py"}
