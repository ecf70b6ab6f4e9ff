"""A drawn signature is read as numbers, drawn anew, sealed, and never the only way (ES-20)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from consent import actions
from consent.domain.drawing import Stroke, path_of, read_drawing
from counselling.db import as_actor
from counselling.errors import Invalid
from tests.consent import steps

if TYPE_CHECKING:
    from tests.consent.conftest import Jobs
    from tests.world import World

pytestmark = pytest.mark.req("ES-20")
DRAWN = "[[10,20,300,200,700,40],[500,150]]"
REFUSED = {
    "a script": '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>',
    "an image": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAdTAAAHUw",
    "30,000 by 30,000": "[[0,0,30000,30000,15000,3]]",
    "no number": "[[NaN,0,1,1,2,2]]",
    "no end": "[[Infinity,0,1,1,2,2]]",
    "a fraction": "[[0.5,0,1,1,2,2]]",
    "below nothing": "[[-1,0,1,1,2,2]]",
    "yes and no": "[[true,false,1,1,2,2]]",
    "half a point": "[[1,2,3,4,5]]",
    "words": '[["1","2",3,4,5,6]]',
    "an object": '{"path": [[1,2,3,4,5,6]]}',
    "nothing drawn": "[]",
    "an empty line": "[[],[1,2,3,4,5,6]]",
    "a slip of the finger": "[[1,2]]",
    "too many lines": json.dumps([[1, 1]] * 61),
    "too long": json.dumps([[1, 1] * 4001]),
    "too much": "[" + "1" * 40_000 + "]",
    "a deep hole": "[" * 30_000,
    "a number without end": "[[" + "9" * 20_000 + ",1,2,2,3,3]]",
    "more behind it": "[[1,2,3,4,5,6]] <script>",
}


def test_what_was_drawn_is_read_and_becomes_a_path_of_our_own() -> None:
    drawn = read_drawing(DRAWN)
    assert drawn == (Stroke((10, 20, 300, 200, 700, 40)), Stroke((500, 150)))
    assert path_of(drawn) == "M10 20L300 200L700 40 M500 150L500 150"
    assert read_drawing("") == read_drawing("  ") == ()
    assert path_of(()) == ""


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_whatever_is_no_drawing_is_refused_in_words(sent: str) -> None:
    with pytest.raises(Invalid, match="Draw it again, or leave it out"):
        read_drawing(sent)


@pytest.mark.django_db
@pytest.mark.req("ES-04")
def test_a_drawing_is_sealed_and_on_the_paper_and_the_typed_name_counts(
    world: World, jobs: Jobs, root: Any
) -> None:
    request, actor = steps.ready_to_read(world)
    shown = steps.read_through(request, actor, steps.YES)
    with as_actor(actor):
        actions.sign(
            actor=actor,
            request_id=request,
            name="Maraquilla Kettlebourne",
            enforced_shown=shown,
            drawing=DRAWN,
        )
    jobs.run()
    stored = root.execute("SELECT drawing, evidence FROM consent_signature").fetchone()
    assert bytes(stored[0])[:3] == bytes(stored[1])[:3]  # the mark of what is sealed
    assert b"300" not in bytes(stored[0])
    (sealed,) = root.execute(
        "SELECT payload::jsonb -> 'sealed' FROM audit_event "
        "WHERE payload::jsonb ->> 'kind' = 'consent.signed'"
    ).fetchone()
    assert any(key.endswith("/drawing") for key in sealed)


@pytest.mark.django_db
def test_a_form_with_a_false_drawing_is_shown_again_and_nothing_is_signed(
    world: World, root: Any
) -> None:
    request, actor = steps.ready_to_read(world)
    shown = steps.read_through(request, actor, steps.YES)
    for sent in (REFUSED["a script"], REFUSED["30,000 by 30,000"]):
        with as_actor(actor), pytest.raises(Invalid) as refused:
            actions.sign(
                actor=actor,
                request_id=request,
                name="Maraquilla Kettlebourne",
                enforced_shown=shown,
                drawing=sent,
            )
        assert refused.value.field == "drawing"
    assert root.execute("SELECT count(*) FROM consent_signature").fetchone() == (0,)
