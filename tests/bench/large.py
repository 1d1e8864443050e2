"""One workbook of 100,000 rows of 30 columns, one cell in a hundred bad: validated with its JSON answer.

    uv run python -m tests.bench.large [--rows 100000]

Three ratios, each with its baseline in the same run: reading, validating and answering in JSON beside python-calamine
alone; the validation of the table beside the same rules as plain Polars expressions, and beside frictionless with a
schema of the same types, required cells and lists on the same rows; and that every seeded bad cell is found, none
invented. Each part runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import xlsxwriter

from sources.referential.loader import load_referential
from sources.workbook.template.layout import Sheet, question_codes, workbook_layout

if TYPE_CHECKING:
    from frictionless import Schema

LYON = "690781810"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--part", choices=tuple(PARTS))
    options.add_argument("--folder", type=Path)
    arguments = options.parse_args()
    if arguments.part:
        print(json.dumps(PARTS[arguments.part](arguments.folder)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seeded = write_large(folder / "large.xlsx", arguments.rows)
        (folder / "seeded.json").write_text(json.dumps(sorted(seeded)))
        results = {part: _in_a_process(part, folder) for part in PARTS}
    _print(arguments.rows, len(seeded), results)


def write_large(path: Path, rows: int) -> set[str]:
    """Write the workbook and return the cells made bad (``H12``); answers come from the template's own lists."""
    rng = random.Random(100)
    referential = load_referential()
    layout = {sheet.code: sheet for sheet in workbook_layout(referential)}
    sheet = layout["evaluations"]
    questions = question_codes(referential)[:26]
    columns = [sheet.column(code) for code in ("evaluateur", "role", "cas_usage", "date", *questions)]
    catalogue = referential.codes("use_cases")
    seeded = set()
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        envelope = workbook.add_worksheet("Établissement")
        envelope.write_row(0, 0, ["N° FINESS juridique ou code", "Campagne"])
        envelope.write_row(1, 0, [LYON, "Campagne 2026"])
        worksheet = workbook.add_worksheet(sheet.label)
        worksheet.write_row(0, 0, [column.label for column in columns])
        for row in range(1, rows + 1):
            codes = [f"A-{row}", "Médecin", rng.choice(catalogue), "15/03/2026"]
            cells = codes + [rng.choice(column.offered) for column in columns[4:]]
            for position in range(4, len(columns)):
                if rng.random() < 0.01 * len(columns) / len(questions):
                    cells[position] = "Énormément"
                    seeded.add(f"{_letters(position)}{row + 1}")
            worksheet.write_row(row, 0, cells)
    return seeded


def _letters(position: int) -> str:
    from sources.workbook.xlsx.cell_errors import column_letters

    return column_letters(position)


def _calamine(folder: Path) -> dict[str, float]:
    from python_calamine import CalamineWorkbook

    start = time.process_time()
    workbook = CalamineWorkbook.from_path(str(folder / "large.xlsx"))
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python()
    return {"cpu": time.process_time() - start, "mib": _peak_mib()}


def _ours(folder: Path) -> dict[str, float]:
    """Imports apart, as in the other benchmarks: the first small file warms them."""
    from quality.batch.check import check_file

    referential = load_referential()
    check_file(Path(__file__).parents[1] / "corpus" / "files" / "format-openpyxl.xlsx", referential)
    with readers_seconds() as reading:
        start = time.process_time()
        outcome = check_file(folder / "large.xlsx", referential)
        answer = outcome.as_json()
        cpu = time.process_time() - start
    cpu += sum(reading.values())
    (folder / "answer.json").write_text(answer)
    errors = [p for p in outcome.verdict.problems if p.rule.severity == "erreur"]
    found, counted = {p.cell for p in errors}, sum(p.more for p in errors)
    seeded = set(json.loads((folder / "seeded.json").read_text()))
    missed = abs(len(seeded - found) - counted)  # The answer tells the first, and how many more there are.
    return {"cpu": cpu, "mib": _peak_mib(), "missed": missed, "invented": len(found - seeded)}


def _table(folder: Path) -> dict[str, float]:
    """The rules on the table already laid out: pandera and our words for each problem, beside the bare expressions.

    Typing the texts is in both: an expression that says whether a text is a date must read it as one.
    """
    from quality.checks.schemas import sheet_checks
    from quality.reading.sheets.structure import find_structure
    from quality.reading.tables import text_tables
    from quality.verdicts.preparation import prepared
    from quality.verdicts.validation import validate
    from sources.workbook.reading import read_workbook

    referential = load_referential()
    layout = workbook_layout(referential)
    small = find_structure(
        read_workbook((Path(__file__).parents[1] / "corpus" / "files" / "format-openpyxl.xlsx").read_bytes()), layout
    )
    validate({0: small}, layout, referential, {})
    found = {0: find_structure(read_workbook((folder / "large.xlsx").read_bytes()), layout)}
    start = time.process_time()
    text = text_tables(found, layout)
    laid = time.process_time() - start
    start = time.process_time()
    frames = prepared(text, layout, referential, {}, {})
    typed = time.process_time() - start
    sheet = next(sheet for sheet in layout if sheet.code == "evaluations")
    start = time.process_time()
    broken = frames["evaluations"].select(
        (~check.is_well).arg_true().implode().alias(f"{number}")
        for number, check in enumerate(sheet_checks(sheet, referential))
    )
    polars = typed + time.process_time() - start
    start = time.process_time()
    validate(found, layout, referential, {})
    ours = time.process_time() - start - laid
    cells = sum(len(column[0]) for column in broken.iter_columns())
    return {
        "laid": laid,
        "polars": polars,
        "expressions": polars - typed,
        "ours": ours,
        "cells": cells,
        "mib": _peak_mib(),
    }


