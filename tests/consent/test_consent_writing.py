"""Forms written here: what is missing is named, a second person approves, nothing changes after."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import DatabaseError, transaction

from consent import actions, queries
from consent.domain.comparing import Change, compare
from consent.domain.form_source import Ends, FormKind
from consent.domain.sampling import sampled
from consent.domain.writing import DraftState, decide_approval, next_number, slug_of
from consent.models import FormApproval, FormDraft, FormVersion
from consent.queries.library import forms_for
from counselling.access import Role
from counselling.db import as_actor
from counselling.errors import Invalid, Refused, Stale
from tests.consent import forms_here, steps
from tests.people import make_person

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


# -- the rules, without a database -----------------------------------------------------------------


def test_a_version_is_numbered_in_its_language_and_a_translation_as_what_it_translates() -> None:
    assert next_number({}, "en", None) == 1
    assert next_number({"en": 2, "de": 1}, "en", ("en", 2)) == 3
    assert next_number({"en": 3, "de": 1}, "de", ("en", 3)) == 3
    assert next_number({"en": 3, "de": 3}, "de", ("en", 3)) == 4


def test_every_form_gets_a_name_of_its_own() -> None:
    assert slug_of("May we share with {recipient}?", []) == "may-we-share-with-recipient"
    assert slug_of("Ä?", ["a"]) == "a-2"
    assert slug_of("…", []) == "form"


@pytest.mark.parametrize(
    ("own", "others", "hours", "alone"),
    [(False, True, 0, False), (False, False, 0, False), (True, False, 72, True)],
)
def test_who_may_approve(own: bool, others: bool, hours: int, alone: bool) -> None:
    from uuid import uuid4

    me = uuid4()
    decided = decide_approval(
        by=me,
        writers=[me] if own else [uuid4()],
        others=others,
        handed_in_at=AT - datetime.timedelta(hours=hours),
        at=AT,
    )
    assert decided is alone


@pytest.mark.parametrize(("others", "hours"), [(True, 100), (False, 71)])
def test_nobody_approves_their_own_words_where_somebody_else_could_or_too_early(
    others: bool,
    hours: int,
) -> None:
    from uuid import uuid4

    me = uuid4()
    with pytest.raises(Refused):
        decide_approval(
            by=me, writers=[me], others=others,
            handed_in_at=AT - datetime.timedelta(hours=hours), at=AT,
        )  # fmt: skip


# -- the way of a form -----------------------------------------------------------------------------


@pytest.mark.req("CC-21")
def test_a_form_is_written_handed_in_approved_and_asked_and_the_old_one_stays(
    world: World, root: psycopg.Connection[Any]
) -> None:
    old = steps.form(steps.SHARING)
    made = forms_here.published(world)
    with as_actor(world.dana):
        assert next(r for r in forms_for(world.mara, "en") if r.slug == steps.SHARING).id == made
        row = queries.form_row(made)
        assert row.number == queries.form_row(old).number + 1
    with pytest.raises(psycopg.Error, match="never changes"):
        root.execute("UPDATE consent_formversion SET title = 'Another' WHERE id = %s", [made])
    assert FormVersion.objects.get(pk=old).title != ""


@pytest.mark.req("CC-21", "CC-01")
def test_a_translation_asks_for_the_same_as_what_it_translates(world: World) -> None:
    first = forms_here.draft(world)
    (dropped, *kept) = forms_here.row(world, first).source.clauses
    forms_here.save(world, first, clauses=tuple(kept))
    forms_here.hand_in(world, first)
    version = forms_here.approve(world, first)
    with as_actor(world.ada):
        german = actions.begin_version(actor=world.ada, version_id=version, language="de")
    as_begun = forms_here.row(world, german).source.clauses
    changes: tuple[tuple[Any, ...], ...] = (
        (*as_begun, dropped),
        as_begun[1:],
        (dataclasses.replace(as_begun[0], categories=dropped.categories), *as_begun[1:]),
        (dataclasses.replace(as_begun[0], ends=Ends(months=3, event="")), *as_begun[1:]),
    )
    shipped = steps.form(steps.SHARING, "de")
    source = queries.form_row(shipped).source
    for clauses in changes:
        forms_here.save(
            world, german, clauses=clauses, text=source.text, in_short=source.in_short,
            passages=source.passages,
        )  # fmt: skip
        with pytest.raises(Invalid, match="asks for something else"):
            forms_here.hand_in(world, german)
    forms_here.save(world, german, clauses=tuple(source.clauses[1:]))
    forms_here.hand_in(world, german)


def test_a_form_of_ones_own_is_empty_and_says_all_that_it_lacks(world: World) -> None:
    for kind in FormKind:
        with as_actor(world.ada):
            draft = actions.begin_form(
                actor=world.ada, title=f"A form {kind}", kind=kind, language="en"
            )
        row = forms_here.row(world, draft)
        assert row.source.kind is kind
        with pytest.raises(Invalid, match="cannot be handed in yet"):
            forms_here.hand_in(world, draft)


@pytest.mark.req("CC-01")
def test_what_lacks_an_element_is_not_handed_in_and_is_named(world: World) -> None:
    draft = forms_here.draft(world)
    clause = forms_here.row(world, draft).source.clauses[0]
    forms_here.save(world, draft, clauses=(dataclasses.replace(clause, categories=("all",)),))
    with pytest.raises(Invalid, match=clause.label):
        forms_here.hand_in(world, draft)
    assert forms_here.row(world, draft).state is DraftState.WRITING


def test_begun_twice_it_is_one_and_two_pages_do_not_overwrite_each_other(world: World) -> None:
    draft = forms_here.draft(world)
    assert forms_here.draft(world) == draft
    row = forms_here.row(world, draft)
    forms_here.save(world, draft, title="One title")
    with pytest.raises(Stale), as_actor(world.ada):
        other = dataclasses.replace(row.source, title="Another")
        actions.save_form(actor=world.ada, draft_id=draft, source=other, revision=row.revision)
    assert forms_here.row(world, draft).source.title == "One title"


def test_nobody_makes_another_form_of_it_by_typing(world: World) -> None:
    draft = forms_here.draft(world)
    before = forms_here.row(world, draft).source
    forms_here.save(world, draft, slug="mine", kind=FormKind.OTHER, language="de", edition=99)
    after = forms_here.row(world, draft).source
    assert (after.slug, after.kind, after.language, after.edition) == (
        before.slug, before.kind, before.language, before.edition,
    )  # fmt: skip


def test_who_wrote_a_word_of_it_cannot_approve_it(world: World) -> None:
    second = make_person(Role.ADMINISTRATOR, name="Second Administrator")
    draft = forms_here.draft(world)
    forms_here.save(world, draft, by=second, title="May we tell {recipient} something?")
    forms_here.hand_in(world, draft)
    for writer in (world.ada, second):
        with pytest.raises(Refused, match="own-form"):
            forms_here.approve(world, draft, by=writer)
    forms_here.approve(world, draft, by=world.vera)


def test_what_was_changed_since_it_was_looked_at_is_not_approved(world: World) -> None:
    draft = forms_here.draft(world)
    sha256 = forms_here.hand_in(world, draft)
    with as_actor(world.priya):
        actions.give_form_back(actor=world.priya, draft_id=draft, words="The title is long.")
    assert forms_here.row(world, draft).given_back == "The title is long."
    forms_here.save(world, draft, title="May we tell {recipient} something?")
    forms_here.hand_in(world, draft)
    with pytest.raises(Stale), as_actor(world.priya):
        actions.approve_form(actor=world.priya, draft_id=draft, sha256=sha256)


def test_where_nobody_else_could_it_waits_and_is_shown_as_done_by_one(
    world: World, root: psycopg.Connection[Any]
) -> None:
    draft = forms_here.draft(world)
    forms_here.hand_in(world, draft)
    root.execute(
        "UPDATE accounts_roleheld SET until = now() WHERE account_id <> %s", [world.ada.id]
    )
    with pytest.raises(Refused, match="too-early"):
        forms_here.approve(world, draft, by=world.ada)
    root.execute("SET session_replication_role = replica")
    root.execute("UPDATE consent_formdraft SET handed_in_at = now() - interval '73 hours'")
    root.execute("SET session_replication_role = DEFAULT")
    made = forms_here.approve(world, draft, by=world.ada)
    with as_actor(world.ada):
        card = queries.form_card(queries.form_of(made))
    assert next(one for one in card.versions if one.id == made).alone


def test_a_form_that_is_taken_out_is_not_asked_any_more_and_what_was_signed_stays(
    world: World,
) -> None:
    shared = steps.shared_permission(world)
    with as_actor(world.ada):
        form = queries.form_of(steps.form(steps.SHARING))
        actions.offer_form(actor=world.ada, form_id=form, offered=False)
    with as_actor(world.dana):
        assert steps.SHARING not in {row.slug for row in forms_for(world.mara, "en")}
        assert [row.id for row in queries.live_consents(world.mara, sharing=True)] == [
            shared.consent
        ]
    with pytest.raises(Refused, match="form-not-offered"):
        steps.ask(world)


# -- attacks: what the database holds, whoever writes ----------------------------------------------


def refused(why: str) -> Any:
    return pytest.raises(DatabaseError, match=why)


def test_nothing_is_published_that_nobody_approved(world: World) -> None:
    draft = forms_here.draft(world)
    forms_here.hand_in(world, draft)
    shipped = FormVersion.objects.get(pk=steps.form(steps.SHARING))
    fields = {
        "form_id": shipped.form_id, "number": 99, "language": "en", "title": shipped.title,
        "text": shipped.text, "clauses": shipped.clauses, "in_short": shipped.in_short,
        "source": shipped.source, "sha256": shipped.sha256, "published_at": AT,
    }  # fmt: skip
    for draft_id in (None, draft):
        with as_actor(world.ada), refused("approved by somebody else"), transaction.atomic():
            FormVersion.objects.create(draft_id=draft_id, **fields)


def test_what_is_published_is_word_for_word_what_was_approved(world: World) -> None:
    draft = forms_here.draft(world)
    forms_here.hand_in(world, draft)
    row = FormDraft.objects.get(pk=draft)
    said = row.source
    with as_actor(world.priya) as at:
        FormApproval.objects.create(draft=row, sha256=row.sha256, by=world.priya.id, at=at)
        for changed in ({"text": "Another."}, {"title": "Another"}, {"clauses": []}):
            given: dict[str, Any] = {
                "text": said["text"], "title": said["title"], "clauses": said["clauses"],
            }  # fmt: skip
            with refused("as it was approved"), transaction.atomic():
                FormVersion.objects.create(
                    form_id=row.form_id, number=said["edition"], language="en",
                    in_short=said["in_short"], source=said | changed, sha256=row.sha256,
                    published_at=AT, draft=row, **(given | changed),
                )  # fmt: skip


def test_an_approval_is_somebody_elses_own_and_of_a_role_that_may(world: World) -> None:
    draft = forms_here.draft(world)
    forms_here.hand_in(world, draft)
    row = FormDraft.objects.get(pk=draft)
    late = AT + datetime.timedelta(days=9)
    for actor, by, alone, why in (
        (world.ada, world.ada, False, "Somebody else"),
        (world.ada, world.ada, True, "Somebody else"),
        (world.ada, world.priya, False, "own"),
        (world.dana, world.dana, False, "own"),
    ):
        with as_actor(actor), refused(why), transaction.atomic():
            FormApproval.objects.create(
                draft=row, sha256=row.sha256, by=by.id, at=late, alone=alone
            )


def test_no_writer_is_taken_out_and_what_waits_does_not_change(world: World) -> None:
    draft = forms_here.draft(world)
    with as_actor(world.priya), refused("stays known"), transaction.atomic():
        FormDraft.objects.filter(pk=draft).update(writers=[world.priya.id])
    with as_actor(world.priya), refused("stays known"), transaction.atomic():
        FormDraft.objects.filter(pk=draft).update(source={})
    forms_here.hand_in(world, draft)
    with as_actor(world.ada), refused("does not change"), transaction.atomic():
        FormDraft.objects.filter(pk=draft).update(source={})
    with as_actor(world.ada), refused("has its version"), transaction.atomic():
        FormDraft.objects.filter(pk=draft).update(state="published")
    forms_here.approve(world, draft)
    with as_actor(world.ada), refused("stays as it is"), transaction.atomic():
        FormDraft.objects.filter(pk=draft).update(state="writing")


# -- side by side, and filled with made-up values --------------------------------------------------


def test_two_versions_are_compared_word_by_word_and_clauses_by_their_code(world: World) -> None:
    draft = forms_here.draft(world)
    before = forms_here.row(world, draft).source
    first, *rest = before.clauses
    changed = dataclasses.replace(first, sentence=f"{first.sentence} Always.")
    after = dataclasses.replace(
        before, text=before.text.replace("Nobody else.", "Nobody."), clauses=(changed, *rest[1:])
    )
    assert not any(part.changed for part in compare(before, before))
    parts = {part.heading: part for part in compare(before, after) if part.changed}
    assert set(parts) == {f"Clause: {first.label}", f"Clause that is gone: {rest[0].label}", "Text"}
    (row,) = [one for one in parts[f"Clause: {first.label}"].rows if one.change is not Change.SAME]
    assert "".join(piece.text for piece in row.after if piece.only_here).strip() == "Always."
    assert all(
        one.change is Change.GONE for one in parts[f"Clause that is gone: {rest[0].label}"].rows
    )


def test_a_preview_fills_everything_with_what_somebody_made_up(world: World) -> None:
    with as_actor(world.ada):
        for form in queries.forms_here():
            for version in form.newest:
                filled = sampled(queries.form_row(version.id).source, {"practice": "The practice"})
                assert "{" not in filled.text
