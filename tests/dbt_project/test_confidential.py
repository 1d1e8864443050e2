"""What an establishment keeps to the coordinators: a word planted in its texts is looked for in all that leaves.

Whatever row says « oui », whichever comes after it and whoever writes it; by role: other readers, the public, and the
coordinators' own papers, in which the mark is looked for instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.small_lake import SmallLake, Submission

CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE = "630780989", "380780080", "690781810", "420784878"
ANSWERS = {"IMP_1_1": "FORT", "EFF_1_1": "FAIBLE"}
OWN, MERGED, KEPT_BY_ANOTHER, OPEN = f"{LYON}-1", f"{LYON}-2", f"{GRENOBLE}-1", f"{GRENOBLE}-2"
HIDDEN = (OWN, MERGED, KEPT_BY_ANOTHER)
GUESSER = "740781133"
"""An establishment that answers for codes of others, as if it knew them."""


def secret(submission: Submission, code: str, word: str, is_confidential: bool | None = True) -> None:
    """A use case with the word in each of its texts."""
    submission.use_case(
        code, f"{word}-nom", need=f"{word}-besoin", is_confidential=is_confidential, functions=("DESCRIPTIVE",)
    )
    submission.objective(code, f"{word}-indicateur", baseline=f"{word}-base", target=f"{word}-cible")
    submission.solution(f"{word}-S", f"{word}-solution", supplier=f"{word}-fournisseur")
    submission.project(
        code, {"routine": None}, f"{word}-S", sites=f"{word}-site", follow_up=f"{word}-suivi", end_reason=f"{word}-fin"
    )
    submission.assess("MED-01", code, ANSWERS)


@pytest.fixture(scope="module")
def connection(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    lake = SmallLake()
    # a use case of the catalogue of which nothing is said there: who describes it would speak for all
    lake.add_site_row("use_cases", code="CAT-900", label="Sans besoin écrit", rank="900")
    first = {code: lake.submission(code, "DEMO-2025") for code in (CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE)}
    secret(first[LYON], OWN, "SECRET-A")
    secret(first[LYON], MERGED, "SECRET-B")
    secret(first[LYON], "CAT-001", "SECRET-C")
    secret(first[LYON], "CAT-900", "SECRET-D")
    secret(first[GRENOBLE], KEPT_BY_ANOTHER, "SECRET-E", is_confidential=None)
    secret(first[CLERMONT], KEPT_BY_ANOTHER, "SECRET-F")
    # later rows that do not say it: of the same establishment and of others, empty or « non »
    later = {code: lake.submission(code, "DEMO-2026") for code in (CLERMONT, GRENOBLE, LYON, SAINT_ETIENNE)}
    secret(later[LYON], OWN, "SECRET-G", is_confidential=None)
    secret(later[LYON], "CAT-001", "SECRET-H", is_confidential=False)
    later[GRENOBLE].use_case(OWN, "SECRET-I", is_confidential=False)
    later[GRENOBLE].use_case("CAT-001", "vu", need="vu", is_confidential=False)
    later[GRENOBLE].project("CAT-001", {"pilote": None})
    later[GRENOBLE].use_case(f"{GRENOBLE}-3", "SECRET-J")  # merged with a confidential one: hidden with it
    # not confidential: it says the same name as a hidden one
    later[GRENOBLE].use_case(OPEN, "SECRET-A-nom", functions=("DESCRIPTIVE",))
    later[GRENOBLE].project(OPEN, {"poc": None})
    guesser = lake.submission(GUESSER, "DEMO-2026")
    for code in (*HIDDEN, OPEN):
        guesser.assess("MED-01", code, ANSWERS)
        guesser.project(code, {"routine": None})
        guesser.objective(code, "vu", baseline="vu", target="vu")
    lake.add(
        "duplicate_decisions", decision_number=1, use_case_code=f"{GRENOBLE}-3", other_code=MERGED,
        decision_code="meme", decided_by="x", decided_on=None, reason="x",
    )  # fmt: skip
    with warehouse.build(lake) as opened:
        yield opened


def leaving_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "select table_name from information_schema.tables where table_name like 'mart_reader_%' "
        "or table_name like 'mart_open_%' order by all"
    ).fetchall()
    return [name for (name,) in found]


def test_no_word_of_it_reaches_another_reader_or_the_public(connection: duckdb.DuckDBPyConnection) -> None:
    tables = leaving_tables(connection)
    assert len(tables) == 15
    for table in tables:
        columns = {name for name, *_ in connection.execute(f"describe {table}").fetchall()}
        others = f"where reader_organisation_code = '{SAINT_ETIENNE}'" * ("reader_organisation_code" in columns)
        rows = connection.execute(f"select * from {table} {others}").fetchall()
        said = "\n".join(map(said_of_others, rows))
        assert "SECRET" not in said, table
        assert not [code for code in HIDDEN if code in said], table


@pytest.mark.parametrize("reader", [GUESSER, GRENOBLE])
def test_who_answers_for_the_code_of_another_is_not_told_its_name(
    connection: duckdb.DuckDBPyConnection, reader: str
) -> None:
    """Written by who guessed it, or merged with one's own: the code comes back, and not one word of the other's."""
    for table in leaving_tables(connection):
        columns = {name for name, *_ in connection.execute(f"describe {table}").fetchall()}
        if "reader_organisation_code" not in columns:
            continue
        rows = connection.execute(f"select * from {table} where reader_organisation_code = '{reader}'").fetchall()
        said = "\n".join(map(said_of_others, rows))
        own = {"SECRET-E", "SECRET-I", "SECRET-J"} if reader == GRENOBLE else set()
        found = set(re.findall(r"SECRET-[A-Z]", said))
        assert found <= own, table
    titles = connection.execute(
        "select distinct use_case_title from mart_reader_answer where reader_organisation_code = ?", [GUESSER]
    ).fetchall()
    assert {(code,) for code in HIDDEN} < {*titles}, "and its own answers are still there"


def said_of_others(row: tuple[object, ...]) -> str:
    """A row's words; the open use case may say its own name, which is also a hidden one's."""
    return str(row).replace("SECRET-A-nom", "") if OPEN in row else str(row)


def test_of_a_use_case_of_the_catalogue_its_part_alone_disappears(connection: duckdb.DuckDBPyConnection) -> None:
    for table in ("mart_reader_cartography", "mart_open_project"):
        found = connection.execute(
            f"select distinct organisation_code from {table} where use_case_code = 'CAT-001' order by all"
        ).fetchall()
        assert found == [(GRENOBLE,)], table
    query = "select organisation_code, status_label, is_deployed from mart_reader_cartography " \
        "where use_case_code = 'CAT-900'"  # fmt: skip
    assert connection.execute(query).fetchall() == [(None, "Sans projet", False)]
    assert connection.execute("select need from mart_open_use_case where use_case_code = 'CAT-900'").fetchall() == [
        (None,)
    ]


def test_an_open_name_says_nothing_of_a_hidden_one(connection: duckdb.DuckDBPyConnection) -> None:
    """Who names its use case as another's would otherwise be told that there is one."""
    query = "select distinct use_case_title from mart_reader_cartography where use_case_code = ?"
    assert connection.execute(query, [OPEN]).fetchall() == [("SECRET-A-nom",)]


def test_its_own_reader_still_reads_it(connection: duckdb.DuckDBPyConnection) -> None:
    query = "select distinct use_case_code from mart_reader_answer where reader_organisation_code = ? order by all"
    assert (OWN,) in connection.execute(query, [LYON]).fetchall()


def test_coordinators_papers_mark_it(connection: duckdb.DuckDBPyConnection) -> None:
    marked = connection.execute(
        "select use_case_code from dim_use_case where is_confidential and source_code = 'GCS' order by all"
    ).fetchall()
    assert {code for (code,) in marked} >= {OWN, KEPT_BY_ANOTHER, "CAT-001", "CAT-900"}
    assert len(marked) == 5, "and the one that stands for the merged ones"
    pages = {
        "mart_life_cycle": [("CAT-001", GRENOBLE, False), ("CAT-001", LYON, True)],
        "mart_reference_establishment": [("CAT-001", LYON, True)],
    }
    for table, expected in pages.items():
        found = connection.execute(
            f"select distinct use_case_code, organisation_code, is_confidential from {table} "
            "where use_case_code = 'CAT-001' order by all"
        ).fetchall()
        assert found == expected, table
