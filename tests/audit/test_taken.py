"""What is taken away of the trail: a table that reckons nothing, FHIR that says it rightly."""

from __future__ import annotations

import csv
import datetime
import io
import json
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import pytest
from fhir.resources.auditevent import AuditEvent
from fhir.resources.bundle import Bundle

from audit.domain import Act, Entry, kinds, taken
from audit.domain.taken import codes, fhir

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.req("AT-14")

AT: Final = datetime.datetime(2026, 10, 29, 22, 41, 7, 120, tzinfo=datetime.UTC)
WHO, CLIENT, OTHER, CASE, ROW = (UUID(int=number) for number in range(1, 6))
# what the library does not check: the codes that each system has and an event may carry
REQUIRED: Final = {
    "action": {"C", "R", "U", "D", "E"},
    "severity": {
        "emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug",
    },
}  # fmt: skip
SYSTEMS: Final[dict[str, set[str]]] = {
    "http://dicom.nema.org/resources/ontology/DCM": {
        "110100", "110101", "110106", "110110", "110112", "110113", "110114", "110122", "110123",
        "110127", "110136", "110137", "110150", "110152", "110153",
    },
    "http://hl7.org/fhir/restful-interaction": {
        "read", "create", "update", "delete", "search", "operation",
    },
    "http://terminology.hl7.org/CodeSystem/audit-event-outcome": {"0", "4", "8", "12"},
    "http://terminology.hl7.org/CodeSystem/extra-security-role-type": {"humanuser"},
    "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle": {"disclose"},
    "http://terminology.hl7.org/CodeSystem/object-role": {"1", "4", "24"},
    "http://terminology.hl7.org/CodeSystem/security-source-type": {"4"},
    "http://terminology.hl7.org/CodeSystem/v3-ActReason": {
        "TREAT", "BTG", "PATRQT", "HCOMPL", "HOPERAT",
    },
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality": {"R"},
    "http://terminology.hl7.org/CodeSystem/v3-RoleClass": {"PAT"},
    "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType": {"AuthZ-Role", "AuthZ-Consent"},
    "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType": {"XrequestId"},
}  # fmt: skip


def entry(kind: str = "note.opened", act: Act = Act.READ, **more: Any) -> Entry:
    said: dict[str, Any] = {
        "id": uuid4(), "when": AT, "kind": kind, "action": act, "sentence": "read a session note",
        "outcome": "ok", "who": WHO, "who_kind": "staff", "role": "counsellor",
        "who_label": "Dana Roth", "client": CLIENT, "clients": (CLIENT,), "case": CASE,
        "case_label": "7KQ2", "thing": "records_note", "row": ROW, "relation": "assigned",
        "purpose": "care", "session": "5f2b90c1", "request": "77aa01d4", "address": "a" * 64,
        "sealed": {f"records_note/{ROW}/record_part": "b" * 64},
        "detail": {"shown": 1, "late": False, "unknown": None},
    }  # fmt: skip
    return Entry(**(said | more))


def made(**more: Any) -> dict[str, Any]:
    return fhir.resource(entry(**more), {CLIENT: "222-333"})


def coded(value: Any) -> Iterator[tuple[str, str]]:
    """Give every code of a resource with its system."""
    if isinstance(value, dict):
        if "system" in value and "code" in value:
            yield value["system"], value["code"]
        for one in value.values():
            yield from coded(one)
    elif isinstance(value, list):
        for one in value:
            yield from coded(one)


def words(concept: dict[str, Any]) -> set[str]:
    return {one["code"] for one in concept["coding"]}


def test_a_cell_never_begins_a_formula() -> None:
    bad = (
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\uff1d1",
        "\ufeff=1",
        "|x",
        "%x",
    )
    (row,) = csv.reader(io.StringIO(taken.line(bad), newline=""))
    assert row == [f"'{cell}" for cell in bad]


def test_a_cell_that_begins_none_is_as_it_was() -> None:
    good = ("", "Dana", 'a "b", c', "a=b", "2026-10-29T22:41:07Z", "O'Hara")
    assert next(csv.reader(io.StringIO(taken.line(good)))) == list(good)
    assert taken.line(good).endswith("\r\n")


def test_an_event_says_who_did_what_to_whom_and_when() -> None:
    said = made()
    AuditEvent.model_validate(said)
    assert (said["action"], said["severity"], said["recorded"]) == (
        "R", "informational", "2026-10-29T22:41:07.000120Z",
    )  # fmt: skip
    assert words(said["category"][0]) == {"110110"}
    assert words(said["code"]) == {"read", "note.opened"}
    assert said["outcome"]["code"]["code"] == "0"
    assert words(said["authorization"][0]) == {"TREAT"}
    assert said["patient"]["identifier"]["value"] == f"urn:uuid:{CLIENT}"
    assert said["patient"]["display"] == "222-333"
    (who,) = said["agent"]
    assert who["requestor"] is True
    assert who["who"]["identifier"]["value"] == f"urn:uuid:{WHO}"
    assert who["networkString"] == "a" * 64
    thing = next(one for one in said["entity"] if one["what"].get("display") == "records_note")
    assert words(thing["securityLabel"][0]) == {"R"}
    details = {one["type"]["text"]: one for one in thing["detail"]}
    assert details["SHA-256"]["valueString"] == f"records_note/{ROW}/record_part {'b' * 64}"
    assert details["shown"]["valueInteger"] == 1
    assert details["late"]["valueBoolean"] is False
    assert "unknown" not in details


