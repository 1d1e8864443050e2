"""What ECMA-376 asks of the parts that we write, as far as a spreadsheet program refuses or repairs a file over it.

Belongs here: checks of a whole package, as words that name the part. Does not: what the parts say.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

ORDERS = {
    "worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection "
    "protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells "
    "phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup "
    "headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing "
    "legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts "
    "extLst",
    "workbook": "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups "
    "externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr "
    "smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst",
    "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
    "comments": "authors commentList extLst",
    "comment": "text commentPr",
    "xf": "alignment protection extLst",
    "border": "start end left right top bottom diagonal vertical horizontal",
    "c": "f v is extLst",
}  # fmt: skip
"""The order of an element's children."""

_LISTED = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}


def faults(content: bytes) -> Counter[str]:
    """Each fault of a package, by words that name its part."""
    found: Counter[str] = Counter()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        found.update(f"{fault} in the zip" for fault in _twice(name.lower() for name in names))
        trees: dict[str, ElementTree.Element] = {}
        for name in names:
            if name.endswith((".xml", ".rels", ".vml")):
                try:
                    trees[name] = ElementTree.fromstring(archive.read(name))
                except ElementTree.ParseError as error:
                    found[f"{name}: {error.msg.partition(':')[0]}"] += 1
    for name, tree in trees.items():
        found.update(f"{name}: {fault}" for fault in _of_part(tree))
    found.update(_of_relations(trees, set(names)))
    found.update(_of_types(trees, names))
    return found


def _of_part(tree: ElementTree.Element) -> Iterator[str]:
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        order = ORDERS.get(element.tag.removeprefix(MAIN)) if element.tag.startswith(MAIN) else None
        if order:
            yield from _of_order(element, order.split())
    if tree.tag == f"{MAIN}worksheet":
        yield from _of_sheet(tree)
    if tree.tag == f"{MAIN}workbook":
        yield from _twice(sheet.get("name", "").casefold() for sheet in tree.iter(f"{MAIN}sheet"))
        yield from _twice(sheet.get("sheetId", "") for sheet in tree.iter(f"{MAIN}sheet"))
        yield from _twice(sheet.get(f"{OFFICE}id", "") for sheet in tree.iter(f"{MAIN}sheet"))
    if tree.tag == f"{MAIN}styleSheet":
        yield from _of_styles(tree)
    if tree.tag == f"{MAIN}comments":
        yield from _twice(comment.get("ref", "") for comment in tree.iter(f"{MAIN}comment"))
        authors = len(tree.findall(f"{MAIN}authors/{MAIN}author"))
        yield from ("author" for c in tree.iter(f"{MAIN}comment") if int(c.get("authorId", "0")) >= authors)
    if tree.tag == "xml":
        yield from _twice(shape.get("id", "") for shape in tree.iter("{urn:schemas-microsoft-com:vml}shape"))


def _of_order(element: ElementTree.Element, order: list[str]) -> Iterator[str]:
    last = -1
    for child in element:
        local = child.tag.removeprefix(MAIN)
        if child.tag.startswith(COMPATIBILITY):
            continue
        if local not in order:
            yield f"{element.tag.removeprefix(MAIN)} holds {local}"
        elif order.index(local) < last:
            yield f"{element.tag.removeprefix(MAIN)}: {local} out of order"
        else:
            last = order.index(local)


def _of_sheet(tree: ElementTree.Element) -> Iterator[str]:
    rows = [int(row.get("r", "0")) for row in tree.iter(f"{MAIN}row") if row.get("r")]
    if rows != sorted(set(rows)):
        yield "rows out of order"
    yield from _twice(cell.get("r", "") for cell in tree.iter(f"{MAIN}c") if cell.get("r"))
    for row in tree.iter(f"{MAIN}row"):
        places = [(len(r.rstrip("0123456789")), r.rstrip("0123456789")) for c in row if (r := c.get("r"))]
        if places != sorted(places):
            yield "cells out of order"
    for kind in ("sheetData", "cols", "hyperlinks", "legacyDrawing", "mergeCells"):
        if len(tree.findall(f"{MAIN}{kind}")) > 1:
            yield f"{kind} twice"
    yield from ("empty hyperlinks" for links in tree.iter(f"{MAIN}hyperlinks") if not len(links))


def _of_styles(tree: ElementTree.Element) -> Iterator[str]:
    sizes = {}
    for part in ("fonts", "fills", "borders", "cellXfs", "cellStyleXfs"):
        listed = tree.find(f"{MAIN}{part}")
        sizes[part] = len(listed) if listed is not None else 0
        if listed is not None and listed.get("count") and int(listed.get("count", "0")) != len(listed):
            yield f"{part}: count"
    for xf in tree.iterfind(f"{MAIN}cellXfs/{MAIN}xf"):
        for attribute, part in _LISTED.items():
            if int(xf.get(attribute, "0")) >= max(sizes[part], 1):
                yield f"xf: {attribute} beyond {part}"


def _twice(values: Iterator[str]) -> Iterator[str]:
    yield from (f"{value} twice" for value, count in Counter(values).items() if count > 1)


def _of_relations(trees: dict[str, ElementTree.Element], names: set[str]) -> Iterator[str]:
    lowered = {name.lower() for name in names}
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        yield from (f"{name}: {fault}" for fault in _twice(relation.get("Id", "") for relation in tree))
        for relation in tree:
            target = relation.get("Target", "")
            resolved = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            if relation.get("TargetMode") != "External" and resolved.lower() not in lowered:
                yield f"{name}: {target} leads nowhere"
        source = posixpath.join(folder, posixpath.basename(name).removesuffix(".rels"))
        if source not in trees:
            continue
        known = {relation.get("Id") for relation in tree}
        for element in trees[source].iter():
            wanted = {value for key, value in element.attrib.items() if key.startswith(OFFICE)}
            yield from (f"{source}: {value} has no relation" for value in wanted - known)


def _of_types(trees: dict[str, ElementTree.Element], names: list[str]) -> Iterator[str]:
    types = trees.get("[Content_Types].xml")
    if types is None:
        yield "no content types"
        return
    stated = [override.get("PartName", "").lstrip("/").lower() for override in types.iter(f"{TYPES}Override")]
    yield from (f"[Content_Types].xml: {fault}" for fault in _twice(iter(stated)))
    defaults = {default.get("Extension", "").lower() for default in types.iter(f"{TYPES}Default")}
    for part in stated:
        if part not in {name.lower() for name in names}:
            yield f"[Content_Types].xml: {part} is not there"
    for name in names:
        typed = name.lower() in stated or name.rpartition(".")[2].lower() in defaults
        if not typed and name != "[Content_Types].xml" and not name.endswith("/"):
            yield f"{name}: no content type"
