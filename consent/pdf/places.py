"""Places kept in a document for whoever signs after the first, and how one is filled (ES-12).

They are there before the first seal: a page, a field on it for what that person signed, one that
nothing draws for the same as data, and a field for the seal. Filling them in is the one change
that the first seal allows, so every earlier seal stays whole, and any reader can say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

POINTS: Final = 72 / 25.4
# left, bottom, right, top in millimetres, from the lower left corner of an A4 page
BOX_MM: Final = (27, 32, 183, 238)
BOX: Final = tuple(round(each * POINTS, 2) for each in BOX_MM)
PRINTED: Final = 4
FOR_READING: Final = 1 | 1 << 12  # read only, several lines


@dataclass(frozen=True, slots=True)
class Filled:
    """What goes into a place: how it looks (a page as large as the box), in words, and as data."""

    look: bytes
    words: str
    data: str


def seal_name(place: int) -> str:
    """Name the field of a seal; the first one's has no number."""
    return "Seal" if place == 1 else f"Seal {place}"


def words_name(place: int) -> str:
    """Name the field that shows a further signature."""
    return f"Signature {place}"


def data_name(place: int) -> str:
    """Name the field that holds a further signature as data."""
    return f"Data {place}"


def keep_places(pdf: Any, labels: dict[int, str]) -> None:
    """Put the fields on the last pages, one a place; called before the file is written."""
    import pydyf  # noqa: PLC0415 imported late, as what needs it

    form = pydyf.Dictionary({"Fields": pydyf.Array(), **_letters(pydyf, pdf)})
    pdf.add_object(form)
    pdf.catalog["AcroForm"] = form.reference
    pages = [each for each in pdf.objects if _is(each, "/Page")]
    for page, (place, label) in zip(pages[-len(labels) :], sorted(labels.items()), strict=True):
        shown = _text_field(pydyf, words_name(place), label)
        shown.update(_shown_at(pydyf, pdf, page))
        for field in (shown, _text_field(pydyf, data_name(place), f"{label}, as data")):
            pdf.add_object(field)
            form["Fields"].append(field.reference)
        page["Annots"] = pydyf.Array([shown.reference])
        _tag(pydyf, pdf, page, shown)


def _letters(pydyf: Any, pdf: Any) -> dict[str, Any]:
    """Give the form the letters of the pages: a field for text has to name some."""
    (resources,) = [
        each for each in pdf.objects if isinstance(each, dict) and {"Font", "ExtGState"} <= {*each}
    ]
    fonts = next(each for each in pdf.objects if each.reference == resources["Font"])
    says = pydyf.String(f"/{next(iter(fonts))} 9 Tf 0 g")
    return {"DR": pydyf.Dictionary({"Font": resources["Font"]}), "DA": says}


def _text_field(pydyf: Any, name: str, label: str) -> Any:
    """Give a field for text; alone it has no place on a page, and nothing draws it."""
    says = {"T": pydyf.String(name), "TU": pydyf.String(label)}
    return pydyf.Dictionary({"FT": "/Tx", "Ff": FOR_READING, **says})


def _shown_at(pydyf: Any, pdf: Any, page: Any) -> dict[str, Any]:
    return {
        "Type": "/Annot",
        "Subtype": "/Widget",
        "F": PRINTED,
        "Rect": pydyf.Array(BOX),
        "P": page.reference,
        "AP": pydyf.Dictionary({"N": _empty(pydyf, pdf)}),
    }


def _empty(pydyf: Any, pdf: Any) -> Any:
    width, height = BOX[2] - BOX[0], BOX[3] - BOX[1]
    shape = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array((0, 0, width, height))}
    nothing = pydyf.Stream([], shape)
    pdf.add_object(nothing)
    return nothing.reference


def _tag(pydyf: Any, pdf: Any, page: Any, field: Any) -> None:
    """Put a field into the tree of tags, at its end: its page is one of the last (ES-11)."""
    root = next(each for each in pdf.objects if _is(each, "/StructTreeRoot"))
    document = next(each for each in pdf.objects if each.reference == root["K"][0])
    tree = next(each for each in pdf.objects if each.reference == root["ParentTree"])
    seen = pydyf.Dictionary({"Type": "/OBJR", "Obj": field.reference, "Pg": page.reference})
    pdf.add_object(seen)
    element = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "K": seen.reference,  # not in a list: checkers look for it just here
            "Pg": page.reference,
            "P": document.reference,
        }
    )
    pdf.add_object(element)
    document["K"].append(element.reference)
    number = max(tree["Nums"][::2]) + 1
    tree["Nums"].extend((number, element.reference))
    field["StructParent"] = number


def _is(thing: Any, kind: str) -> bool:
    return isinstance(thing, dict) and thing.get("Type") == kind


def keeps(reader: Any) -> list[int]:
    """Give the places that a file's first sealed revision keeps for further signatures."""
    first = reader.get_historical_resolver(reader.embedded_signatures[0].signed_revision)
    names = {str(one.get_object().get("/T")) for one in _fields(first)}
    place = 2
    while {seal_name(place), words_name(place), data_name(place)} <= names:
        place += 1
    return list(range(2, place))


def kept_in(file: Any) -> list[int]:
    """Give the places that a file not sealed yet keeps."""
    names = {str(one.get_object().get("/T")) for one in _fields(file)}
    return [place for place in range(2, len(names) + 2) if words_name(place) in names]


def fill(writer: Any, place: int, filled: Filled) -> None:
    """Write a further signature into its place, as an update at the end of the file."""
    from pyhanko.pdf_utils import generic  # noqa: PLC0415 imported late, since it costs a second
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 imported late, since it costs a second

    look = writer.import_page_as_xobject(PdfFileReader(BytesIO(filled.look)))
    shown, kept = _field(writer, words_name(place)), _field(writer, data_name(place))
    looks = generic.DictionaryObject({generic.pdf_name("/N"): look})  # type: ignore[no-untyped-call]  # the package ships no types for it
    shown[generic.pdf_name("/AP")] = looks
    shown[generic.pdf_name("/V")] = generic.pdf_string(filled.words)
    kept[generic.pdf_name("/V")] = generic.pdf_string(filled.data)
    for field in (shown, kept):
        writer.update_container(field)


def data_in(reader: Any, place: int) -> str:
    """Give what a place holds as data; nothing while it is empty."""
    return str(_field(reader, data_name(place)).get("/V", ""))


def _field(file: Any, name: str) -> Any:
    fields = (one.get_object() for one in _fields(file))
    return next(one for one in fields if one.get("/T") == name)


def _fields(file: Any) -> Any:
    return file.root["/AcroForm"]["/Fields"] if "/AcroForm" in file.root else ()


def finisher(
    labels: dict[int, str], then: Callable[[Any, Any], None]
) -> Callable[[Any, Any], None]:
    """Give a WeasyPrint finisher that keeps places and then does what every document needs."""

    def finish(document: Any, pdf: Any) -> None:
        if labels:
            keep_places(pdf, labels)
        then(document, pdf)

    return finish
