"""A form filled with made-up values, to be looked at as a client would."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from consent.domain.wording import fill, placeholders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consent.domain.form_source import FormSource

_ENGLISH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "client": "Kim Example",
        "counsellor": "Robin Sample",
        "supervisor": "Sasha Sample",
        "recipient": "Dr. Alex Muster",
        "recipient_role": "GP",
        "purpose": "everyone who takes part in the care works together",
        "until": "15 November 2027",
        "crisis_line": "0800 000 000",
    }
)
_GERMAN: Final[Mapping[str, str]] = MappingProxyType(
    {
        **_ENGLISH,
        "client": "Kim Beispiel",
        "counsellor": "Robin Muster",
        "supervisor": "Sascha Muster",
        "recipient": "Dr. Alex Muster",
        "recipient_role": "Hausarztpraxis",
        "purpose": "alle, die an der Behandlung teilnehmen, gut zusammenarbeiten",
        "until": "15. November 2027",
    }
)


def sampled(form: FormSource, practice: Mapping[str, str]) -> FormSource:
    """Fill a form with what somebody made up; what nobody fills stays to be seen in brackets."""
    values = {name: f"[{name}]" for name in placeholders(form)}
    values |= _GERMAN if form.language == "de" else _ENGLISH
    values |= {each.code: each.default for each in form.particulars if each.default.strip()}
    values |= {name: said for name, said in practice.items() if said.strip()}
    return fill(form, values)
