"""An establishment past the bounds is told with its side and its difference; a demonstration never is."""

from pathlib import Path

import duckdb

from pipelines.operations.alerts.events import calibration_alerts
from sources.home.home import Home


def test_marks_out_of_bounds_are_told_in_words(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert list(calibration_alerts(home)) == []
    home.current_release.parent.mkdir(parents=True)
    with duckdb.connect(str(home.current_release)) as connection:
        connection.execute(
            "create table mart_calibration as select '2026-1' as campaign_code, 'Campagne 2026' as campaign_label, "
            "organisation_code, 'CHU ' || organisation_code as organisation_label, 'Impact' as side_label, "
            "difference::decimal(9,6) as mean_difference_score, is_out_of_bounds, is_demonstration from (values "
            "('A', 12.34, true, false), ('B', -4.0, false, false), ('C', 30.0, true, true)) as v "
            "(organisation_code, difference, is_out_of_bounds, is_demonstration)"
        )
    (told,) = calibration_alerts(home)
    assert told.line == "CHU A, impact : +12,3 points d'écart moyen"
    assert "Campagne 2026" in told.group
