"""What people do while everything is being killed, and the ledger of what they were promised."""

from __future__ import annotations

import datetime
import json
import os
import random
import re
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.faults.visitors import NoAnswer, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSWORD = "plum-tractor-evening-9"
SECRET = "3132333435363738393031323334353637383930"
JSON = "application/json"
WORDS = ("rain", "lake", "sister", "sleep", "garden", "work", "anger", "train", "letter", "bread")


class Ledger:
    """What was tried and what was answered; only what was answered is a promise."""

    def __init__(self) -> None:
        """Begin empty; several people write."""
        self._lock = threading.Lock()
        self.drafts: dict[str, dict[str, Any]] = {}
        self.signed: list[dict[str, str]] = []
        self.consents: list[dict[str, str]] = []
        self.acts: Counter[str] = Counter()
        self.odd: list[str] = []

    def draft(self, person: str, session: str) -> dict[str, Any]:
        """Give the page of one note: every text tried, and which was acknowledged last."""
        with self._lock:
            return self.drafts.setdefault(
                session, {"person": person, "tried": [], "kept": -1, "signed": ""}
            )

    def promised(self, act: str, **facts: str) -> None:
        """Write down an act that was acknowledged."""
        with self._lock:
            self.acts[act] += 1
            if act == "note.signed":
                self.signed.append(facts)
            elif act == "consent.signed":
                self.consents.append(facts)

    def each(self, *acts: str) -> bool:
        """Say whether each of these acts was acknowledged at least once."""
        with self._lock:
            return all(self.acts[act] for act in acts)

    def wonder(self, what: str) -> None:
        """Write down an answer that nobody should have got."""
        with self._lock:
            self.odd.append(what)

    def keep(self, file: Path) -> None:
        """Write it where the reckoning reads it."""
        with self._lock:
            kept = {name: value for name, value in vars(self).items() if name != "_lock"}
            file.write_text(json.dumps(kept))


def code() -> str:
    """Give what everybody's authenticator shows."""
    from django_otp.oath import TOTP

    made = TOTP(bytes.fromhex(SECRET))
    made.time = datetime.datetime.now(datetime.UTC).timestamp()
    return f"{made.token():06d}"


def words(dice: random.Random, count: int) -> str:
    """Give words that no other note has."""
    return " ".join([f"{dice.getrandbits(48):012x}", *dice.choices(WORDS, k=count)])


class Counsellor:
    """Writes notes: logs a session, types, is saved every moment, signs or leaves it for later."""

    def __init__(self, visitor: Visitor, name: str, case: str, ledger: Ledger, seed: int) -> None:
        """Know whose notes these are."""
        self.visitor, self.name, self.case, self.ledger = visitor, name, case, ledger
        self.dice = random.Random(seed)  # noqa: S311 chance for a test

    def works(self) -> None:
        """Write one note."""
        session = self._session()
        page = self.visitor.tries(lambda: self.visitor.get(f"/sessions/{session}/draft"))
        fields = page.fields("tab")
        if not fields:
            self.ledger.wonder(f"no editor: {page.status} {page.location}")
            return
        fields |= {"risk": "no_new_concern", "attendance": "attended"}
        for _ in range(self.dice.randint(2, 6)):
            self._types(session, fields)
        if self.dice.random() < 0.7:
            self._signs(session, fields)

    def _session(self) -> str:
        # by the clock of the practice, as anybody types it
        zone = ZoneInfo(os.environ["TIME_ZONE"])
        at = datetime.datetime.now(zone) - datetime.timedelta(hours=3)
        said = {"case": self.case, "date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"}
        said |= {"minutes": "50", "modality": "in_person", "attendance": "attended"}
        answer = self.visitor.fills("/sessions/new", said, "minutes")
        assert answer.status == 302, (answer.status, answer.text)
        self.ledger.promised("session.logged")
        return answer.location.split("/")[2]

    def _types(self, session: str, fields: dict[str, str]) -> None:
        """Be saved as autosave.js does: the same words again until somebody says they are safe."""
        fields["record_part"] = words(self.dice, self.dice.randint(5, 120))
        fields["process_part"] = words(self.dice, 5)
        kept = self.ledger.draft(self.name, session)
        kept["tried"].append([fields["record_part"], fields["process_part"]])
        path = f"/sessions/{session}/draft"
        answer = self.visitor.tries(lambda: self.visitor.post(path, fields, JSON))
        if answer.status != 200:
            self.ledger.wonder(f"not saved: {answer.status} {answer.text[:200]}")
            return
        kept["kept"] = len(kept["tried"]) - 1
        fields["version"] = str(answer.json["version"])
        self.ledger.promised("draft.saved")

    def _signs(self, session: str, fields: dict[str, str]) -> None:
        path = f"/sessions/{session}/draft"
        self.visitor.tries(lambda: self.visitor.post(path, fields | {"act": "sign"}))
        answer = self.visitor.fills(f"{path}/signature", {}, "version")
        if not answer.location.startswith("/notes/"):
            self.ledger.wonder(f"not signed: {answer.status} {answer.location}")
            return
        note = answer.location.split("/")[2]
        self.ledger.promised("note.signed", session=session, note=note)
        self.ledger.draft(self.name, session)["signed"] = note
        if self.visitor.tries(lambda: self.visitor.get(f"/notes/{note}")).status == 200:
            self.ledger.promised("note.opened")