def _frictionless(folder: Path) -> dict[str, float]:
    """The rows as our reader gives them, validated by frictionless: it has no rules about a row among others."""
    from frictionless import Resource

    from sources.workbook.reading import read_workbook

    referential = load_referential()
    sheet = next(sheet for sheet in workbook_layout(referential) if sheet.code == "evaluations")
    rows = next(raw.rows for raw in read_workbook((folder / "large.xlsx").read_bytes()) if raw.name == sheet.label)
    schema = _frictionless_schema(rows[0], sheet, referential.codes("use_cases"))
    start = time.process_time()
    report = Resource(data=rows, schema=schema).validate(limit_errors=sys.maxsize)
    cpu = time.process_time() - start
    broken = [error.to_descriptor() for task in report.tasks for error in task.errors]
    found = {f"{_letters(error['fieldNumber'] - 1)}{error['rowNumber']}" for error in broken}
    seeded = set(json.loads((folder / "seeded.json").read_text()))
    return {"cpu": cpu, "mib": _peak_mib(), "missed": len(seeded - found), "invented": len(found - seeded)}


def _frictionless_schema(headings: list[str], sheet: Sheet, catalogue: list[str]) -> Schema:
    from frictionless import Schema

    columns = {column.label: column for column in sheet.columns}
    fields: list[dict[str, Any]] = []
    for heading in headings:
        column = columns[heading]
        constraints: dict[str, Any] = {"required": True} if column.required else {}
        if column.kind == "use_case":
            constraints["enum"] = list(catalogue)
        elif column.offered:
            constraints["enum"] = list(column.offered)
        is_date = column.kind == "date"
        kind = {"type": "date", "format": "%d/%m/%Y"} if is_date else {"type": "string"}
        fields.append({"name": heading, **kind, "constraints": constraints})
    return Schema.from_descriptor({"fields": fields})


PARTS = {"calamine": _calamine, "ours": _ours, "table": _table, "frictionless": _frictionless}


@contextmanager
def readers_seconds() -> Iterator[dict[str, float]]:
    """CPU seconds by process of the pool's children while inside, looked at often: one that has grown ends early."""
    spent: dict[str, float] = {}
    before = _by_child()
    stopped = threading.Event()

    def watch() -> None:
        while not stopped.wait(0.02):
            spent.update({child: seconds - before.get(child, 0.0) for child, seconds in _by_child().items()})

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield spent
    stopped.set()
    watcher.join()


def _by_child() -> dict[str, float]:
    """CPU seconds so far of each process that the pool's has forked."""
    from sources.workbook.pool import READERS

    children = Path(f"/proc/{READERS.process_id}/task/{READERS.process_id}/children").read_text().split()
    found = {}
    for child in children:
        with suppress(OSError):
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            found[child] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _in_a_process(part: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.large", "--part", part, "--folder", str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _print(rows: int, seeded: int, results: dict[str, dict[str, float]]) -> None:
    alone, ours, table, other = (results[part] for part in ("calamine", "ours", "table", "frictionless"))
    print(f"one workbook of {rows} rows x 30 columns, {seeded} bad cells (CPU seconds, MiB at most)")
    print(f"  python-calamine alone            {alone['cpu']:7.2f} {alone['mib']:7.0f}")
    print(f"  read, validated, JSON answer     {ours['cpu']:7.2f} {ours['mib']:7.0f}")
    print(f"  ratio                            {ours['cpu'] / alone['cpu']:7.2f}  (target: at most 2, under 500 MiB)")
    print(f"  bad cells missed {ours['missed']:.0f}, invented {ours['invented']:.0f}")
    print(f"  table: laid out (in neither)     {table['laid']:7.2f}")
    print(f"  table: plain Polars expressions  {table['polars']:7.2f}  (checks: {table['expressions']:.2f})")
    print(f"  table: validated                 {table['ours']:7.2f}")
    print(f"  ratio                            {table['ours'] / table['polars']:7.2f}  (target: at most 2.5)")
    print(f"  table: frictionless              {other['cpu']:7.2f} {other['mib']:7.0f}")
    print(f"  ours / frictionless              {table['ours'] / other['cpu']:7.2f}")
    print(f"  frictionless: bad cells missed {other['missed']:.0f}, invented {other['invented']:.0f}")


if __name__ == "__main__":
    assert pl  # imported before the clocks start
    main()
