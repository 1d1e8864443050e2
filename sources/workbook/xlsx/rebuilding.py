"""An xlsx or an xlsb packed anew, its parts under the names where calamine looks for them.

Belongs here: names, encodings and the zip; what nobody reads (drawings, themes, properties) is left out. Does not: the
cells, which are handed over, or copied.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from sources.workbook.xlsx.office_package import OfficePackage, Relation
from sources.workbook.xlsx.xml_reading import is_plainly_encoded, parsed

_SHEET_FOLDERS = {
    "worksheet": "worksheets",
    "chartsheet": "chartsheets",
    "dialogsheet": "dialogsheets",
    "xlMacrosheet": "macrosheets",
    "xlIntlMacrosheet": "macrosheets",
}
"""calamine tells a kind of sheet by the folder where it lies."""

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_CONTENT_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>'
_TABLES = ("sharedStrings", "styles")


def is_misplaced(package: OfficePackage, main: str, suffix: str) -> bool:
    """Whether calamine would look for a part where it is not, or could not decode it."""
    if main != f"xl/workbook.{suffix}" or not package.stands_as(main):
        return True
    relations = package.relations(main).values()
    if any(found.target in package and not _is_well_placed(package, found, suffix) for found in relations):
        return True
    names = [f"xl/_rels/workbook.{suffix}.rels"]
    if suffix == "xml":
        names += [main, *(found.target for found in relations if found.kind in _TABLES)]
    return any(name in package and not is_plainly_encoded(package.beginning(name)) for name in names)


def rebuilt(package: OfficePackage, main: str, suffix: str, rewritten: Mapping[str, bytes]) -> bytes:
    """The package with the parts that calamine reads; ``rewritten``: part → its cells, in the place of its bytes."""
    stream = BytesIO()
    written: list[str] = []
    with zipfile.ZipFile(stream, "w") as target:
        target.writestr("[Content_Types].xml", _CONTENT_TYPES)
        target.writestr("_rels/.rels", _RELATIONS.format(_relation("rId1", "officeDocument", f"xl/workbook.{suffix}")))
        target.writestr(f"xl/workbook.{suffix}", _decoded(package.part(main), suffix))
        for number, (identifier, found) in enumerate(package.relations(main).items(), 1):
            if found.target not in package or (place := _place(found, number, suffix)) is None:
                continue
            written.append(_relation(identifier, found.kind, place))
            content = rewritten.get(found.target)
            target.writestr(f"xl/{place}", _decoded(package.part(found.target), suffix) if content is None else content)
        target.writestr(f"xl/_rels/workbook.{suffix}.rels", _RELATIONS.format("".join(written)))
    return stream.getvalue()


def _is_well_placed(package: OfficePackage, found: Relation, suffix: str) -> bool:
    if found.kind in _TABLES:
        wanted = found.target.lower() == f"xl/{found.kind}.{suffix}".lower()
    elif found.kind in _SHEET_FOLDERS:
        wanted = found.target.lower().startswith(f"xl/{_SHEET_FOLDERS[found.kind]}/")
    else:
        return True
    return wanted and package.stands_as(found.target)


def _place(found: Relation, number: int, suffix: str) -> str | None:
    if found.kind in _TABLES:
        return f"{found.kind}.{suffix}"
    if found.kind in _SHEET_FOLDERS:
        return f"{_SHEET_FOLDERS[found.kind]}/sheet{number}.{suffix}"
    return None


def _relation(identifier: str, kind: str, target: str) -> str:
    return f"<Relationship Id={quoteattr(identifier)} Type={quoteattr(_TYPES + kind)} Target={quoteattr(target)}/>"


def _decoded(content: bytes, suffix: str) -> bytes:
    """The same document in UTF-8, without comments or declarations of its own; others are copied."""
    if suffix != "xml" or (is_plainly_encoded(content) and b"<!" not in content):
        return content
    return ElementTree.tostring(parsed(content), encoding="UTF-8", xml_declaration=True)
