"""The report as one self-contained page.

Belongs here: putting figures, sentences and charts in the template. Does not: any of the three.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.products.report import charts, french, requests, sentences
from pipelines.products.report.figures import NOT_EVALUATED, Figures
from pipelines.products.report.reading import MOST_ROWS
from pipelines.warehouse.publication import Release
from quality.answers.answer import PARIS

_TEMPLATE = "report.html.j2"


def render(figures: Figures, release: Release) -> str:
    """The page in French: summary, matrix, robustness, selection, decisions, changes, what is missing, method."""
    pairs = sentences.moved(figures)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(
        number=french.number,
        percent=french.percent,
        day=french.day,
        quoted=french.quoted,
        svg=Markup,
        heat=french.heat,
    )
    return environment.get_template(_TEMPLATE).render(
        figures=figures,
        release=release,
        published_on=dt.datetime.fromisoformat(release.published_at).astimezone(PARIS).date(),
        summary=sentences.summary(figures),
        requests=requests.requests(figures),
        most_rows=MOST_ROWS,
        told_by_one=[row for row in figures.use_cases if requests.is_told_by_one(row, figures)],
        placed=[row for row in figures.use_cases if row["quadrant_code"] != NOT_EVALUATED],
        unplaced=figures.in_quadrant(NOT_EVALUATED),
        incomplete=[row for row in figures.use_cases if row["is_incomplete"]],
        moved=pairs,
        newly_assessed=sentences.newly_assessed(figures),
        no_longer_assessed=sentences.no_longer_assessed(figures),
        matrix=charts.matrix(figures),
        rank_intervals=charts.rank_intervals(figures) if figures.robustness else None,
        moves=charts.moves(pairs, figures) if pairs else None,
        frontier=charts.frontier(figures.frontier) if figures.frontier else None,
    )
