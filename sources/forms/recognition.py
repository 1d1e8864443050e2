"""Whether a sheet is what a form's tool exports: by several of its own columns, and by the shape of their values.

Belongs here: the shapes. Does not: which columns a tool has (``sources/mappings/forms``), reading the answers
(``exports``).

A heading alone proves nothing: many tables have a column « Key » or « ID ».
"""

from __future__ import annotations

import re
from dataclasses import replace

from sources.forms.mapping import FormMapping, heading_key
from sources.workbook.reading import RawSheet

_LOOKED_AT = 200
"""Rows: an export has the same shape from its first response to its last."""

_HEX = "[0-9a-f]"
_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
_TIME = r"\d{1,2}[:h]\d{2}(:\d{2})?(\.\d+)?( ?[ap]m)?"
_ZONE = r"( ?(Z|[+-]\d\d:?\d\d|(UTC|GMT|CET|CEST)([+-]\d{1,2})?))?"
_SHAPES = {
    "uuid": re.compile(rf"(uuid:)?{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}(/.*)?", re.IGNORECASE),
    "hexadecimal": re.compile(rf"(uuid:)?{_HEX}+(-{_HEX}+)+", re.IGNORECASE),
    "instant": re.compile(rf"{_DAY}([T ,-]+(à )?{_TIME}{_ZONE})?", re.IGNORECASE),
    "number": re.compile(r"\d{1,18}"),
    "language": re.compile(r"[a-z]{2,3}(-[a-z0-9-]{2,20})?", re.IGNORECASE),
    "yes_no": re.compile(r"0|1|oui|non|yes|no|true|false", re.IGNORECASE),
    "address": re.compile(r"[0-9a-f.:]{3,45}|\(?(inconnu|unknown)e?\)?", re.IGNORECASE),
}


def bears_its_marks(sheet: RawSheet, mapping: FormMapping) -> bool:
    """Whether the sheet has all columns of one of the mapping's lists, and these hold what the tool writes there."""
    return _heading_row(sheet, mapping) is not None


def has_shape(text: str, name: str, mapping: FormMapping) -> bool:
    """Whether a text is what the tool writes under a heading; False where the mapping says nothing of it."""
    shape = mapping.shapes.get(name)
    return shape is not None and _SHAPES[shape].fullmatch(text) is not None


def headings_first(sheet: RawSheet, mapping: FormMapping) -> RawSheet:
    """The sheet with its headings on the first row, each below what stands above it: « Fonctions IA/Prédictive »."""
    row = _heading_row(sheet, mapping) if mapping.heading_rows > 1 else None
    if not row:
        return sheet
    headings, above = list(sheet.rows[row]), ""
    for at, heading in enumerate(headings):
        over = next(
            (rows[at].strip() for rows in reversed(sheet.rows[:row]) if at < len(rows) and rows[at].strip()), ""
        )
        names_itself = heading_key(heading) in {name for names in mapping.recognised_by for name in names}
        above = "" if names_itself else over or above
        headings[at] = f"{above}/{heading}" if above and heading.strip() else heading or over
    return replace(sheet, rows=[headings, *([] for _ in range(row)), *sheet.rows[row + 1 :]])


def _heading_row(sheet: RawSheet, mapping: FormMapping) -> int | None:
    return next((row for row in range(mapping.heading_rows) if _is_marked(sheet, row, mapping)), None)


def _is_marked(sheet: RawSheet, row: int, mapping: FormMapping) -> bool:
    if row >= len(sheet.rows):
        return False
    places = {heading_key(text): at for at, text in reversed(list(enumerate(sheet.rows[row])))}
    return any(
        all(name in places and _has_shape(sheet, row, places[name], name, mapping) for name in names)
        and (len(names) > 1 or bool(_texts(sheet, row, places[names[0]], mapping)))
        for names in mapping.recognised_by
    )


def _texts(sheet: RawSheet, row: int, at: int, mapping: FormMapping) -> list[str]:
    """What the column holds, but for what the tool writes where there is nothing."""
    cells = (cells[at].strip() for cells in sheet.rows[row + 1 : row + _LOOKED_AT + 1] if at < len(cells))
    return [text for text in cells if text and heading_key(text) not in mapping.blanks]


def _has_shape(sheet: RawSheet, row: int, at: int, name: str, mapping: FormMapping) -> bool:
    """Whether more than half of what the column holds has the shape: a damaged value here or there changes nothing."""
    shape, texts = mapping.shapes.get(name), _texts(sheet, row, at, mapping)
    if shape is None or not texts:
        return True
    return 2 * sum(1 for text in texts if _SHAPES[shape].fullmatch(text)) > len(texts)
