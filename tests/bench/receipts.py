"""The three answers to a workbook of 25 rows, beside openpyxl loading and saving it, in the same run.

    uv run python -m tests.bench.receipts [--rows 25] [--times 15]

Prints the CPU time of both (medians) and their ratio, then the same for a large workbook when ``--large`` is given.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from quality.answers.annotated import annotated_workbook
from quality.answers.receipts import receipt_html, receipt_json
from quality.batch.check import check_file
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.layout import question_codes
from sources.workbook.template.template import write_template


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=25)
    options.add_argument("--times", type=int, default=15)
    options.add_argument("--large", type=int, default=0, help="rows of a large workbook, one cell in a hundred wrong")
    arguments = options.parse_args()
    referential = load_referential()
    with tempfile.TemporaryDirectory() as folder:
        _compare(Path(folder), referential, arguments.rows, arguments.times)
        if arguments.large:
            _compare(Path(folder), referential, arguments.large, 1)


def _compare(folder: Path, referential: Referential, rows: int, times: int) -> None:
    path = write_template(folder / f"{rows}.xlsx", referential, _submission(referential, rows))
    content = path.read_bytes()
    answer = check_file(path, referential).answer

    def three() -> None:
        workbook = annotated_workbook(path, answer)
        assert workbook is not None and workbook.is_original
        receipt_json(answer, workbook, {"xlsx": "x.xlsx"})
        receipt_html(answer, workbook, "x.xlsx")

    def openpyxl() -> None:
        load_workbook(BytesIO(content)).save(BytesIO())

    ours, theirs = _median(three, times), _median(openpyxl, times)
    print(f"{rows} rows, {len(answer.verdict.problems)} problems (CPU milliseconds, median of {times})")
    print(f"  openpyxl load + save   {theirs * 1000:9.1f}")
    print(f"  the three answers      {ours * 1000:9.1f}")
    print(f"  ratio                  {ours / theirs:9.2f}  (target: at most 3)")


def _median(work: Callable[[], None], times: int) -> float:
    if times > 1:
        work()
    seconds = []
    for _ in range(times):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def _submission(referential: Referential, rows: int) -> dict[str, list[dict[str, Any]]]:
    """Assessments with one answer in a hundred that is none of the list."""
    catalogue, questions = referential.codes("use_cases"), question_codes(referential)
    levels = ("Fort", "Moyen", "Faible")
    cells = iter(range(rows * len(questions)))
    assessments = [
        {
            "evaluateur": f"MED-{number:05d}",
            "role": "Médecin",
            "cas_usage": catalogue[number % len(catalogue)],
            **{code: "Beaucoup" if (n := next(cells)) % 100 == 7 else levels[n % 2] for code in questions},
        }
        for number in range(rows)
    ]
    campaign = referential.labels("campaigns")["2026-1"]
    return {"etablissement": [{"organisation": "690781810", "campagne": campaign}], "evaluations": assessments}


if __name__ == "__main__":
    main()
