"""The catalogues of words: collected from what is marked, and compiled; by Babel, without gettext.

`python -m counselling.local.languages update` collects; `compile` is done before every start.
A language is a folder in locale/ with a django.po; what is missing in it is shown in English.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog

ROOT: Final = Path(__file__).resolve().parent.parent.parent
LOCALE: Final = ROOT / "locale"
_PLACES: Final = ("audit", "clients", "consent", "counselling", "records", "templates")
# what runs in a terminal, and the demo, speak English
_NOT_SHOWN: Final = frozenset({"local", "management", "migrations", "demo"})
_WORDS: Final[dict[str, Any]] = {
    "gettext": None,
    "gettext_lazy": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "say": None,
    "say_number": (1, 2),
}


# dates and names of tools would change with each update and say nothing
_HEADER: Final = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def translated(folder: Path) -> list[str]:
    """Give the languages there is a catalogue for."""
    return sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/django.po"))


def compile_all(folder: Path = LOCALE) -> None:
    """Make of each catalogue what programs read, where that is older; whole or not at all."""
    for source in folder.glob("*/LC_MESSAGES/django.po"):
        made = source.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns:
            _compile(source, made)


def _compile(source: Path, made: Path) -> None:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 settings need no Babel
    from babel.messages.pofile import read_po  # noqa: PLC0415 as above

    stamp = source.stat()
    with source.open("rb") as text, tempfile.NamedTemporaryFile(dir=made.parent) as new:
        write_mo(new, read_po(text, locale=made.parent.parent.name))
        new.flush()
        os.utime(new.name, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        Path(new.name).chmod(0o644)
        made.unlink(missing_ok=True)
        os.link(new.name, made)


def collected() -> Catalog:
    """Give every marked sentence of templates and Python with where it stands."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415 as above

    found = Catalog(fuzzy=False)
    for path, line, message, comments, context in sorted(_marked(), key=lambda one: one[:2]):
        found.add(message, None, [(path, line)], auto_comments=comments, context=context)
    return found


def _marked() -> Iterator[tuple[str, int, Any, list[str], str | None]]:
    for place in _PLACES:
        for path in sorted(ROOT.joinpath(place).rglob("*")):
            parts = set(path.relative_to(ROOT).parts)
            if path.suffix in {".py", ".html", ".txt"} and not parts & _NOT_SHOWN:
                for found in _in_file(path):
                    yield (path.relative_to(ROOT).as_posix(), *found)


def _in_file(path: Path) -> Iterator[tuple[int, Any, list[str], str | None]]:
    from babel.messages.extract import extract  # noqa: PLC0415 as above
    from django.utils.translation import templatize  # noqa: PLC0415 as above

    text = path.read_text("utf-8")
    if path.suffix != ".py":
        # what is left of a template is words in lines: indents would mean something in Python
        lines = templatize(text, origin=str(path)).splitlines()
        text = "\n".join(line.strip() for line in lines)
    yield from extract("python", io.BytesIO(text.encode()), keywords=_WORDS)


def update(folder: Path = LOCALE) -> None:
    """Bring each catalogue up to what is marked now: new ones empty, gone ones away."""
    from babel.messages.pofile import read_po, write_po  # noqa: PLC0415 as above

    template = collected()
    for source in folder.glob("*/LC_MESSAGES/django.po"):
        language = source.parent.parent.name
        with source.open("rb") as text:
            catalog = read_po(text, locale=language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with source.open("wb") as text:
            text.write(_HEADER.format(language=language, plurals=catalog.plural_forms).encode())
            write_po(text, catalog, width=99, omit_header=True, include_lineno=False)
        missing = sum(1 for one in catalog if one.id and not _is_said(one))
        sys.stdout.write(f"{language}: {len(catalog)} sentences, {missing} to translate.\n")


def _is_said(one: Any) -> bool:
    said = one.string if isinstance(one.string, tuple) else (one.string,)
    return bool(said) and all(said) and not one.fuzzy


def main(arguments: list[str]) -> None:
    """Do what was asked."""
    from django.conf import settings  # noqa: PLC0415 as above

    if arguments == ["update"]:
        settings.configure(USE_I18N=True)
        update()
    elif arguments != ["compile"]:
        sys.exit("Say update or compile.")
    compile_all()


if __name__ == "__main__":
    main(sys.argv[1:])
