"""The Merkle tree of RFC 6962: leaf and node hashes, a tree that grows, and proofs."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    # leaves from, and up to without
    Range = tuple[int, int]

EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf: SHA-256 of 0x00 and the leaf (RFC 6962, 2.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node: SHA-256 of 0x01 and both children (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """A tree that only grows, kept as the roots of its complete subtrees, largest first."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Begin empty, or go on from a kept size and its subtrees' roots.

        Raises ValueError if there is not one root for each bit of the size.
        """
        self.size = size
        self.hashes = list(hashes)
        if size < 0 or len(self.hashes) != size.bit_count():
            message = f"{len(self.hashes)} subtrees do not make a tree of {size}."
            raise ValueError(message)

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the end, joining subtrees of the same size."""
        size, hashes = self.size, self.hashes
        while size & 1:
            leaf = node_hash(hashes.pop(), leaf)
            size >>= 1
        hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Give the root hash of the tree as it stands."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            root = node_hash(left, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes."""
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def _split(size: int) -> int:
    """Give the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Say which leaves each hash of an inclusion proof is over, from the leaf up (RFC 6962, 2.1.1).

    Raises IndexError if there is no such leaf.
    """
    if not 0 <= index < size:
        message = f"There is no leaf {index} among {size}."
        raise IndexError(message)
    begin, end, found = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((begin, middle))
            begin = middle
    return found[::-1]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether the proof leads from the leaf hash at `index` to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def consistency_ranges(first: int, size: int) -> list[Range]:
    """Say which leaves each hash of a consistency proof is over (RFC 6962, 2.1.2).

    Raises IndexError unless 0 < first <= size.
    """
    if not 0 < first <= size:
        message = f"A tree of {first} is no beginning of one of {size}."
        raise IndexError(message)
    begin, end, found = 0, size, []
    while first != end:
        middle = begin + _split(end - begin)
        if first <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((begin, middle))
            begin = middle
    # the old tree is known to who asks, unless it is only a part of it that is left
    return [*([(begin, end)] if begin else []), *found[::-1]]


class Prover:
    """Hashes over ranges of leaves, gathered while all leaves go by once: no tree is kept."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        """Take the ranges that proofs ask for."""
        self._tree = CompactRange()
        self._kept: dict[Range, bytes] = {}
        self._wanted = {part for one in ranges for part in _aligned(*one)}

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the end, and keep what is wanted of the subtrees it completes."""
        begin, end, tree = self._tree.size, self._tree.size + 1, self._tree
        if (begin, end) in self._wanted:
            self._kept[begin, end] = leaf
        hashes, size = tree.hashes, tree.size
        while size & 1:
            leaf = node_hash(hashes.pop(), leaf)
            begin -= end - begin
            size >>= 1
            if (begin, end) in self._wanted:
                self._kept[begin, end] = leaf
        hashes.append(leaf)
        tree.size += 1

    def hashes(self, ranges: Iterable[Range]) -> list[bytes]:
        """Give the hash over each range; raises KeyError for one that was not asked for."""
        return [self._over(one) for one in ranges]

    def root(self) -> bytes:
        """Give the root over all leaves that went by."""
        return self._tree.root()

    def _over(self, one: Range) -> bytes:
        parts = [self._kept[part] for part in _aligned(*one)]
        return CompactRange((one[1] - one[0]), parts).root()


def _aligned(begin: int, end: int) -> Iterator[Range]:
    """Cut a range of a tree into complete subtrees, the largest first."""
    while begin < end:
        size = 1 << ((end - begin).bit_length() - 1)
        yield begin, begin + size
        begin += size


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Give the path from the leaf at `index` to the root; raises IndexError for no such leaf."""
    return _gathered(leaves, inclusion_ranges(index, len(leaves)))


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Give the proof that the tree of the `first` leaves is the beginning of this one.

    Raises IndexError unless 0 < first <= the number of leaves.
    """
    return _gathered(leaves, consistency_ranges(first, len(leaves)))


def _gathered(leaves: Sequence[bytes], ranges: list[Range]) -> list[bytes]:
    prover = Prover(ranges)
    for leaf in leaves:
        prover.append(leaf)
    return prover.hashes(ranges)


def extends(
    first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether the proof shows the first tree to be the beginning of the second (RFC 9162)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    return _walk(first - 1, second - 1, path) == (first_root, second_root)


def _walk(node: int, last: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """Fold a consistency path into both roots; None if it is too long or too short."""
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None
