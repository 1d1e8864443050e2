"""The past made again from the archive: what had come by then counts, and the end of today is today."""

from datetime import UTC, datetime, timedelta

from pipelines.past import PARIS, as_of, compare_with_rebuild
from pipelines.publication import current_release
from sources.home import Home


def test_the_end_of_today_equals_what_is_published_and_the_day_before_had_nothing(home_copy: Home) -> None:
    published = current_release(home_copy)
    assert published is not None
    received = datetime.fromisoformat(published.published_at).astimezone(PARIS).date()

    again = as_of(home_copy, datetime.now(UTC).astimezone(PARIS).date())
    assert again.build.receptions == published.build.receptions
    assert again.checksums["fct_assessment"] == published.checksums["fct_assessment"]
    assert again.checksums["mart_portfolio_matrix"] == published.checksums["mart_portfolio_matrix"]
    assert again.checksums["mart_cartography"] == published.checksums["mart_cartography"]

    before = as_of(home_copy, received - timedelta(days=1))
    assert before.build.receptions == [] and before.row_counts["fct_assessment"] == 0
    assert current_release(home_copy) == published
    assert compare_with_rebuild(home_copy) == []
