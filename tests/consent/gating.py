"""The rows around a disclosure in raw SQL, as an injected query or a mistaken owner would write."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import psycopg

from consent.domain.bases import FACTS, BasisKind
from counselling.access import SERVICE
from counselling.vault import chunks, envelope
from tests.raw import superuser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.consent.steps import Shared
    from tests.world import World

APP: Final = "counselling_app"
OWNER: Final = "counselling_owner"
K = BasisKind
# as long as what is sealed; nobody opens it here
SEALED: Final = bytes(envelope.SHORTEST)
FILE: Final = bytes(chunks.SHORTEST)
MACHINE: Final = SERVICE.id

Raw = psycopg.Connection[Any]
# the connections on which stories are told instead of on new ones, the last one first
_kept: list[Raw] = []
_broken: list[str] = []


@contextlib.contextmanager
def scratch() -> Iterator[Raw]:
    """Give a superuser's transaction of which nothing stays."""
    with contextlib.ExitStack() as stack:
        root = _kept[-1] if _kept else stack.enter_context(superuser())
        stack.enter_context(root.transaction(force_rollback=True))
        yield root


@contextlib.contextmanager
def kept() -> Iterator[Raw]:
    """Keep one connection for all that is told in `scratch`: what it has learned stays known."""
    with superuser() as root:
        _kept.append(root)
        try:
            yield root
        finally:
            _kept.pop()


@contextlib.contextmanager
def broken(rule: str) -> Iterator[None]:
    """Tell what is told in `scratch` where a function of the database reads otherwise."""
    with contextlib.ExitStack() as stack:
        if not _kept:
            stack.enter_context(kept())
        root = stack.enter_context(scratch())
        root.execute(rule)  # type: ignore[call-overload] # PostgreSQL's own text, changed
        _broken.append(rule)
        try:
            yield
        finally:
            _broken.pop()


def enough(wrong: object) -> bool:
    """Say whether a table need not be read further: what was broken has been noticed."""
    return bool(wrong) and bool(_broken)


def become(root: Raw, role: str, actor: UUID | None, client: UUID | None = None) -> None:
    """Be somebody: a login of the database, and the actor of this transaction."""
    root.execute(
        f"SET LOCAL SESSION AUTHORIZATION {role};"
        f"SET LOCAL counselling.actor = '{actor or ''}';"
        f"SET LOCAL counselling.job_client = '{client or ''}'"
    )


def nobody(root: Raw) -> None:
    """Be the superuser again, to arrange what comes next."""
    root.execute("RESET SESSION AUTHORIZATION")


@contextlib.contextmanager
def past_rules(root: Raw) -> Iterator[Raw]:
    """Arrange rows that the triggers would never have let through, as time passing does."""
    who = root.execute(
        "SELECT session_user; RESET SESSION AUTHORIZATION;"
        "SET LOCAL session_replication_role = replica"
    ).fetchone()
    yield root
    again = f"SET LOCAL SESSION AUTHORIZATION {who[0]}" if who and who[0] in {APP, OWNER} else ""
    root.execute(f"SET LOCAL session_replication_role = origin; {again}")


EMPTY: Final = {
    "ARRAY": "{'{}'}", "bytea": SEALED, "boolean": False, "integer": 0, "smallint": 0,
    "timestamp with time zone": "{now()}",
}  # fmt: skip


@functools.cache
def columns_of(table: str) -> dict[str, str]:
    """Give the columns of a table that a row must have, each with its type; the others with ''."""
    with superuser() as root:
        rows = root.execute(
            "SELECT column_name, CASE WHEN is_nullable = 'NO' AND column_default IS NULL "
            "THEN data_type ELSE '' END FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s",
            [table],
        )
        return dict(rows.fetchall())


def insert(root: Raw, table: str, **given: object) -> UUID:
    """Write one row; times are SQL in braces, as `{now()}`, and what is not given is empty."""
    columns = columns_of(table)
    row = {"id": uuid4()} | {
        name: uuid4() if kind == "uuid" else EMPTY.get(kind, "")
        for name, kind in columns.items() if kind and name != "id"
    } | {name: value for name, value in given.items() if name in columns}  # fmt: skip
    spelt = [
        value[1:-1] if isinstance(value, str) and value.startswith("{") and len(value) > 2 else "%s"
        for value in row.values()
    ]
    named = ", ".join(f'"{name}"' for name in row)
    values = [value for value, how in zip(row.values(), spelt, strict=True) if how == "%s"]
    root.execute(f"INSERT INTO {table} ({named}) VALUES ({', '.join(spelt)})", values)
    return UUID(str(row["id"]))


