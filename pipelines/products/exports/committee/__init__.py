"""The committee's workbook: what a committee prints and writes on, from one release.

``writing`` puts the sheets together; ``synthesis``, ``matrix``, ``lists``, ``pages`` and ``method`` each write some;
``details`` reads what the report's figures lack; ``sheets`` is how cells look and print.
"""

from pipelines.products.exports.committee.writing import write_workbook

__all__ = ["write_workbook"]
