"""The grid « Évaluer »: the questions down, the assessments across; the sheet of assessments, turned.

Belongs here: which line of the grid is which column of the layout, in which band, and what its answers mean. Does not:
how it is drawn (``grid_template``), read back (``quality.reading.grids``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sources.referential.loader import Referential
from sources.workbook.template.layout import Column, Sheet, question_codes, workbook_layout

GRID_SHEET = "Évaluer"
ASSESSMENTS = "evaluations"

UNREAD = "·"
"""Stands in the first column of a line that holds no answer: its title, a band, the counter."""
CODE_HEADING, QUESTION_HEADING, LEVELS_HEADING = "code", "Question", "Ce que veut dire chaque réponse"
FIRST_ASSESSMENT = 3
"""Position of the first column to fill; those on its left explain."""

SHORT_MODEL = "edition", "courte"
"""A row of the model's sheet: the workbook asks the essential questions alone."""

_SIDES = {"impact": "IMPACT", "effort": "EFFORT"}
_ATTENTION = "POINTS D'ATTENTION"

_BY_NAME = "Choisissez-le par son nom dans la liste : vos cas d'usage et ceux du catalogue."

LineKind = Literal["title", "heading", "count", "band", "question", "other"]


@dataclass(frozen=True)
class Line:
    """One line: a ``column`` of the layout, or a title. ``side``: impact, effort or attention, of a band."""

    kind: LineKind
    text: str
    levels: str = ""
    column: Column | None = None
    side: str = ""

    @property
    def code(self) -> str:
        if self.kind == "heading":
            return CODE_HEADING
        return self.column.code if self.column else UNREAD


def assessment_sheet(referential: Referential) -> Sheet:
    return next(sheet for sheet in workbook_layout(referential) if sheet.code == ASSESSMENTS)


def grid_lines(referential: Referential, *, is_short: bool = False) -> tuple[Line, ...]:
    """The lines from the first; ``is_short`` leaves out the questions that the referential does not mark essential."""
    sheet = assessment_sheet(referential)
    asked = set(question_codes(referential))
    about = [column for column in sheet.columns if column.code not in asked]
    first = [column for column in about if column.code != "commentaire"]
    title = "Évaluer : une colonne par évaluateur et par cas d'usage, une question par ligne"
    short = " – édition courte : les questions essentielles ; l'évaluation comptera comme incomplète"
    return (
        Line("title", title + (short if is_short else "")),
        Line("heading", QUESTION_HEADING, LEVELS_HEADING),
        *(
            Line("other", column.label, _BY_NAME if column.code == "cas_usage" else column.help, column)
            for column in first
        ),
        Line("count", "Réponses données", "Orange : il reste des questions. « Non évalué » n'est pas une réponse."),
        *_questions(referential, sheet, is_short),
        *(Line("other", column.label, column.help, column) for column in about if column not in first),
    )


def _questions(referential: Referential, sheet: Sheet, is_short: bool) -> Iterator[Line]:
    """The questions below their bands: one for each criterion, by side, then the points of attention."""
    criteria = {row["code"]: row for row in referential.table("criteria").iter_rows(named=True)}
    band = None
    for table in ("subcriteria", "attention_points"):
        for row in referential.table(table).iter_rows(named=True):
            if is_short and not row["essential"]:
                continue
            criterion = criteria.get(row.get("criterion_code") or "")
            side = criterion["side_code"] if criterion else "attention"
            title = f"{_SIDES[side]} · {criterion['label']}" if criterion else _ATTENTION
            if title != band:
                band = title
                yield Line("band", title, side=side)
            column = sheet.column(row["code"])
            yield Line("question", column.label, _levels(column, referential), column)


def _levels(column: Column, referential: Referential) -> str:
    """What is asked and what each level means; the levels alone where the referential says no more of this scale."""
    every = set(referential.labels("scale_levels").values())
    lines = column.help.split("\n")
    told = [line for line in lines if line.partition(" : ")[0] in every]
    asked = " ".join(line for line in lines if line not in told)
    own = [line for line in told if line.partition(" : ")[0] in column.choices.values()]
    return "\n".join([asked, *(own or [" / ".join(column.choices.values())])]).strip()
