"""A PostgreSQL of its own for the catalog that a home moves to."""

from tests.pipelines.warehouse.ducklake.conftest import cluster

__all__ = ["cluster"]
