"""A column of one's own that names use cases beside their codes, and does not go with them: one was sorted alone.

Belongs here: what such a column proves. Does not: the template's own columns of names (``catalogue_checks``).
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.reading.normalise import label_key
from quality.reading.sheets.sheet_rows import FoundSheet
from quality.reading.values.typed import use_case_reader
from quality.rules.rules import Problem
from sources.referential.loader import Referential
from sources.workbook.formats.marks import column_index, column_letters

RULE = "W0378"
_USE_CASES, _CODE, _NAME = "cas_usage", "cas_usage", "nom"
_IGNORED = "I0402"


def said_of_names_beside(
    sheets: dict[str, FoundSheet], problems: list[Problem], referential: Referential
) -> Iterator[Problem]:
    """One problem for each row whose code is that of another name than the one written in a column that is ignored."""
    read = use_case_reader(referential)
    names: dict[str, str] = {}
    for code, found in sheets.items():
        if code == _USE_CASES or _CODE not in found.positions or found.is_turned:
            continue
        ignored = {
            each.column: each.cell for each in problems if each.rule_code == _IGNORED and each.sheet == found.name
        }
        for heading, cell in ignored.items():
            names = names or _names(sheets, referential)
            position = column_index((cell or "A").rstrip("0123456789"))
            for number, row in found.rows:
                written = row[position] if position < len(row) else ""
                named = names.get(label_key(written)) if written else None
                coded = read(row[found.positions[_CODE]])
                if named and coded and named != coded and coded in names.values():
                    place = f"{column_letters(position)}{number}"
                    said = f"le nom de « {coded} » : « {written} » est celui de « {named} »"
                    yield Problem(RULE, found.name, number, heading, place, written, said)


def _names(sheets: dict[str, FoundSheet], referential: Referential) -> dict[str, str]:
    """The key of each name that one use case alone bears → its code: the catalogue's, and those that the file gives."""
    read = use_case_reader(referential)
    pairs = [(label_key(name), code) for code, name in referential.labels("use_cases").items()]
    own = sheets.get(_USE_CASES)
    if own and {_CODE, _NAME} <= own.positions.keys():
        written = ((row[own.positions[_NAME]], read(row[own.positions[_CODE]])) for _, row in own.rows)
        pairs += [(label_key(name), code) for name, code in written if name and code]
    bearers: dict[str, set[str]] = {}
    for key, code in pairs:
        bearers.setdefault(key, set()).add(code)
    return {key: next(iter(codes)) for key, codes in bearers.items() if len(codes) == 1}