def test_the_request_is_an_entity_of_its_own() -> None:
    asked = [one for one in made()["entity"] if words(one["role"]) == {"XrequestId"}]
    assert [one["what"]["identifier"]["value"] for one in asked] == ["77aa01d4"]


@pytest.mark.parametrize(
    ("act", "code"), [("C", "create"), ("R", "read"), ("U", "update"), ("D", "delete")]
)
def test_what_is_done_with_a_record_follows_its_pattern(act: str, code: str) -> None:
    said = made(kind="note.changed", act=Act(act))
    assert said["action"] == act
    assert code in words(said["code"])
    assert words(said["entity"][0]["role"]) == {"1"}


def test_a_search_says_what_was_looked_through_and_never_the_words() -> None:
    said = made(kind="notes.searched", act=Act.READ, thing="", row=None, detail={"notes": 7})
    assert words(said["category"][0]) == {"110112"}
    assert "search" in words(said["code"])
    (query,) = [one["query"] for one in said["entity"] if words(one["role"]) == {"24"}]
    assert query == "eyJub3RlcyI6N30="


def test_a_disclosure_names_its_source_and_that_consent_was_asked() -> None:
    said = made(kind="disclosure.made", act=Act.CREATE, thing="consent_disclosure")
    assert words(said["category"][0]) == {"110106"}
    assert {"disclose", "AuthZ-Consent"} <= words(said["code"])
    assert {code for one in said["agent"] for code in words(one["type"])} == {"humanuser", "110153"}
    assert [one["requestor"] for one in said["agent"]] == [True, False]


def test_what_a_recipient_reads_is_told_with_them_as_its_destination() -> None:
    said = made(kind="delivery.read", who_kind="recipient", role="recipient", who_label="")
    assert words(said["agent"][0]["type"]) == {"110152"}
    assert words(said["authorization"][0]) == {"PATRQT"}


@pytest.mark.parametrize(
    ("reason", "code"), [("not-permitted", "AuthZ-Role"), ("no-consent", "AuthZ-Consent")]
)
def test_a_denial_says_what_denied_it(reason: str, code: str) -> None:
    said = made(kind="refused", act=Act.EXECUTE, outcome="refused", reason=reason)
    assert words(said["category"][0]) == {"110113"}
    assert code in words(said["code"])
    assert said["severity"] == "warning"
    assert said["outcome"] == {
        "code": fhir._coding(codes.OUTCOMES["refused"]), "detail": [{"text": reason}],
    }  # fmt: skip


def test_an_emergency_breaks_the_glass() -> None:
    said = made(kind="emergency.begun", act=Act.CREATE, purpose="danger")
    assert said["severity"] == "alert"
    assert words(said["authorization"][0]) == {"BTG"}
    assert "110127" in words(said["code"])


def test_a_session_is_an_encounter_and_a_request_is_what_an_event_rests_on() -> None:
    assert made(thing="records_session")["encounter"]["type"] == "Encounter"
    assert made(thing="consent_request")["basedOn"][0]["identifier"]["value"] == f"urn:uuid:{ROW}"
    assert "basedOn" not in made()
    assert "encounter" not in made()


def test_of_several_people_each_is_named_and_nothing_is_said_that_is_not_known() -> None:
    said = made(clients=(CLIENT, OTHER), relation="", purpose="", case=None, address="", detail={})
    people = [one for one in said["entity"] if words(one["role"]) == {"1"}]
    assert len(people) == 2
    assert "display" not in people[1]["what"]
    assert "networkString" not in said["agent"][0]
    assert "text" not in said["authorization"][0]


def test_every_kind_is_valid_by_the_library_and_by_the_code_systems() -> None:
    outcomes = ("ok", "refused", "failed")
    kinds_of = ("staff", "client", "service", "link", "recipient", "anonymous", "")
    known = sorted(kinds().values(), key=lambda one: one.code)
    for number, kind in enumerate(known):
        said = fhir.resource(
            entry(
                kind=kind.code, act=kind.action, sentence=kind.sentence,
                outcome=outcomes[number % 3], who_kind=kinds_of[number % 7],
                client=CLIENT if number % 2 else None, clients=(), reason="not-permitted",
            ),
            {},
        )  # fmt: skip
        AuditEvent.model_validate(said)
        for field, allowed in REQUIRED.items():
            assert said[field] in allowed
        for system, code in coded(said):
            assert system == codes.OURS or code in SYSTEMS[system], (system, code)


def test_a_bundle_is_one_whether_it_holds_two_events_or_none() -> None:
    number = uuid4()
    several = taken.begin(AT, number) + "".join(
        taken.event(entry(), {}, first=first) for first in (True, False)
    )
    read = Bundle.model_validate(json.loads(several + taken.end(empty=False)))
    assert len(read.entry) == 2
    nothing = json.loads(taken.begin(AT, number) + taken.end(empty=True))
    assert "entry" not in nothing
    assert Bundle.model_validate(nothing).type == "collection"
