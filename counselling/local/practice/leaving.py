"""What left by other ways: a link that was opened, an order told of later, a subpoena, a no."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

import consent.actions
import consent.queries
import records.actions
from consent.domain.bases import BasisAnswer, BasisKind, Fact, OrderKind
from consent.domain.covers import Category, Purpose
from consent.domain.delivery import ToldBy
from consent.domain.documents import RecipientShown
from consent.domain.recipients import AddressKind, RecipientKind, Verified
from consent.domain.restrictions import RestrictionAnswer, What, Wish
from consent.domain.subpoenas import Sender
from counselling.access import ANONYMOUS, recipient_actor
from counselling.local.outbox import letters
from counselling.local.practice.caseload import CARE
from counselling.papers import Paper
from records.domain.shares import Channel, Level

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from counselling.access import Actor
    from counselling.local.practice.story import Story

    Given = Callable[[Actor], Any]

SURGERY: Final = "letters@old-market-surgery.example"
SURGERY_PHONE: Final = "+49 30 5550144"
COURT: Final = RecipientShown(
    "Family Court Riverside", "court", "Family Court Riverside", "1 Court Square, Riverside"
)
ORDER: Final = Paper(b"%PDF-1.4\n% Order of 2 November, Family Court Riverside\n%%EOF\n",
                     "application/pdf")  # fmt: skip
FACTS: Final = {
    Fact.COURT: "Family Court Riverside",
    Fact.ORDER_KIND: OrderKind.ORDER.value,
    Fact.DOCKET: "14 F 202/26",
    Fact.ORDERED_ON: "2 November 2026",
    Fact.SCOPE: "Notes of the first session, nothing else.",
    Fact.NECESSARY: "The order names this session.",
}
OFFICER: Final = "priya"


def tell(story: Story) -> None:
    """Tell of a recipient who was made sure of, and of what the law asked for."""
    _tell_addresses(story)
    _tell_link(story)
    _tell_order(story)
    _tell_subpoena(story)
    _tell_kept_back(story)


def _tell_addresses(story: Story) -> None:
    """Tell that Dana called the practice of Mara's doctor back and wrote down how to reach it."""
    for number, (kind, value) in enumerate(
        {AddressKind.EMAIL: SURGERY, AddressKind.PHONE: SURGERY_PHONE}.items()
    ):
        name = f"mara.{kind}"

        def write(dana: Actor, kind: AddressKind = kind, value: str = value) -> UUID:
            return consent.actions.add_address(
                actor=dana, recipient_id=_doctor(story), kind=kind, value=value
            )

        def verify(dana: Actor, name: str = name) -> UUID:
            return consent.actions.verify_address(
                actor=dana, address_id=story.ids[name], how=Verified.CALLED_BACK
            )

        story.tell(story.at(-3, f"10:{number}2"), "dana", write, name)
        story.tell(story.at(-3, f"10:{number}8"), "dana", verify, name)


def _doctor(story: Story) -> UUID:
    return consent.queries.recipients_of(story.ids["mara"])[0]


def _tell_share(
    story: Story, key: str, at: datetime.datetime, begun: Given, note: str, sent: Given
) -> None:
    """Tell that something was begun, chosen and looked at; `sent` does the last step."""
    name, who = f"{key}.share", CARE[key]
    story.tell(at, who, begun, name)

    def choose(actor: Actor) -> None:
        chosen = records.actions.Chosen(level=Level.NOTES, items=(story.ids[note],))
        records.actions.choose(actor=actor, share_id=story.ids[name], chosen=chosen)

    story.tell(at + datetime.timedelta(minutes=1), who, choose)
    story.tell(at + datetime.timedelta(minutes=3), who, sent)


def _tell_link(story: Story) -> None:
    """Tell of a note that Mara's doctor read through a link, the day after it came."""
    secret: list[str] = []

    def begin(dana: Actor) -> UUID:
        return records.actions.begin_share(
            actor=dana,
            client_id=story.ids["mara"],
            case_id=story.ids["mara.case"],
            recipient_id=_doctor(story),
            purpose=Purpose.MEDICATION,
        )

    def send(dana: Actor) -> None:
        way = records.actions.Way(
            channel=Channel.LINK,
            address=story.ids["mara.email"],
            told_by=ToldBy.PHONE,
            told_address=story.ids["mara.phone"],
        )
        sent = _sent(dana, story.ids["mara.share"], way)
        story.ids["mara.link"] = sent.secret.link
        secret.append(sent.secret.secret)

    _tell_share(story, "mara", story.at(-2, "11:20"), begin, "mara.2.note", send)

    def read(_: Actor) -> None:
        found = consent.actions.open_share(actor=ANONYMOUS, token=_token(), secret=secret[0])
        if not isinstance(found, consent.actions.Let):
            raise TypeError(found)
        story.links["the doctor"] = recipient_actor(found.sitting, story.ids["mara"])

    story.tell(story.at(-1, "08:10"), "somebody not signed in", read)
    story.tell(
        story.at(-1, "08:11"),
        "the doctor",
        lambda doctor: consent.actions.read_shared(actor=doctor, link_id=story.ids["mara.link"]),
    )


