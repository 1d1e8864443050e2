"""From the sheets of a form's export to its responses, one file each.

Belongs here: recognising an export by a mapping, joining repeats to their response, finding each question. Does not:
reading bytes (``sources.workbook.reading``), judging answers (``quality``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from sources.forms.headings import Part, Target, find_columns
from sources.forms.mapping import FormMapping, heading_key
from sources.forms.questions import DOSSIER
from sources.forms.response import ResponseSheet, response_content
from sources.referential.loader import Referential
from sources.workbook.layout import CHOICE_SEPARATOR, ENVELOPE, Column, Sheet, workbook_layout
from sources.workbook.reading import RawSheet

_CHOSEN = {"1", "true", "oui", "vrai", "yes"}
DOSSIER_PREFIX = "formulaire-"
_LONGEST_ID = 52
"""What a dossier's code (64 characters) leaves beside its prefix; a UUID has 36."""


@dataclass(frozen=True)
class FormResponse:
    """One response: the form's own identifier, and its file (``sources.forms.response``)."""

    response_id: str
    content: bytes


@dataclass
class FormExport:
    """The responses of an export, and the account of its rows.

    ``sheets``: name of each sheet → (rows read, rows handed over, rows ignored since nothing of ours is asked there).
    ``without_id``, ``orphans``, ``flattened``: (sheet, row number) of what is not handed over. ``unknown``: (sheet,
    0-based column, heading) of the columns that ask nothing of ours, the tool's own left out.
    """

    title: str
    responses: list[FormResponse] = field(default_factory=list)
    sheets: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    without_id: list[tuple[str, int]] = field(default_factory=list)
    orphans: list[tuple[str, int]] = field(default_factory=list)
    flattened: list[tuple[str, int]] = field(default_factory=list)
    unknown: list[tuple[str, int, str]] = field(default_factory=list)


def recognise(sheets: list[RawSheet], mappings: Iterable[FormMapping]) -> FormMapping | None:
    """The mapping whose tool made these sheets, if any; looks at first rows only."""
    first_rows = [_keys(tuple(sheet.rows[0])) for sheet in sheets if sheet.rows]
    for mapping in mappings:
        if any(headings.issuperset(names) for headings in first_rows for names in mapping.recognised_by):
            return mapping
    return None


@lru_cache(maxsize=100)
def _keys(headings: tuple[str, ...]) -> frozenset[str]:
    """Most files have the headings of the template."""
    return frozenset(heading_key(text) for text in headings)


def read_export(sheets: list[RawSheet], mapping: FormMapping, referential: Referential) -> FormExport | None:
    """The responses of an export, in its order; None when no question of ours stands in it."""
    layout = workbook_layout(referential)
    parts = [find_columns(raw, mapping, layout) for raw in sheets if raw.rows]
    if not any(part.targets for part in parts):
        return None
    asked = [part for part in parts if part.targets]
    main = [part for part in asked if not any(name in part.headings for name in mapping.parent_links)][:1]
    repeats = [part for part in asked if any(name in part.headings for name in mapping.parent_links)]
    export = _Reader(mapping, layout, referential).read(main, repeats)
    for part in parts:
        if part.targets:
            export.unknown += [(part.raw.name, at, part.raw.rows[0][at].strip()) for at in part.unknown]
        if part.raw.name not in export.sheets and (count := sum(1 for _ in part.rows())):
            export.sheets[part.raw.name] = (count, 0, count)
    return export


