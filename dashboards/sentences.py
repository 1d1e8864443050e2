"""Shows each chart's description under its title, by the style sheet of its page.

Superset 6.1 stores the descriptions and never shows them on a page. The rules are made from the charts when a
page is published, below a mark, and taken off again when it comes back: the sentence is written once, in the chart.
"""

from typing import Any

MARK = "/* Ce qui suit est écrit à la publication, d'après la description de chaque graphique. */"


def with_sentences(css: str, charts: list[dict[str, Any]]) -> str:
    """The style sheet with one rule for each chart that has a description."""
    rules = [_rule(chart["slice_name"], chart["description"]) for chart in charts if chart.get("description")]
    return "\n".join([without_sentences(css).rstrip("\n"), MARK, *rules, ""])


def without_sentences(css: str) -> str:
    """The style sheet as committed."""
    return css.split(MARK)[0]


def _rule(title: str, sentence: str) -> str:
    header = f'[data-test-chart-name={_quoted(title)}] [data-test="slice-header"]'
    return f"{header}::after {{ content: {_quoted(sentence)}; }}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + " ".join(escaped.split(" ")).replace("\n", " ") + '"'
