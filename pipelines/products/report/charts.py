"""The report's charts as vector graphics, by Vega-Altair with French numbers.

Belongs here: how figures are drawn. Does not: what is drawn beside which sentence (``page``).
"""

from __future__ import annotations

from typing import Any, Literal

import altair as alt
import vl_convert

from pipelines.products.report.figures import NOT_EVALUATED, Figures, Row

COLORS = {
    "victoire_rapide": "#009E73",
    "projet_majeur": "#00609C",
    "tache_de_fond": "#E69F00",
    "a_ecarter": "#1F2933",
}
"""The quadrants' colours, those of the dashboards: told apart by colour-blind readers and in grey print."""

_INK, _PALE = "#1f2933", "#9aa5b1"
_FULL = [0, 100]
_MOST_BARS = 40
_LONGEST_NAME = 560
"""In pixels: a name is written whole, unless it is as long as a sentence."""


def matrix(figures: Figures) -> str:
    """The impact/effort matrix as SVG: a numbered bubble a use case, hollow when it is to be completed."""
    points = _points(figures)
    base = alt.Chart(alt.Data(values=points))
    intervals = base.mark_rule(color=_PALE, strokeWidth=0.6, opacity=0.7)
    bubbles = base.mark_circle(strokeWidth=1.6).encode(
        x=_axis("effort:Q", "Effort (0 à 100)", "x"),
        y=_axis("impact:Q", "Impact (0 à 100)", "y"),
        size=alt.Size("establishments:Q", legend=None, scale=alt.Scale(domainMin=0, range=[20, 420])),
        color=alt.Color("quadrant:N", legend=None, scale=_quadrant_colors(figures)),
        stroke=alt.Stroke("quadrant:N", legend=None, scale=_quadrant_colors(figures)),
        fillOpacity=alt.condition("datum.incomplete", alt.value(0.08), alt.value(0.75)),
    )
    numbers = base.mark_text(fontSize=10, fontWeight="bold", color=_INK, dy=-11).encode(
        x="effort:Q", y="impact:Q", text="number:N"
    )
    chart = alt.layer(
        *_quadrant_lines(figures),
        intervals.encode(x="effort_low:Q", x2="effort_high:Q", y="impact:Q"),
        intervals.encode(y="impact_low:Q", y2="impact_high:Q", x="effort:Q"),
        bubbles,
        numbers,
    )
    return _svg(chart.properties(width=620, height=460))


def rank_intervals(figures: Figures) -> str:
    """The 5th to 95th percentile of the rank over the draws of weights, with the expected rank, as SVG."""
    bars = [
        {
            "name": f"{row['priority_rank']}. {row['use_case_title']}",
            "order": position,
            "low": float(drawn["rank_p05"]),
            "high": float(drawn["rank_p95"]),
            "expected": float(drawn["expected_rank"]),
        }
        for position, row in enumerate(figures.use_cases)
        if (drawn := figures.robustness.get(row["use_case_code"]))
    ][:_MOST_BARS]
    base = alt.Chart(alt.Data(values=bars))
    names = alt.Y(
        "name:N", sort=alt.SortField("order"), title=None, axis=alt.Axis(labelLimit=_LONGEST_NAME, tickSize=0)
    )
    ranks = alt.X(
        "low:Q",
        title="Rang par indice de priorité (1 est le premier)",
        scale=alt.Scale(domainMin=1, nice=False),
        axis=alt.Axis(tickMinStep=1),
    )
    chart = alt.layer(
        base.mark_bar(height=8, color="#9ecae1", cornerRadius=3).encode(y=names, x=ranks, x2="high:Q"),
        base.mark_tick(color="#0b5394", thickness=3, height=12).encode(y=names, x="expected:Q"),
    )
    return _svg(chart.properties(width=340, height=alt.Step(17)))


def moves(pairs: list[tuple[Row, Row]], figures: Figures) -> str:
    """From the place of the previous campaign (hollow) to the present one (full), as SVG."""
    lines = [
        {
            "number": str(now["priority_rank"] or "–"),
            "effort_before": float(before["effort_score"]),
            "impact_before": float(before["impact_score"]),
            "effort": float(now["effort_score"]),
            "impact": float(now["impact_score"]),
            "quadrant": now["quadrant_code"],
        }
        for before, now in pairs
        if NOT_EVALUATED not in (before["quadrant_code"], now["quadrant_code"])
    ]
    base = alt.Chart(alt.Data(values=lines))
    color = alt.Color("quadrant:N", legend=None, scale=_quadrant_colors(figures))
    chart = alt.layer(
        *_quadrant_lines(figures),
        base.mark_rule(strokeWidth=1.2, opacity=0.7).encode(
            x="effort_before:Q", y="impact_before:Q", x2="effort:Q", y2="impact:Q", color=color
        ),
        base.mark_point(size=40, fill="white", strokeWidth=1.2).encode(
            x="effort_before:Q", y="impact_before:Q", color=color
        ),
        base.mark_circle(size=90, opacity=1).encode(
            x=_axis("effort:Q", "Effort (0 à 100)", "x"), y=_axis("impact:Q", "Impact (0 à 100)", "y"), color=color
        ),
        base.mark_text(fontSize=10, fontWeight="bold", color=_INK, dy=-11).encode(
            x="effort:Q", y="impact:Q", text="number:N"
        ),
    )
    return _svg(chart.properties(width=520, height=380))


