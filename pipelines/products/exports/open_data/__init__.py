"""The open-data package: a Frictionless Data Package of CSV and Parquet files.

``descriptor`` says what the files are, ``licence`` under which licence, ``writing`` writes them. Which tables are open
is said by ``meta.open_data`` in the YAML of the models; what a row may tell, by their SQL.
"""

from pipelines.products.exports.open_data.writing import write_package

__all__ = ["write_package"]
