"""The rows of the shipped forms; their ids follow from name, language and edition."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from django.utils import timezone

from consent.domain.codec import encode
from consent.domain.documents import text_sha256
from consent.domain.library import load_library

if TYPE_CHECKING:
    from consent.domain.form_source import FormSource

LIBRARY: Final = UUID("6f0c7c1e-58d5-7b0a-9a53-6f6d636f6e73")


@dataclasses.dataclass(frozen=True, slots=True)
class Shipped:
    """A form and its version, as rows."""

    form: dict[str, Any]
    version: dict[str, Any]


def rows() -> list[Shipped]:
    """Give every shipped form as rows, a version for each language; a form is named in English."""
    shipped = load_library()
    titles = {each.slug: each.title for each in shipped if each.language == "en"}
    return [_row(each, titles[each.slug]) for each in shipped]


def publish(apps: Any, using: str) -> None:
    """Insert the forms and versions that are not here yet; what was signed stays what it was."""
    form, version = (apps.get_model("consent", name) for name in ("Form", "FormVersion"))
    for each in rows():
        named = {key: value for key, value in each.form.items() if key != "id"}
        form.objects.using(using).get_or_create(id=each.form["id"], defaults=named)
        if not version.objects.using(using).filter(id=each.version["id"]).exists():
            version.objects.using(using).create(
                form_id=each.form["id"], published_at=timezone.now(), **each.version
            )


def _row(source: FormSource, title: str) -> Shipped:
    written = encode(source)
    canonical = json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    name = f"{source.slug}.{source.language}.{source.edition}"
    return Shipped(
        form={"id": uuid5(LIBRARY, source.slug), "slug": source.slug, "kind": source.kind.value,
              "title": title},
        version={
            "id": uuid5(LIBRARY, name),
            "number": source.edition,
            "language": source.language,
            "title": source.title,
            "text": source.text,
            "clauses": written["clauses"],
            "in_short": written["in_short"],
            "source": written,
            "sha256": text_sha256(canonical),
        },
    )  # fmt: skip
