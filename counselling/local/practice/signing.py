"""How a form is asked for, sent, opened, read, answered and signed in the fictional practice."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import clients.queries
import consent.actions
import consent.queries
from consent.domain.answers import enforced_sha256
from consent.domain.documents import text_sha256
from consent.domain.library import load_explanation
from consent.domain.wording import fill_explanation
from counselling.access import Actor, link_actor
from counselling.accounts import queries as accounts
from counselling.local.practice.caseload import CARE, CARED_FOR
from counselling.local.practice.story import NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from consent.actions import Asking, Sent
    from counselling.local.practice.story import Story

AGREEMENT: Final = "counselling-agreement"
SHARING: Final = "share-with-named-recipient"
RECORDING: Final = "recording"
OBSERVER: Final = "trainee-observer"
WRONG_PINS: Final = 5
_NAMES: Final = {one.key: f"{one.given} {one.family}" for one in CARED_FOR}
_CASES: Final = {one.key: one.joins or one.key for one in CARED_FOR}


class Form:
    """One form for one client in the story; its request is kept under `name`."""

    def __init__(self, story: Story, client: str, name: str, slug: str = AGREEMENT) -> None:
        """Name whom and what it is about; nothing has happened yet."""
        self.story, self.client, self.slug = story, client, slug
        self.name = f"{client}.{name}"
        self._sent: list[Sent] = []

    def ask(
        self, at: datetime.datetime, asking: Asking | None = None, *, witness: bool = False
    ) -> None:
        """Tell that the counsellor prepared it, to be seen signed by a witness or not."""
        ids = self.story.ids

        def act(actor: Actor) -> UUID:
            client = ids[self.client]
            language = clients.queries.client_row(client).language
            forms = consent.queries.forms_for(client, language)
            return consent.actions.ask(
                actor=actor,
                client_id=client,
                version_id=next(form.id for form in forms if form.slug == self.slug),
                case_id=ids[f"{_CASES[self.client]}.case"],
                asking=asking,
                witness=witness,
            )

        self.story.tell(at, self._counsellor, act, self.name)

    @property
    def _counsellor(self) -> str:
        return CARE[_CASES[self.client]]

    def send(self, at: datetime.datetime, by: str = "") -> None:
        """Tell that it was sent, by the counsellor or by somebody else."""

        def act(actor: Actor) -> None:
            request = self.story.ids[self.name]
            self._sent.append(consent.actions.send_request(actor=actor, request_id=request))

        self.story.tell(at, by or self._counsellor, act)

    def call_back(self, at: datetime.datetime) -> None:
        """Tell that the counsellor called it back."""
        self.story.tell(
            at,
            self._counsellor,
            lambda actor: consent.actions.void_request(
                actor=actor, request_id=self.story.ids[self.name]
            ),
        )

    def _of_client(self, at: datetime.datetime, act: Callable[..., object], **said: object) -> None:
        """Tell that the client did something with it in their own space."""
        self.story.tell(
            at,
            f"{self.client}.portal",
            lambda actor: act(actor=actor, request_id=self.story.ids[self.name], **said),
        )

    def sign(self, at: datetime.datetime, answers: Mapping[str, bool], drawing: str = "") -> None:
        """Tell that the client opened, read, answered and signed it, in a quarter of an hour."""
        minutes = [
            at + datetime.timedelta(minutes=number) for number in (0, 1, 2, 4, 5, 12, 13, 14)
        ]
        opened, online, short, answered, text, read, last, signed = minutes
        self._of_client(opened, consent.actions.open_request)
        self._of_client(online, _accept_online)
        self._of_client(short, consent.actions.read_form, page="in short")
        self._of_client(answered, consent.actions.save_answers, answers=answers)
        self._of_client(text, consent.actions.read_form, page="whole text")
        self._of_client(read, _finish_reading)
        self._of_client(last, consent.actions.read_form, page="signature")
        self._of_client(signed, _sign, name=_NAMES[self.client], drawing=drawing)

    def witness(self, at: datetime.datetime, by: str, name: str) -> None:
        """Tell that somebody of the practice saw it signed, and signed for that."""

        def act(actor: Actor) -> None:
            asked = consent.queries.group_of(self.story.ids[self.name])[-1].request
            read = consent.actions.look_as_witness(actor=actor, request_id=asked)
            consent.actions.sign_as_witness(
                actor=actor,
                request_id=asked,
                name=name,
                enforced_shown=enforced_sha256(read.filled, read.together),
            )

        self.story.tell(at, by, act)

    def decline(self, at: datetime.datetime) -> None:
        """Tell that the client opened it, read it and said no thank you."""
        later = [at + datetime.timedelta(minutes=number) for number in (0, 1, 2, 9)]
        self._of_client(later[0], consent.actions.open_request)
        self._of_client(later[1], _accept_online)
        self._of_client(later[2], consent.actions.read_form, page="in short")
        self._of_client(later[3], consent.actions.decline)

    def guess(self, at: datetime.datetime) -> None:
        """Tell that its PIN was typed wrong until the link was dead."""
        for number in range(WRONG_PINS):
            minute = at + datetime.timedelta(minutes=number)
            self.story.tell(minute, NOBODY, lambda nobody: self._open(nobody, right=False))

    def _open(self, nobody: Actor, *, right: bool) -> object:
        sent = self._sent[-1]
        token = sent.path.strip("/").rpartition("/")[2]
        wrong = "000000" if sent.pin != "000000" else "111111"
        pin = sent.pin if right else wrong
        return consent.actions.open_link(actor=nobody, token=token, pin=pin)

    def open_by_link(self, at: datetime.datetime) -> str:
        """Tell that the client opened its link with the PIN; gives who then acts in the story."""
        who = f"{self.name}.link"

        def act(nobody: Actor) -> None:
            opened = self._open(nobody, right=True)
            assert isinstance(opened, consent.actions.Opened)  # noqa: S101 the PIN was the one sent
            self.story.links[who] = link_actor(opened.link, self.story.ids[self.client])

        self.story.tell(at, NOBODY, act)
        return who


def _accept_online(*, actor: Actor, request_id: UUID) -> None:
    """Agree to sign online, unless that was said before."""
    row = consent.queries.request_row(request_id)
    if consent.queries.accepted_online(row.client):
        return
    practice = accounts.practice()
    values = {
        "practice": practice.name,
        "practice_address": practice.address,
        "practice_phone": practice.phone,
    }
    shown = fill_explanation(load_explanation(row.form.language), values).text
    consent.actions.accept_online(
        actor=actor, request_id=request_id, explained_sha256=text_sha256(shown)
    )


def _finish_reading(*, actor: Actor, request_id: UUID) -> None:
    read = consent.actions.read_form(actor=actor, request_id=request_id, page="whole text")
    consent.actions.finish_reading(
        actor=actor, request_id=request_id, shown_sha256=read.shown_sha256
    )


def _sign(*, actor: Actor, request_id: UUID, name: str, drawing: str) -> None:
    read = consent.actions.read_form(actor=actor, request_id=request_id, page="signature")
    consent.actions.sign(
        actor=actor,
        request_id=request_id,
        name=name,
        enforced_shown=enforced_sha256(read.filled, read.answers),
        agent="Mozilla/5.0 (fictional)",
        drawing=drawing,
    )
