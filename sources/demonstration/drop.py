"""Laying the demonstration's workbooks in the intake, those of an earlier year as received then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from sources.archive import archive
from sources.archive.archive_references import receive_site_referential
from sources.demonstration.portfolio import DemonstrationWorkbook
from sources.demonstration.story import demonstration_workbooks
from sources.home.durable import write_whole_in
from sources.home.handles import folder_below
from sources.home.home import COORDINATORS_FOLDER, Home
from sources.home.writer_lock import writing
from sources.referential.loader import Referential, load_referential
from sources.referential.reading import SHIPPED
from sources.workbook.template.decisions_layout import DECISIONS
from sources.workbook.template.decisions_template import write_decisions_template
from sources.workbook.template.template import write_template

_HOUR = dt.time(9, tzinfo=dt.UTC)


def drop_demonstration(home: Home, referential: Referential) -> int:
    """Write each demonstration workbook into its organisation's intake folder; return how many.

    Into a home that has received nothing, those of an earlier year are received at once, dated as they say: numbers
    order receptions, so that none of today may stand before them. Elsewhere all are drops of today.

    The home's referential names the demonstration's campaigns first, where it names none: nobody else answers them.

    They are made elsewhere: whoever may write in a folder of the intake can lay a link under the name to be written.
    Raises ``OSError`` where such a folder is a link, ``WriterBusy`` where the home is written to.
    """
    workbooks = list(demonstration_workbooks(referential))
    told_then = sorted((one for one in workbooks if one.received_on), key=attrgetter("received_on"))
    if archive.reception_numbers(home) or archive.has_new_drops(home):
        told_then = []
    referential = as_demonstration(home)
    for day, of_that_day in groupby(told_then, key=attrgetter("received_on")):
        _lay(home, referential, of_that_day)
        with writing(home.root, "démonstration"):
            then = min(dt.datetime.combine(day, _HOUR), dt.datetime.now(dt.UTC))
            receive_site_referential(home, home.referential, then)
            archive.receive(home, received_at=then)
    _lay(home, referential, (one for one in workbooks if one not in told_then))
    return len(workbooks)


def as_demonstration(home: Home) -> Referential:
    """The home's referential, that names the demonstration's campaigns; a list of its own stays as it is."""
    own = home.referential / "campaigns.csv"
    if not own.exists():
        first, *rows = (SHIPPED / own.name).read_text(encoding="utf-8").splitlines()
        is_invented = first.split(";").index("is_demonstration")
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(
            "\n".join([first, *(row for row in rows if row.split(";")[is_invented] == "oui")]) + "\n", "utf-8"
        )
    return load_referential(home.referential)


def _lay(home: Home, referential: Referential, workbooks: Iterable[DemonstrationWorkbook]) -> None:
    with TemporaryDirectory() as elsewhere:
        made = Path(elsewhere) / "demonstration.xlsx"
        for workbook in workbooks:
            (home.intake / workbook.folder).mkdir(parents=True, exist_ok=True)
            if workbook.folder == COORDINATORS_FOLDER:
                write_decisions_template(made, referential, workbook.rows[DECISIONS])
            else:
                write_template(made, referential, workbook.rows)
            with folder_below(home.intake, workbook.folder) as folder:
                write_whole_in(folder, workbook.file_name, made.read_bytes())