class Asker:
    """Asks a client for a consent; the client opens the link with its PIN and signs."""

    def __init__(self, visitor: Visitor, client: dict[str, str], ledger: Ledger) -> None:
        """Know who asks whom."""
        self.visitor, self.client, self.ledger = visitor, client, ledger
        self.guest, self.thanks = visitor, ""

    def works(self) -> None:
        """Ask and be answered, once."""
        path = f"/clients/{self.client['id']}/requests/new"
        answer = self.visitor.fills(path, {"act": "send"}, "p_fee")
        link = re.search(r"/r/([\w-]+)</code>", answer.text)
        pin = re.search(r'aria-label="PIN">([^<]+)<', answer.text)
        if not (link and pin):
            self.ledger.wonder(f"not asked: {answer.status} {answer.text[:300]}")
            return
        self.ledger.promised("request.made")
        guest = Visitor(self.visitor.port, hurry=self.visitor.hurry)
        guest.got = self.visitor.got
        opened = guest.fills(f"/r/{link[1]}", {"pin": pin[1].strip()}, "pin")
        if opened.status != 302:
            self.ledger.wonder(f"not opened: {opened.status} {opened.text[:300]}")
            return
        self.ledger.promised("request.opened")
        self.guest = guest
        self.thanks = signs(
            guest, opened.location.rsplit("/", 1)[0], self.client["name"], self.ledger
        )


def signs(guest: Visitor, form: str, name: str, ledger: Ledger) -> str:
    """Go through the three pages of a form and sign; give the page that thanks."""
    if guest.tries(lambda: guest.get(f"{form}/short")).location.endswith("/online"):
        guest.fills(f"{form}/online", {"act": "accept"})
    questions = guest.tries(lambda: guest.get(f"{form}/short")).choices
    guest.fills(f"{form}/short", {**dict.fromkeys(questions, "yes"), "act": "text"})
    guest.fills(f"{form}/text", {"act": "signature"}, "shown")
    answer = guest.fills(f"{form}/signature", {"name": name, "act": "sign"}, "enforced")
    if not answer.location.endswith("/done"):
        ledger.wonder(f"not signed: {answer.status} {answer.location} {answer.text[:300]}")
        return ""
    ledger.promised("consent.signed", request=form.rpartition("/")[2])
    done = guest.tries(lambda: guest.get(f"{form}/done"))
    if done.status != 200:
        ledger.wonder(f"no thanks: {done.status}")
    return done.text


class InTheirSpace:
    """Signs one after the other the forms that wait in the client's own space."""

    def __init__(self, visitor: Visitor, name: str, waiting: list[str], ledger: Ledger) -> None:
        """Know what waits."""
        self.visitor, self.name, self.waiting, self.ledger = visitor, name, waiting, ledger

    def works(self) -> None:
        """Sign the next form; with none left, look who opened the file."""
        if not self.waiting:
            self.visitor.tries(lambda: self.visitor.get("/space/documents"))
            threading.Event().wait(0.5)
            return
        form = f"/space/requests/{self.waiting.pop()}"
        self.visitor.fills(form, {})
        signs(self.visitor, form, self.name, self.ledger)


def until(stop: threading.Event, story: Callable[[], None], ledger: Ledger) -> threading.Thread:
    """Let somebody work in a thread until it is over; what surprises them is written down."""

    def work() -> None:
        while not stop.is_set():
            try:
                story()
            except NoAnswer:
                continue
            except Exception as error:  # noqa: BLE001 whatever a person stumbles over is a finding
                ledger.wonder(f"{type(error).__name__}: {error}")
                stop.wait(1)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