def frontier(rows: list[Row]) -> str:
    """Total impact that each budget of effort buys at best, a line a scenario, as SVG."""
    points = [
        {
            "budget": float(row["effort_budget_total"]),
            "impact": float(row["impact_total"]),
            "scenario": row["scenario_label"],
        }
        for row in rows
        if row["impact_total"] is not None
    ]
    chart = (
        alt.Chart(alt.Data(values=points))
        .mark_line(point=True)
        .encode(
            x=alt.X("budget:Q", title="Budget d'effort (points)"),
            y=alt.Y("impact:Q", title="Impact total (points)"),
            color=alt.Color(
                "scenario:N", title=None, scale=alt.Scale(range=["#0072B2", "#E69F00", "#009E73", "#CC79A7"]),
                legend=alt.Legend(orient="top", labelLimit=420, columns=1),
            ),
            strokeDash=alt.StrokeDash("scenario:N", title=None),
        )
    )  # fmt: skip
    return _svg(chart.properties(width=520, height=240))


def _points(figures: Figures) -> list[dict[str, Any]]:
    return [
        {
            "number": str(row["priority_rank"]),
            "effort": float(row["effort_score"]),
            "impact": float(row["impact_score"]),
            "effort_low": float(row["effort_low_score"]),
            "effort_high": float(row["effort_high_score"]),
            "impact_low": float(row["impact_low_score"]),
            "impact_high": float(row["impact_high_score"]),
            "establishments": row["establishment_count"],
            "quadrant": row["quadrant_code"],
            "incomplete": bool(row["is_incomplete"]),
        }
        for row in figures.use_cases
        if row["quadrant_code"] != NOT_EVALUATED
    ]


def _quadrant_lines(figures: Figures) -> list[alt.Chart]:
    """The two lines at the thresholds, and each quadrant's name in its corner."""
    impact, effort = figures.thresholds["IMPACT_HIGH"], figures.thresholds["EFFORT_HIGH"]
    line: dict[str, Any] = {"color": "#5f6b7a", "strokeDash": [5, 4], "strokeWidth": 1.1}
    names = [
        {
            "name": row["quadrant_label"],
            "x": 99 if row["is_effort_high"] else 1,
            "y": 98.5 if row["is_impact_high"] else 1.5,
            "align": "right" if row["is_effort_high"] else "left",
        }
        for row in figures.quadrants
        if row["quadrant_code"] != NOT_EVALUATED
    ]
    sides: tuple[Literal["left", "right"], ...] = ("left", "right")
    texts = [
        alt.Chart(alt.Data(values=[name for name in names if name["align"] == align]))
        .mark_text(align=align, fontSize=12, fontWeight="bold", color="#5f6b7a")
        .encode(x="x:Q", y="y:Q", text="name:N")
        for align in sides
    ]
    return [
        alt.Chart(alt.Data(values=[{"at": impact}])).mark_rule(**line).encode(y="at:Q"),
        alt.Chart(alt.Data(values=[{"at": effort}])).mark_rule(**line).encode(x="at:Q"),
        *texts,
    ]


def _quadrant_colors(figures: Figures) -> alt.Scale:
    """The project's colours for its own quadrants; a site's further ones take what is left of the palette."""
    spare = iter(("#CC79A7", "#56B4E9", "#D55E00", "#333F4D"))
    codes = [row["quadrant_code"] for row in figures.quadrants if row["quadrant_code"] != NOT_EVALUATED]
    return alt.Scale(domain=codes, range=[COLORS.get(code) or next(spare, _PALE) for code in codes])


def _axis(field: str, title: str, channel: str) -> Any:
    encoding = alt.X if channel == "x" else alt.Y
    return encoding(field, title=title, scale=alt.Scale(domain=_FULL), axis=alt.Axis(grid=False, tickCount=5))


def _svg(chart: Any) -> str:
    styled = (
        chart.configure(font="DejaVu Sans, Arial, sans-serif")
        .configure_view(stroke="#cbd2d9")
        .configure_axis(labelFontSize=11, titleFontSize=12, titleFontWeight="normal")
    )
    svg: str = vl_convert.vegalite_to_svg(styled.to_dict(), format_locale="fr-FR", time_format_locale="fr-FR")
    return svg
