"""What is said of the template that a workbook comes from: that it is an older one, that it asks few questions.

Belongs here: those words. Does not: which questions the short edition asks (``sources.workbook.template.grid``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quality.rules.rules import Problem
from sources.workbook.reading import RawSheet
from sources.workbook.template.grid import SHORT_MODEL
from sources.workbook.template.layout import NOT_ASSESSED, TEMPLATE_VERSION, Sheet
from sources.workbook.template.template_sheets import MODEL_SHEET


def said_of_template(raw: Iterable[RawSheet], version: int | None, assessments: Sheet) -> Iterator[Problem]:
    """One problem for an older template, one for a grid of the short edition with how many questions it asks."""
    if version is not None and version < int(TEMPLATE_VERSION):
        expected = f"lu comme la version {TEMPLATE_VERSION}"
        yield Problem("I0408", found=f"modèle, version {version}", expected=expected)
    raw = list(raw)
    is_short = any(tuple(row[:2]) == SHORT_MODEL for sheet in raw if sheet.name == MODEL_SHEET for row in sheet.rows)
    questions = {column.code for column in assessments.columns if column.missing_label == NOT_ASSESSED}
    for sheet in raw:
        if is_short and sheet.is_turned and sheet.rows:
            asked = questions.intersection(sheet.rows[0])
            yield Problem("I0495", sheet=sheet.name, found=f"{len(asked)} questions sur {len(questions)}")
