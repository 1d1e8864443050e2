"""Superset's journal of what its users did, one row a request: it only ever grows.

Belongs here: forgetting its old rows. Does not: what a user may do (``access``).
"""

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy
from sqlalchemy import Column, DateTime, MetaData, Table

_SCHEMA_ON_POSTGRES = "superset"


def forget_actions(superset_home: Path, before: datetime, postgres_url: str | None = None) -> int:
    """Delete what was done before a moment; returns the number of rows. Nothing to do where no metadata are yet."""
    metadata = superset_home / "metadata.db"
    if postgres_url is not None:
        url, schema = postgres_url.replace("postgresql://", "postgresql+psycopg2://", 1), _SCHEMA_ON_POSTGRES
    elif metadata.exists():
        url, schema = f"sqlite:///{metadata}", None
    else:
        return 0
    journal = Table("logs", MetaData(schema=schema), Column("dttm", DateTime))
    engine = sqlalchemy.create_engine(url)
    try:
        if not sqlalchemy.inspect(engine).has_table("logs", schema=schema):
            return 0
        with engine.begin() as connection:
            of_before = journal.c.dttm < before.astimezone(UTC).replace(tzinfo=None)
            return int(connection.execute(journal.delete().where(of_before)).rowcount)
    finally:
        engine.dispose()
