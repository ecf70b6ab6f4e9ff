"""People for tests: accounts made by their own actions, and a browser signed in as one of them."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from counselling import vault
from counselling.access import SERVICE, Actor, Role
from counselling.accounts import actions, queries
from counselling.accounts.models import Account, SignedInSession, TotpDevice
from counselling.db import as_actor, in_actor_transaction

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

PASSWORD: Final = "plum-tractor-evening-9"
# the key of everybody's authenticator, base 16
SECRET: Final = "3132333435363738393031323334353637383930"
_numbers = itertools.count(1)


def make_person(
    *roles: Role, name: str = "", email: str = "", supervised_by: Actor | None = None
) -> Actor:
    """Make a member of staff with a password and an authenticator; give them as an actor."""
    number = next(_numbers)
    by = administrator()
    with as_actor(by):
        person = actions.create_staff(
            actor=by,
            name=name or f"Person Number{number}",
            email=email or f"person{number}@practice.example",
            roles=roles,
            title=roles[0].value if roles else "",
            password=PASSWORD,
            secret=SECRET,
        )
        if supervised_by is not None:
            actions.supervise(actor=by, supervisor_id=supervised_by.id, supervisee_id=person)
    return queries.actor_of_person(person)


def make_client_person(email: str = "") -> Actor:
    """Make a client's sign-in with a password; give it as an actor."""
    by = make_person(Role.FRONT_DESK)
    with as_actor(by):
        invited = actions.create_client_account(
            actor=by, email=email or f"client{next(_numbers)}@mailbox.example", password=PASSWORD
        )
    return queries.actor_of_person(invited.account)


def administrator() -> Actor:
    """Give the first administrator, fresh from a second factor; made when there is none."""
    known = Account.objects.filter(kind="staff", roles__role=Role.ADMINISTRATOR).order_by("pk")
    first = known.values_list("pk", flat=True).first()
    if first is None:
        with as_actor(SERVICE):
            first = actions.create_first_administrator(
                actor=SERVICE, name="Ada First", email="ada@practice.example",
                password=PASSWORD, secret=SECRET,
            ).account  # fmt: skip
    return fresh(queries.actor_of_person(first))


def fresh(actor: Actor) -> Actor:
    """Give the actor as somebody who confirmed who they are just now."""
    return dataclasses.replace(actor, step_up_at=queries.clock())


def email_of(account: UUID) -> str:
    """Open an address past the log, as only a test may."""
    with as_actor(SERVICE):
        grant = vault.Grant(
            event=uuid4(),
            actor=SERVICE.id,
            holders=frozenset({vault.holders.staff(account)}),
            transaction=in_actor_transaction(),
        )
        return vault.open_text(Account.objects.get(pk=account).email, grant)


def code_now(account: UUID | None = None) -> str:
    """Give the code the authenticator shows; for `account`, as if its last one were long ago."""
    if account is not None:
        TotpDevice.objects.filter(user=account).update(last_t=-1)
    return queries.code_at(SECRET, queries.clock())


def give_password(client: Client, email: str, password: str = PASSWORD) -> HttpResponse:
    """Take step one of signing in."""
    return client.post("/sign-in", {"email": email, "password": password})


def sign_in_browserless(client: Client, account: UUID | Actor) -> None:
    """Sign Django's test client in by both real steps."""
    person = account if isinstance(account, UUID) else account.id
    client.get("/sign-in")
    answer = give_password(client, email_of(person))
    if queries.is_enrolled(person):
        assert answer.headers["Location"] == "/sign-in/code", answer.content
        answer = client.post("/sign-in/code", {"code": code_now(person)})
    assert answer.status_code == 302, answer.content
    assert "sitting" in client.session
    proves(person)


def proves(person: UUID) -> None:
    """Let a client's sittings count as those of somebody who gave the agreed word as well."""
    SignedInSession.objects.filter(account=person, ended_at=None).update(secrets=2)
