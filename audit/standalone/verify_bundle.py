"""Verify an exported log: needs Python 3.11 and this one file, nothing else.

    python verify_bundle.py BUNDLE [--key KEY] [--witness FILE] [--json]
    python verify_bundle.py BUNDLE --prove NUMBER > proof.json

BUNDLE is the whole log, a part of it with its proofs, or a proof alone (JSON). KEY is the log's
public key ("name+id+base64") as you were told it by somebody you trust. Without it the key inside
the bundle is used, which proves only that the bundle agrees with itself.
FILE is the witness file, one JSON object with a "note" on each line, or a checkpoint by itself as
it stood in a letter; without it a bundle whose end was cut before it was exported cannot be told
from a whole one. --prove makes, out of the whole log, the proof of one entry.
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
    from collections.abc import Iterable, Iterator

    Point = tuple[int, int, int, int]

NOTE = re.compile(
    "(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]*)\n(?P<root>[A-Za-z0-9+/=]+)\n)"
    "\n(?P<signatures>(?:\u2014 [^ \n]+ [A-Za-z0-9+/=]+\n)+)"
)
# an older log was put back and people said so: what was there after it, what was seen before it
RESTORE = re.compile(
    "(?P<text>(?P<origin>[^\n]+)/restore\n(?P<kept>[0-9]+)\n(?P<root>[A-Za-z0-9+/=]+)\n"
    "(?P<seen>[0-9]+)\n(?P<seen_root>[A-Za-z0-9+/=]+)\n[0-9a-f-]{36}\n(?P<at>[0-9T:.+-]+)\n)"
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


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Say whether a path leads from a leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in path:
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


def extends(first: int, old: bytes, second: int, new: bytes, path: list[bytes]) -> bool:
    """Say whether a path shows one tree to be the beginning of another (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and old == new
    steps = [old, *path] if first & (first - 1) == 0 else list(path)
    return bool(steps) and folded(first - 1, second - 1, steps) == (old, new)


def folded(node: int, last: int, steps: list[bytes]) -> tuple[bytes, bytes] | None:
    """Fold a path into both roots; None if it is too long or too short."""
    while node & 1:
        node, last = node >> 1, last >> 1
    was = now = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        node, last = node >> 1, last >> 1
    return (was, now) if last == 0 else None


def path_of(leaves: list[bytes], index: int) -> list[bytes]:
    """Make the path from a leaf to the root of all (RFC 6962, 2.1.1)."""
    begin, end, path = 0, len(leaves), []
    while end - begin > 1:
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        other = (middle, end) if index < middle else (begin, middle)
        begin, end = (begin, middle) if index < middle else (middle, end)
        tree = Tree()
        for leaf in leaves[slice(*other)]:
            tree.append(leaf)
        path.append(tree.root())
    return path[::-1]


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
    """Read a checkpoint of this log, or a restore; raises Bad for anything else."""
    found = RESTORE.fullmatch(note) or NOTE.fullmatch(note)
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
    raise Bad("the newest checkpoint, or a restore, is not signed by this log's key")


class Claims:
    """What is said of the log, by size: who says it, the root, where in the witness file."""

    def __init__(self, key: tuple[str, bytes, bytes]) -> None:
        """Begin with nothing said."""
        self.key = key
        self.by_size: dict[int, list[tuple[str, str, int]]] = {}
        self.restores: list[tuple[int, re.Match[str]]] = []

    def collect(self, notes: list[str], source: str, *, in_order: bool) -> None:
        """Add what these notes say; the newest signature covers the whole tree before it."""
        said = []
        for line, text in enumerate(notes):
            note, place = read_note(text, self.key[0]), line if in_order else -1
            if note.re is RESTORE:
                self.restore(note, place)
            else:
                said.append((int(note["size"]), place, note))
                self.claim(int(note["size"]), (source, note["root"], place))
        counted = [one for one in said if not self.excused(one[0], one[1])]
        if counted:
            check_signature(max(counted, key=lambda one: one[:2])[2], self.key)

    def restore(self, note: re.Match[str], line: int) -> None:
        """Believe a signed restore that follows from the lines before it, the first time only."""
        check_signature(note, self.key)
        seen = [root for _, root, _ in self.by_size.get(int(note["seen"]), ())]
        if note["seen_root"] not in seen:
            raise Bad("the witness holds a restore of a log it never saw")
        if all(known["text"] != note["text"] for _, known in self.restores):
            self.restores.append((line, note))
            self.claim(int(note["kept"]), ("the witness", note["root"], line))

    def claim(self, size: int, said: tuple[str, str, int]) -> None:
        """Add one claim."""
        self.by_size.setdefault(size, []).append(said)

    def excused(self, size: int, line: int) -> bool:
        """Say whether a restore further down explains why this is not so."""
        return line >= 0 and any(
            line < place and int(note["kept"]) < size <= int(note["seen"])
            for place, note in self.restores
        )

    def told(self) -> str:
        """Say what restores cost, every time."""
        return "".join(
            f"; restored on {note['at'][:10]}: entries {int(note['kept']) + 1} to {note['seen']} "
            "of before are not here"
            for _, note in self.restores
        )


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
        for source, root, place in claims.by_size.get(number, ()):
            if base64.b64decode(root) != tree.root() and not claims.excused(number, place):
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
    """Verify a bundle of whatever sort; gives what was found."""
    if not tarfile.is_tarfile(path):
        said = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        return verify_part(said, said["entries"], said["earlier"], key_text, witness)
    with tarfile.open(path) as bundle:
        if "checkpoint.txt" not in bundle.getnames():
            return verify_whole(path, key_text, witness)
        said = {
            "key": part(bundle, "key.txt").read().decode(),
            "checkpoint": part(bundle, "checkpoint.txt").read().decode(),
        }
        entries = map(json.loads, part(bundle, "entries.jsonl"))
        earlier = list(map(json.loads, part(bundle, "earlier.jsonl")))
        return verify_part(said, entries, earlier, key_text, witness)


def verify_part(
    said: dict[str, Any],
    entries: Iterable[dict[str, Any]],
    earlier: list[dict[str, Any]],
    key_text: str | None,
    witness: str | None,
) -> dict[str, Any]:
    """Verify that entries are in the log of a signed checkpoint, without the rest of it."""
    key = read_key(key_text or said["key"])
    newest = read_note(said["checkpoint"], key[0])
    check_signature(newest, key)
    size, root = int(newest["size"]), base64.b64decode(newest["root"])
    known = {size: newest["root"]}
    for one in earlier:
        note = read_note(one["note"], key[0])
        known[int(note["size"])] = note["root"]
        older = int(note["size"]), base64.b64decode(note["root"])
        if not extends(*older, size, root, path_in(one)):
            raise Bad(f"the log of {note['size']} entries is not the beginning of this one")
    count = 0
    for one in entries:
        count += 1
        leaf, number = leaf_hash(one["payload"].encode()), int(one["number"])
        if not included(leaf, number - 1, size, path_in(one), root):
            raise Bad(f"entry {number} ({event_of(one['payload'].encode())}) is not in this log")
    told = compare_with_witness(known, key, witness)
    given = "given" if key_text else "from the bundle"
    return {"whole": True, "part": True, "events": count, "of": size, "key": given} | told


def path_in(one: dict[str, Any]) -> list[bytes]:
    """Read a path."""
    return [bytes.fromhex(each) for each in one["path"]]


def compare_with_witness(
    known: dict[int, str], key: tuple[str, bytes, bytes], witness: str | None
) -> dict[str, Any]:
    """Compare the checkpoints that somebody kept with those that were proven."""
    seen = 0
    for text in witnessed(witness) if witness else []:
        note = read_note(text, key[0])
        if note.re is RESTORE:
            continue
        root = known.get(int(note["size"]))
        if root is not None and root != note["root"]:
            check_signature(note, key)
            raise Bad(f"the witness saw another log of {note['size']} entries")
        seen += root is not None
    return {"restores": "", "witnessed": seen}


def witnessed(path: str) -> list[str]:
    """Read what a witness kept: a file of lines, or one checkpoint by itself."""
    raw = pathlib.Path(path).read_bytes()
    text = raw.decode(errors="replace").replace("\r\n", "\n").strip("\n") + "\n"
    return [text] if NOTE.fullmatch(text) else notes_in(iter(raw.split(b"\n")))


def prove(path: str, number: int) -> dict[str, Any]:
    """Make the proof of one entry out of the whole log, which is verified first."""
    verify_whole(path, None, None)
    with tarfile.open(path) as bundle:
        notes = notes_in(part(bundle, "checkpoints.jsonl"))
        note = max(notes, key=lambda one: int(one.split("\n")[1]), default="")
        leaves = [bytes.fromhex(line.decode()) for line in part(bundle, "leaves.txt")]
        if not 1 <= number <= len(leaves):
            raise Bad(f"there is no entry {number}")
        lines = part(bundle, "events.jsonl")
        payload = next(one for place, one in enumerate(lines, 1) if place == number)
        path_to_root = [one.hex() for one in path_of(leaves, number - 1)]
        entry = {"number": number, "payload": payload.decode().rstrip("\n"), "path": path_to_root}
        key = part(bundle, "key.txt").read().decode()
    return {"key": key, "checkpoint": note, "entries": [entry], "earlier": []}


def verify_whole(path: str, key_text: str | None, witness: str | None) -> dict[str, Any]:
    """Verify the whole log; gives what was found."""
    with tarfile.open(path) as bundle:
        claims = Claims(read_key(key_text or part(bundle, "key.txt").read().decode()))
        notes = notes_in(part(bundle, "checkpoints.jsonl"))
        claims.collect(notes, "a checkpoint", in_order=False)
        if witness:
            claims.collect(witnessed(witness), "the witness", in_order=True)
        tree = read_entries(bundle, claims)
    beyond = [
        size
        for size, said in claims.by_size.items()
        if size > tree.size and not all(claims.excused(size, place) for _, _, place in said)
    ]
    if beyond:
        raise Bad(f"entry {tree.size + 1} and all up to entry {max(beyond)} are missing")
    told = {"key": "given" if key_text else "from the bundle", "restores": claims.told()}
    return {"whole": True, "events": tree.size, **told}


def said_of(found: dict[str, Any]) -> str:
    """Say in words what was found."""
    if "part" not in found:
        words = f"The exported log is whole: {found['events']} events, key {found['key']}"
        return f"{words}{found['restores']}."
    kept = (
        f", {found['witnessed']} checkpoints agree with the witness" if found["witnessed"] else ""
    )
    return (
        f"All {found['events']} exported events are in the log of {found['of']} entries, "
        f"key {found['key']}{kept}."
    )


def main(arguments: list[str] | None = None) -> int:
    """Verify and say what was found; 0 if the log is whole, else 1."""
    parser = argparse.ArgumentParser(description="Verify an exported log.")
    parser.add_argument("bundle")
    parser.add_argument("--key")
    parser.add_argument("--witness")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--prove", type=int, metavar="NUMBER")
    asked = parser.parse_args(arguments)
    try:
        if asked.prove:
            sys.stdout.write(json.dumps(prove(asked.bundle, asked.prove)) + "\n")
            return 0
        found = verify(asked.bundle, asked.key, asked.witness)
        sentence = said_of(found)
    except (Bad, OSError, ValueError, KeyError, TypeError, tarfile.TarError) as error:
        found, sentence = {"whole": False}, f"The exported log is not whole: {error}."
    said = json.dumps(found | {"sentence": sentence}) if asked.json else sentence
    sys.stdout.write(said + "\n")
    return 0 if found["whole"] else 1


if __name__ == "__main__":
    sys.exit(main())
