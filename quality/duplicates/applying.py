"""Taking a coordinators' workbook back: what it decides anew, and what in it cannot be taken.

Belongs here: reading and judging the rows of the workbook. Does not: writing it (``workbook``), what a decision does to
figures (the models). The bytes are archived before anything is read; a row with a problem is left out, the others are
taken, and a row that says what is already decided records nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from quality.duplicates.decisions import (
    DECISION_LABELS,
    DIFFERENT,
    SAME,
    Decision,
    current_decisions,
    record,
    write_lake,
)
from quality.duplicates.known import known_use_cases
from quality.duplicates.workbook import COLUMNS, PAIRS_SHEET
from quality.privacy.guard import guard
from quality.reading.normalise import label_key
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.pool import READERS
from sources.workbook.reading import RawSheet

_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")
_NEEDED = {"decision", "decided_by", "reason", "use_case_code", "other_code"}


class DecisionsError(Exception):
    """The file is not a workbook of decisions; the message is French."""


@dataclass(frozen=True)
class RowProblem:
    """A row of the workbook that is not taken; ``sentence`` is French and quotes no name."""

    row: int
    sentence: str

    def __str__(self) -> str:
        return f"Ligne {self.row} : {self.sentence}"


@dataclass
class AppliedReport:
    """``number`` is the archive's record, None when nothing new was decided. ``warnings`` are French."""

    taken: list[Decision] = field(default_factory=list)
    unchanged_count: int = 0
    undecided_count: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    number: int | None = None


def apply_decisions(path: Path, home: Home, referential: Referential, today: dt.date | None = None) -> AppliedReport:
    """Archive the workbook at ``path``, record what it decides anew and lay it in the lake.

    Raises ``DecisionsError`` when it is no workbook of decisions, ``OSError`` when it cannot be opened.
    """
    if not path.is_file():
        raise DecisionsError(f"{path.name} : ce n'est pas un fichier ; donnez le classeur de décisions rempli.")
    content = path.read_bytes()
    archive.keep_content(home, content)
    present = current_decisions(home)
    codes = [use_case.code for use_case in known_use_cases(home.lake, referential)]
    known = {code.upper(): code for code in [*codes, *(code for pair in present for code in pair)]}
    report = AppliedReport()
    by_pair: dict[tuple[str, str], list[tuple[int, Decision]]] = defaultdict(list)
    for row, cells in _decision_rows(path):
        if not cells["decision"]:
            report.undecided_count += 1
            continue
        read = _decision(cells, known, present, today or dt.date.today())
        if isinstance(read, str):
            report.problems.append(RowProblem(row, read))
        else:
            by_pair[read.pair].append((row, read))
    for pair, rows in by_pair.items():
        if len({decision.decision_code for _, decision in rows}) > 1:
            report.problems += [RowProblem(row, "la même paire est décidée de deux façons.") for row, _ in rows]
        elif rows[-1][1] != present.get(pair):
            report.taken.append(rows[-1][1])
        else:
            report.unchanged_count += 1
    report.problems.sort(key=lambda problem: problem.row)
    if report.taken:
        report.number = record(home, content, path.name, report.taken)
    report.warnings = _contradictions(current_decisions(home).values())
    write_lake(home)
    return report


