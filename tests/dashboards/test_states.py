"""Each page over data of other sizes than the demonstration's: nothing leaves its card, fails or scrolls sideways.

Nothing received yet, and one use case assessed in one establishment: releases of homes of their own. Sixty
establishments with some five hundred use cases and names of two hundred signs, and three thousand organisations with
447,000 possible duplicates: copies of the demonstration's, with more rows.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Page, TimeoutError

from sources.home.home import Home
from sources.referential.loader import load_referential
from sources.workbook.template.template import write_template
from tests.dashboards.conftest import OWN
from tests.dashboards.page import CUT_WORDS, DashboardPage
from tests.dashboards.test_bad_input import served
from tests.dashboards.test_every_chart import PAGES, SIDEWAYS, WHOLE_PAGE

pytestmark = [pytest.mark.browser, pytest.mark.superset]

LONG = 200  # signs of a name
MORE = (("organisation", f"= '{OWN}'", 60), ("use_case", "is not null", 17))
"""What is multiplied in a mart, the first of these that it names: which rows, and by how many."""
ORGANISATIONS, PAIRS = 3_000, 447_000
TABLET = {"width": 1024, "height": 7600}
TAIL = " du groupement hospitalier de territoire de l'hypercholestérolémie et de l'électroencéphalographie"
NAMES = """
    create temp table names as
    select distinct label, left(label || repeat($tail, 3), $long) as long_label
    from (
        select use_case_label as label from mart_cartography
        union all select organisation_label from mart_cartography
        union all select solution_label from mart_project
    )
    where label is not null
"""
# What leaves its card to be seen beyond it: what scrolls in its card does not.
OUT_OF_THEIR_CARD = """() => [...document.querySelectorAll('[data-test-chart-name]')].filter(chart => {
    const card = chart.closest('.dashboard-component-chart-holder');
    const around = card.getBoundingClientRect();
    const right = getComputedStyle(card).overflowX === 'auto' ? Infinity : around.right + 1;
    return [...chart.querySelectorAll('table, canvas')].map(inside => inside.getBoundingClientRect())
        .some(box => box.right > right || box.left < around.left - 1 || box.bottom > around.bottom + 1);
}).map(chart => chart.getAttribute('data-test-chart-name'))"""
FAILED = ".ant-alert-error, [data-test=chart-error]"


def of_another_home(received: Mapping[str, list[dict[str, Any]]]) -> Callable[[Path, Path], None]:
    """The release of a home to which these rows of a workbook were sent, or nothing."""

    def made(release: Path, folder: Path) -> None:
        home = Home(folder / "home")
        if received:
            (home.intake / OWN).mkdir(parents=True)
            write_template(home.intake / OWN / "seul.xlsx", load_referential(), received)
        command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home.root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        for file in (home.root / "published" / "current").resolve().iterdir():
            shutil.copyfile(file, release / file.name)

    return made


def with_more(change: Callable[[duckdb.DuckDBPyConnection], None]) -> Callable[[Path, Path], None]:
    """The demonstration's release, with more rows."""

    def made(release: Path, _: Path) -> None:
        with duckdb.connect(str(release / "warehouse.duckdb")) as connection:
            change(connection)

    return made


def crowd(connection: duckdb.DuckDBPyConnection) -> None:
    """Each name as long as one can be, and more rows of what there is; first all are read, since marts read marts."""
    connection.execute(NAMES, {"tail": TAIL, "long": LONG})
    marts = connection.execute(
        "select table_name, table_type = 'VIEW' from information_schema.tables where table_name like 'mart_%'"
    ).fetchall()
    for mart, _ in marts:
        _crowd_one(connection, mart)
    for mart, is_view in marts:
        connection.execute(f"drop {'view' if is_view else 'table'} {mart}")
        connection.execute(f"create table {mart} as from crowded_{mart}")


def multiply(connection: duckdb.DuckDBPyConnection) -> None:
    """Three thousand organisations in each mart that names them, and 447,000 pairs that may be one use case."""
    rows = {mart: f"(from {mart} where organisation_code = '{OWN}' limit 200)" for mart in _naming(connection)}
    for mart, known in rows.items():
        connection.execute(
            f"create temp table huge_{mart} as select known.* replace ('X' || n as organisation_code, "
            f"'Établissement ' || n as organisation_label) from {known} as known, range({ORGANISATIONS}) as numbers(n)"
        )
    for mart in rows:
        _as_table(connection, mart)
        connection.execute(f"insert into {mart} from huge_{mart}")
    _as_table(connection, "mart_duplicate_pair")
    connection.execute(
        f"insert into mart_duplicate_pair select pair.* from mart_duplicate_pair as pair, range({PAIRS})"
    )


