"""A dashboard as a person uses it: what is on the screen, filters set and cleared by mouse and keyboard.

Belongs here: selectors and waiting. Does not: what the figures should be.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, Request, expect

# What has the focus, and whether a person sees it: an outline or a ring around it, or around the box it stands in.
FOCUSED = """() => {
    const focused = document.activeElement;
    const around = focused.closest('.ant-select');
    const boxes = [focused, around, around && around.querySelector('.ant-select-selector')];
    const is_seen = boxes.filter(Boolean).map(box => getComputedStyle(box)).some(style =>
        (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none');
    const filter = focused.closest('[data-test^="NATIVE_FILTER-"]');
    const name = focused.getAttribute('data-test') || (filter && filter.getAttribute('data-test')) || focused.id;
    return {name: name || '', text: (focused.innerText || '').trim(), tag: focused.tagName, is_seen};
}"""

# A browser that a program drives says so in this property, and Superset then loads all charts of a page at once.
LIKE_A_PERSONS = "Object.defineProperty(navigator, 'webdriver', {get: () => false})"

# A chart that is far below the screen says that it loads until somebody comes near it.
LOADS_ON_SCREEN = """() =>
    [...document.querySelectorAll('[data-test=loading-indicator], .chart-container .loading')].some(loading => {
        const box = loading.getBoundingClientRect();
        return loading.checkVisibility() && box.bottom > 0 && box.top < window.innerHeight;
    })"""

# Charts in which something scrolls: a bar is there, or what is inside is larger than its box.
CROWDED = """() => [...document.querySelectorAll('[data-test-chart-name]')].flatMap(chart =>
    [...chart.querySelectorAll('*')].filter(box => {
        const style = getComputedStyle(box);
        const scrolls = (direction, inner, outer, bar) =>
            /auto|scroll/.test(direction) && outer > 0 && (inner > outer + 2 || bar > 6);
        return scrolls(style.overflowY, box.scrollHeight, box.clientHeight, box.offsetWidth - box.clientWidth)
            || scrolls(style.overflowX, box.scrollWidth, box.clientWidth, box.offsetHeight - box.clientHeight);
    }).map(() => chart.getAttribute('data-test-chart-name')))"""

SETTLED_SECONDS = 0.7
PATIENCE_SECONDS = 90.0

# What ECharts was given to draw stands in the properties of its React component, above the canvas.
DRAWN_SERIES = """chart => {
    let node = chart.querySelector('[_echarts_instance_]');
    let fiber = node[Object.keys(node).find(key => key.startsWith('__reactFiber'))];
    while (fiber && !(fiber.memoizedProps && fiber.memoizedProps.echartOptions)) fiber = fiber.return;
    return fiber.memoizedProps.echartOptions.series.map(
        series => ({name: series.name, data: (series.data || []).map(d => d && d.value !== undefined ? d.value : d)}));
}"""


# ECharts' own object is kept by a React hook above the canvas.
ECHARTS = """const drawnBy = chart => {
    const node = chart.querySelector('[_echarts_instance_]');
    let fiber = node && node[Object.keys(node).find(key => key.startsWith('__reactFiber'))];
    for (; fiber; fiber = fiber.return)
        for (let hook = fiber.memoizedState; hook && typeof hook === 'object'; hook = hook.next) {
            const kept = hook.memoizedState && hook.memoizedState.current;
            if (kept && kept.getModel && kept.getWidth) return kept;
        }
    return null;
};"""

# Where ECharts laid the plot, what it writes on a bar, and the middle of a bar.
LAID_OUT = (
    "chart => {"
    + ECHARTS
    + """
    const kept = drawnBy(chart);
    if (!kept) return null;
    const grid = kept.getModel().getComponent('grid');
    const plot = grid && grid.coordinateSystem.getRect();
    const valueOf = item => item && item.value !== undefined ? item.value : item;
    const writer = one => one.label && one.label.show && one.label.formatter;
    const series = kept.getOption().series.map((one, seriesIndex) => ({
        stack: one.stack || null,
        values: one.data.map(valueOf),
        labels: one.data.map((item, dataIndex) => typeof writer(one) === 'function'
            ? writer(one)({value: valueOf(item), dataIndex, seriesIndex, seriesName: one.name}) : ''),
    }));
    const bars = kept.getModel().getSeries().filter(one => one.subType === 'bar').flatMap(one =>
        one.getData().mapArray(place => one.getData().getItemLayout(place)));
    const bar = bars.find(one => one && Math.abs(one.width) > 3 && Math.abs(one.height) > 3);
    return {plot: plot && {left: plot.x, width: plot.width}, width: kept.getWidth(), series,
            bar: bar && [bar.x + bar.width / 2, bar.y + bar.height / 2]};
}"""
)

# Words of drawings that go beyond their canvas, each behind its chart's title.
CUT_WORDS = (
    "() => {"
    + ECHARTS
    + """
    return [...document.querySelectorAll('[data-test-chart-name]')].flatMap(chart => {
        const kept = drawnBy(chart);
        const written = kept ? kept.getZr().storage.getDisplayList(true) : [];
        return written.filter(one => one.style && (one.style.text || '').trim()).filter(one => {
            const box = one.getBoundingRect().clone();
            if (one.transform) box.applyTransform(one.transform);
            return box.x < -1 || box.y < -1
                || box.x + box.width > kept.getWidth() + 1 || box.y + box.height > kept.getHeight() + 1;
        }).map(one => `${chart.getAttribute('data-test-chart-name')} : ${one.style.text}`);
    });
}"""
)


@dataclass
class DashboardPage:
    """One page of one browser, logged in or not."""

    page: Page
    url: str
    pending: set[Request] = field(default_factory=set)
    opened: str | None = None
    """The dashboard that stands on the screen; None where nobody knows how it stands."""
    touched: set[str] = field(default_factory=set)
    """The filters that hold something else than when it opened, and what was clicked."""

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.pending.add(request) if _is_data(request) else None)
        for ended in ("requestfinished", "requestfailed"):
            self.page.on(ended, lambda request: self.pending.discard(request))

    def log_in(self, user: str, password: str) -> None:
        self.page.goto(f"{self.url}/login/")
        self.page.locator("#username").fill(user)
        self.page.locator("#password").fill(password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda address: "login" not in address)

    def open(self, slug: str) -> None:
        """Open a dashboard afresh and wait until every chart is drawn."""
        self.page.goto(f"{self.url}/superset/dashboard/{slug}/")
        self.page.locator("[data-test=chart-grid-component]").first.wait_for()
        self.wait_until_drawn()
        self.opened, self.touched = slug, set()

    def show(self, slug: str) -> None:
        """Have a dashboard on the screen as it opens, without opening it again when it is there."""
        if self.opened != slug or self.touched:
            self.open(slug)

    def leave(self) -> None:
        """Have the dashboard opened afresh by whoever shows it next."""
        self.opened = None

    def wait_until_drawn(self) -> float:
        """Return when nothing on the screen loads and nothing was asked for a while: since when (monotonic seconds)."""
        deadline, quiet_since = time.monotonic() + PATIENCE_SECONDS, time.monotonic()
        while time.monotonic() < deadline:
            self.page.wait_for_timeout(100)
            if self.pending or self.page.evaluate(LOADS_ON_SCREEN):
                quiet_since = time.monotonic()
            if time.monotonic() - quiet_since > SETTLED_SECONDS:
                return quiet_since
        raise AssertionError("the page is still loading")

    def chart(self, title: str) -> Locator:
        found = self.page.locator(f'[data-test-chart-name="{title}"]')
        found.scroll_into_view_if_needed()
        return found

    def bubbles(self, title: str) -> list[list[Any]]:
        """Each bubble drawn: [effort, impact, size, use case, …], the rank that stands before its name left out."""
        bubbles = [list(bubble) for series in self.drawn(title) for bubble in series["data"]]
        return [[*bubble[:3], bubble[3].split("\n")[1].strip(), *bubble[4:]] for bubble in bubbles]

    def ranks(self, title: str) -> dict[str, str]:
        """The rank that stands beside each bubble, by use case."""
        names = [bubble[3].split("\n") for series in self.drawn(title) for bubble in series["data"]]
        return {name.strip(): rank for rank, name in names}

    def drawn(self, title: str) -> list[dict[str, Any]]:
        """The series that a chart draws, with their data."""
        chart = self.chart(title)
        if not chart.locator("[_echarts_instance_]").count():
            return []
        series: list[dict[str, Any]] = chart.evaluate(DRAWN_SERIES)
        return series

    def laid_out(self, title: str) -> dict[str, Any] | None:
        """Where a chart's plot stands in its drawing, and the label of each bar; None where ECharts draws nothing."""
        found: dict[str, Any] | None = self.chart(title).evaluate(LAID_OUT)
        return found

    def pointed_at(self, title: str, across: float, down: float) -> str:
        """What a chart says under the pointer; its place in shares of the drawing's width and height."""
        box = self.chart(title).locator("canvas").first.bounding_box()
        assert box is not None
        said = self.page.locator("div[style*='z-index: 9999999']:visible")
        self.page.mouse.move(0, 0)
        expect(said).to_have_count(0)  # what another chart said goes a moment after the pointer
        self.page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"], steps=3)
        said.first.wait_for()
        return said.first.inner_text()

    def table(self, title: str) -> list[list[str]]:
        """The cells of a table as they are written, one list a visible row."""
        rows = self.chart(title).locator("tbody tr")
        return [row.locator("td").all_inner_texts() for row in rows.all()]

    def choices(self, chosen: str) -> list[str]:
        """What is chosen now in a filter, as written."""
        shown = self._filter(chosen).locator(".ant-select-selection-item[title]")
        return [item.get_attribute("title") or "" for item in shown.all()]

    def choose(self, chosen: str, *values: str) -> None:
        """Pick values in a filter, one after the other, and apply."""
        box = self._filter(chosen)
        box.click()
        for value in values:
            box.locator("input").fill(value.split(",")[0])  # a comma would end the word that is looked for
            self.page.locator(f'.ant-select-dropdown:visible [role=option][title="{value}"]').click()
        self.page.keyboard.press("Escape")
        self.apply()
        self.touched.add(chosen)

    def empty(self, chosen: str) -> None:
        """Take every value out of a filter, and apply."""
        box = self._filter(chosen)
        box.hover()
        box.locator(".ant-select-clear").click()
        self.apply()
        self.touched.discard(chosen)

    def can_be_emptied(self, chosen: str) -> bool:
        """Whether the page offers to take away what a filter holds, by itself or with all others."""
        self._filter(chosen).hover()
        crosses = self._filter(chosen).locator(".ant-select-clear:visible")
        return bool(crosses.count() or self.page.locator("[data-test=filter-bar__clear-button]:visible").count())

    def options(self, chosen: str) -> list[str]:
        """What a filter offers, in the order that it is offered."""
        self._filter(chosen).click()
        offered = self.page.locator(".ant-select-dropdown:visible [role=option][title]")
        offered.first.wait_for()
        texts = [option.get_attribute("title") or "" for option in offered.all()]
        self.page.keyboard.press("Escape")
        return texts

    def click_name(self, title: str, name: str) -> None:
        """Click a name in a table, as one who wants the rest of the page to follow; again to let go."""
        self.touched ^= {title}
        with self.page.expect_request(_is_data):
            self.chart(title).locator("td.dt-is-filter", has_text=name).first.click()
        self.wait_until_drawn()

    def click_drawing(self, title: str) -> bool:
        """Click a bar of what a chart draws, or its middle where it draws none; whether there was a bar."""
        self.touched.add(title)
        drawing = self.chart(title).locator("canvas").first
        box = drawing.bounding_box() if drawing.count() else None
        if box is None:
            return False
        bar = (self.laid_out(title) or {}).get("bar")
        across, down = bar or (box["width"] / 2, box["height"] / 2)
        self.page.mouse.click(box["x"] + across, box["y"] + down)
        return bar is not None

    def tab(self) -> dict[str, Any]:
        """Go one stop further by the keyboard: what has the focus now, and whether that is seen."""
        self.page.keyboard.press("Tab")
        return self.focus()

    def focus(self) -> dict[str, Any]:
        focused: dict[str, Any] = self.page.evaluate(FOCUSED)
        return focused

    def apply(self) -> None:
        button = self.page.locator("[data-test=filter-bar__apply-button]")
        expect(button).to_be_enabled()
        with self.page.expect_request(_is_data):
            button.click()
        self.wait_until_drawn()

    def _filter(self, chosen: str) -> Locator:
        return self.page.locator(f'[data-test="NATIVE_FILTER-{chosen}"]')


def _is_data(request: Request) -> bool:
    return "/api/v1/chart/data" in request.url
