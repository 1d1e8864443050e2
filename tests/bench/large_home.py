"""A home with 500 use cases and 100,000 assessments behind it, all of them received as workbooks.

    uv run python -m tests.bench.large_home HOME [--assessments 100000]

Belongs here: the site's referential, the workbooks and the pass that takes them, so that archive, lake, receipts and
publication are what an installation of that size has. Does not: what is measured on it (``pages``, ``drops``,
``operations``). Draws come from a fixed seed; a home that stands already is used as it is. ``synthetic_lake`` is the
short way for what needs a lake alone.

Two campaigns, 40 organisations of 5 assessors each; an organisation knows half of the use cases, and each assessor
sends a workbook a campaign. Fewer assessments are fewer use cases an assessor.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.orchestration.runs.one_pass import run_once
from pipelines.warehouse.publication import current_release
from sources.demonstration.known import known_use_cases
from sources.demonstration.projects import project_rows, solution_rows
from sources.home.home import Home
from sources.home.home_layout import ensure_layout
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.layout import question_codes, workbook_layout
from sources.workbook.template.template import write_template
from tests.bench.synthetic_lake import bench_organisations, write_site_rows

Row = dict[str, Any]

ASSESSMENTS = 100_000
ORGANISATIONS, ASSESSORS, USE_CASES = 40, 5, 500
CAMPAIGNS = {"BANC-1": dt.date(2025, 9, 1), "BANC-2": dt.date(2026, 9, 1)}
DAYS_OPEN = 120
MISSING_SHARE = 0.08
PROJECT_SHARE = 0.25
SEED = 500


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("home", type=Path)
    options.add_argument("--assessments", type=int, default=ASSESSMENTS)
    arguments = options.parse_args()
    make_large_home(Home.locate(arguments.home), arguments.assessments)


def make_large_home(home: Home, assessment_count: int = ASSESSMENTS) -> None:
    """Drop the workbooks in an empty home and take them to publication; one that has a publication is left alone."""
    if current_release(home) is not None:
        return
    ensure_layout(home)
    _write_site(home.referential)
    referential = load_referential(home.referential)
    count = sum(1 for _ in _drop(home, referential, assessment_count))
    print(f"{count} workbooks dropped", flush=True)
    report = run_once(home, demonstration=False, say=print)
    print({name: round(seconds, 1) for name, seconds in report.phase_seconds.items()}, report.verdict_counts)


def _drop(home: Home, referential: Referential, assessment_count: int) -> Iterator[Path]:
    """One workbook a campaign, organisation and assessor; the first of an organisation tells its projects."""
    known = assessment_count // (len(CAMPAIGNS) * ORGANISATIONS * ASSESSORS)
    for campaign, opens in CAMPAIGNS.items():
        day = opens + dt.timedelta(days=DAYS_OPEN // 2)
        for organisation in _organisations():
            chosen = sorted(random.Random(f"{SEED}/{organisation}").sample(referential.codes("use_cases"), known))
            for number in range(1, ASSESSORS + 1):
                rows = _assessments(referential, f"{campaign}/{organisation}", number, chosen, day)
                content = {"etablissement": [_envelope(referential, organisation, campaign, f"d{number}", day)]}
                content |= _projects(referential, organisation, chosen, day) if number == 1 else {}
                path = home.intake / organisation / f"{campaign}-{number}.xlsx"
                path.parent.mkdir(parents=True, exist_ok=True)
                yield write_template(path, referential, content | {"evaluations": rows})


def _envelope(referential: Referential, organisation: str, campaign: str, dossier: str, day: dt.date) -> Row:
    label = referential.labels("campaigns")[campaign]
    return {"organisation": organisation, "campagne": label, "dossier": dossier, "date": day}


def _assessments(referential: Referential, seed: str, number: int, chosen: list[str], day: dt.date) -> list[Row]:
    """One assessment a use case; its answers lean to what is this use case's own."""
    rng = random.Random(f"{SEED}/{seed}/{number}")
    offered = {column.code: column.offered for sheet in workbook_layout(referential) for column in sheet.columns}
    rows = []
    for use_case in chosen:
        leaning = random.Random(f"{SEED}/{use_case}")
        row: Row = {"evaluateur": f"MED-{number:02d}", "role": "Médecin", "cas_usage": use_case, "date": day}
        for question in question_codes(referential):
            levels = offered[question]
            place = round(rng.gauss(leaning.random() * (len(levels) - 1), 0.5))
            if rng.random() >= MISSING_SHARE:
                row[question] = levels[min(len(levels) - 1, max(0, place))]
        rows.append(row)
    return rows


def _projects(referential: Referential, organisation: str, chosen: list[str], day: dt.date) -> dict[str, list[Row]]:
    """Projects and solutions of some use cases, as the demonstration invents them."""
    pattern = known_use_cases()[0]
    some = [replace(pattern, code=code) for code in chosen[:: round(1 / PROJECT_SHARE)]]
    projects = project_rows(referential, organisation, some, day)
    return {"projets": projects, "solutions": solution_rows(referential, organisation, projects)}


def _organisations() -> list[str]:
    return [f"BANC-{number:02d}" for number in range(1, ORGANISATIONS + 1)]


def _write_site(folder: Path) -> None:
    """Campaigns, organisations, and the use cases that the shipped catalogue lacks to make 500."""
    shipped = load_referential()
    axes = shipped.codes("axes")
    functions = shipped.codes("functions")
    segments = list(shipped.table("segments").select("code", "axis_code").iter_rows())
    own = [f"BAN-{number:03d}" for number in range(1, USE_CASES - len(shipped.codes("use_cases")) + 1)]
    use_cases, links = [], []
    for number, code in enumerate(own):
        segment, axis = segments[number % len(segments)] if number % 3 else ("", axes[number % len(axes)])
        use_cases.append(
            {"code": code, "label": f"Cas du banc {number + 1}", "origin": "proposed", "axis_code": axis,
             "axis_origin": "proposed", "segment_code": segment, "segment_origin": "proposed" if segment else "",
             "domain_code": "clinique", "domain_origin": "proposed", "need": "Mesurer", "need_origin": "proposed",
             "rank": 100 + number}
        )  # fmt: skip
        function = functions[number % len(functions)]
        links.append({"code": f"{code}:{function}", "label": function, "origin": "proposed", "use_case_code": code,
                      "function_code": function})  # fmt: skip
    campaigns = [
        {"code": code, "label": f"Banc {opens.year}", "origin": "proposed", "opens": opens,
         "deadline": opens + dt.timedelta(days=DAYS_OPEN), "is_demonstration": "non"}
        for code, opens in CAMPAIGNS.items()
    ]  # fmt: skip
    tables = {
        "campaigns": campaigns,
        "organisations": bench_organisations(ORGANISATIONS),
        "use_cases": use_cases,
        "use_case_functions": links,
    }
    write_site_rows(folder, tables)


if __name__ == "__main__":
    main()
