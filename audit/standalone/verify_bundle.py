"""Verify an exported log: needs Python 3.11 and this one file, nothing else.

    python verify_bundle.py BUNDLE [--key KEY] [--witness FILE] [--json]

KEY is the log's public key ("name+id+base64") as you were told it by somebody you trust. Without
it the key inside the bundle is used, which proves only that the bundle agrees with itself.
FILE is the witness file, one JSON object with a "note" on each line; without it a bundle whose
end was cut before it was exported cannot be told from a whole one.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import pathlib
import re
import sys
import tarfile
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    Point = tuple[int, int, int, int]
    Claims = dict[int, list[tuple[str, bytes]]]

NOTE = re.compile(
    "(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]*)\n(?P<root>[A-Za-z0-9+/=]+)\n)"
    "\n(?P<signatures>(?:\u2014 [^ \n]+ [A-Za-z0-9+/=]+\n)+)"
)


class Bad(Exception):
    """The first thing that is wrong, in words."""


# -- the tree of RFC 6962 --------------------------------------------------------------------------


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows, kept as the roots of its complete subtrees."""

    def __init__(self) -> None:
        """Begin empty."""
        self.size = 0
        self.hashes: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            size >>= 1
        self.hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Give the root of all leaves so far."""
        if not self.hashes:
            return hashlib.sha256(b"").digest()
        root = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            root = node_hash(left, root)
        return root


# -- Ed25519 of RFC 8032, 5.1.7: slow and simple, for one or two signatures ------------------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(left: Point, right: Point) -> Point:
    """Add two points in extended coordinates."""
    a = (left[1] - left[0]) * (right[1] - right[0]) % P
    b = (left[1] + left[0]) * (right[1] + right[0]) % P
    c = 2 * left[3] * right[3] * D % P
    d = 2 * left[2] * right[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, point: Point) -> Point:
    """Multiply a point."""
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add(found, point)
        point = add(point, point)
        number >>= 1
    return found


def same(left: Point, right: Point) -> bool:
    """Compare two points."""
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


def decompress(raw: bytes) -> Point | None:
    """Read a point; None if the bytes are none."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return (x, y, 1, x * y % P)


BASE = decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signature_good(public: bytes, message: bytes, signature: bytes) -> bool:
    """Verify an Ed25519 signature."""
    key, point = decompress(public), decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or point is None or BASE is None or scalar >= Q:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % Q
    return same(times(scalar, BASE), add(point, times(challenge, key)))


# -- checkpoints of C2SP ---------------------------------------------------------------------------


def read_key(text: str) -> tuple[str, bytes, bytes]:
    """Read "name+id+base64" as name, id and key."""
    try:
        name, known, coded = text.strip().split("+", 2)
        raw = base64.b64decode(coded, validate=True)
    except ValueError as error:
        raise Bad("the public key is not readable") from error
    digest = hashlib.sha256(name.encode() + b"\n" + raw).digest()
    if len(raw) != 33 or raw[0] != 1 or digest[:4].hex() != known:  # noqa: PLR2004 1 + 32 bytes
        raise Bad("the public key does not fit its id")
    return name, digest[:4], raw[1:]


def read_note(note: str, origin: str) -> re.Match[str]:
    """Read a checkpoint of this log; raises Bad for anything else."""
    found = NOTE.fullmatch(note)
    if found is None or found["origin"] != origin:
        raise Bad("a checkpoint is not one of this log")
    return found


def check_signature(note: re.Match[str], key: tuple[str, bytes, bytes]) -> None:
    """Raise Bad unless this key signed the note."""
    name, known, public = key
    for line in note["signatures"].split("\n")[:-1]:
        _, signer, coded = line.split(" ")
        raw = base64.b64decode(coded)
        ours = signer == name and raw[:4] == known
        if ours and signature_good(public, note["text"].encode(), raw[4:]):
            return
    raise Bad("the newest checkpoint is not signed by this log's key")


def collect(notes: list[str], source: str, key: tuple[str, bytes, bytes], claims: Claims) -> None:
    """Add what these notes say; the newest signature covers the whole tree before it."""
    read = [read_note(note, key[0]) for note in notes]
    for note in read:
        claims.setdefault(int(note["size"]), []).append((source, base64.b64decode(note["root"])))
    if read:
        check_signature(max(read, key=lambda note: int(note["size"])), key)


# -- the bundle ------------------------------------------------------------------------------------


def part(bundle: tarfile.TarFile, name: str) -> IO[bytes]:
    """Open one file of the bundle."""
    try:
        found = bundle.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise Bad(f"{name} is not in the bundle")
    return found


def notes_in(lines: Iterator[bytes] | IO[bytes]) -> list[str]:
    """Read the notes of a file with one JSON object on each line; torn lines are passed over."""
    found = []
    for line in lines:
        try:
            found.append(str(json.loads(line)["note"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def read_entries(bundle: tarfile.TarFile, claims: Claims) -> Tree:
    """Hash every event again, in order; raise Bad at the first that is not what was sealed."""
    tree, proven = Tree(), 0
    leaves = part(bundle, "leaves.txt")
    for line in part(bundle, "events.jsonl"):
        leaf, payload = leaf_hash(line.rstrip(b"\n")), line
        number = tree.size + 1
        if leaf.hex().encode() != leaves.readline().strip():
            raise Bad(f"entry {number} ({event_of(payload)}) was changed after it was sealed")
        tree.append(leaf)
        for source, root in claims.get(number, ()):
            if root != tree.root():
                raise Bad(
                    f"entry {proven + 1}, or one up to entry {number}, was changed, moved or "
                    f"put in, says {source}"
                )
            proven = number
    if proven < tree.size:
        raise Bad(f"entry {proven + 1} is in no signed checkpoint")
    return tree


def event_of(payload: bytes) -> str:
    """Name the event of a line."""
    try:
        return f"event {json.loads(payload)['id']}"
    except (ValueError, KeyError, TypeError):
        return "not readable"


def verify(path: str, key_text: str | None, witness: str | None) -> dict[str, Any]:
    """Verify a bundle; gives what was found."""
    claims: Claims = {}
    with tarfile.open(path) as bundle:
        key = read_key(key_text or part(bundle, "key.txt").read().decode())
        collect(notes_in(part(bundle, "checkpoints.jsonl")), "a checkpoint", key, claims)
        if witness:
            lines = iter(pathlib.Path(witness).read_bytes().split(b"\n"))
            collect(notes_in(lines), "the witness", key, claims)
        tree = read_entries(bundle, claims)
    if beyond := [size for size in claims if size > tree.size]:
        raise Bad(f"entry {tree.size + 1} and all up to entry {max(beyond)} are missing")
    return {"whole": True, "events": tree.size, "key": "given" if key_text else "from the bundle"}


def main(arguments: list[str] | None = None) -> int:
    """Verify and say what was found; 0 if the log is whole, else 1."""
    parser = argparse.ArgumentParser(description="Verify an exported log.")
    parser.add_argument("bundle")
    parser.add_argument("--key")
    parser.add_argument("--witness")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        found = verify(asked.bundle, asked.key, asked.witness)
        sentence = f"The exported log is whole: {found['events']} events, key {found['key']}."
    except (Bad, OSError, ValueError, tarfile.TarError) as error:
        found, sentence = {"whole": False}, f"The exported log is not whole: {error}."
    said = json.dumps(found | {"sentence": sentence}) if asked.json else sentence
    sys.stdout.write(said + "\n")
    return 0 if found["whole"] else 1


if __name__ == "__main__":
    sys.exit(main())