def _decision_rows(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    """(row number, column code → text) of each row that names a code or a decision."""
    try:
        # As an establishment's: in a process that has bounds, and without personal data, for reasons are archived.
        sheets = guard(READERS.read(path)).sheets
    except UnreadableFileError as error:
        raise DecisionsError(f"Le classeur de décisions ne peut pas être lu : {error.found}.") from error
    sheet = next((sheet for sheet in sheets if label_key(sheet.name) == label_key(PAIRS_SHEET)), None)
    if sheet is None and len(sheets) == 1:
        sheet = sheets[0]
    positions = _positions(sheet) if sheet else {}
    if sheet is None or not positions.keys() >= _NEEDED:
        raise DecisionsError(
            f"Ce classeur n'est pas celui de « cartographie duplicates export » : il lui faut une feuille "
            f"« {PAIRS_SHEET} » avec ses titres de colonnes sur la première ligne."
        )
    for index, row in enumerate(sheet.rows[1:], start=2):
        cells = {code: row[at].strip() if at < len(row) else "" for code, at in positions.items()}
        if cells["decision"] or cells["use_case_code"] or cells["other_code"]:
            yield index, cells


def _positions(sheet: RawSheet) -> dict[str, int]:
    keys = {label_key(column.label): column.code for column in COLUMNS}
    headings = sheet.rows[0] if sheet.rows else []
    return {keys[label_key(text)]: at for at, text in enumerate(headings) if label_key(text) in keys}


def _decision(
    cells: dict[str, str], known: dict[str, str], present: dict[tuple[str, str], Decision], today: dt.date
) -> Decision | str:
    """The decision of a row, or why it cannot be taken, in French; ``known`` maps codes in capitals to codes."""
    codes = {label_key(label): code for code, label in DECISION_LABELS.items()}
    decision_code = codes.get(label_key(cells["decision"]))
    if decision_code is None:
        return f"décision inconnue ; attendu : {', '.join(DECISION_LABELS.values())}."
    written = cells["use_case_code"].upper(), cells["other_code"].upper()
    if not all(written) or written[0] == written[1]:
        return "il faut deux codes de cas d'usage différents."
    if unknown := [code for code in written if code not in known]:
        return f"code inconnu du catalogue et des envois en vigueur : {', '.join(code[:40] for code in unknown)}."
    first, second = sorted(known[code] for code in written)
    for code, what in (("decided_by", "Décidé par"), ("reason", "Motif")):
        if not cells[code]:
            return f"« {what} » est vide ; une décision dit qui l'a prise et pourquoi."
    before = present.get((first, second))
    still = before is not None and before.decision_code == decision_code
    decided_on = _date(cells.get("decided_on", ""), before.decided_on if before and still else today)
    if wrong := _wrong_day(decided_on, None if still else before, today):
        return wrong
    assert decided_on is not None
    return Decision(first, second, decision_code, cells["decided_by"], decided_on, cells["reason"])


def _wrong_day(decided_on: dt.date | None, undone: Decision | None, today: dt.date) -> str | None:
    """Why a decision cannot be of that day, in French. ``undone``: the one that it would undo, from an old workbook."""
    if decided_on is None:
        return "la date n'est pas comprise ; attendu : jj/mm/aaaa."
    if decided_on > today:
        return "la date de la décision est dans l'avenir ; écrivez le jour où elle a été prise."
    if undone is not None and decided_on < undone.decided_on <= today:
        return (
            f"une décision du {undone.decided_on:%d/%m/%Y} a changé celle-ci depuis ; pour y revenir, écrivez le jour "
            "où vous le décidez."
        )
    return None


def _date(text: str, today: dt.date) -> dt.date | None:
    if not text:
        return today
    for form in _DATE_FORMATS:
        try:
            return dt.datetime.strptime(text.split(" ")[0], form).date()
        except ValueError:
            continue
    return None


def _contradictions(decisions: Iterable[Decision]) -> list[str]:
    """Pairs said different that other decisions unite all the same, through a third use case."""
    decisions = list(decisions)
    group: dict[str, str] = {}

    def root(code: str) -> str:
        while group.get(code, code) != code:
            code = group[code]
        return code

    for decision in decisions:
        if decision.decision_code == SAME:
            group[root(decision.other_code)] = root(decision.use_case_code)
    return [
        f"{decision.use_case_code} et {decision.other_code} sont dits différents, mais d'autres décisions les "
        "réunissent par un troisième cas d'usage : revoyez ces décisions ensemble."
        for decision in decisions
        if decision.decision_code == DIFFERENT and root(decision.use_case_code) == root(decision.other_code)
    ]
