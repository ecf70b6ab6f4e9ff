"""Parts of the log and single events, proven to whoever is to see nothing else of it."""

from __future__ import annotations

import io
import json
import pathlib
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from audit import checkpoint
from audit import proofs as made
from audit.standalone import verify_bundle
from audit.witness import lines_of
from tests.audit.writers import act

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    import psycopg

    from audit.checkpoint import Signer
    from audit.sealing import Sealed

    Root = psycopg.Connection[Any]
    Seal = Callable[[], Sealed]
    Said = Callable[..., tuple[int, str]]

pytestmark = [pytest.mark.django_db, pytest.mark.req("AT-17")]


@pytest.fixture
def events(seal: Seal) -> list[UUID]:
    """Eleven events in four checkpoints."""
    found = []
    for count in (1, 2, 3, 5):
        found += [act() for _ in range(count)]
        seal()
    return found


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    def verify(*arguments: object) -> tuple[int, str]:
        capsys.readouterr()
        code = verify_bundle.main([str(one) for one in arguments])
        return code, capsys.readouterr().out.strip()

    return verify


def proof_of(event: UUID, folder: pathlib.Path) -> pathlib.Path:
    out, path = io.StringIO(), folder / "proof.json"
    call_command("prove_audit", str(event), stdout=out)
    path.write_text(out.getvalue())
    return path


def changed(path: pathlib.Path, change: Callable[[dict[str, Any]], object]) -> pathlib.Path:
    proof = json.loads(path.read_text())
    change(proof)
    other = path.with_name("forged.json")
    other.write_text(json.dumps(proof))
    return other


@pytest.mark.parametrize("number", [1, 4, 11])
def test_an_event_is_proven_to_whoever_sees_no_other(
    number: int, events: list[UUID], tmp_path: pathlib.Path, root: Root
) -> None:
    path = proof_of(events[number - 1], tmp_path)
    assert str(events[number % 11]) not in path.read_text()
    script = tmp_path / "verify.py"
    script.write_bytes(pathlib.Path(verify_bundle.__file__).read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(path)],
        capture_output=True, text=True, check=False, env={}, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout == (
        "All 1 exported events are in the log of 11 entries, key from the bundle.\n"
    )
    assert root.execute(
        "SELECT payload::json ->> 'row' FROM audit_event WHERE kind = 'audit.event.proven'"
    ).fetchall() == [(str(events[number - 1]),)]


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof["entries"][0].update(number=5),
        lambda proof: proof["entries"][0].update(
            payload=proof["entries"][0]["payload"].replace("staff", "stuff")
        ),
        lambda proof: proof["entries"][0]["path"].reverse(),
        lambda proof: proof["entries"][0]["path"].pop(),
        lambda proof: proof["entries"][0]["path"].append("00" * 32),
        lambda proof: proof["entries"][0].update(path=["zz"]),
        lambda proof: proof["earlier"][0]["path"].pop(),
        lambda proof: proof.update(checkpoint=proof["checkpoint"].replace("\n11\n", "\n12\n")),
        lambda proof: proof.update(checkpoint="nothing"),
        lambda proof: proof.pop("entries"),
    ],
)
def test_a_forged_proof_proves_nothing(
    change: Callable[[dict[str, Any]], object],
    events: list[UUID],
    tmp_path: pathlib.Path,
    said: Said,
) -> None:
    path = proof_of(events[3], tmp_path)

    def with_one_earlier(proof: dict[str, Any]) -> None:
        proof["earlier"] = [earlier_of(events)]
        change(proof)

    code, words = said(changed(path, with_one_earlier))
    assert (code, words[:28]) == (1, "The exported log is not whol")


def earlier_of(events: list[UUID]) -> dict[str, Any]:
    """A proof that the log of three entries is the beginning of the one of eleven."""
    from django.db import connections, transaction

    with transaction.atomic("sealer"), connections["sealer"].cursor() as cursor:
        cursor.execute("SELECT note FROM audit_checkpoint WHERE size = 3")
        (note,) = cursor.fetchone()
        cursor.execute("SELECT leaf_hash FROM audit_leaf ORDER BY number")
        leaves = [bytes(leaf) for (leaf,) in cursor.fetchall()]
    from audit import chain

    return made.as_json(made.Earlier(note, chain.consistency_proof(leaves, 3)))


