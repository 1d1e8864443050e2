"""Which lake tables a pass concerns: those with rows of a reception that comes, or that one replaces.

Belongs here: asking the lake and the warehouse of the last build. Does not: which files changed (``lake_state``), which
models a table concerns (``standing``).
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from pathlib import Path

import duckdb

from pipelines.lake_state import MARK
from sources import lake

NAMINGS = "namings"
"""In the place of a table: that an organisation answers a campaign, or names a use case in it, for the first time or no
longer."""

_ALWAYS = frozenset({MARK, "submissions", "sheet_counts"})
_READ_BY_NO_MODEL = {"cells"}
_OF_RECEPTIONS = frozenset(
    table for table, columns in lake.LAKE_TABLES.items() if "reception_number" in columns
) - _ALWAYS - _READ_BY_NO_MODEL - {"set_aside", "organisation_versions"}  # fmt: skip
_NAMING_TABLES = ("assessments", "objectives", "projects", "use_cases")

_CAME = """
create temp table came as
    select receptions.reception_number, submission_key, organisation_code, campaign_code, is_withdrawal
    from {receptions} as receptions
    left join {submissions} as submissions using (reception_number)
    where receptions.reception_number not in (select unnest($known))
"""

_CONCERNED = """
create temp table concerned as
    select *, lead(reception_number) over (partition by submission_key order by reception_number) as replaced_by
    from (
        select * from came
        union all by name
        select reception_number, submission_key, organisation_code, campaign_code, false as is_withdrawal
        from warehouse.main.fct_submission
        semi join came using (submission_key)
        where is_current
    )
"""

_NAMED = """
create temp table named as
    select distinct reception_number, organisation_code, campaign_code, use_case_code
    from ({mentions}) as mentions
    inner join concerned using (reception_number)
"""

# Known is what is assessed: what only an objective or a project names is taken for new, at the price of more models.
_IS_NAMED_ANEW = """
select
    exists (from came where is_withdrawal)
    or exists (
        from named
        semi join came using (reception_number)
        anti join warehouse.main.int_assessment as known
            on named.organisation_code = known.organisation_code
            and named.campaign_code = known.campaign_code
            and named.use_case_code = known.written_code
    )
    or exists (
        from came
        anti join (from warehouse.main.fct_submission where is_current) using (organisation_code, campaign_code)
        where submission_key is not null
    )
    or exists (
        from named
        inner join concerned using (reception_number)
        anti join named as instead
            on concerned.replaced_by = instead.reception_number and named.use_case_code = instead.use_case_code
        where concerned.replaced_by is not null
    )
"""


def concerned_tables(
    lake_folder: Path, warehouse: Path, known: Collection[int], changed: AbstractSet[str]
) -> frozenset[str]:
    """Of what the lake is made of, what may say something else than in the ``warehouse``, ``NAMINGS`` included.

    ``known``: the receptions that the warehouse was built from, those set aside included; ``changed``: the tables whose
    files changed since. A submission set aside, or let in again, concerns all tables.
    """
    if MARK not in changed or "set_aside" in changed:
        return frozenset({*changed, *_OF_RECEPTIONS, NAMINGS})
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        tables = {table: f"read_parquet('{lake_folder / table}/*.parquet')" for table in lake.LAKE_TABLES}
        connection.execute(_CAME.format_map(tables), {"known": list(known)})
        connection.execute(_CONCERNED)
        mentions = (f"select reception_number, use_case_code from {tables[table]}" for table in _NAMING_TABLES)
        connection.execute(_NAMED.format(mentions=" union all ".join(mentions)))
        namings = {NAMINGS} if _is_true(connection, _IS_NAMED_ANEW) else set()
        with_rows = {table for table in _OF_RECEPTIONS if _is_true(connection, _has_rows(tables[table]))}
    return frozenset((changed - _OF_RECEPTIONS) | with_rows | namings)


def _has_rows(table: str) -> str:
    return f"select exists (from {table} semi join concerned using (reception_number))"


def _is_true(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    [found] = connection.execute(query).fetchone() or (False,)
    return bool(found)
