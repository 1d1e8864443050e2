"""Each page of the GCS opened once, and everything looked at that holds for all its charts.

Every figure against SQL on the published file, French words, the size of text, scroll bars, accessibility, addresses.
What a chart *should* count is in the tests of each page; here, that no chart shows anything but what it says.
"""

from dataclasses import dataclass

import duckdb
import pytest

from dashboards.files.bundle import Bundle, Document, chart_components, read_bundle
from tests.dashboards.accessibility import faults_of
from tests.dashboards.answers import Answers, answered, asked_of_the_file, series_are_names
from tests.dashboards.page import CROWDED, DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]

BUNDLE = read_bundle()
PAGES = {str(page.content["slug"]): page for page in BUNDLE.dashboards if page.content["slug"] != "etablissement"}

SCROLL_BAR = 15  # pixels that the page's own takes from its width, on most machines
WHOLE_PAGE = {"width": 1366 - SCROLL_BAR, "height": 7600}  # tall enough that every chart is drawn
PROJECTOR = {"width": 1920 - SCROLL_BAR, "height": 7600}

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

LEAST_PLOT = 60  # pixels: less, and the bars of a chart cannot be compared

# Tables, cut or not, that reach beyond the card that they stand in.
OUT_OF_THEIR_CARD = """() => [...document.querySelectorAll('[data-test-chart-name]')].filter(chart => {
    const card = chart.closest('.dashboard-component-chart-holder').getBoundingClientRect();
    return [...chart.querySelectorAll('table, canvas')].some(inside => {
        const box = inside.getBoundingClientRect();
        return box.right > card.right + 1 || box.left < card.left - 1 || box.bottom > card.bottom + 1;
    });
}).map(chart => chart.getAttribute('data-test-chart-name'))"""

# Absent values that show Superset's own word beside the dash.
ABSENT_IN_WORDS = """() => [...document.querySelectorAll('td.dt-is-null')]
    .filter(cell => parseFloat(getComputedStyle(cell).fontSize) > 0).length"""

# Tables, or the sentences in their place, that end well above the bottom of their card.
BLANK_BELOW = """() => [...document.querySelectorAll('[data-test-viz-type=table]')].filter(chart => {
    const ends = [...chart.querySelectorAll('tbody, .dt-pagination, .ant-empty-description')];
    const card = chart.closest('.dashboard-component-chart-holder').getBoundingClientRect();
    return card.bottom - Math.max(...ends.map(end => end.getBoundingClientRect().bottom)) > 64;
}).map(chart => chart.getAttribute('data-test-chart-name'))"""

# What is chosen in a filter and is not read to its end.
CUT_CHOICES = """() => [...document.querySelectorAll('[data-test=filter-bar] .ant-select-selection-item')]
    .filter(shown => shown.scrollWidth > shown.clientWidth + 1).map(shown => shown.title)"""

LINES_OF_LINKS = """() => {
    const links = [...document.querySelectorAll('.dashboard-markdown')[0].querySelectorAll('a')];
    return new Set(links.flatMap(link => [...link.getClientRects()].map(line => Math.round(line.top)))).size;
}"""

SMALL = """() => [...document.querySelectorAll('[data-test-chart-name] *')].filter(box => box.offsetParent
    && [...box.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
    && parseFloat(getComputedStyle(box).fontSize) > 0 && parseFloat(getComputedStyle(box).fontSize) < 12)
    .map(box => box.textContent)"""


@dataclass
class Opened:
    """One page on the screen, with what it asked for."""

    slug: str
    screen: DashboardPage
    answers: Answers


@pytest.fixture(scope="module", params=sorted(PAGES))
def opened(request: pytest.FixtureRequest, reader: DashboardPage) -> Opened:
    reader.page.set_viewport_size(WHOLE_PAGE)
    answers = Answers()
    answers.listen(reader.page)
    reader.open(request.param)
    answers.read(reader.page)
    return Opened(request.param, reader, answers)


def test_every_chart_shows_what_sql_gives_on_the_published_file(
    opened: Opened, numbers: dict[int, Document], published: duckdb.DuckDBPyConnection
) -> None:
    shown = {numbers[number].uuid for number in opened.answers.data if number in numbers}
    assert shown == {str(part["meta"]["uuid"]) for part in chart_components(PAGES[opened.slug])}
    for number, (query, rows) in opened.answers.data.items():
        if number not in numbers:
            continue
        chart = numbers[number]
        expected_names, expected_figures = asked_of_the_file(published, dataset_of(BUNDLE, chart), query)
        names, figures = answered(query, rows)
        assert figures == expected_figures, chart.path
        assert names == expected_names or (series_are_names(query) and names <= expected_names), chart.path
        assert rows or chart.content.get("may_be_empty"), chart.path


def test_the_banner_says_what_is_shown_and_no_word_is_english(
    opened: Opened, published: duckdb.DuckDBPyConnection
) -> None:
    [(notice,)] = published.execute("select notice_text from mart_notice").fetchall()
    text = opened.screen.page.locator("body").inner_text()
    assert notice in text
    assert opened.screen.page.title() == PAGES[opened.slug].content["dashboard_title"]
    for english in ("Apply filters", "Clear all", "No results", "Error", "records", "Unexpected", "true", "false"):
        assert english not in text.split()
        assert " " not in english or english not in text


