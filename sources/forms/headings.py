"""The columns of a form's export: which question of the layout each one answers.

Belongs here: recognising headings by question name, mapping or label. Does not: rows (``exports``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sources.forms.mapping import FormMapping, heading_key
from sources.forms.questions import DOSSIER, NOTE_SUFFIX, OTHER_LABEL, OTHER_SUFFIX, note, question_name
from sources.workbook.layout import Column, Sheet
from sources.workbook.reading import RawSheet


@dataclass(frozen=True)
class Target:
    """Where a column of the export goes.

    ``is_other``: it holds the code written beside « autre ». ``choice``: it says whether this choice is one of several.
    """

    sheet: Sheet
    column: Column
    is_other: bool = False
    choice: str | None = None


@dataclass(frozen=True)
class Part:
    """One sheet of the export: its headings by key, and where its columns go.

    ``later_instances``: columns of the second and later rows of a flattened repeat. ``unknown``: columns that ask
    nothing of ours.
    """

    raw: RawSheet
    headings: dict[str, int]
    targets: dict[int, list[Target]]
    later_instances: list[int]
    unknown: list[int]

    def rows(self) -> Iterable[tuple[int, list[str]]]:
        return ((n, row) for n, row in enumerate(self.raw.rows[1:], start=2) if any(text.strip() for text in row))

    def cell(self, row: list[str], heading: str) -> str:
        at = self.headings.get(heading)
        return row[at].strip() if at is not None and at < len(row) else ""

    def first(self, row: list[str], headings: list[str]) -> str:
        return next((text for heading in headings if (text := self.cell(row, heading))), "")


def find_columns(raw: RawSheet, mapping: FormMapping, layout: tuple[Sheet, ...]) -> Part:
    """What the first row of a sheet asks."""
    headings: dict[str, int] = {}
    targets: dict[int, list[Target]] = {}
    later: list[int] = []
    unknown: list[int] = []
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
        elif not _is_the_tool_s_own(heading, mapping, layout):
            unknown.append(at)
    return Part(raw, headings, targets, later, unknown)


def _is_the_tool_s_own(heading: str, mapping: FormMapping, layout: tuple[Sheet, ...]) -> bool:
    """Whether a column holds what the tool adds to every export, or a sentence of the form, and no question."""
    names = {name for names in [*mapping.response_id, *mapping.recognised_by] for name in names}
    key = heading_key(heading)
    is_note = key.endswith((NOTE_SUFFIX, *(heading_key(note(sheet)) for sheet in layout)))
    return (
        heading.startswith("_") or is_note or key in {*names, *mapping.own_links, *mapping.parent_links, *mapping.never}
    )


def _sheets_named(name: str, layout: tuple[Sheet, ...]) -> list[Sheet]:
    key = heading_key(name)
    return [s for s in layout if key in (heading_key(s.code), heading_key(s.label)) or key.endswith(f" {s.code}")]


def _targets(heading: str, mapping: FormMapping, layout: tuple[Sheet, ...], own_sheets: list[Sheet]) -> list[Target]:
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
    if choice := _choice(heading.removesuffix(name)[:-1], key, mapping, by_name):
        return [choice]
    if key in mapping.columns:
        pairs = [target.split(".", 1) for target in mapping.columns[key]]
        sheets = {sheet.code: sheet for sheet in layout}
        return [Target(sheets[sheet], sheets[sheet].column(column)) for sheet, column in pairs]
    return _by_label(heading_key(heading), own_sheets) or _by_label(key, own_sheets)


def _by_label(key: str, own_sheets: list[Sheet]) -> list[Target]:
    """The question of one of the sheets whose label, or label and choice, the heading is, or ends with."""
    for sheet in own_sheets:
        for column in sheet.columns:
            if key in (heading_key(column.label), heading_key(column.code)) and column.code != DOSSIER:
                return [Target(sheet, column)]
    ended = f" {key}"
    for sheet in own_sheets:
        for column in sheet.columns:
            if column.kind == "use_case" and ended.endswith(f" {heading_key(OTHER_LABEL)}"):
                return [Target(sheet, column, is_other=True)]
            if column.kind == "choices":
                for code, label in column.choices.items():
                    if ended.endswith(f" {heading_key(column.label)} {heading_key(label)}"):
                        return [Target(sheet, column, choice=code)]
    return []


def _choice(path: str, key: str, mapping: FormMapping, by_name: dict[str, Target]) -> Target | None:
    """The target of a column that stands for one choice of several: ``…/cas_usage_fonctions/PREDICTIVE``."""
    for separator in mapping.path_separators:
        path = path.rsplit(separator, 1)[-1]
    question = by_name.get(heading_key(path))
    if question is None or question.column.kind != "choices":
        return None
    choices = question.column.choices.items()
    code = next((code for code, label in choices if key in (heading_key(code), heading_key(label))), None)
    return Target(question.sheet, question.column, choice=code) if code else None


def _questions(layout: tuple[Sheet, ...]) -> dict[str, Target]:
    found = {}
    for sheet in layout:
        for column in sheet.columns:
            name = heading_key(question_name(sheet, column))
            found[name] = Target(sheet, column)
            if column.kind == "use_case":
                found[name + OTHER_SUFFIX] = Target(sheet, column, is_other=True)
    return found


def _instance(heading: str) -> int:
    """Which repetition a heading of a flattened repeat is about: ``evaluations[2]/…`` is the second."""
    before, _, after = heading.partition("[")
    number = after.partition("]")[0]
    return int(number) if before and number.isdigit() else 1
