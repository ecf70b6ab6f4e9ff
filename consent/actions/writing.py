"""Write a form: begin it or its next version, save what was typed, hand it in, drop it."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q

import audit.actions
from consent.domain import form_events as events
from consent.domain.codec import decode, encode
from consent.domain.elements import what_is_missing
from consent.domain.form_source import FormSource
from consent.domain.writing import (
    DraftState,
    beginning,
    following,
    form_sha256,
    next_number,
    require_draft_move,
    require_language,
    require_same_questions,
    slug_of,
)
from consent.models import Form, FormDraft, FormVersion
from consent.models.writing import OPEN
from counselling import db
from counselling.access import Permission, require
from counselling.errors import Invalid, NotThere, Refused, Stale
from counselling.typed import line

if TYPE_CHECKING:
    from uuid import UUID

    from audit.domain import EventKind
    from consent.domain.form_source import FormKind
    from counselling.access import Actor

EVENT_EVERY: Final = datetime.timedelta(minutes=1)
LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 40_000
CLAUSES_AT_MOST: Final = 20


class Saved(NamedTuple):
    """What is stored now, and since when."""

    revision: int
    saved_at: datetime.datetime


def begin_form(*, actor: Actor, title: str, kind: FormKind, language: str) -> UUID:
    """Begin a form of one's own; gives the draft."""
    require(actor, Permission.MANAGE_FORMS)
    require_language(language)
    named = line(title).strip()
    if not named or len(named) > LONGEST_TITLE:
        raise Invalid("Give the form a title.", "title")
    slug = slug_of(named, Form.objects.values_list("slug", flat=True))
    form = Form.objects.create(slug=slug, kind=kind.value, title=named)
    empty = beginning(slug=slug, kind=kind, language=language, title=named)
    return _begun(actor, form, empty, None)


def begin_version(*, actor: Actor, version_id: UUID, language: str) -> UUID:
    """Begin the next version from one that is published, in its language or in another.

    Gives the draft that is open already, if there is one for that language.
    """
    require(actor, Permission.MANAGE_FORMS)
    require_language(language)
    last = FormVersion.objects.select_related("form").filter(pk=version_id).first()
    if last is None:
        raise NotThere("consent_formversion", version_id)
    if (open_ := _open(last.form, language)) is not None:
        return open_.pk
    source = following(
        decode(FormSource, last.source),
        slug=last.form.slug,
        language=language,
        number=_number(last.form, language, last),
    )
    try:
        with transaction.atomic():
            return _begun(actor, last.form, source, last)
    except IntegrityError:  # somebody began it in this very moment
        found = _open(last.form, language)
        if found is None:
            raise
        return found.pk


def _open(form: Form, language: str) -> FormDraft | None:
    return FormDraft.objects.filter(OPEN, form=form, language=language).first()


def _number(form: Form, language: str, follows: FormVersion | None) -> int:
    numbers: dict[str, int] = {}
    for spoken, number in form.versions.values_list("language", "number"):
        numbers[spoken] = max(number, numbers.get(spoken, 0))
    after = None if follows is None else (follows.language, follows.number)
    return next_number(numbers, language, after)


def _begun(actor: Actor, form: Form, source: FormSource, follows: FormVersion | None) -> UUID:
    at = db.now()
    draft = FormDraft.objects.create(
        id=db.uuid7(db.given_clock()),
        form=form,
        language=source.language,
        follows=follows,
        source=encode(source),
        writers=[actor.id],
        made_at=at,
        saved_at=at,
        told_at=at,
    )
    recorded(actor, draft, events.FORM_BEGUN)
    return draft.pk


def save_form(*, actor: Actor, draft_id: UUID, source: FormSource, revision: int) -> Saved:
    """Save what was typed, finished or not; raises Stale when another page saved since."""
    require(actor, Permission.MANAGE_FORMS)
    draft = locked_draft(draft_id)
    if draft.state != DraftState.WRITING:
        raise Refused("form-not-open", "This form is not being written any more.")
    if draft.revision != revision:
        raise Stale
    _require_bounds(source)
    kept = encode(_kept_as_it_is(source, decode(FormSource, draft.source)))
    if kept == draft.source:
        return Saved(draft.revision, draft.saved_at)
    at = db.now()
    draft.source, draft.revision, draft.saved_at = kept, revision + 1, at
    if actor.id not in draft.writers:
        draft.writers = [*draft.writers, actor.id]
    if at - draft.told_at >= EVENT_EVERY or draft.revision == 2:  # noqa: PLR2004 the first save
        draft.told_at = at
        recorded(actor, draft, events.FORM_SAVED)
    draft.save(update_fields=["source", "revision", "saved_at", "writers", "told_at"])
    return Saved(draft.revision, at)


