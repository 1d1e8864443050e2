"""Judging and answering receptions in a process of its own, within bounds, leaving nothing behind (``in_hand``).

All that a pass does with them is done, their rows of the lake included: what only a pass did would end each of them. It
has less memory than a pass, so that what goes through here goes through there.

Run as ``python -m quality.batch.trial HOME NUMBER…``; ends with ``TOO_MUCH`` when it went past the bounds, and by a
signal when the system or a library ended it. Whatever else fails is no file's fault, and the pass tells it.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from quality.answers.annotated import annotated_workbook
from quality.answers.answer import answer_to
from quality.answers.receipts import receipt_html, receipt_json
from quality.batch import bounds
from quality.batch.batch import rows_of
from quality.batch.in_hand import TOO_MUCH
from quality.batch.judging import judge
from quality.verdicts.history import History
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import load_referential

_SHARE = 0.8
"""Of a pass's memory."""


def main(root: str, *numbers: str) -> None:
    """Judge and answer, writing nothing."""
    home = Home(Path(root))
    referential = load_referential(home.referential)
    batch = list(archive.readable_receptions(home, map(int, numbers)))
    with bounds.bounded(len(batch), bounds.MOST_BYTES * _SHARE), bounds.without_garbage_collection():
        history = History.load(home.lake, set(archive.quarantined_numbers(home)))
        judgement = judge(home, referential, batch, history)
        for reception in batch:
            answer = answer_to(reception, judgement.verdicts[reception.number], referential)
            workbook = annotated_workbook(archive.content_path(home, reception.content_sha256), answer)
            receipt_json(answer, workbook)
            receipt_html(answer, workbook)
        for rows in rows_of(judgement, batch, referential).values():
            rows.write_parquet(BytesIO())


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except bounds.TooMuchToJudgeError:
        sys.exit(TOO_MUCH)
