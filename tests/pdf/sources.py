"""Invented documents of all three kinds, filled from the shipped forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from consent.domain.copies import ConsentCopy, SignedBy
from consent.domain.documents import (
    AddendumKind,
    AnsweredClause,
    ConsentDocument,
    DisclosureDocument,
    EndedPermission,
    Evidence,
    Letterhead,
    Pack,
    Permission,
    RecipientShown,
    Section,
    SentBefore,
    SharedAddendum,
    WithdrawalCertificate,
    text_sha256,
)
from consent.domain.library import load_library
from consent.domain.wording import fill, shown_text

if TYPE_CHECKING:
    from consent.domain.form_source import ClauseSource, FormSource

ZONE = "Europe/Berlin"
SIGNED = datetime(2026, 11, 16, 13, 2, 11, tzinfo=UTC)
UNTIL = date(2027, 11, 15)
PRACTICE = Letterhead("Lindenhof Practice", "Lindenhof 4, 10115 Berlin", "030 555 0100")
CLIENT = "Jon Adler"
REFERENCE = "019a8d2e-5c1f-7d64-9b1e-2f7c41d0a9b3"

PARTICULARS = {
    "practice": PRACTICE.name,
    "practice_address": PRACTICE.address,
    "practice_phone": PRACTICE.phone,
    "crisis_line": "0800 000 000, day and night",
    "complaints": "the Chamber of Counsellors, Musterweg 1, 10117 Berlin",
    "counsellor": "Dana Reyes",
    "supervisor": "Ruth Amsel",
    "client": CLIENT,
    "recipient": "Dr Eva Lind",
    "recipient_role": "GP",
    "purpose": "medication and counselling fit together",
    "until": "15 November 2027",
}


def form(slug: str) -> FormSource:
    """A shipped form, filled for the invented client."""
    (source,) = [each for each in load_library() if (each.slug, each.language) == (slug, "en")]
    return fill(source, {each.code: each.default for each in source.particulars} | PARTICULARS)


def signed(slug: str, answers: dict[str, bool | None]) -> ConsentDocument:
    """A signed form with these answers; a clause left out has no answer."""
    filled = form(slug)
    shown = shown_text(filled)
    return ConsentDocument(
        reference=REFERENCE,
        language="en",
        zone=ZONE,
        practice=PRACTICE,
        client=CLIENT,
        asked_by="Dana Reyes",
        title=filled.title,
        in_short=filled.in_short,
        text=filled.text,
        clauses=tuple(_answered(each, answers.get(each.code)) for each in filled.clauses),
        closing=filled.closing,
        shown=shown,
        evidence=_evidence(slug, shown),
    )


def sharing() -> ConsentDocument:
    """Permission to share with a named recipient: a summary yes, notes no, attendance open."""
    answers = {"share-summary": True, "share-notes": False}
    return signed("share-with-named-recipient", answers)


def agreement() -> ConsentDocument:
    """The counselling agreement."""
    answers = {"begin": True, "emergency-contact": True}
    return signed("counselling-agreement", answers)


def disclosure() -> DisclosureDocument:
    """Two notes shared with a GP, with an addendum of each kind."""
    return DisclosureDocument(
        reference=REFERENCE,
        language="en",
        zone=ZONE,
        practice=PRACTICE,
        client=CLIENT,
        recipient=RecipientShown("Dr Eva Lind", "GP", "Lind Surgery", "Am Markt 2, Berlin"),
        purpose="So that medication and counselling fit together",
        categories=("notes of chosen sessions",),
        level="chosen notes",
        channel="handed over on paper",
        shared_by="Dana Reyes",
        shared_at=SIGNED,
        permission=Permission(
            "019a8d2e-77aa-7c12-8e01-0c7d5b2f4410",
            "Dana Reyes may send Dr Eva Lind the signed notes of sessions that matter for this.",
            SIGNED,
            UNTIL,
        ),
        pack=Pack("Notes for Dr Lind", "Dr Eva Lind", (_first_note(), _second_note())),
    )


def letter() -> DisclosureDocument:
    """A letter about records that a law of their own protects, with a copy of the consent."""
    plain = disclosure()
    allowed, held = plain.permission, sharing()
    assert allowed is not None
    clause = held.clauses[1]
    copy = ConsentCopy(
        reference=REFERENCE,
        language="en",
        form=held.title,
        number=1,
        label=clause.label,
        sentence=clause.sentence,
        ends=clause.ends_with,
        until=UNTIL,
        signed=(SignedBy(CLIENT, "", SIGNED), SignedBy("Mia Adler", "mother", SIGNED)),
        text_sha256=held.evidence.text_sha256,
    )
    section = Section("Summary", "Written by Dana Reyes.", "Dear Dr Lind,\n\nhe sleeps better.")
    return replace(
        plain,
        level="summary letter",
        permission=replace(allowed, copy=copy),
        pack=Pack("Summary", "Dr Eva Lind", (section,)),
        part_two=True,
    )


def withdrawal(*, sent: bool = True) -> WithdrawalCertificate:
    """One permission stopped by the client."""
    before = SentBefore(SIGNED, "Dr Eva Lind", "A summary, one page", "on paper")
    summary = sharing().clauses[1]
    return WithdrawalCertificate(
        reference=REFERENCE,
        language="en",
        zone=ZONE,
        practice=PRACTICE,
        client=CLIENT,
        withdrawn_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
        how="the client, in their own space",
        recorded_by="",
        ended=(
            EndedPermission(
                summary.label,
                summary.sentence,
                "Dr Eva Lind",
                SIGNED,
                datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
            ),
        ),
        sent_before=(before,) if sent else (),
        continues=("Your counselling goes on. It never depended on this permission.",),
    )


def _answered(clause: ClauseSource, granted: bool | None) -> AnsweredClause:
    return AnsweredClause(
        code=clause.code,
        label=clause.label,
        sentence=clause.sentence,
        required=clause.required,
        granted=granted,
        if_no=clause.if_no,
        purpose="medication",
        recipient="Dr Eva Lind" if clause.recipient == "named" else "",
        categories=clause.categories,
        since=SIGNED if granted else None,
        until=UNTIL if granted and clause.ends.months else None,
        ends_with=clause.ends.event,
    )


def _evidence(slug: str, shown: str) -> Evidence:
    return Evidence(
        signer=CLIENT,
        signed_at=SIGNED,
        signs_for="",
        identified_by="a private link and a 6-digit PIN told in person",
        opened_at=datetime(2026, 11, 16, 12, 55, tzinfo=UTC),
        request="019a8d2b-0b6e-7a51-a2c4-6f0de1b7c813",
        form=slug,
        form_number=1,
        form_language="en",
        form_sha256=text_sha256(slug),
        text_sha256=text_sha256(shown),
        online_accepted_at=datetime(2026, 11, 16, 12, 56, tzinfo=UTC),
        address_recorded=True,
        machine_recorded=True,
    )


def _first_note() -> Section:
    return Section(
        heading="Session of Tuesday 3 November 2026",
        meta="In the room, 50 minutes. Written by Dana Reyes, signed at 15:10 that day.",
        text=(
            "Jon slept **four hours** most nights this week. He took the new tablets at noon.\n\n"
            "- woke at three, worried about work\n- no thoughts of harming himself\n\n"
            "### Plan\n\nKeep the evening walk. Ask the GP about the hour of the dose."
        ),
        addenda=(
            SharedAddendum(
                AddendumKind.CORRECTION, "Dana Reyes", SIGNED, "The tablets were taken at *night*."
            ),
            SharedAddendum(AddendumKind.LATE_ENTRY, "Dana Reyes", SIGNED, "He called on Thursday."),
        ),
    )


def _second_note() -> Section:
    return Section(
        heading="Session of Tuesday 10 November 2026",
        meta="By phone, 25 minutes. Written by Dana Reyes, signed at 15:02 that day.",
        text="Better nights since the change. He wants to go on with the walks.",
        addenda=(
            SharedAddendum(
                AddendumKind.ENTERED_IN_ERROR, "Dana Reyes", SIGNED, "Belongs to another day."
            ),
        ),
    )