def _require_bounds(source: FormSource) -> None:
    """Refuse what is longer than anybody reads."""
    if len(source.text) > LONGEST_TEXT:
        raise Invalid(f"A form holds at most {LONGEST_TEXT:,} characters.", "text")
    if len(source.clauses) > CLAUSES_AT_MOST:
        raise Invalid(f"A form asks at most {CLAUSES_AT_MOST} things.")


def _kept_as_it_is(typed: FormSource, stored: FormSource) -> FormSource:
    """Let nobody change by typing which form, kind, language and number this is."""
    return dataclasses.replace(
        typed,
        slug=stored.slug,
        kind=stored.kind,
        language=stored.language,
        edition=stored.edition,
    )


def hand_in_form(*, actor: Actor, draft_id: UUID, revision: int) -> None:
    """Hand a form in for approval; raises Invalid, in words, for whatever it lacks (CC-01 ff.)."""
    require(actor, Permission.MANAGE_FORMS)
    draft = locked_draft(draft_id)
    require_draft_move(DraftState(draft.state), DraftState.WAITING)
    if draft.revision != revision:
        raise Stale
    source = decode(FormSource, draft.source)
    if missing := what_is_missing(source):
        raise Invalid(f"This form cannot be handed in yet. {missing[0].sentence}")
    source = _numbered(actor, draft, source)
    require_translation(draft, source)
    draft.state = DraftState.WAITING
    draft.handed_in_at, draft.handed_in_by = db.now(), actor.id
    draft.sha256, draft.given_back = form_sha256(source), ""
    draft.save(
        update_fields=[
            "state", "handed_in_at", "handed_in_by", "sha256", "given_back", "source", "writers",
        ]
    )  # fmt: skip
    recorded(actor, draft, events.FORM_HANDED_IN, text=draft.sha256)


def require_translation(draft: FormDraft, source: FormSource) -> None:
    """Raise Invalid unless it asks the same as the version it translates, or is numbered as."""
    others = FormVersion.objects.filter(
        Q(pk=draft.follows_id) | Q(form_id=draft.form_id, number=source.edition)
    ).exclude(language=draft.language)
    for other in others:
        require_same_questions(source, decode(FormSource, other.source))


def _numbered(actor: Actor, draft: FormDraft, source: FormSource) -> FormSource:
    """Give it its number again: a newer library may have taken the one it began with."""
    number = _number(draft.form, draft.language, draft.follows)
    if number == source.edition:
        return source
    draft.writers = sorted({*draft.writers, actor.id})
    numbered = dataclasses.replace(source, edition=number)
    draft.source = encode(numbered)
    return numbered


def drop_form(*, actor: Actor, draft_id: UUID) -> None:
    """Drop a form in writing; the row stays, and says that it was dropped."""
    require(actor, Permission.MANAGE_FORMS)
    draft = locked_draft(draft_id)
    require_draft_move(DraftState(draft.state), DraftState.DROPPED)
    draft.state, draft.ended_at = DraftState.DROPPED, db.now()
    draft.save(update_fields=["state", "ended_at"])
    recorded(actor, draft, events.FORM_DROPPED)


def locked_draft(draft_id: UUID) -> FormDraft:
    """Give a form in writing for changing; raises NotThere if there is none."""
    found = FormDraft.objects.select_for_update(of=("self",)).filter(pk=draft_id).first()
    if found is None:
        raise NotThere("consent_formdraft", draft_id)
    return found


def recorded(actor: Actor, draft: FormDraft, kind: EventKind, **detail: str | bool) -> None:
    """Leave the event of an act on a form in writing: which one, never a word of it."""
    audit.actions.record(
        actor=actor,
        kind=kind,
        about=("consent_formdraft", draft.pk),
        rows=[draft.form_id],
        detail={"language": draft.language, **detail},
    )
