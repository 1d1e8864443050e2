"""Intake: workbooks archived, read, validated and laid in the lake, beside python-calamine alone on the same files.

    uv run python -m tests.bench.intake [--files 1000] [--rows 25] [--rounds 3]

Prints the CPU time of both and their ratio; imports and receipts are left out of the first, and shown apart. Each round
takes the files into a home of its own, with python-calamine before and after it; the homes stand until the end, since
ext4 passes over every file that was removed within a minute when it makes a new one.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook

from quality.answers import receipts
from quality.batch import batch
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.pool import READERS
from sources.workbook.template.layout import question_codes, workbook_layout
from sources.workbook.template.template import write_template


class Round(NamedTuple):
    """CPU seconds of one round; ``calamine`` is the mean of one reading before and one after."""

    calamine: float
    archived: float
    processed: float
    receipts: float

    @property
    def ratio(self) -> float:
        return (self.archived + self.processed) / self.calamine


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=int, default=1000)
    options.add_argument("--rows", type=int, default=25)
    options.add_argument("--rounds", type=int, default=3)
    arguments = options.parse_args()
    referential = load_referential()
    receipts_seconds = _time_receipts()
    with tempfile.TemporaryDirectory() as folder:
        dropped = Home(Path(folder) / "dropped")
        paths = drop_workbooks(dropped, referential, arguments.files, arguments.rows)
        READERS.start()
        pandera_warm = _cpu_seconds(lambda: _warm(referential, paths[0]))
        rounds = []
        print(f"{arguments.files} workbooks of {arguments.rows} rows (CPU seconds)")
        for number in range(arguments.rounds):
            home = Home(Path(folder) / f"home-{number}")
            shutil.copytree(dropped.intake, home.intake)
            os.sync()  # What was copied is on disk before anything is timed.
            rounds.append(_round(home, referential, paths, receipts_seconds))
            print(f"  round {number + 1}, ratio                   {rounds[-1].ratio:7.2f}", flush=True)
    median = Round(*map(statistics.median, zip(*rounds, strict=True)))
    print(f"  python-calamine alone            {median.calamine:7.2f}  (medians)")
    print(f"  archived                         {median.archived:7.2f}")
    print(f"  read, validated, in the lake     {median.processed:7.2f}")
    print(
        f"  ratio                            {statistics.median(r.ratio for r in rounds):7.2f}  (target: at most 2.5)"
    )
    print(f"  apart: receipts                  {median.receipts:7.2f}")
    print(f"  apart: first validation (warm-up){pandera_warm:7.2f}")


def _round(home: Home, referential: Referential, paths: list[Path], receipts_seconds: list[float]) -> Round:
    before = _cpu_seconds(lambda: _read_all(paths))
    archived = _cpu_seconds(lambda: archive.receive(home))
    spent = receipts_seconds[0]
    processed = _cpu_seconds(lambda: batch.process(home, referential))
    spent = receipts_seconds[0] - spent
    after = _cpu_seconds(lambda: _read_all(paths))
    return Round((before + after) / 2, archived, processed - spent, spent)


def _cpu_seconds(work: Callable[[], object]) -> float:
    """CPU time of the work, that of the processes that read for it included."""
    start = time.process_time() + readers_seconds()
    work()
    return time.process_time() + readers_seconds() - start


def readers_seconds() -> float:
    """CPU time so far of the pool's process and its children."""
    if READERS.process_id is None:
        return 0.0
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if READERS.process_id in (int(stat.parent.name), int(fields[1])):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _read_all(paths: list[Path]) -> None:
    for path in paths:
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python()


def _warm(referential: Referential, path: Path) -> None:
    from quality.batch.check import check_file

    check_file(path, referential)


def _time_receipts() -> list[float]:
    """Count the CPU time of receipts apart: the bench leaves them out of the ratio."""
    spent = [0.0]
    write = receipts.write_receipts

    def timed(*arguments: object) -> list[Path]:
        start = time.process_time()
        paths = write(*arguments)  # type: ignore[arg-type]
        spent[0] += time.process_time() - start
        return paths

    receipts.write_receipts = timed  # type: ignore[assignment]
    return spent


def drop_workbooks(home: Home, referential: Referential, files: int, rows: int) -> list[Path]:
    rng = random.Random(25)
    organisations = [code for code in referential.codes("organisations") if code[0].isdigit()]
    levels = {column.code: column.offered for sheet in workbook_layout(referential) for column in sheet.columns}
    questions = question_codes(referential)
    catalogue = list(referential.labels("use_cases").items())
    campaign = referential.labels("campaigns")["2026-1"]
    paths = []
    for index in range(files):
        organisation = organisations[index % len(organisations)]
        folder = home.intake / organisation
        folder.mkdir(parents=True, exist_ok=True)
        chosen = [catalogue[number % len(catalogue)] for number in range(rows)]
        assessments = [
            {
                "evaluateur": f"MED-{index:04d}-{number:02d}",
                "role": "Médecin",
                "cas_usage": code,
                **{question: rng.choice(levels[question]) for question in questions},
            }
            for number, (code, _) in enumerate(chosen)
        ]
        content = {
            "etablissement": [{"organisation": organisation, "campagne": campaign, "dossier": f"d{index}"}],
            "evaluations": assessments,
        }
        paths.append(write_template(folder / f"{index:05d}.xlsx", referential, content))
    return paths


if __name__ == "__main__":
    main()