def _naming(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "select table_name from information_schema.columns where table_name like 'mart_%' and table_name not like "
        "'mart_reader_%' and column_name in ('organisation_code', 'organisation_label') group by 1 having count(*) = 2"
    )
    return [str(mart) for (mart,) in found.fetchall()]


def _as_table(connection: duckdb.DuckDBPyConnection, mart: str) -> None:
    """A view is laid down as what it gives."""
    views = connection.execute("from duckdb_views() where view_name = $mart", {"mart": mart}).fetchall()
    if views:
        connection.execute(f"create temp table view_{mart} as from {mart}")
        connection.execute(f"drop view {mart}")
        connection.execute(f"create table {mart} as from view_{mart}")


def _crowd_one(connection: duckdb.DuckDBPyConnection, mart: str) -> None:
    described = connection.execute(f"describe {mart}").fetchall()
    names = [column for column, kind, *_ in described if kind == "VARCHAR" and not column.endswith("_code")]
    long = [f"coalesce((select long_label from names where label = {name}), {name}) as {name}" for name in names]
    replaced = f"replace ({', '.join(long)})" if long else ""
    connection.execute(f"create temp table crowded_{mart} as select * {replaced} from {mart}")
    columns = {column for column, *_ in described}
    for thing, kept, count in MORE:
        code, label = f"{thing}_code", f"{thing}_label"
        own = [f"n || '. ' || {name} as {name}" for name in (label, f"{thing}_title") if name in columns]
        if {code, label} <= columns:
            connection.execute(
                f"insert into crowded_{mart} "
                f"select known.* replace ({code} || '-' || n as {code}, {', '.join(own)}) "
                f"from crowded_{mart} as known, range(1, {count}) as numbers(n) where {code} {kept}"
            )
            return


ONE = {
    "etablissement": [{"organisation": OWN, "campagne": "2026-1"}],
    "evaluations": [
        {"evaluateur": "MED-1", "role": "Médecin", "cas_usage": "CAT-001", "IMP_1_1": "Fort", "EFF_1_1": "Fort"}
    ],
}
STATES = {
    "nothing": of_another_home({}),
    "one": of_another_home(ONE),
    "crowded": with_more(crowd),
    "huge": with_more(multiply),
}
REAL, INVENTED = ("nothing", "one"), "émonstration"
"""Homes without the demonstration, and the word that is on none of their pages."""


@pytest.fixture(scope="module", params=STATES)
def state(
    home: Path, reader: DashboardPage, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DashboardPage]:
    """The pages over such a release."""
    folder = tmp_path_factory.mktemp(request.param)
    with served(home, f"zzz-{request.param}", lambda release: STATES[request.param](release, folder)):
        yield reader
        reader.leave()


@pytest.mark.parametrize("slug", sorted(PAGES))
def test_a_page_stays_readable(state: DashboardPage, slug: str, request: pytest.FixtureRequest) -> None:
    found = []
    state.page.set_viewport_size(WHOLE_PAGE)
    state.open(slug)
    for size in (WHOLE_PAGE, TABLET):
        state.page.set_viewport_size(size)
        state.wait_until_drawn()
        cards, words = (settled(state.page, what) for what in (OUT_OF_THEIR_CARD, CUT_WORDS))
        found.append((size["width"], state.page.evaluate(SIDEWAYS), cards, words))
    assert found == [(size["width"], 0, [], []) for size in (WHOLE_PAGE, TABLET)]
    assert state.page.locator(FAILED).count() == 0
    if request.node.callspec.params["state"] in REAL:
        assert INVENTED not in state.page.inner_text("body")


def settled(page: Page, what: str) -> list[str]:
    """The charts that are found wanting; drawings follow a new width a while after it came."""
    with suppress(TimeoutError):
        page.wait_for_function(f"() => ({what})().length === 0", timeout=20_000)
    return [str(name) for name in page.evaluate(what)]
