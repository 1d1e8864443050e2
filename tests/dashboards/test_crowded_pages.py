"""Pages of a group much larger than the demonstration's: nothing leaves its card, fails or scrolls sideways.

Sixty establishments, some five hundred use cases, and names of two hundred signs, in a copy of the release.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.dashboards.conftest import OWN
from tests.dashboards.page import DashboardPage
from tests.dashboards.test_bad_input import served
from tests.dashboards.test_every_chart import PAGES, SIDEWAYS, WHOLE_PAGE

pytestmark = [pytest.mark.browser, pytest.mark.superset]

LONG = 200  # signs of a name
MORE = (("organisation", f"= '{OWN}'", 60), ("use_case", "is not null", 17))
"""What is multiplied in a mart, the first of these that it names: which rows, and by how many."""
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


@pytest.fixture(scope="module")
def crowded(home: Path, reader: DashboardPage) -> Iterator[DashboardPage]:
    """The pages over such a release."""
    with served(home, "zzz-crowded") as release:
        with duckdb.connect(str(release / "warehouse.duckdb")) as connection:
            crowd(connection)
        yield reader
        reader.leave()


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


@pytest.mark.parametrize("slug", sorted(PAGES))
def test_a_crowded_page_stays_readable(crowded: DashboardPage, slug: str) -> None:
    found = []
    crowded.page.set_viewport_size(WHOLE_PAGE)
    crowded.open(slug)
    for size in (WHOLE_PAGE, TABLET):
        crowded.page.set_viewport_size(size)
        crowded.wait_until_drawn()
        found.append((size["width"], crowded.page.evaluate(SIDEWAYS), crowded.page.evaluate(OUT_OF_THEIR_CARD)))
    assert found == [(size["width"], 0, []) for size in (WHOLE_PAGE, TABLET)]
    assert crowded.page.locator(FAILED).count() == 0