class _Reader:
    """Reads one export; what it finds is in ``export``."""

    def __init__(self, mapping: FormMapping, layout: tuple[Sheet, ...], referential: Referential) -> None:
        self._mapping = mapping
        self._layout = layout
        self._export = FormExport(mapping.title)
        self._codes = {
            kind: {heading_key(label): code for code, label in referential.labels(table).items()}
            for kind, table in (("use_case", "use_cases"), ("organisation", "organisations"))
        }

    def read(self, main: list[Part], repeats: list[Part]) -> FormExport:
        children: dict[str, list[tuple[Part, int, list[str]]]] = defaultdict(list)
        for part in repeats:
            for number, row in part.rows():
                children[part.first(row, self._mapping.parent_links)].append((part, number, row))
        handed: dict[str, int] = defaultdict(int)
        for part in main:
            for number, row in part.rows():
                own = part.first(row, self._mapping.own_links)
                mine = children.pop(own, []) if own else []
                if self._hand_over(part, number, row, mine):
                    handed[part.raw.name] += 1
                    for child, _, _ in mine:
                        handed[child.raw.name] += 1
        self._export.orphans = [(part.raw.name, number) for rows in children.values() for part, number, _ in rows]
        self._export.sheets = {
            part.raw.name: (sum(1 for _ in part.rows()), handed[part.raw.name], 0) for part in [*main, *repeats]
        }
        return self._export

    def _hand_over(self, part: Part, number: int, row: list[str], children: list[tuple[Part, int, list[str]]]) -> bool:
        response_id, id_position = self._identity(part, row)
        if not response_id:
            self._export.without_id.append((part.raw.name, number))
            return False
        if any(at < len(row) and row[at].strip() for at in part.later_instances):
            self._export.flattened.append((part.raw.name, number))
            return False
        found: dict[str, ResponseSheet] = {}
        for place, place_number, place_row in [(part, number, row), *children]:
            self._add_row(found, place, place_number, place_row)
        envelope = found.setdefault(ENVELOPE, ResponseSheet(self._layout[0].label, {}, {number: {}}))
        envelope.columns[id_position] = DOSSIER
        envelope.rows.setdefault(number, {})[id_position] = DOSSIER_PREFIX + response_id
        ordered = [found[sheet.code] for sheet in self._layout if sheet.code in found]
        self._export.responses.append(FormResponse(response_id, response_content(response_id, ordered)))
        return True

    def _identity(self, part: Part, row: list[str]) -> tuple[str, int]:
        for names in self._mapping.response_id:
            pieces = [part.cell(row, name).removeprefix(self._mapping.id_prefix) for name in names]
            if all(pieces):
                return _as_code("-".join(pieces)), part.headings[names[0]]
        return "", 0

    def _add_row(self, found: dict[str, ResponseSheet], part: Part, number: int, row: list[str]) -> None:
        """Put a row of the export where its questions belong; a sheet of which nothing of its own is said has none."""
        by_sheet, others = self._said(part, row)
        for code, cells in by_sheet.items():
            texts = {at: self._text(target, text, others) for at, (target, text) in cells.items()}
            says_something = any(target.column.kind != "use_case" for target, _ in cells.values())
            if not says_something and self._is_shared(part, cells):
                continue
            sheet = next(iter(cells.values()))[0].sheet
            place = found.setdefault(code, ResponseSheet(sheet.label, {}))
            place.columns.update({at: target.column.code for at, (target, _) in cells.items()})
            place.rows[number] = texts

    def _said(
        self, part: Part, row: list[str]
    ) -> tuple[dict[str, dict[int, tuple[Target, str]]], dict[tuple[str, str], str]]:
        """Sheet code → column of the export → target and text; and the codes written beside « autre »."""
        by_sheet: dict[str, dict[int, tuple[Target, str]]] = defaultdict(dict)
        others: dict[tuple[str, str], str] = {}
        chosen: dict[tuple[str, str], list[tuple[int, Target]]] = defaultdict(list)
        filled = ((at, row[at].strip()) for at in part.targets if at < len(row))
        texts = {at: text for at, text in filled if text and heading_key(text) not in self._mapping.blanks}
        aimed = [(at, target, text) for at, text in texts.items() for target in part.targets[at]]
        for at, target, text in aimed:
            column = target.sheet.code, target.column.code
            if target.is_other:
                others[column] = text
            elif target.choice is None:
                by_sheet[target.sheet.code][at] = (target, text)
            elif heading_key(text) in _CHOSEN:
                chosen[column].append((at, target))
        for (sheet, code), choices in chosen.items():
            if all(target.column.code != code for target, _ in by_sheet[sheet].values()):
                at, target = choices[0]
                by_sheet[sheet][at] = (target, f" {CHOICE_SEPARATOR} ".join(str(each.choice) for _, each in choices))
        return by_sheet, others

    def _is_shared(self, part: Part, cells: dict[int, tuple[Target, str]]) -> bool:
        """Whether every cell speaks for other sheets too, like the one use case of a Microsoft Forms response."""
        return all(len(part.targets[at]) > 1 for at in cells)

    def _text(self, target: Target, text: str, others: dict[tuple[str, str], str]) -> str:
        column = target.column
        if heading_key(text) in self._mapping.others:
            return others.get((target.sheet.code, column.code), text)
        if column.kind in self._codes:
            return self._codes[column.kind].get(heading_key(text), text)
        return _several(column, text) if column.kind == "choices" else text


def _several(column: Column, text: str) -> str:
    """Codes or labels separated by blanks, as XLSForm's tools export them, separated by ``;`` instead."""
    if CHOICE_SEPARATOR in text:
        return text
    pieces = text.split()
    if all(piece in column.choices for piece in pieces):
        return " ; ".join(pieces)
    rest, chosen = f" {heading_key(text)} ", []
    for label in sorted(column.choices.values(), key=len, reverse=True):
        if f" {heading_key(label)} " in rest:
            rest = rest.replace(f" {heading_key(label)} ", "  ")
            chosen.append(label)
    return " ; ".join(chosen) if chosen and not rest.strip() else text


def _as_code(text: str) -> str:
    """An identifier in the characters of a dossier's code; too long a one keeps its end, which tells more."""
    return heading_key(text).replace(" ", "-").replace("_", "-")[-_LONGEST_ID:].strip("-")
