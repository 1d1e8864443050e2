"""axe-core's rules of WCAG 2 A and AA over what stands on the screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What Superset itself writes into each page, and no setting changes.
NOT_OURS = {
    "aria-prohibited-attr": ".dashboard-chart",  # the description of a chart, on a box without a role
}
# The rest of a table's rows is like the first two: looked at, they cost most of the time.
ROWS_ALIKE = "tbody tr:nth-child(n+3)"


def faults_of(page: Page) -> list[tuple[str, list[str], str]]:
    """Each fault: the rule, where, and what stands there."""
    found = Axe().run(page, context={"exclude": [[ROWS_ALIKE]]}, options={"runOnly": ["wcag2a", "wcag2aa"]})
    return [
        (violation["id"], node["target"], node["html"][:200])
        for violation in found.response["violations"]
        for node in violation["nodes"]
        if NOT_OURS.get(violation["id"], "\0") not in str(node["target"])
    ]
