"""From the sheets of a form's export to its responses, one file each.

Belongs here: recognising an export by a mapping, joining repeats to their response, finding each question. Does not:
reading bytes (``sources.workbook.reading``), judging answers (``quality``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sources.forms.mapping import FormMapping, heading_key
from sources.forms.questions import OTHER_SUFFIX, question_name
from sources.forms.response import ResponseSheet, response_content
from sources.referential.loader import Referential
from sources.workbook.layout import CHOICE_SEPARATOR, ENVELOPE, Column, Sheet, workbook_layout
from sources.workbook.reading import RawSheet

_DOSSIER = "dossier"
_DOSSIER_PREFIX = "formulaire-"
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
    ``without_id``, ``orphans``, ``flattened``: (sheet, row number) of what is not handed over.
    """

    title: str
    responses: list[FormResponse] = field(default_factory=list)
    sheets: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    without_id: list[tuple[str, int]] = field(default_factory=list)
    orphans: list[tuple[str, int]] = field(default_factory=list)
    flattened: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class _Target:
    """Where a column of the export goes; ``is_other``: the code written beside « autre »."""

    sheet: Sheet
    column: Column
    is_other: bool = False


@dataclass(frozen=True)
class _Part:
    """One sheet of the export: its headings by key, and where its columns go."""

    raw: RawSheet
    headings: dict[str, int]
    targets: dict[int, list[_Target]]
    later_instances: list[int]

    def rows(self) -> Iterable[tuple[int, list[str]]]:
        return ((n, row) for n, row in enumerate(self.raw.rows[1:], start=2) if any(text.strip() for text in row))

    def cell(self, row: list[str], heading: str) -> str:
        at = self.headings.get(heading)
        return row[at].strip() if at is not None and at < len(row) else ""

    def first(self, row: list[str], headings: list[str]) -> str:
        return next((text for heading in headings if (text := self.cell(row, heading))), "")


def recognise(sheets: list[RawSheet], mappings: Iterable[FormMapping]) -> FormMapping | None:
    """The mapping whose tool made these sheets, if any; looks at first rows only."""
    first_rows = [{heading_key(text) for text in sheet.rows[0]} for sheet in sheets if sheet.rows]
    for mapping in mappings:
        if any(set(names) <= headings for headings in first_rows for names in mapping.recognised_by):
            return mapping
    return None


def read_export(sheets: list[RawSheet], mapping: FormMapping, referential: Referential) -> FormExport | None:
    """The responses of an export, in its order; None when no question of ours stands in it."""
    layout = workbook_layout(referential)
    parts = [_part(raw, mapping, layout) for raw in sheets if raw.rows]
    if not any(part.targets for part in parts):
        return None
    asked = [part for part in parts if part.targets]
    main = [part for part in asked if not any(name in part.headings for name in mapping.parent_links)][:1]
    repeats = [part for part in asked if any(name in part.headings for name in mapping.parent_links)]
    export = _Reader(mapping, layout, referential).read(main, repeats)
    for part in parts:
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

    def read(self, main: list[_Part], repeats: list[_Part]) -> FormExport:
        children: dict[str, list[tuple[_Part, int, list[str]]]] = defaultdict(list)
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

    def _hand_over(
        self, part: _Part, number: int, row: list[str], children: list[tuple[_Part, int, list[str]]]
    ) -> bool:
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
        envelope.columns[id_position] = _DOSSIER
        envelope.rows.setdefault(number, {})[id_position] = _DOSSIER_PREFIX + response_id
        ordered = [found[sheet.code] for sheet in self._layout if sheet.code in found]
        self._export.responses.append(FormResponse(response_id, response_content(response_id, ordered)))
        return True

    def _identity(self, part: _Part, row: list[str]) -> tuple[str, int]:
        for names in self._mapping.response_id:
            pieces = [part.cell(row, name).removeprefix(self._mapping.id_prefix) for name in names]
            if all(pieces):
                return _as_code("-".join(pieces)), part.headings[names[0]]
        return "", 0

    def _add_row(self, found: dict[str, ResponseSheet], part: _Part, number: int, row: list[str]) -> None:
        """Put a row of the export where its questions belong; a sheet of which nothing of its own is said has none."""
        by_sheet: dict[str, dict[int, tuple[_Target, str]]] = defaultdict(dict)
        others: dict[tuple[str, str], str] = {}
        for at, targets in part.targets.items():
            text = row[at].strip() if at < len(row) else ""
            if not text or heading_key(text) in self._mapping.blanks:
                continue
            for target in targets:
                if target.is_other:
                    others[target.sheet.code, target.column.code] = text
                else:
                    by_sheet[target.sheet.code][at] = (target, text)
        for code, cells in by_sheet.items():
            texts = {at: self._text(target, text, others) for at, (target, text) in cells.items()}
            says_something = any(target.column.kind != "use_case" for target, _ in cells.values())
            if not says_something and self._is_shared(part, cells):
                continue
            sheet = next(iter(cells.values()))[0].sheet
            place = found.setdefault(code, ResponseSheet(sheet.label, {}))
            place.columns.update({at: target.column.code for at, (target, _) in cells.items()})
            place.rows[number] = texts

    def _is_shared(self, part: _Part, cells: dict[int, tuple[_Target, str]]) -> bool:
        """Whether every cell speaks for other sheets too, like the one use case of a Microsoft Forms response."""
        return all(len(part.targets[at]) > 1 for at in cells)

    def _text(self, target: _Target, text: str, others: dict[tuple[str, str], str]) -> str:
        column = target.column
        if heading_key(text) in self._mapping.others:
            return others.get((target.sheet.code, column.code), text)
        if column.kind in self._codes:
            return self._codes[column.kind].get(heading_key(text), text)
        return _several(column, text) if column.kind == "choices" else text


