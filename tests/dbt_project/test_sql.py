"""What our SQL must not say: frames that DuckDB sums wrongly, and what holds on one target alone.

Belongs here: looking for it in every file that carries SQL. Does not: results (``test_incremental``). The models are
to run on DuckLake as they run on a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt_project"

WHOLE_FRAME = re.compile(r"\bunbounded\s+preceding\s+and\s+unbounded\s+following\b", re.I)
"""Past 1,041,747 partitions DuckDB 1.5 sums such a frame wrongly, of rows as of a range (duckdb issue 24985). The same
without ORDER BY needs no frame, and is summed rightly."""

_SETTING = r"(?<!{%)(?<!{%-)\s\bset\s+(global\s+)?\w+\s*=\s*'"

OF_ONE_TARGET = {
    r"\bis_ducklake\b|\btarget\s*\.\s*(name|type|path)\b": "the models ask which target they are on",
    r"\bwarehouse\s*\.\s*\w|\b__ducklake_metadata": "the database is named, where `ref` names it on both",
    r"\browid\b": "DuckLake's rowid is another number than a file's",
    r"\bcreate\s+(or\s+replace\s+)?(unique\s+)?(index|sequence|type|macro|function)\b": "DuckLake keeps none of these",
    r"\bnextval\s*\(": "DuckLake has no sequences",
    r"\b(primary|foreign)\s+key\b|^\s*-?\s*type:\s*(primary_key|unique|foreign_key|check)": "DuckLake has no keys",
    r"\bon\s+conflict\b|\binsert\s+or\s+(replace|ignore)\b": "without keys there is no conflict",
    r"\breturning\b": "DuckLake returns nothing of what it writes",
    r"\b(cascade|checkpoint|vacuum|analyze)\b\s*(;|$|')": "it means another thing, or nothing, on DuckLake",
    rf"\bpragma\b|\battach\s+'|{_SETTING}": "settings stand in the profile, for both targets",
    r"\bat\s*\(\s*(version|timestamp)\s*=>|\bducklake_\w+\s*\(": "a file has no past and no such function",
    r"\b(cast\s*\([^)]*\bas|::)\s*(enum|bit|bignum|varint|union)\b|\benum\s*\(": "DuckLake does not store this type",
}
"""A pattern → why it stands nowhere in the dbt project."""


def texts() -> Iterator[tuple[str, str]]:
    """Each file that carries SQL, less what it says of it in comments."""
    for folder, kinds in {"dbt_project": ("sql", "yml"), "pipelines": ("py",), "dashboards": ("yaml", "py")}.items():
        for path in sorted(path for kind in kinds for path in (ROOT / folder).rglob(f"*.{kind}")):
            if not {"target", "environment", "node_modules"} & set(path.parts):
                yield str(path.relative_to(ROOT)), without_comments(path.read_text(encoding="utf-8"))


def without_comments(text: str) -> str:
    return re.sub(r"--[^\n]*", "", re.sub(r"\{#.*?#\}", "", text, flags=re.S))


def test_no_frame_takes_a_whole_ordered_partition() -> None:
    assert [name for name, text in texts() if WHOLE_FRAME.search(text)] == []


@pytest.mark.parametrize("frame", ["range", "rows", "ROWS"])
def test_such_a_frame_is_found_however_it_is_written(frame: str) -> None:
    said = f"sum(x) over (partition by a order by b {frame} between unbounded\n  preceding AND unbounded   following)"
    assert WHOLE_FRAME.search(said)
    assert not WHOLE_FRAME.search(f"sum(x) over (order by b {frame} between unbounded preceding and current row)")


def of_one_target(text: str) -> list[str]:
    return [why for pattern, why in OF_ONE_TARGET.items() if re.search(pattern, text, re.I | re.M)]


def test_no_sql_of_the_models_holds_on_one_target_alone() -> None:
    places = ("dbt_project/models", "dbt_project/macros", "dbt_project/tests")
    found = {name: of_one_target(text) for name, text in texts() if name.startswith(places)}
    assert len(found) > 200
    assert {name: why for name, why in found.items() if why} == {}


@pytest.mark.parametrize(
    "said",
    [
        "{% if target.name == 'ducklake' %}", "{{ adapter.is_ducklake(this) }}", "from warehouse.main.dim_axis",
        "select rowid from {{ this }}", "create unique index i on t (a)", "create sequence s", "select nextval('s')",
        "create table t (a int primary key)", "    - type: unique", "insert into t values (1) on conflict do nothing",
        "insert or replace into t values (1)", "delete from t returning a", "drop table t cascade", "pragma x",
        "attach 'x.duckdb'", "select * from t at (version => 3)", "select a::enum('x', 'y')", "select cast(a as bit)",
    ],
)  # fmt: skip
def test_sql_of_one_target_is_found(said: str) -> None:
    assert len(of_one_target(said)) >= 1


def test_the_lint_of_whole_frames_is_of_this_version_of_duckdb() -> None:
    """Another version: try issue 24985 again (more partitions than 1,041,747, an order, a frame open at both ends)."""
    assert duckdb.__version__ == "1.5.5"