def test_no_chart_has_a_scroll_bar_and_no_text_is_small(opened: Opened) -> None:
    assert opened.screen.page.evaluate(CROWDED) == []
    assert opened.screen.page.evaluate(SMALL) == []


def test_a_projector_shows_no_scroll_bar_and_no_small_text_either(opened: Opened) -> None:
    """Widened as it stands: drawn again, without asking for data again."""
    opened.screen.page.set_viewport_size(PROJECTOR)
    opened.screen.wait_until_drawn()
    try:
        assert opened.screen.page.evaluate(CROWDED) == []
        assert opened.screen.page.evaluate(SMALL) == []
        assert opened.screen.page.evaluate(SIDEWAYS) <= 0
    finally:
        opened.screen.page.set_viewport_size(WHOLE_PAGE)
        opened.screen.wait_until_drawn()


def test_no_table_leaves_its_card_blank(opened: Opened) -> None:
    """Half of a card was, beside a drawing or a table of several pages."""
    assert opened.screen.page.evaluate(BLANK_BELOW) == []


def test_a_click_on_a_drawing_filters_nothing(opened: Opened, numbers: dict[int, Document]) -> None:
    """Superset takes the first value of the point drawn, which on a lying bar is its length: the page was empty."""
    drawn_in_bars = [title for title in titles_of(opened, numbers) if opened.screen.click_drawing(title)]
    opened.screen.wait_until_drawn()
    assert opened.screen.page.get_by_text("Filtres croisés").count() == 0, drawn_in_bars
    assert drawn_in_bars or opened.slug not in {"cartographie", "cycle", "fiche", "matrice", "qualite"}


def test_a_stack_says_its_own_height(opened: Opened, numbers: dict[int, Document]) -> None:
    """Superset counted the metric by which bars are sorted into the total: a bar of 3 said 6."""
    told = []
    for title in titles_of(opened, numbers):
        drawn = opened.screen.laid_out(title)
        for stack in {one["stack"] for one in (drawn or {"series": []})["series"]} - {None}:
            series = [one for one in drawn["series"] if one["stack"] == stack] if drawn else []
            for place in range(len(series[0]["labels"])):
                said = [one["labels"][place] for one in series if one["labels"][place]]
                total = sum(number for one in series for number in one["values"][place] if isinstance(number, int))
                assert said in ([], [str(total)]), (title, place)
                told += said
    assert told or opened.slug != "cycle", "nothing was read of the deployed projects by establishment"


def test_no_page_scrolls_sideways_and_each_plot_stands_in_its_card(
    opened: Opened, numbers: dict[int, Document]
) -> None:
    opened.screen.page.set_viewport_size({"width": 1440 - SCROLL_BAR, "height": 7600})
    opened.screen.wait_until_drawn()
    try:
        assert_all_stands_in_its_card(opened, numbers)
    finally:
        opened.screen.page.set_viewport_size(WHOLE_PAGE)
        opened.screen.wait_until_drawn()


def test_nothing_outside_is_called(opened: Opened) -> None:
    assert opened.answers.addresses
    ours = (opened.screen.url, "data:", "blob:")
    assert [url for url in opened.answers.addresses if not url.startswith(ours)] == []


def test_the_page_is_accessible(opened: Opened) -> None:
    assert faults_of(opened.screen.page) == []


def test_a_tablet_shows_it_whole(opened: Opened, numbers: dict[int, Document]) -> None:
    """Opened there, as a person does: bars ran backwards over their names, tables left their cards."""
    opened.screen.page.set_viewport_size({"width": 1024 - SCROLL_BAR, "height": 7600})
    try:
        opened.screen.open(opened.slug)
        assert_all_stands_in_its_card(opened, numbers)
        assert opened.screen.page.evaluate(LINES_OF_LINKS) == 1
    finally:
        opened.screen.page.set_viewport_size(WHOLE_PAGE)


def assert_all_stands_in_its_card(opened: Opened, numbers: dict[int, Document]) -> None:
    page = opened.screen.page
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(ABSENT_IN_WORDS) == 0
    assert page.evaluate(OUT_OF_THEIR_CARD) == []
    assert page.evaluate(CUT_CHOICES) == []
    for title in titles_of(opened, numbers):
        drawn = opened.screen.laid_out(title)
        if drawn and drawn["plot"]:
            left, plot = drawn["plot"]["left"], drawn["plot"]["width"]
            assert 0 <= left < left + plot <= drawn["width"] and plot > LEAST_PLOT, title


def dataset_of(bundle: Bundle, chart: Document) -> Document:
    return next(dataset for dataset in bundle.datasets if dataset.uuid == chart.content["dataset_uuid"])


def titles_of(opened: Opened, numbers: dict[int, Document]) -> list[str]:
    """The titles of the charts that the page has drawn."""
    return [str(numbers[number].content["slice_name"]) for number in opened.answers.data if number in numbers]
