"""Laying the demonstration's workbooks in the intake."""

from __future__ import annotations

from sources.demonstration.portfolio import demonstration_workbooks
from sources.home import Home
from sources.referential.loader import Referential
from sources.workbook.template import write_template


def drop_demonstration(home: Home, referential: Referential) -> int:
    """Write each demonstration workbook into its organisation's intake folder; return how many."""
    count = 0
    for workbook in demonstration_workbooks(referential):
        folder = home.intake / workbook.folder
        folder.mkdir(parents=True, exist_ok=True)
        half = write_template(folder / f".{workbook.file_name}", referential, workbook.rows)
        half.replace(folder / workbook.file_name)
        count += 1
    return count
