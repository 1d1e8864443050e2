"""Writing the form as an XLSForm, from the same layout as the workbook: never by hand.

Belongs here: the sheets ``survey``, ``choices`` and ``settings``, for KoboToolbox, ODK and what else reads XLSForm.
Does not: what is asked (``sources.workbook.template.layout``). The submission is a group, every other sheet a repeat;
the questions of one criterion are a group of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter

from sources.forms.questions import (
    NOT_ASSESSED_CHOICE,
    NOTE_SUFFIX,
    OTHER_CHOICE,
    OTHER_LABEL,
    OTHER_SUFFIX,
    is_asked,
    note,
    question_name,
)
from sources.referential.loader import Referential
from sources.workbook.template.layout import ENVELOPE, TEMPLATE_VERSION, Column, Sheet, workbook_layout

LANGUAGE = "Français (fr)"
FORM_ID = "cartographie"
FORM_TITLE = "Cartographie des cas d'usage de l'IA"

_LABEL, _HINT, _MESSAGE = (f"{what}::{LANGUAGE}" for what in ("label", "hint", "constraint_message"))
SURVEY_COLUMNS = (
    "type", "name", _LABEL, _HINT, "required", "constraint", _MESSAGE, "relevant", "choice_filter", "appearance",
)  # fmt: skip
CHOICE_COLUMNS = ("list_name", "name", _LABEL, "axe")
SETTINGS = ("form_title", "form_id", "version", "default_language")

_CODE = "regex(., '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$')"
_OWN_USE_CASE = "regex(., '^[A-Za-z0-9-]+-[0-9]{1,6}$')"
_CONSTRAINTS = {
    "number": ". >= 0",
    "integer": ". >= 0",
    "date": ". >= date('1990-01-01') and . <= date('2100-12-31')",
    "code": _CODE,
}
_TYPES = {"number": "decimal", "integer": "integer", "date": "date"}

Row = dict[str, str]


@dataclass
class _Choices:
    """The lists of the form, each written once; ``rows`` is the sheet ``choices``."""

    rows: list[Row] = field(default_factory=list)
    _names: dict[tuple[tuple[str, str], ...], str] = field(default_factory=dict)

    def list_name(self, wanted: str, choices: dict[str, str], axes: dict[str, str] | None = None) -> str:
        """The name of the list that offers ``choices`` (code → label); ``axes`` is the axis of each, if it has one."""
        key = tuple(choices.items())
        if key not in self._names:
            self._names[key] = wanted
            self.rows += [
                {"list_name": wanted, "name": code, _LABEL: label, "axe": (axes or {}).get(code, "")}
                for code, label in choices.items()
            ]
        return self._names[key]


def write_xlsform(path: Path, referential: Referential) -> Path:
    """Write the form at ``path`` and return it. Raises ``OSError`` when the file cannot be written."""
    choices = _Choices()
    survey = list(_survey(referential, choices))
    version = f"{TEMPLATE_VERSION}-{referential.checksum[:8]}"
    settings = dict(zip(SETTINGS, (FORM_TITLE, FORM_ID, version, LANGUAGE), strict=True))
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        _write_sheet(workbook, "survey", SURVEY_COLUMNS, survey)
        _write_sheet(workbook, "choices", CHOICE_COLUMNS, choices.rows)
        _write_sheet(workbook, "settings", SETTINGS, [settings])
    return path


def _write_sheet(workbook: xlsxwriter.Workbook, name: str, columns: Sequence[str], rows: list[Row]) -> None:
    worksheet = workbook.add_worksheet(name)
    heading = workbook.add_format({"bold": True, "bg_color": "#DCE8EC"})
    for position, column in enumerate(columns):
        worksheet.write_string(0, position, column, heading)
        worksheet.set_column(position, position, 44 if "::" in column else 22)
        for index, row in enumerate(rows, start=1):
            if row.get(column):
                worksheet.write_string(index, position, row[column])
    worksheet.freeze_panes(1, 0)


def _survey(referential: Referential, choices: _Choices) -> Iterator[Row]:
    for sheet in workbook_layout(referential):
        kind = "group" if sheet.code == ENVELOPE else "repeat"
        yield {"type": f"begin_{kind}", "name": sheet.code, _LABEL: sheet.label}
        yield {
            "type": "note",
            "name": sheet.code + NOTE_SUFFIX,
            _LABEL: note(sheet),
        }
        yield from _questions(sheet, referential, choices)
        yield {"type": f"end_{kind}"}


def _questions(sheet: Sheet, referential: Referential, choices: _Choices) -> Iterator[Row]:
    """The questions of a sheet; those that follow each other under one criterion are grouped."""
    criterion_of = referential.by_code("subcriteria", "criterion_code")
    labels = referential.labels("criteria")
    opened: str | None = None
    for column in sheet.columns:
        if not is_asked(sheet, column):
            continue
        criterion = criterion_of.get(column.code) if sheet.code == "evaluations" else None
        if criterion != opened:
            if opened:
                yield {"type": "end_group"}
            if criterion:
                yield {"type": "begin_group", "name": criterion, _LABEL: labels[criterion]}
            opened = criterion
        yield from _question(sheet, column, referential, choices)
    if opened:
        yield {"type": "end_group"}


def _question(sheet: Sheet, column: Column, referential: Referential, choices: _Choices) -> Iterator[Row]:
    name = question_name(sheet, column)
    row = {
        "name": name,
        _LABEL: column.label,
        _HINT: column.help,
        "required": "yes" if column.required else "",
    }
    match column.kind:
        case "choice" | "choices":
            yield row | _select(sheet, column, referential, choices)
        case "boolean":
            yield row | {"type": f"select_one {choices.list_name('oui_non', {'oui': 'Oui', 'non': 'Non'})}"}
        case "organisation":
            organisations = _own_organisations(referential)
            yield row | {
                "type": f"select_one {choices.list_name('organisations', organisations)}",
                "appearance": "minimal",
                _HINT: "L'établissement qui répond.",
            }
        case "use_case":
            catalogue = referential.labels("use_cases") | {OTHER_CHOICE: "Un cas d'usage propre à l'établissement"}
            yield row | {
                "type": f"select_one {choices.list_name('catalogue', catalogue)}",
                "appearance": "minimal",
                _HINT: "Un cas d'usage du catalogue, ou un cas d'usage propre à votre établissement.",
            }
            yield {
                "type": "text",
                "name": name + OTHER_SUFFIX,
                _LABEL: OTHER_LABEL,
                _HINT: "Votre numéro FINESS juridique, un tiret et un numéro : 690781810-1. Le code ne change jamais.",
                "required": "yes",
                "relevant": f"${{{name}}} = '{OTHER_CHOICE}'",
                "constraint": _OWN_USE_CASE,
                _MESSAGE: f"Attendu : {column.expected}.",
            }
        case kind:
            constraint = _CONSTRAINTS.get(kind, "")
            yield row | {
                "type": _TYPES.get(kind, "text"),
                "constraint": constraint,
                _MESSAGE: f"Attendu : {column.expected}." if constraint else "",
            }


def _select(sheet: Sheet, column: Column, referential: Referential, choices: _Choices) -> Row:
    offered = {code: label for code, label in column.choices.items() if code not in column.withheld}
    if column.missing_label:
        offered[NOT_ASSESSED_CHOICE] = column.missing_label
    axes, row = None, {}
    if column.code == "segment":
        axes = referential.by_code("segments", "axis_code")
        row["choice_filter"] = f"axe = ${{{question_name(sheet, sheet.column('axe'))}}}"
    kind = "select_multiple" if column.kind == "choices" else "select_one"
    return row | {"type": f"{kind} {choices.list_name(_list_name(sheet, column), offered, axes)}"}


def _list_name(sheet: Sheet, column: Column) -> str:
    return column.code if sheet.code != "evaluations" else f"reponses_{column.code}"


def _own_organisations(referential: Referential) -> dict[str, str]:
    """The French organisations: the others come from inventories and answer no form."""
    rows = referential.table("organisations").select("code", "label", "country_code").iter_rows()
    return {code: label for code, label, country in rows if country in (None, "FR")}