def test_a_proof_holds_against_what_somebody_kept(
    events: list[UUID],
    tmp_path: pathlib.Path,
    witness_file: pathlib.Path,
    signer: Signer,
    said: Said,
) -> None:
    kept = next(one.note for one in lines_of(witness_file) if checkpoint.size_of(one.note) == 3)
    path = changed(
        proof_of(events[3], tmp_path), lambda proof: proof.update(earlier=[earlier_of(events)])
    )
    letter = tmp_path / "letter.txt"
    letter.write_bytes(kept.replace("\n", "\r\n").encode())
    assert said(path, "--witness", letter) == (
        0,
        "All 1 exported events are in the log of 11 entries, key from the bundle, "
        "1 checkpoints agree with the witness.",
    )
    other = checkpoint.sign(checkpoint.Checkpoint(signer.name, 3, bytes(32)), signer)
    letter.write_text(other)
    assert said(path, "--witness", letter) == (
        1, "The exported log is not whole: the witness saw another log of 3 entries."
    )  # fmt: skip


def test_what_is_not_sealed_is_not_proven(events: list[UUID]) -> None:
    waiting = act()
    for one in (waiting, uuid4()):
        with pytest.raises(CommandError, match="No sealed event"):
            call_command("prove_audit", str(one))


def test_a_part_is_taken_out_and_verifies_without_the_rest(
    seal: Seal, events: list[UUID], root: Root, tmp_path: pathlib.Path, said: Said
) -> None:
    root.execute("SET session_replication_role = replica")
    root.execute("UPDATE audit_checkpoint SET signed_at = now() - interval '1 day' WHERE size <= 3")
    account, client = root.execute(
        "SELECT actor, client FROM audit_event WHERE id = %s", [events[0]]
    ).fetchone() or (None, None)
    path = tmp_path / "part.tar"
    for option, value, count in (
        ("--account", str(account), _count(root, "actor = %s", account)),
        ("--client", str(client or uuid4()), _count(root, "client = %s", client)),
        ("--since", "2020-01-01", 11),
        ("--until", "2020-01-01", 0),
    ):
        call_command("export_audit", str(path), option, value)
        code, words = said(path)
        assert (code, words) == (
            0, f"All {count} exported events are in the log of 11 entries, key from the bundle."
        )  # fmt: skip
    call_command("export_audit", str(path), "--account", str(account))
    with tarfile.open(path) as bundle:
        earlier = bundle.extractfile("earlier.jsonl")
        assert earlier
        sizes = [checkpoint.size_of(json.loads(line)["note"]) for line in earlier]
    assert sizes == [3]
    assert root.execute(
        "SELECT payload::json ->> 'reason' FROM audit_event WHERE kind = 'audit.trail.exported' "
        "ORDER BY recorded"
    ).fetchall() == [("account",), ("client",), ("since",), ("until",), ("account",)]


def _count(root: Root, which: str, value: object) -> int:
    found = root.execute(
        f"SELECT count(*) FROM audit_event WHERE {which}",  # type: ignore[arg-type]  # our own words
        [value],
    ).fetchone()
    return int(found[0]) if found else 0


def test_a_proof_is_made_out_of_the_whole_bundle_too(
    events: list[UUID], tmp_path: pathlib.Path, said: Said
) -> None:
    path, proof = tmp_path / "log.tar", tmp_path / "proof.json"
    call_command("export_audit", str(path))
    code, words = said(path, "--prove", 7)
    assert code == 0
    proof.write_text(words)
    assert json.loads(json.loads(words)["entries"][0]["payload"])["id"] == str(events[6])
    assert said(proof)[0] == 0
    assert said(path, "--prove", 99) == (1, "The exported log is not whole: there is no entry 99.")