@dataclasses.dataclass(kw_only=True)
class Ground:
    """One transaction in which something may leave on one ground; what is changed is one thing."""

    root: Raw
    world: World
    shared: Shared
    role: str = APP
    basis: UUID | None = None
    changes: dict[str, object] = dataclasses.field(default_factory=dict)
    actor: UUID | None = None
    made: UUID | None = None
    # the one client a job of the machine is about
    job: UUID | None = None

    def write(self, table: str, **given: object) -> UUID:
        """Write a row of Mara's as Dana, now."""
        word = {"client_id": self.world.mara, "by": self.world.dana.id, "at": "{now()}"}
        return insert(self.root, table, **(word | given))

    def recipient(self, client: UUID | None = None, **given: object) -> UUID:
        """Write another recipient down."""
        with past_rules(self.root):
            return insert(
                self.root, "consent_recipient", client_id=client or self.world.mara,
                details=SEALED, **({"kind": "other"} | given),
            )  # fmt: skip

    def wording(self, recipient: UUID, **given: object) -> UUID:
        with past_rules(self.root):
            return self.write(
                "consent_recipient_wording", recipient_id=recipient, kind="doctor",
                details=SEALED, same_name=True, **given,
            )  # fmt: skip

    def address(self, recipient: UUID | None = None, **given: object) -> UUID:
        verified = {
            "verified_how": "register", "verified_by": self.world.dana.id,
            "verified_at": "{now()}",
        }  # fmt: skip
        with past_rules(self.root):
            return self.write(
                "consent_recipient_address", value=SEALED,
                recipient_id=recipient or self.shared.recipient,
                **({"kind": "email"} | verified | given),
            )  # fmt: skip

    def state(
        self, kind: BasisKind = K.COURT_ORDER, *, paper: bool = True, **given: object
    ) -> UUID:
        """Let Dana state a basis as the application, with its paper and its danger record."""
        become(self.root, APP, self.world.dana.id)
        facts = [str(one) for one in sorted(FACTS[kind])]
        stated = {
            "case_id": self.world.mara_case, "kind": str(kind), "facts": SEALED,
            "recipient_id": self.shared.recipient, "categories": ["session_notes"],
            "facts_given": facts, "immediate": False,
        } | given  # fmt: skip
        self.basis = self.write("consent_legal_basis", **stated)
        if paper:
            self.paper()
        nobody(self.root)
        return self.basis

    def paper(self, **given: object) -> UUID:
        return self.write(
            "consent_basis_paper",
            **({"basis_id": self.basis, "content": FILE, "media_type": "application/pdf",
                "sha256": "x"} | given),
        )  # fmt: skip

    def decide(self, answer: str = "release", by: UUID | None = None, **given: object) -> UUID:
        """Let the second person answer, as themselves."""
        person = by or self.world.priya.id
        become(self.root, APP, person)
        row = {"basis_id": self.basis, "answer": answer, "alone": False, "by": person} | given
        made = self.write("consent_basis_decision", **row)
        nobody(self.root)
        return made

    def danger(self, **given: object) -> UUID:
        with past_rules(self.root):
            return insert(
                self.root, "records_danger",
                **({"case_id": self.world.mara_case, "client_id": self.world.mara,
                    "author_id": self.world.dana.id, "threat": SEALED, "consulted": SEALED,
                    "told": SEALED, "told_at": "{now()}", "signed_at": "{now()}"} | given),
            )  # fmt: skip

    def planted(self, question: str, *given: object) -> None:
        """Change what nobody could, or what only time does."""
        with past_rules(self.root):
            self.root.execute(question, list(given))

    def disclose(self) -> UUID:
        """Write the disclosure and its document, as whoever this is."""
        by = self.actor or self.world.dana.id
        row: dict[str, object] = {
            "client_id": self.world.mara, "case_id": self.world.mara_case,
            "consent_id": None if self.basis else self.shared.consent, "basis_id": self.basis,
            "recipient_id": self.shared.recipient, "purpose": "medication",
            "categories": ["session_notes"], "also": [], "channel": "paper", "level": "notes",
            "by": by, "at": "{now()}", "content_sha256": "x", "told_at": "{now()}",
        } | self.changes  # fmt: skip
        kind = str(row.pop("document_kind", "disclosure"))
        with past_rules(self.root):
            document = insert(
                self.root,
                "consent_document",
                client_id=self.world.mara,
                kind=kind,
                case_id=row.pop("document_case", self.world.mara_case),
                state="rendering",
                source=SEALED,
            )
        become(self.root, self.role, by if self.role == APP else None, self.job)
        self.made = insert(self.root, "consent_disclosure", **({"document_id": document} | row))
        nobody(self.root)
        return self.made

    def why_not(self) -> str:
        """Ask what the worker and an opened link ask, as the machine."""
        become(self.root, APP, MACHINE, self.world.mara)
        found = self.root.execute(
            "SELECT why FROM consent_disclosures_why_not(%s)", [[self.made]]
        ).fetchone()
        nobody(self.root)
        assert found is not None
        return found[0] or ""

    def refusal(self) -> str:
        """Try, and give the sentence it was refused with, or nothing."""
        try:
            with self.root.transaction():
                self.disclose()
        except psycopg.Error as refused:
            nobody(self.root)
            return str(refused).splitlines()[0]
        return ""