def _part(raw: RawSheet, mapping: FormMapping, layout: tuple[Sheet, ...]) -> _Part:
    headings: dict[str, int] = {}
    targets: dict[int, list[_Target]] = {}
    later: list[int] = []
    own_sheets = _sheets_named(raw.name, layout) or [s for s in layout if s.code in mapping.labels_of] or [layout[0]]
    for at, heading in enumerate(raw.rows[0]):
        if not heading.strip():
            continue
        headings.setdefault(heading_key(heading), at)
        found = _targets(heading, mapping, layout, own_sheets)
        if found and _instance(heading) > 1:
            later.append(at)
        elif found:
            targets[at] = found
    return _Part(raw, headings, targets, later)


def _sheets_named(name: str, layout: tuple[Sheet, ...]) -> list[Sheet]:
    key = heading_key(name)
    return [s for s in layout if key in (heading_key(s.code), heading_key(s.label)) or key.endswith(f" {s.code}")]


def _targets(heading: str, mapping: FormMapping, layout: tuple[Sheet, ...], own_sheets: list[Sheet]) -> list[_Target]:
    """By question name, whatever its group path; else by the mapping; else by a label or code of the sheet's own."""
    name = heading
    for separator in mapping.path_separators:
        name = name.rsplit(separator, 1)[-1]
    key = heading_key(name)
    if key in mapping.never:
        return []
    by_name = _questions(layout)
    if key in by_name:
        return [by_name[key]]
    if key in mapping.columns:
        pairs = [target.split(".", 1) for target in mapping.columns[key]]
        sheets = {sheet.code: sheet for sheet in layout}
        return [_Target(sheets[sheet], sheets[sheet].column(column)) for sheet, column in pairs]
    for sheet in own_sheets:
        for column in sheet.columns:
            if key in (heading_key(column.label), heading_key(column.code)) and column.code != _DOSSIER:
                return [_Target(sheet, column)]
    return []


def _questions(layout: tuple[Sheet, ...]) -> dict[str, _Target]:
    found = {}
    for sheet in layout:
        for column in sheet.columns:
            name = heading_key(question_name(sheet, column))
            found[name] = _Target(sheet, column)
            if column.kind == "use_case":
                found[name + OTHER_SUFFIX] = _Target(sheet, column, is_other=True)
    return found


def _instance(heading: str) -> int:
    """Which repetition a heading of a flattened repeat is about: ``evaluations[2]/…`` is the second."""
    before, _, after = heading.partition("[")
    number = after.partition("]")[0]
    return int(number) if before and number.isdigit() else 1


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
