"""A lake of any number of assessments, written as the validation writes it, without workbooks.

Belongs here: rows made by arithmetic on their number, so that a size gives the same lake each time. Does not: what
is measured on it (``warehouse``).

One campaign holds 100,000 assessments: 40 organisations × 500 use cases × 5 assessors, in submissions of 50 rows;
about one answer in twelve is missing. A larger lake has more campaigns, as a home grows. Other shapes are asked for by
``Shape``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential, load_referential

USE_CASES = 500


@dataclass(frozen=True)
class Shape:
    """Of a campaign; ``submission_size``: assessments in one submission."""

    organisations: int = 40
    use_cases: int = USE_CASES
    assessors: int = 5
    submission_size: int = 50

    @property
    def campaign_size(self) -> int:
        return self.organisations * self.use_cases * self.assessors


USUAL = Shape()
SHEET = "Évaluations"

Row = dict[str, Any]


def _assessments(shape: Shape) -> str:
    """i: number of the assessment, from 0. Within a campaign, assessments go through use cases, then assessors, then
    organisations, so that a submission is one organisation's, one assessor's."""
    return f"""
        select
            i,
            i // {shape.submission_size} + 1 as reception_number,
            '{SHEET}' as sheet,
            cast(5 + i % {shape.submission_size} as integer) as row_number,
            printf('B-%02d', i // {shape.campaign_size} + 1) as campaign_code,
            printf('BANC-%02d', i // {shape.use_cases * shape.assessors} % {shape.organisations} + 1)
                as organisation_code,
            printf('MED-%02d', i // {shape.use_cases} % {shape.assessors} + 1) as assessor_code,
            printf('UC-%03d', i % {shape.use_cases} + 1) as use_case_code
        from range($first, $last) as numbers(i)
    """


def _new_assessments(shape: Shape) -> str:
    """One more assessor, of each organisation in turn, in the last campaign, of all use cases or the first of them."""
    return f"""
        select
            i,
            $first // {shape.submission_size} + (i - $first) // {shape.submission_size} + 1 as reception_number,
            '{SHEET}' as sheet,
            cast(5 + (i - $first) % {shape.submission_size} as integer) as row_number,
            printf('B-%02d', ($first - 1) // {shape.campaign_size} + 1) as campaign_code,
            printf('BANC-%02d', (i - $first) // {shape.submission_size} % {shape.organisations} + 1)
                as organisation_code,
            'DSI-99' as assessor_code,
            printf('UC-%03d', (i - $first) % $use_case_count + 1) as use_case_code
        from range($first, $last) as numbers(i)
    """


def write_lake(home: Home, assessment_count: int, shape: Shape = USUAL) -> Referential:
    """Write a whole lake, its referential included, and return the referential."""
    _write_site(home.referential, -(-assessment_count // shape.campaign_size), shape)
    referential = load_referential(home.referential)
    referential.write_lake(home.lake)
    lake.ensure_schemas(home.lake)
    for first in range(0, assessment_count, shape.campaign_size):
        last = min(first + shape.campaign_size, assessment_count)
        _write_part(home, _assessments(shape), first, last, shape)
    return referential


def add_assessments(home: Home, first: int, count: int, use_case_count: int = USE_CASES, shape: Shape = USUAL) -> None:
    """Write ``count`` assessments more, as one batch of new submissions, to a lake of ``first`` assessments."""
    _write_part(home, _new_assessments(shape), first, first + count, shape, {"use_case_count": use_case_count})


def _write_part(
    home: Home, assessments: str, first: int, last: int, shape: Shape, more: Mapping[str, int] | None = None
) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"set file_search_path = '{home.lake}'")
        connection.execute(f"create table assessed as {assessments}", {"first": first, "last": last, **(more or {})})
        connection.execute(
            "create table question as select code, scale_code, row_number() over () - 1 as q, "
            "chr(cast(68 + q as integer)) as letters from 'ref_subcriteria/referential.parquet'"
        )
        connection.execute(
            "create table level as select code, label, scale_code, "
            "row_number() over (partition by scale_code order by rank) - 1 as step "
            "from 'ref_scale_levels/referential.parquet'"
        )
        numbers = connection.execute("select min(reception_number), max(reception_number) from assessed").fetchone()
        assert numbers is not None
        for table, query in _tables(shape, is_first=first == 0).items():
            connection.execute(f"create table {table} as from '{table}/{lake.SCHEMA_FILE}'")
            connection.execute(f"insert into {table} by name {query}")
            part = home.lake / table / f"r{numbers[0]:09d}-{numbers[1]:09d}.parquet"
            connection.execute(f"copy {table} to '{part}' (format parquet, compression lz4)")


def _tables(shape: Shape, is_first: bool) -> dict[str, str]:
    """The rows of each lake table, from ``assessed``, ``question`` and ``level``."""
    tables = {
        "submissions": """
            select distinct reception_number,
                organisation_code || '|' || campaign_code || '|D' || reception_number as submission_key,
                organisation_code, campaign_code, 'D' || reception_number as dossier_code,
                date '2026-10-01' as submitted_on, false as is_withdrawal, '1' as template_version
            from assessed order by all
        """,
        "assessments": """
            select reception_number, sheet, row_number, assessor_code, 'medecin' as role_code, use_case_code,
                date '2026-09-15' as assessed_on, null as comment
            from assessed order by reception_number, row_number
        """,
        "answers": """
            with drawn as (
                select *, hash(i, q) % 12 as missing_draw, hash(i, q, 1) % 3 as step
                from assessed cross join question
            )
            select reception_number, sheet, row_number, assessor_code, use_case_code, drawn.code as question_code,
                case when missing_draw > 0 then levels.code end as level_code,
                case when missing_draw > 0 then levels.label end as answer_text,
                letters || row_number as cell
            from drawn inner join level as levels using (scale_code, step)
            order by reception_number, row_number, q
        """,
        "receptions": """
            select distinct reception_number, organisation_code as folder,
                'envoi-' || reception_number || '.xlsx' as file_name, sha256('' || reception_number) as content_sha256,
                1000 as byte_count, timestamp '2026-10-01 12:00' as received_at, 'prise' as verdict_code,
                '' as referential_sha256
            from assessed order by all
        """,
    }
    if is_first:
        tables["use_cases"] = f"""
            select 1 as reception_number, 'Cas d''usage' as sheet, cast(4 + n as integer) as row_number,
                printf('UC-%03d', n) as use_case_code, printf('Cas %03d', n) as use_case_label, null as need,
                'clinique' as domain_code, 'AXE_' || (n % 9 + 1) as axis_code, null as segment_code,
                null as minutes_per_day, null as people_count, null as cost_eur, null as yearly_gain_eur,
                false as is_confidential
            from range(1, {shape.use_cases} + 1) as numbers(n)
        """
    return tables


def _write_site(folder: Path, campaign_count: int, shape: Shape) -> None:
    campaigns = [
        {"code": f"B-{n:02d}", "label": f"Banc {n}", "origin": "proposed", "opens": f"{2026 + n}-01-01",
         "deadline": f"{2026 + n}-06-30", "is_demonstration": "non"}
        for n in range(1, campaign_count + 1)
    ]  # fmt: skip
    write_site_rows(folder, {"campaigns": campaigns, "organisations": bench_organisations(shape.organisations)})


def bench_organisations(count: int) -> list[Row]:
    """Rows of organisations that no register knows; the first four are members of the GCS."""
    return [
        {"code": f"BANC-{n:02d}", "label": f"Établissement {n}", "origin": "proposed", "sector_code": "public",
         "sector_origin": "proposed", "member_gcs": "oui" if n <= 4 else "non", "country_code": "FR",
         "is_health_establishment": "oui", "source_code": "GCS"}
        for n in range(1, count + 1)
    ]  # fmt: skip


def write_site_rows(folder: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """Lay a site's own rows of the referential, one file a table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
