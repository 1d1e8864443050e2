"""The files of the referential as rows of text with their line.

Belongs here: delimiters, headings, what Excel does to a CSV file. Does not: what the values mean.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from sources.referential.problems import ReferentialProblem, did_you_mean
from sources.referential.schema import TABLES, Table
from sources.text.text_files import NotTextError, read_text

SHIPPED = Path(__file__).parent
"""The folder of the rows shipped with the project."""

DELIMITERS = ";,\t"


@dataclass(frozen=True)
class Row:
    """One row as text; ``line`` is where it begins in its file, heading line 1."""

    file: Path
    line: int
    is_site: bool
    values: dict[str, str]

    def problem(self, column: str | None, what: str) -> ReferentialProblem:
        return ReferentialProblem.at(self.file, self.line, column, what)


Rows = dict[str, list[Row]]


def read_folder(folder: Path, is_site: bool, problems: list[ReferentialProblem]) -> Rows:
    """The rows of each table that has a file in ``folder``; what cannot be read is appended to ``problems``."""
    if is_site:
        problems += _unknown_files(folder)
    return {
        name: read_table(folder / f"{name}.csv", table, is_site, problems)
        for name, table in TABLES.items()
        if (folder / f"{name}.csv").is_file()
    }


def read_table(file: Path, table: Table, is_site: bool, problems: list[ReferentialProblem]) -> list[Row]:
    """The rows of one file; blank lines and blank trailing columns are skipped, as Excel leaves them."""
    try:
        text = read_text(file)
    except NotTextError:
        what = "fichier illisible, ou qui n'est pas du CSV. Enregistrez-le au format « CSV UTF-8 »."
        problems.append(ReferentialProblem.at(file, None, None, what))
        return []
    try:
        lines = _records(text)
    except csv.Error:
        what = "guillemets mal fermés. Rouvrez le fichier et enregistrez-le en CSV."
        problems.append(ReferentialProblem.at(file, None, None, what))
        return []
    headings = [_clean(cell).lower() for cell in lines[0][1]] if lines else []
    problems += _heading_problems(file, table, headings, lines[0][0] if lines else 1)
    return [
        _row(file, line, is_site, headings, [_clean(cell) for cell in cells], problems) for line, cells in lines[1:]
    ]


def _row(
    file: Path, line: int, is_site: bool, headings: list[str], cells: list[str], problems: list[ReferentialProblem]
) -> Row:
    padded = cells + [""] * (len(headings) - len(cells))
    row = Row(file, line, is_site, {heading: cell for heading, cell in zip(headings, padded, strict=False) if heading})
    unnamed = [cell for heading, cell in zip(headings, padded, strict=False) if not heading] + cells[len(headings) :]
    if any(unnamed):
        what = "plus de cellules que de colonnes. Mettez entre guillemets les textes qui contiennent le séparateur."
        problems.append(row.problem(None, what))
    return row


def _records(text: str) -> list[tuple[int, list[str]]]:
    """Each non-blank record with the line where it begins."""
    skipped = 0
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and rest:  # Excel's own line, which names the delimiter
        text, skipped = rest, 1
    heading = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records, line = [], 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            records.append((line + skipped, cells))
        line = reader.line_num + 1
    return records


def _clean(cell: str) -> str:
    return " ".join(cell.replace("\r", "\n").split("\n")).strip()


def _heading_problems(file: Path, table: Table, headings: list[str], line: int) -> list[ReferentialProblem]:
    known = [column.name for column in table.columns]
    found = [heading for heading in headings if heading]
    problems = [
        ReferentialProblem.at(file, line, column.name, "colonne obligatoire absente. Ajoutez-la à la ligne de titres.")
        for column in table.columns
        if column.required and column.name not in found
    ]
    for heading in sorted(set(found), key=found.index):
        if heading not in known:
            problems.append(
                ReferentialProblem.at(file, line, heading, f"colonne inconnue.{did_you_mean(heading, known)}")
            )
        elif found.count(heading) > 1:
            problems.append(ReferentialProblem.at(file, line, heading, "colonne en double. Supprimez-en une."))
    return problems


def _unknown_files(folder: Path) -> list[ReferentialProblem]:
    """Files that no table claims; hidden files, Excel's locks and a README are left alone."""
    names = [f"{name}.csv" for name in TABLES]
    what = "fichier inconnu du référentiel.{} Renommez-le ou retirez-le."
    return [
        ReferentialProblem.at(file, None, None, what.format(did_you_mean(file.name, names)))
        for file in sorted(folder.iterdir())
        if file.name not in names and not file.name.lower().startswith((".", "~$", "readme", "lisez-moi"))
    ]
