"""A login holds: nothing that its page asks by itself may write the cookie which the login writes."""

import pytest
from playwright.sync_api import Response

from tests.dashboards.page import DashboardPage

pytestmark = [pytest.mark.browser, pytest.mark.superset]


def test_of_all_answers_to_the_login_page_only_the_page_itself_writes_the_cookie(visitor: DashboardPage) -> None:
    answers: list[Response] = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    with visitor.page.expect_response(lambda answer: "/superset/log/" in answer.url) as timings:
        visitor.page.goto(f"{visitor.url}/login/")
    assert timings.value.status == 204
    visitor.page.wait_for_load_state("networkidle")
    asked = {answer.url.removeprefix(visitor.url) for answer in answers}
    assert {"/login/", "/superset/language_pack/fr/"} <= asked
    assert [answer.url for answer in answers if answer.header_value("set-cookie")] == [f"{visitor.url}/login/"]
