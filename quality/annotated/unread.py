"""Personal data in what nobody reads: comments, properties, the strings of sheets that only explain.

Belongs here: hiding them in the workbook that goes back. Does not: cells that are read, which are masked beforehand.
"""

from __future__ import annotations

import re

from quality.annotated.comments import rewritten_comments
from quality.annotated.markup import NotPatchableError, text_of
from quality.annotated.package import Package
from quality.annotated.safety import remove_properties
from quality.annotated.traces import SharedStrings
from quality.annotated.workbook_part import WorkbookPart
from quality.privacy.guard import mask_text
from sources.workbook.template_sheets import UNREAD_SHEETS

_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>([^<]*)</")
_INLINE = re.compile(rb"<(?:\w+:)?is>(.*?)</(?:\w+:)?is>", re.DOTALL)
_SETTING = re.compile(
    rb"""\s(?:prompt|promptTitle|error|errorTitle|display|tooltip|location)=["']([^"']{6,})["']|>([^<]{6,})<"""
)
_SAID_ELSEWHERE = ("xl/threadedComments/", "xl/drawings/", "xl/persons/", "xl/externalLinks/", "xl/pivotCache/")


def hide_unread(package: Package, workbook: WorkbookPart) -> None:
    """Mask personal data in comments and in strings; take the file's properties away where they hold any.

    Raises:
        NotPatchableError: they stand in a formula, a drawing, a discussion, or the memory of another file.
    """
    for part in workbook.sheets.values():
        for comments in [r.target for r in package.relations(part) if r.is_a("comments")]:
            if _is_personal(package.raw(comments)):
                package.write(comments, rewritten_comments(package.xml(comments), _masked))
    strings_part = workbook.related_or_none("sharedStrings")
    if strings_part and _is_personal(package.raw(strings_part)):
        strings = SharedStrings(package.xml(strings_part))
        strings.rewrite(_masked)
        package.write(strings_part, strings.as_xml())
    if any(_is_personal(package.raw(name)) for name in _xml_parts(package, ("docProps/",))):
        remove_properties(package)
    for name, part in workbook.sheets.items():
        if _masked(texts := _beside_the_cells(package.raw(part), is_read=name not in UNREAD_SHEETS)) != texts:
            raise NotPatchableError("une donnée personnelle dans une formule ou un réglage de feuille")
    if any(_is_personal(package.raw(name)) for name in _xml_parts(package, _SAID_ELSEWHERE)):
        raise NotPatchableError("une donnée personnelle hors des cellules")


def _xml_parts(package: Package, folders: tuple[str, ...]) -> list[str]:
    return [name for name in package.names if name.startswith(folders) and name.endswith(".xml")]


def _masked(text: str) -> str:
    return mask_text(text)[0]


def _beside_the_cells(xml: bytes, *, is_read: bool) -> str:
    """The texts of a sheet that are no cell's value: formulas, input messages, page headings."""
    texts = _FORMULA.findall(xml) if b"<f" in xml or b":f" in xml else []
    texts += [] if is_read else _INLINE.findall(xml)
    settings = (one or other for one, other in _SETTING.findall(xml, xml.rfind(b"sheetData")))
    return "\n".join(text_of(text) for text in dict.fromkeys([*texts, *settings]))


def _is_personal(xml: bytes) -> bool:
    text = text_of(xml.replace(b"><", b">\n<"))
    return _masked(text) != text
