"""The product claims of a signature, a seal and its safety only what is true (ES-21, eIDAS 26)."""

from __future__ import annotations

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAID = sorted(
    path
    for folder, ending in (
        ("templates", "*.html"), ("consent/library", "*.md"), ("consent/library", "*.toml"),
        ("locale", "*.po"), (".", "README.md"),
    )
    for path in (ROOT / folder).rglob(ending)
    if ".venv" not in path.parts and ".local" not in path.parts
)  # fmt: skip
# what nobody can promise, in the languages that are spoken; "no qualified signature" is true
TOO_MUCH = re.compile(
    r"(?<!no )qualified (?:electronic )?signature|(?<!keine )qualifizierte \w*signatur"
    r"|legally binding|rechtsverbindlich|court[- ]proof|gerichtsfest|military|milit[äa]risch"
    r"|unhackable|unbreakable|unknackbar|(?:fully|completely|absolutely|100 ?%) (?:secure|safe)"
    r"|absolut sicher|(?:hipaa|gdpr|dsgvo)[- ](?:compliant|certified|konform|zertifiziert)"
    r"|end[- ]to[- ]end encrypt|ende[- ]zu[- ]ende[- ]verschl",
    re.IGNORECASE,
)
TRUE = ("No computer is fully safe", "Kein Computer ist")


@pytest.mark.req("ES-21")
def test_no_text_promises_what_cannot_be_kept() -> None:
    assert SAID
    said = {str(path.relative_to(ROOT)): _promises(path.read_text()) for path in SAID}
    assert not {path: found for path, found in said.items() if found}


def _promises(text: str) -> list[str]:
    for true in TRUE:
        text = re.sub(rf"{true}[^.]*\.", "", text)
    return TOO_MUCH.findall(text)


@pytest.mark.req("ES-21")
@pytest.mark.parametrize(
    "claim",
    [
        "a qualified electronic signature",
        "This is legally binding.",
        "Ihre Daten sind absolut sicher",
        "HIPAA-compliant",
        "end-to-end encrypted",
    ],
)
def test_such_a_promise_is_found(claim: str) -> None:
    assert _promises(claim)


@pytest.mark.req("ES-21")
def test_who_signs_is_told_in_every_language_what_the_signature_is() -> None:
    for language, words in (
        ("en", "simple electronic signature"),
        ("de", "einfache elektronische"),
    ):
        text = (ROOT / f"consent/library/signing_online.{language}.md").read_text()
        assert words in text