def _token() -> str:
    """Find in the newest letter to the practice where it leads."""
    body = next(one.body for one in letters(Path(settings.OUTBOX)) if one.to == SURGERY)
    found = re.search(r"/d/([\w-]{43})\b", body)
    if found is None:
        raise LookupError(SURGERY)
    return found[1]


def _sent(actor: Actor, share: UUID, way: Any, **told: Any) -> Any:
    looked = records.actions.preview_share(actor=actor, share_id=share)
    return records.actions.send_share(
        actor=actor, share_id=share, previewed=looked.sha256, way=way, **told
    )


def _tell_order(story: Story) -> None:
    """Tell of a court's order about Elif, of which she is told the day after tomorrow."""
    tell_at = story.at(2, "09:00")

    def write(sam: Actor) -> UUID:
        return consent.actions.add_recipient(
            actor=sam, client_id=story.ids["elif"], shown=COURT, kind=RecipientKind.COURT
        )

    def state(sam: Actor) -> UUID:
        said = consent.actions.Stating(
            kind=BasisKind.COURT_ORDER,
            recipient=story.ids["elif.court"],
            categories=(Category.SESSION_NOTES,),
            facts=FACTS,
            tell_at=tell_at,
            why_later="She is alone until her sister comes on that day.",
        )
        return consent.actions.state_basis(
            actor=sam,
            client_id=story.ids["elif"],
            case_id=story.ids["elif.case"],
            said=said,
            paper=ORDER,
        )

    def decide(officer: Actor) -> None:
        consent.actions.decide_basis(
            actor=officer, basis_id=story.ids["elif.order"], answer=BasisAnswer.RELEASE, later=True
        )

    def begin(sam: Actor) -> UUID:
        return records.actions.begin_share(
            actor=sam,
            client_id=story.ids["elif"],
            case_id=story.ids["elif.case"],
            recipient_id=story.ids["elif.court"],
            basis_id=story.ids["elif.order"],
        )

    def send(sam: Actor) -> None:
        _sent(
            sam, story.ids["elif.share"], records.actions.Way(channel=Channel.PAPER),
            told_at=tell_at, later_by=story.ids[OFFICER],
        )  # fmt: skip

    story.tell(story.at(-2, "15:00"), "sam", write, "elif.court")
    story.tell(story.at(-2, "15:04"), "sam", state, "elif.order")
    story.tell(story.at(-2, "16:30"), OFFICER, decide)
    _tell_share(story, "elif", story.at(-1, "09:00"), begin, "elif.1.note", send)


def _tell_subpoena(story: Story) -> None:
    """Tell of a lawyer's letter about Tom that opens nothing by itself."""

    def write(dana: Actor) -> UUID:
        came = consent.actions.Came(
            sender=Sender.LAWYER,
            name="Harlan and Voss, for the other side",
            docket="3 O 77/26",
            asks_for="Everything that was written since spring.",
            received_on=story.day(-1),
            due_on=story.day(20),
            object_by=story.day(13),
        )
        return consent.actions.record_subpoena(actor=dana, client_id=story.ids["tom"], came=came)

    story.tell(story.at(-1, "12:05"), "dana", write, "tom.subpoena")


def _tell_kept_back(story: Story) -> None:
    """Tell that Jon wants nothing to go to an employer, and that this was agreed."""

    def ask(jon: Actor) -> UUID:
        wish = Wish(
            what=What.EVERYTHING,
            recipient_kind=RecipientKind.EMPLOYER,
            words="Nothing to the yard, please, whoever asks.",
        )
        return consent.actions.ask_restriction(actor=jon, client_id=story.ids["jon"], wish=wish)

    def agree(dana: Actor) -> None:
        consent.actions.answer_restriction(
            actor=dana,
            restriction_id=story.ids["jon.kept"],
            answer=RestrictionAnswer.AGREED,
        )

    story.tell(story.at(-6, "19:20"), "jon.portal", ask, "jon.kept")
    story.tell(story.at(-5, "08:40"), "dana", agree)
