"""Imports point one way: sources ← quality ← pipelines, and dashboards import nobody of the project."""

from importlinter.cli import lint_imports


def test_the_contracts_of_the_house_are_kept() -> None:
    assert lint_imports(no_cache=True) == 0
