"""What a page's style sheet is given when it is published: the charts' sentences, and the looks that pages share.

Shows each chart's description under its title, and says why it is empty when it is.

Superset 6.1 stores the descriptions and never shows them on a page, and has one sentence for all that is empty. The
rules are made from the charts when a page is published, below a mark, and taken off again when it comes back: the
sentences are written once, in the chart, and what all pages share once: ``every.css``, ``tables.css`` and, on paper,
``paper.css``.
"""

from pathlib import Path
from typing import Any

MAY_BE_EMPTY = "may_be_empty"
"""Key of a chart that rightly shows nothing in some publications: the sentence that says so; unknown to Superset."""

FONT_SIZE = "14px"
SHARED = ("every.css", "tables.css", "narrow.css", "paper.css")
MARK = "/* Ce qui suit est écrit à la publication, d'après la description de chaque graphique. */"


def with_sentences(css: str, charts: list[dict[str, Any]]) -> str:
    """The style sheet with the rules of each chart that has a description, or a sentence for when it is empty.

    Those that all pages share come last.
    """
    counted = [_under_title(chart["slice_name"], chart["description"]) for chart in charts if chart.get("description")]
    empty = [_when_empty(chart["slice_name"], chart[MAY_BE_EMPTY]) for chart in charts if chart.get(MAY_BE_EMPTY)]
    return "\n".join([without_sentences(css).rstrip("\n"), MARK, *counted, *empty, shared_sheets()])


def shared_sheets() -> str:
    """The style sheets of all pages."""
    return "\n".join((Path(__file__).parents[1] / name).read_text(encoding="utf-8") for name in SHARED)


def without_sentences(css: str) -> str:
    """The style sheet as committed."""
    return css.split(MARK)[0]


def _under_title(title: str, sentence: str) -> str:
    header = f'[data-test-chart-name={_quoted(title)}] [data-test="slice-header"]'
    return f"{header}::after {{ content: {_quoted(sentence)}; }}"


def _when_empty(title: str, sentence: str) -> str:
    """Superset's own sentence, the same for all charts, makes room for the chart's."""
    described = f"[data-test-chart-name={_quoted(title)}] .ant-empty-description"
    said = f"content: {_quoted(sentence)}; font-size: {FONT_SIZE};"
    return f"{described} {{ font-size: 0; }}\n{described}::after {{ {said} }}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + " ".join(escaped.split(" ")).replace("\n", " ") + '"'
