"""Personal data in what nobody reads: comments, properties, the strings of sheets that only explain.

Belongs here: hiding them in the workbook that goes back. Does not: cells that are read, which are masked beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from quality.answers.annotated.parts.comments import rewritten_comments
from quality.answers.annotated.parts.markup import NotPatchableError, text_of
from quality.answers.annotated.parts.package import Package
from quality.answers.annotated.parts.safety import remove_properties
from quality.answers.annotated.parts.traces import SharedStrings
from quality.answers.annotated.parts.workbook_part import WorkbookPart
from quality.privacy import detectors
from quality.privacy.guard import mask_text
from sources.workbook.template.template_sheets import UNREAD_SHEETS

_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>([^<]*)</")
_INLINE = re.compile(rb"<(?:\w+:)?is>(.*?)</(?:\w+:)?is>", re.DOTALL)
_SETTING = re.compile(
    rb"""\s(?:prompt|promptTitle|error|errorTitle|display|tooltip|location|comment)=["']([^"']{6,})["']|>([^<]{6,})<"""
)
_HEADING_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|[A-Z])')
"""Where a page heading stands and how it looks: « &L06… » shows a number that follows no letter."""

_SAID_ELSEWHERE = (
    "xl/threadedComments/", "xl/drawings/", "xl/persons/", "xl/externalLinks/", "xl/pivotCache/",
    "xl/charts/", "xl/chartsheets/",
)  # fmt: skip

_BETWEEN = ("\n", "\n|\n")
"""What texts are looked at with between them: a number may be cut in two by what gives it a colour; and one is not seen
right behind another text's digits."""

_LONGEST_KEPT = 100_000
"""Texts whose answer is remembered."""

_END_OF_STRING = re.compile(rb"</(?:\w+:)?si>")
_ordinary: set[bytes] = set()
"""Shared strings seen before and found not to be personal: what all workbooks of one template share."""

_MOST_REMEMBERED, _LONGEST_REMEMBERED = 20_000, 500
_LOOKED_AT_TOGETHER, _MOST_LOOKED_AT = 500, 50_000


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
    if strings_part and _holds_personal_string(package.raw(strings_part)):
        strings = SharedStrings(package.xml(strings_part))
        strings.rewrite(_masked)
        package.write(strings_part, strings.as_xml())
    if any(_is_personal(package.raw(name)) for name in _xml_parts(package, ("docProps/",))):
        remove_properties(package)
    for name, part in workbook.sheets.items():
        if _says_personal(_beside_the_cells(package.raw(part), is_read=name not in UNREAD_SHEETS)):
            raise NotPatchableError("une donnée personnelle dans une formule ou un réglage de feuille")
    if _says_personal(list(_settings(package.raw(workbook.name)).values())):
        raise NotPatchableError("une donnée personnelle dans un nom défini")
    if any(_is_personal(package.raw(name)) for name in _xml_parts(package, _SAID_ELSEWHERE)):
        raise NotPatchableError("une donnée personnelle hors des cellules")


def _xml_parts(package: Package, folders: tuple[str, ...]) -> list[str]:
    return [name for name in package.names if name.startswith(folders) and name.endswith(".xml")]


def _masked(text: str) -> str:
    return _masked_once(text) if len(text) <= _LONGEST_KEPT else mask_text(text)[0]


@lru_cache(maxsize=64)
def _masked_once(text: str) -> str:
    """The same text is looked at once: what stands beside the cells is the template's own in most workbooks."""
    return mask_text(text)[0]


def _beside_the_cells(xml: bytes, *, is_read: bool) -> list[str]:
    """The texts of a sheet that are no cell's value: formulas, input messages, page headings."""
    texts = _FORMULA.findall(xml) if b"<f" in xml or b":f" in xml else []
    texts += [] if is_read else _INLINE.findall(xml)
    after = xml[max(0, xml.rfind(b"sheetData")) :]
    settings = _settings_once(after) if len(after) <= _LONGEST_KEPT else _settings(after)
    return list(({text: text_of(text) for text in texts} | settings).values())


def _settings(after: bytes) -> dict[bytes, str]:
    """The texts of what stands after a sheet's cells, as written and as read."""
    return {text: _shown(text_of(text)) for text in (one or other for one, other in _SETTING.findall(after))}


def _shown(text: str) -> str:
    """A text, and beside it what is shown of it where it may be a page heading."""
    return f"{text}{_BETWEEN[1]}{_HEADING_CODE.sub(' ', text)}" if "&" in text else text


_settings_once = lru_cache(maxsize=64)(_settings)
"""Workbooks of one template mostly say the same there."""


def _holds_personal_string(xml: bytes) -> bool:
    """Whether one of the shared strings is personal: those of a template are looked at once, any other by itself."""
    strings = set(_END_OF_STRING.split(xml)) - _ordinary
    if any(mask_text(text)[1] for text in list(_deserving_a_look([text_of(string) for string in strings]))):
        return True
    if len(_ordinary) < _MOST_REMEMBERED:
        _ordinary.update(string for string in strings if len(string) <= _LONGEST_REMEMBERED)
    return False


def _deserving_a_look(texts: list[str]) -> Iterator[str]:
    """The texts among which one may hold personal data, looked at by groups: most groups have none.

    Raises ``NotPatchableError`` past a number: nobody wrote them, and reading each would take minutes.
    """
    count = 0
    for start in range(0, len(texts), _LOOKED_AT_TOGETHER):
        group = texts[start : start + _LOOKED_AT_TOGETHER]
        if not detectors.any_may_hold(group):
            continue
        count += len(group)
        if count > _MOST_LOOKED_AT:
            raise NotPatchableError("trop de textes qui ressemblent à des données personnelles")
        yield from group


def _says_personal(texts: list[str]) -> bool:
    return any(_masked(joined) != joined for joined in (between.join(texts) for between in _BETWEEN))


def _is_personal(xml: bytes) -> bool:
    return _is_personal_once(xml) if len(xml) <= _LONGEST_KEPT else _has_personal_text(xml)


def _has_personal_text(xml: bytes) -> bool:
    texts = (_shown(text_of(xml.replace(b"><", f">{between}<".encode()))) for between in _BETWEEN)
    return any(_masked(text) != text for text in texts)


_is_personal_once = lru_cache(maxsize=64)(_has_personal_text)
