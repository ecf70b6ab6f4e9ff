"""The Merkle tree against RFC 6962's own definition, its published vectors, and forgery."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import chain
from audit.standalone import verify_bundle

# the leaves and roots of the Certificate Transparency reference tests
LEAVES = [
    chain.leaf_hash(bytes.fromhex(data))
    for data in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# size and index (from 1 there, from 0 here), as those tests prove them
SMALLER = {
    (3, 2): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (5, 1): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
INCLUSION = {
    0: [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    5: [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}

trees = st.lists(st.binary(max_size=40).map(chain.leaf_hash), max_size=70)


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = max(2**k for k in range(10) if 2**k < len(leaves))
    return sha256(
        b"\x01" + by_definition(leaves[:middle]) + by_definition(leaves[middle:])
    ).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    assert chain.root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize("index", [0, 5])
def test_inclusion_proofs_are_those_of_the_published_vectors(index: int) -> None:
    proof = chain.inclusion_proof(LEAVES, index)
    assert [part.hex() for part in proof] == INCLUSION[index]


@pytest.mark.parametrize(("size", "index"), SMALLER)
def test_inclusion_proofs_of_smaller_trees_are_those_of_the_published_vectors(
    size: int, index: int
) -> None:
    proof = chain.inclusion_proof(LEAVES[:size], index)
    assert [part.hex() for part in proof] == SMALLER[size, index]


@pytest.mark.parametrize(("first", "second"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_published_vectors(first: int, second: int) -> None:
    proof = chain.consistency_proof(LEAVES[:second], first)
    assert [part.hex() for part in proof] == CONSISTENCY[first, second]


@given(trees)
def test_a_growing_tree_has_the_root_of_the_definition(leaves: list[bytes]) -> None:
    assert chain.root_of(leaves) == by_definition(leaves)


@given(trees, st.data())
def test_a_tree_goes_on_from_what_was_kept(leaves: list[bytes], data: st.DataObject) -> None:
    stop = data.draw(st.integers(0, len(leaves)))
    first = chain.CompactRange()
    for leaf in leaves[:stop]:
        first.append(leaf)
    second = chain.CompactRange(first.size, first.hashes)
    for leaf in leaves[stop:]:
        second.append(leaf)
    assert second.root() == by_definition(leaves)
    assert second.size == len(leaves)


@pytest.mark.parametrize(("size", "hashes"), [(1, []), (0, [b"x"]), (3, [b"x"]), (-1, [b"x"])])
def test_a_tree_does_not_go_on_from_nonsense(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="do not make a tree"):
        chain.CompactRange(size, hashes)


@given(trees.filter(bool), st.data())
def test_a_leaf_is_proven_in_its_place_and_nowhere_else(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = chain.inclusion_proof(leaves, index), chain.root_of(leaves)
    assert chain.includes(leaves[index], index, len(leaves), proof, root)
    assert not chain.includes(chain.leaf_hash(b"forged"), index, len(leaves), proof, root)
    assert not chain.includes(leaves[index], len(leaves), len(leaves), proof, root)
    assert not chain.includes(leaves[index], index, len(leaves), [*proof, root], root)
    if proof:
        assert not chain.includes(leaves[index], index, len(leaves), proof[:-1], root)


@settings(max_examples=200)
@given(trees.filter(bool), st.data())
def test_an_older_tree_is_proven_to_be_the_beginning(
    leaves: list[bytes], data: st.DataObject
) -> None:
    first, size = data.draw(st.integers(1, len(leaves))), len(leaves)
    proof, root = chain.consistency_proof(leaves, first), chain.root_of(leaves)
    old = chain.root_of(leaves[:first])
    assert chain.extends(first, old, size, root, proof)
    assert not chain.extends(first, chain.leaf_hash(b"forged"), size, root, proof)
    assert not chain.extends(first, old, size, root, [*proof, root])
    if proof:
        assert not chain.extends(first, old, size, root, proof[:-1])


@pytest.mark.parametrize("size", range(1, 18))
def test_every_small_tree_proves_each_leaf_and_each_beginning(size: int) -> None:
    leaves = [chain.leaf_hash(bytes([number])) for number in range(size)]
    root = chain.root_of(leaves)
    for index, leaf in enumerate(leaves):
        proof = chain.inclusion_proof(leaves, index)
        assert chain.includes(leaf, index, size, proof, root)
        old = chain.root_of(leaves[: index + 1])
        proof = chain.consistency_proof(leaves, index + 1)
        assert chain.extends(index + 1, old, size, root, proof)


@given(trees.filter(bool), st.data())
def test_many_proofs_are_made_while_the_leaves_go_by_once(
    leaves: list[bytes], data: st.DataObject
) -> None:
    """Of any entries and older trees, and the verifier that goes with an export agrees."""
    size = len(leaves)
    numbers = data.draw(st.sets(st.integers(0, size - 1)))
    firsts = data.draw(st.sets(st.integers(1, size)))
    asked = [chain.inclusion_ranges(one, size) for one in numbers]
    older = [chain.consistency_ranges(one, size) for one in firsts]
    prover = chain.Prover(part for one in [*asked, *older] for part in one)
    for leaf in leaves:
        prover.append(leaf)
    root = prover.root()
    assert root == by_definition(leaves)
    for index, ranges in zip(numbers, asked, strict=True):
        path = prover.hashes(ranges)
        assert path == verify_bundle.path_of(leaves, index)
        for judge in (chain.includes, verify_bundle.included):
            assert judge(leaves[index], index, size, path, root)
            assert not judge(chain.leaf_hash(b"forged"), index, size, path, root)
            assert not judge(leaves[index], index, size, [*path, root], root)
            assert not judge(leaves[index], index + size, size, path, root)
    for first, ranges in zip(firsts, older, strict=True):
        path, old = prover.hashes(ranges), by_definition(leaves[:first])
        for proves in (chain.extends, verify_bundle.extends):
            assert proves(first, old, size, root, path)
            assert not proves(first, chain.leaf_hash(b"forged"), size, root, path)
            assert not proves(first, old, size, root, [*path, root])
            assert not proves(size + 1, old, size, root, path)
            assert not path or not proves(first, old, size, root, path[:-1])


def test_an_empty_proof_proves_nothing() -> None:
    assert not chain.extends(3, chain.root_of(LEAVES[:3]), 8, chain.root_of(LEAVES), [])


def test_proofs_of_what_is_not_there_are_refused() -> None:
    with pytest.raises(IndexError, match="no leaf 8"):
        chain.inclusion_proof(LEAVES, 8)
    with pytest.raises(IndexError, match="no beginning"):
        chain.consistency_proof(LEAVES, 9)
    root = chain.root_of(LEAVES)
    assert not chain.extends(9, root, 8, root, [])
    assert not chain.extends(0, root, 8, root, [])
