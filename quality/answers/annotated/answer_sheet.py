"""The first sheet of an annotated workbook, « Réponse »: all that the page says, with links to the cells.

Belongs here: its rows and words. Does not: how a sheet is written (``patched``, ``fresh``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from quality.answers.annotated.notes import TITLES
from quality.answers.answer import SEVERITIES, Answer, mended_title, unbroken
from quality.reading.telling import thousands
from quality.rules.rules import Problem
from sources.workbook.seals import ANSWER_WIDTH, seal
from sources.workbook.template.template_sheets import ANSWER_TITLE

WIDTHS = (21, 22, 14, 46, 34, 46, 46, 10)
MOST_LINKS = 60_000
"""A sheet may hold 65,530."""

Style = Literal[
    "title", "verdict", "heading", "section", "text", "fact", "hint", "link", "erreur", "avertissement", "information"
]


@dataclass(frozen=True)
class AnswerCell:
    """One cell: text (never a formula), its look, and the (sheet, cell) to which it leads."""

    text: str
    style: Style = "text"
    link: tuple[str, str] | None = None


AnswerRow = list[AnswerCell]


def answer_rows(answer: Answer, how: str, sheets: Collection[str]) -> Iterator[AnswerRow]:
    """The rows of the sheet; ``how`` says what this workbook is, ``sheets`` which sheets a link may lead to."""
    verdict = answer.verdict
    yield [AnswerCell(ANSWER_TITLE, "title")]
    yield [AnswerCell(answer.file_name, "hint")]
    yield [AnswerCell(f"{verdict.label} – {answer.summary}", "verdict")]
    yield [AnswerCell(how, "hint")]
    for name, value in answer.facts:
        yield [AnswerCell(name, "hint"), AnswerCell(value, "fact")]
    if verdict.counts:
        yield []
        yield [AnswerCell("Ce qui a été lu", "section")]
        yield [AnswerCell(""), *(AnswerCell(text, "heading") for text in ("Feuille", "Lues", "Ce qu'il en est"))]
        for count in verdict.counts:
            became = f"prises : {count.taken} · non prises : {count.rejected} · ignorées : {count.ignored}"
            yield [AnswerCell(""), AnswerCell(count.sheet), AnswerCell(str(count.read)), AnswerCell(became)]
    yield from _problems(answer, sheets)
    if answer.mended:
        yield []
        yield [AnswerCell(mended_title(answer), "section")]
        for problem in answer.mended:
            place = (AnswerCell("Corrigé"), AnswerCell(problem.sheet or ""), AnswerCell(where(problem)))
            yield [*place, AnswerCell(problem.rule.sentence), AnswerCell(found(problem))]
    if answer.not_checked:
        yield []
        yield [AnswerCell("Non vérifié ici : ce sera fait quand vous déposerez le fichier", "section")]
        for rule in answer.not_checked:
            yield [AnswerCell(""), AnswerCell(""), AnswerCell(""), AnswerCell(rule.sentence)]


def _problems(answer: Answer, sheets: Collection[str]) -> Iterator[AnswerRow]:
    links = 0
    for severity, title, hint in SEVERITIES:
        listed = [problem for problem in answer.verdict.problems if problem.rule.severity == severity]
        if not listed:
            continue
        yield []
        yield [AnswerCell(f"{title} ({len(listed) + sum(problem.more for problem in listed)})", "section")]
        yield [AnswerCell(hint, "hint")]
        headings = ("Gravité", "Feuille", "Cellule", "Ce qui ne va pas", "Trouvé", "Attendu", "Que faire", "Règle")
        yield [AnswerCell(text, "heading") for text in headings]
        for problem in listed:
            target = target_of(problem) if problem.sheet in sheets and links < MOST_LINKS else None
            links += target is not None
            yield [
                AnswerCell(TITLES[severity], severity),  # type: ignore[arg-type]
                AnswerCell(problem.sheet or "Le fichier"),
                AnswerCell(where(problem), "link" if target else "text", target),
                AnswerCell(_sentence(problem)),
                AnswerCell(found(problem)),
                AnswerCell(unbroken(problem.expected)),
                AnswerCell(unbroken(problem.rule.remedy)),
                AnswerCell(problem.rule_code),
            ]


def sealed_row(row: AnswerRow) -> list[AnswerCell]:
    """The row and, in the hidden column behind it, what shows later that nobody wrote in it; a blank row as it is."""
    if not row:
        return row
    blank = [AnswerCell("")] * (ANSWER_WIDTH - len(row))
    return [*row, *blank, AnswerCell(seal([cell.text for cell in row]), "hint")]


def target_of(problem: Problem) -> tuple[str, str] | None:
    """The sheet and cell to which a problem leads."""
    if problem.sheet is None:
        return None
    return problem.sheet, problem.cell or (f"A{problem.row}" if problem.row else "A1")


def where(problem: Problem) -> str:
    """``E3``, ``ligne 3``, « toute la feuille », or nothing for the whole file."""
    if problem.cell:
        return problem.cell
    if problem.row:
        return f"ligne {problem.row}"
    return "toute la feuille" if problem.sheet else ""


def found(problem: Problem) -> str:
    """What was found, as it stands in the cell; an information that quotes nothing is not about an empty cell."""
    is_empty = problem.cell and problem.rule.severity != "information"
    return problem.found or ("(vide)" if is_empty else "")


def _sentence(problem: Problem) -> str:
    column = f" Colonne « {problem.column} »." if problem.column else ""
    others = f" Et {thousands(problem.more)} autre(s) cellule(s) pour la même règle." if problem.more else ""
    return unbroken(f"{problem.rule.sentence}{column}{others}")
