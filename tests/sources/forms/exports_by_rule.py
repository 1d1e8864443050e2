"""Exports of the very form that ``cartographie form`` writes, laid out by the public rules of the tools' own exporters.

KoboToolbox: the columns of formpack's ``Export`` (sheets a section, ``_index``, ``_parent_table_name``,
``_parent_index``, ``_submission_…`` in the repeats; names or labels; a joined column, a column a choice, or both). ODK
Central: the zip of CSV of its Briefcase exporter (group paths with « - » or none, ``KEY`` and ``PARENT_KEY``, columns a
choice). Belongs here: these layouts, made from the form's own sheets. Does not: what is expected of reading them.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl

from tests.sources.forms.exports_by_hand import Table, as_xlsx

LABEL = "label::Français (fr)"
Answers = dict[str, Any]
"""One response: question name → answer (code, or codes separated by blanks), repeat name → its rows likewise."""

COPIED = ("_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by", "__version__",
          "_tags")  # fmt: skip
CENTRAL = ("SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState",
           "DeviceID", "Edits", "FormVersion")  # fmt: skip


@dataclass(frozen=True)
class Question:
    """``groups``: (name, label) of the groups above it, its repeat left out."""

    name: str
    label: str
    choices: dict[str, str]
    is_several: bool
    groups: tuple[tuple[str, str], ...]


@dataclass
class Section:
    name: str
    questions: list[Question] = field(default_factory=list)


def sections(form: Path) -> list[Section]:
    """The main section of the form, then its repeats."""
    book = openpyxl.load_workbook(form)
    lists: dict[str, dict[str, str]] = {}
    for row in _rows(book["choices"]):
        lists.setdefault(row["list_name"], {})[row["name"]] = row[LABEL]
    found = [Section("Cartographie des cas d'usage de")]
    groups: list[tuple[str, str]] = []
    current = found[0]
    for row in _rows(book["survey"]):
        kind, _, listed = row["type"].partition(" ")
        match kind:
            case "begin_group":
                groups.append((row["name"], row[LABEL]))
            case "end_group":
                groups.pop()
            case "begin_repeat":
                current = Section(row["name"])
                found.append(current)
            case "end_repeat":
                current = found[0]
            case _:
                choices = lists.get(listed, {})
                current.questions.append(
                    Question(row["name"], row[LABEL], choices, kind == "select_multiple", tuple(groups))
                )
    return found


def _rows(sheet: Any) -> Iterator[dict[str, str]]:
    headings, *rows = sheet.iter_rows(values_only=True)
    for row in rows:
        yield {heading: value or "" for heading, value in zip(headings, row, strict=True)}


@dataclass(frozen=True)
class KoboOptions:
    """What a person chooses in KoboToolbox's page of exports."""

    labels: bool = False
    separator: str = "/"
    groups_in_headings: bool = False
    several: str = "both"


def kobo_xlsx(form: Path, responses: list[Answers], options: KoboOptions) -> bytes:
    parts = sections(form)
    main, *repeats = parts
    tables: dict[str, list[list[Any]]] = {
        part.name: [[heading for question in part.questions for heading in _kobo_headings(question, part, options)]]
        for part in parts
    }
    tables[main.name][0] += [*COPIED, "_index"]
    for part in repeats:
        copied = [f"_submission_{name}" for name in COPIED]
        tables[part.name][0] += ["_index", "_parent_table_name", "_parent_index", *copied]
    indexes = dict.fromkeys(tables, 0)
    for response in responses:
        copies = [response.get(name, "") for name in COPIED]
        indexes[main.name] += 1
        tables[main.name].append([*_kobo_cells(main, response, options), *copies, indexes[main.name]])
        for part in repeats:
            for answers in response.get(part.name, ()):
                indexes[part.name] += 1
                links = [indexes[part.name], main.name, indexes[main.name]]
                tables[part.name].append([*_kobo_cells(part, answers, options), *links, *copies])
    return as_xlsx({name: rows for name, rows in tables.items() if len(rows) > 1})


def _kobo_headings(question: Question, part: Section, options: KoboOptions) -> list[str]:
    at = 1 if options.labels else 0
    own = question.label if options.labels else question.name
    path = [group[at] for group in question.groups]
    if not options.labels or options.groups_in_headings:
        repeat = [] if part.name.startswith("Carto") or options.labels else [part.name]
        own = options.separator.join([*repeat, *path, own])
    if not question.is_several:
        return [own]
    each = [f"{own}/{label if options.labels else code}" for code, label in question.choices.items()]
    return {"both": [own, *each], "summary": [own], "details": each}[options.several]


def _kobo_cells(part: Section, answers: Answers, options: KoboOptions) -> list[Any]:
    cells: list[Any] = []
    for question in part.questions:
        answer = str(answers.get(question.name, ""))
        codes = answer.split(" ") if question.is_several else [answer]
        shown = " ".join(question.choices.get(code, code) for code in codes) if options.labels else answer
        each = [int(code in codes) if answer else "" for code in question.choices]
        several = {"both": [shown, *each], "summary": [shown], "details": each}
        cells += several[options.several] if question.is_several else [shown]
    return cells


def odk_central_zip(
    form: Path, responses: list[Answers], group_paths: bool = True, split: bool = False, delimiter: str = ","
) -> bytes:
    main, *repeats = sections(form)
    tables: dict[str, list[list[Any]]] = {"cartographie": [["SubmissionDate", *_odk_headings(main, group_paths, split),
                                                            "meta-instanceID", "KEY", *CENTRAL]]}  # fmt: skip
    for part in repeats:
        headings = [*_odk_headings(part, group_paths, split), "PARENT_KEY", "KEY"]
        tables[f"cartographie-{part.name}"] = [headings]
    for response in responses:
        key = f"uuid:{response['_uuid']}"
        known = ["2026-11-02T09:00:00.000Z", *_odk_cells(main, response, split), key, key]
        tables["cartographie"].append([*known, 7, "Collecte", 0, 0, "", "", "collect:a", 0, "1"])
        for part in repeats:
            for count, answers in enumerate(response.get(part.name, ()), start=1):
                row = [*_odk_cells(part, answers, split), key, f"{key}/{part.name}[{count}]"]
                tables[f"cartographie-{part.name}"].append(row)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, rows in tables.items():
            archive.writestr(f"{name}.csv", _csv(rows, delimiter))
    return stream.getvalue()


def _odk_headings(part: Section, group_paths: bool, split: bool) -> list[str]:
    headings = []
    for question in part.questions:
        path = [name for name, _ in question.groups] if group_paths else []
        own = "-".join([*path, question.name])
        headings += [own, *(f"{own}/{code}" for code in question.choices)] if split and question.is_several else [own]
    return headings


def _odk_cells(part: Section, answers: Answers, split: bool) -> list[Any]:
    cells: list[Any] = []
    for question in part.questions:
        answer = answers.get(question.name, "")
        cells.append(answer)
        if split and question.is_several:
            cells += [int(code in str(answer).split(" ")) if answer else "" for code in question.choices]
    return cells


def _csv(rows: Table, delimiter: str) -> str:
    stream = StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()
