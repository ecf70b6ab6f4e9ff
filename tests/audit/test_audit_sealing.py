"""Sealing with real commits: nothing is skipped, nothing twice, and only one sealer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest

from audit import chain, checkpoint, sealing
from audit.sealing import seal_all, seal_next
from counselling import vault
from tests.audit.writers import act, write

if TYPE_CHECKING:
    from audit.checkpoint import Signer

pytestmark = pytest.mark.django_db

Root = psycopg.Connection[Any]


def leaves(root: Root) -> list[tuple[int, UUID]]:
    return root.execute("SELECT number, event_id FROM audit_leaf ORDER BY number").fetchall()


def events(root: Root) -> set[UUID]:
    return {one for (one,) in root.execute("SELECT id FROM audit_event").fetchall()}


def test_what_was_committed_is_numbered_and_signed(root: Root, signer: Signer) -> None:
    first, second = act(), act()
    done = seal_next(signer)
    assert done is not None
    assert (done.count, done.size) == (2, 2)
    assert leaves(root) == [(1, first), (2, second)]
    told = checkpoint.verified(
        done.note, signer.name, signer.public_key, vault.signing.verify_ed25519
    )
    texts = root.execute("SELECT payload FROM audit_event ORDER BY xid, id").fetchall()
    assert told
    assert told.root == chain.root_of([chain.leaf_hash(text.encode()) for (text,) in texts])
    assert told.size == 2


def test_an_empty_log_is_not_signed(root: Root, signer: Signer) -> None:
    assert seal_all(signer) == sealing.Sealed(0, 0)
    assert sealing.latest_note() == ""
    assert sealing.lag() == (0, None)


def test_the_tree_goes_on_over_many_rounds(root: Root, signer: Signer) -> None:
    known = []
    for size in (3, 1, 2):
        known += [act() for _ in range(size)]
        while (done := seal_next(signer, most=2)) and done.count:
            pass
    assert leaves(root) == list(enumerate(known, 1))
    sizes = root.execute("SELECT size FROM audit_checkpoint ORDER BY size").fetchall()
    assert sizes == [(2,), (3,), (4,), (6,)]
    texts = root.execute("SELECT payload FROM audit_event ORDER BY xid, id").fetchall()
    tree = [chain.leaf_hash(text.encode()) for (text,) in texts]
    for size, kept in root.execute("SELECT size, root FROM audit_checkpoint").fetchall():
        assert kept == chain.root_of(tree[:size])


def test_a_row_that_commits_late_is_never_skipped(
    root: Root, application: Root, signer: Signer
) -> None:
    with application.transaction():
        late = write(application, uuid4())
        early = act()
        assert seal_all(signer).count == 0
        assert sealing.lag()[0] == 1
    assert seal_all(signer).count == 2
    assert leaves(root) == [(1, late), (2, early)]


def test_a_row_that_is_rolled_back_is_never_sealed(
    root: Root, application: Root, signer: Signer
) -> None:
    with application.transaction(force_rollback=True):
        write(application, uuid4())
        kept = act()
    assert seal_all(signer).count == 1
    assert leaves(root) == [(1, kept)]


def test_a_second_sealer_waits(root: Root, signer: Signer) -> None:
    act()
    with root.transaction():
        root.execute("SELECT pg_advisory_xact_lock(hashtextextended('audit.sealer', 0))")
        assert seal_next(signer) is None
        assert seal_all(signer).count == 0
    assert seal_all(signer).count == 1


def test_after_a_restore_sealing_goes_on_with_what_has_no_leaf(
    root: Root, application: Root, signer: Signer
) -> None:
    sealed = [act(), act()]
    seal_all(signer)
    # an event of the old cluster, not sealed before the copy was taken: its id is far ahead
    old = act()
    root.execute("SET session_replication_role = replica")
    root.execute("UPDATE audit_event SET xid = '900000000' WHERE id = %s", [old])
    root.execute("UPDATE audit_watermark SET cluster = 'another', xid = '900000001'")
    with application.transaction():
        late = write(application, uuid4())
        early = act()
        assert seal_all(signer).count == 2
    assert seal_all(signer).count == 1
    after = act()
    assert seal_all(signer).count == 1
    assert [event for _, event in leaves(root)] == [*sealed, old, early, late, after]
    assert seal_all(signer).count == 0


def test_a_restore_with_nothing_left_over_is_noticed_once(root: Root, signer: Signer) -> None:
    act()
    seal_all(signer)
    root.execute("UPDATE audit_watermark SET cluster = 'another', xid = '900000001'")
    assert seal_all(signer).count == 0
    assert root.execute("SELECT restored FROM audit_watermark").fetchone() == (True,)
    act()
    assert seal_all(signer).count == 1


def test_partitions_are_made_ahead(root: Root) -> None:
    sealing.make_partitions()
    found = root.execute(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.audit_event'::regclass"
    ).fetchone()
    assert found
    assert found[0] >= 4
