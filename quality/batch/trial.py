"""Judging and answering receptions in a process of its own, within bounds, leaving nothing behind (``in_hand``).

Run as ``python -m quality.batch.trial HOME NUMBER…``; ends with ``TOO_MUCH`` when it went past the bounds, and by a
signal when the system or a library ended it. Whatever else fails is no file's fault, and the pass tells it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from quality.answers.annotated import annotated_workbook
from quality.answers.answer import answer_to
from quality.answers.receipts import receipt_html, receipt_json
from quality.batch import bounds
from quality.batch.in_hand import TOO_MUCH
from quality.batch.judging import judge
from quality.verdicts.history import History
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import load_referential


def main(root: str, *numbers: str) -> None:
    """Judge and answer, writing nothing."""
    home = Home(Path(root))
    referential = load_referential(home.referential)
    batch = list(archive.readable_receptions(home, map(int, numbers)))
    with bounds.bounded(len(batch)):
        history = History.load(home.lake, set(archive.quarantined_numbers(home)))
        verdicts = judge(home, referential, batch, history).verdicts
        for reception in batch:
            answer = answer_to(reception, verdicts[reception.number], referential)
            workbook = annotated_workbook(archive.content_path(home, reception.content_sha256), answer)
            receipt_json(answer, workbook)
            receipt_html(answer, workbook)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except bounds.TooMuchToJudgeError:
        sys.exit(TOO_MUCH)
