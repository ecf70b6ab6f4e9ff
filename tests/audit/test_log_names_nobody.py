"""Words are typed and names are given; then every byte that the log leaves anywhere is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit import bundle, verifying
from tests.clients import acts_keeping_out
from tests.clients.danger import SENTENCE, begin_emergency
from tests.raw import superuser
from tests.records.writing import hold_session, signed_note, type_draft
from tests.web import sweeping
from tests.web.payloads import MARK
from tests.world import NAMES, TEAM, World, email_of

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Iterator

    from audit.sealing import Sealed

pytestmark = [pytest.mark.django_db, pytest.mark.req("AT-07", "AT-05")]


def test_no_byte_of_the_log_names_or_quotes_anybody(
    seal: Callable[[], Sealed], witness_file: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    world = World.build()
    words = {f"typed {place}": word for place, word in enumerate(_typed(world))}
    words |= {f"name {key} {place}": one for key in NAMES for place, one in enumerate(NAMES[key])}
    words |= {f"mail {key}": email_of(key) for key in NAMES}
    words |= {f"staff {key}": name for key, (name, *_) in TEAM.items()}
    assert seal().note
    written = dict(_written(witness_file, tmp_path / "bundle.tar"))
    found = {name: sweeping.found_in(one, words) for name, one in written.items()}
    assert found == {name: set() for name in written}
    # it is the log that was read: ids of the practice stand in it
    for name in ("events", "bundle"):
        assert str(world.mara).encode() in written[name]


def _typed(world: World) -> Iterator[str]:
    """Type something wherever there is much to type, and give it."""
    note, alone, draft = (f"{MARK}-{one}-Lerchensporn" for one in ("note", "alone", "draft"))
    signed_note(world.dana, world.mara_case, note, alone=alone)
    type_draft(world.dana, hold_session(world.dana, world.mara_case), draft)
    begin_emergency(world.sam, world.mara)
    acts_keeping_out.shut(world.dana, world.mara, world.sam, f"{MARK}-shut-Lerchensporn")
    acts_keeping_out.sealed(world.dana, world.mara)
    yield from (note, alone, draft, SENTENCE, f"{MARK}-shut-Lerchensporn")
    yield "Her sister works here."


def _written(told: pathlib.Path, bundled: pathlib.Path) -> Iterator[tuple[str, bytes]]:
    bundle.write(bundled, *verifying.log_key(), witness=told)
    with superuser() as root:
        for name in ("event", "leaf", "checkpoint"):
            rows = root.execute(f"SELECT row_to_json(one)::text FROM audit_{name} one").fetchall()
            yield f"{name}s", "\n".join(row[0] for row in rows).encode()
    yield "witness", told.read_bytes()
    yield "bundle", bundled.read_bytes()
