"""What the chart editor writes by itself is no change; what a person chose is."""

from dashboards.files.editor import as_chosen

SAVED_BY_A_PERSON = {
    "metrics": ["Impact"],
    "adhoc_filters": [
        {"operator": "==", "subject": "pareto_rank", "comparator": 1},
        {"operator": "TEMPORAL_RANGE", "subject": "deployed_on", "comparator": "No filter"},
    ],
    "comparison_color_scheme": "Green",
    "matrixify_enable": False,
    "matrixify_row_height": 300,
    "server_page_length": 10,
    "temporal_columns_lookup": {"deployed_on": True},
}


def test_only_what_was_chosen_is_left() -> None:
    assert as_chosen(SAVED_BY_A_PERSON) == {
        "metrics": ["Impact"],
        "adhoc_filters": [{"operator": "==", "subject": "pareto_rank", "comparator": 1}],
    }


def test_another_value_than_the_editors_is_kept() -> None:
    chosen = {"server_page_length": 50, "matrixify_enable": True, "matrixify_row_height": 200}
    assert as_chosen(chosen) == chosen
    dated = {"adhoc_filters": [{"operator": "TEMPORAL_RANGE", "subject": "deployed_on", "comparator": "2026"}]}
    assert as_chosen(dated) == dated
