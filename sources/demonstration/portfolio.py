"""Which organisation says what in which demonstration campaign: several assessors, gaps.

Does not belong here: what goes otherwise than expected (``incidents``), what committees decide (``committee``).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from sources.demonstration.answers import assessment_rows
from sources.demonstration.known import DemonstrationUseCase, known_use_cases
from sources.demonstration.projects import project_rows, solution_rows
from sources.referential.loader import Referential

SEED = 20260310

Row = dict[str, Any]


@dataclass(frozen=True)
class DemonstrationWorkbook:
    """``received_on``: the day on which a file of an earlier year arrived; None: today."""

    folder: str
    file_name: str
    rows: dict[str, list[Row]]
    received_on: dt.date | None = None


def answers_of_campaigns(referential: Referential) -> Iterator[DemonstrationWorkbook]:
    """The workbooks of each campaign, always the same for the same referential, in the order in which they are dropped.

    All but those of the newest campaign arrived on the day that they are of.
    """
    use_cases = known_use_cases()
    campaigns = list(demonstration_campaigns(referential).iter_rows(named=True))
    for index, campaign in enumerate(campaigns):
        for organisation in _answering(referential, campaign["code"], index):
            rng = random.Random(f"{SEED}/{organisation}/{campaign['code']}")
            day = campaign["deadline"] - dt.timedelta(days=rng.randint(5, 40))
            rows = submission(referential, organisation, campaign["code"], day, chosen_by(organisation, use_cases), rng)
            name = f"demonstration-{campaign['opens'].year}.xlsx"
            yield DemonstrationWorkbook(organisation, name, rows, None if campaign == campaigns[-1] else day)


def demonstration_campaigns(referential: Referential) -> pl.DataFrame:
    """Those that are invented, the older first."""
    return referential.table("campaigns").filter("is_demonstration").sort("opens")


def members_of_gcs(referential: Referential) -> list[str]:
    organisations = referential.table("organisations").select("code", "member_gcs")
    return [code for code, is_member in organisations.iter_rows() if is_member]


def _answering(referential: Referential, campaign: str, index: int) -> list[str]:
    """The organisations expected, less a few that have not answered: fewer in the later campaign."""
    expected = referential.table("campaign_organisations")
    codes = [row["organisation_code"] for row in expected.iter_rows(named=True) if row["campaign_code"] == campaign]
    members = members_of_gcs(referential)
    others = [code for code in codes if code not in members]
    silent = others[-3:] if index == 0 else others[2:3]
    return [code for code in codes if code not in silent]


def submission(
    referential: Referential,
    organisation: str,
    campaign: str,
    day: dt.date,
    chosen: list[DemonstrationUseCase],
    rng: random.Random,
) -> dict[str, list[Row]]:
    """Rows by sheet of what an organisation says, on a day, of the use cases that it chose."""
    projects = project_rows(referential, organisation, chosen, day)
    return {
        "etablissement": [
            {"organisation": organisation, "campagne": referential.labels("campaigns")[campaign], "date": day}
        ],
        "cas_usage": [_use_case_row(referential, use_case, organisation) for use_case in chosen],
        "objectifs": _objective_rows(chosen, day, rng),
        "solutions": solution_rows(referential, organisation, projects),
        "projets": projects,
        "evaluations": assessment_rows(referential, organisation, chosen, day, rng),
    }


def chosen_by(organisation: str, use_cases: list[DemonstrationUseCase]) -> list[DemonstrationUseCase]:
    """The organisation's own use cases and part of the catalogue, the same in each campaign."""
    rng = random.Random(f"{SEED}/{organisation}/choice")
    catalogue = [use_case for use_case in use_cases if not use_case.organisation]
    own = [use_case for use_case in use_cases if use_case.organisation == organisation]
    count = rng.randint(11, 16) if len(own) > 1 else rng.randint(5, 10)
    return sorted([*rng.sample(catalogue, min(count, len(catalogue))), *own], key=lambda use_case: use_case.code)


def _use_case_row(referential: Referential, use_case: DemonstrationUseCase, organisation: str) -> Row:
    rng = random.Random(f"{SEED}/{organisation}/{use_case.code}/measures")
    is_measured = rng.random() < 0.7
    row: Row = {
        "cas_usage": use_case.code,
        "nom": use_case.label or referential.labels("use_cases")[use_case.code],
        "besoin": use_case.need or None,
        "domaine": _label(referential, "domains", use_case.domain),
        "axe": _label(referential, "axes", use_case.axis),
        "segment": _label(referential, "segments", use_case.segment),
        "fonctions": _labels(referential, "functions", use_case.functions),
        "techniques": _labels(referential, "techniques", use_case.techniques),
        "apprentissages": _labels(referential, "learning_types", use_case.learning_types),
    }
    if is_measured:
        effort, gain = use_case.effort_mean, use_case.impact_mean
        row["minutes_jour"] = round(5 + 20 * gain * rng.random(), 1)
        row["personnes"] = rng.randint(5, 120)
        row["cout_eur"] = 1000 * round(20 + 150 * effort * rng.random())
        row["gain_annuel_eur"] = 1000 * round(10 + 120 * gain * rng.random())
    return row


def _label(referential: Referential, table: str, code: str) -> str | None:
    return referential.labels(table)[code] if code else None


def _labels(referential: Referential, table: str, codes: tuple[str, ...]) -> str | None:
    return " ; ".join(referential.labels(table)[code] for code in codes) or None


def _objective_rows(chosen: list[DemonstrationUseCase], day: dt.date, rng: random.Random) -> list[Row]:
    rows = []
    for use_case in chosen:
        if rng.random() < 0.6:
            baseline = rng.randint(20, 90)
            target = round(baseline * rng.uniform(0.5, 0.85))
            row: Row = {
                "cas_usage": use_case.code,
                "indicateur": "Délai moyen (minutes)",
                "initial": baseline,
                "cible": target,
            }
            if rng.random() < 0.4:
                row |= {"observe": round((baseline + target) / 2), "date_observation": day - dt.timedelta(days=30)}
            rows.append(row)
    return rows
