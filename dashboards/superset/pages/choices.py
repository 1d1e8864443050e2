"""A page whose filters have nothing to choose from opens all the same, and its charts say that there is nothing.

Superset waits for the first value of a filter in which one is always chosen: before anything was assessed it would
wait for ever, with a wheel that turns.

Belongs here: whether a filter has choices in the newest release. Does not: what an empty chart says (may_be_empty).
"""

import json
import re
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from flask import Request, Response

from dashboards.superset.statements.warehouse import connect, newest_release

_OF_A_PAGE = re.compile(r"/api/v1/dashboard/[\w-]+")
_FILTERS = "native_filter_configuration"
_NOTHING = {"clause": "WHERE", "expressionType": "SQL", "sqlExpression": "1 = 0"}
"""What Superset itself asks of a filter that must hold something and holds nothing."""


def await_no_missing_choice(response: Response, request: Request) -> Response:
    """Say of each filter without choices that the page need not wait for it, and that nothing answers it."""
    is_page = request.method == "GET" and _OF_A_PAGE.fullmatch(request.path) and response.status_code == 200
    told: dict[str, Any] = (response.get_json(silent=True) if is_page and response.is_json else None) or {}
    metadata = json.loads((told.get("result") or {}).get("json_metadata") or "{}")
    awaited = [one for one in metadata.get(_FILTERS) or [] if one.get("requiredFirst")]
    without = [one for one in awaited if not _has_choices(newest_release(), _table_of(one))]
    if without:
        for one in without:
            one["requiredFirst"] = False
            one["defaultDataMask"] = {"extraFormData": {"adhoc_filters": [_NOTHING]}, "filterState": {}}
        told["result"]["json_metadata"] = json.dumps(metadata)
        response.set_data(json.dumps(told))
    return response


def _table_of(named: dict[str, Any]) -> str:
    from superset import db
    from superset.connectors.sqla.models import SqlaTable

    numbers = [target["datasetId"] for target in named.get("targets", []) if "datasetId" in target]
    found = db.session.get(SqlaTable, numbers[0]) if numbers else None
    return found.table_name if found else ""


@lru_cache(maxsize=256)
def _has_choices(release: str, table: str) -> bool:
    """A table that is not there is the question's own failure to tell."""
    if not table or not Path(release).exists():
        return True
    with closing(connect(release)) as connection:
        try:
            quoted = '"' + table.replace('"', '""') + '"'
            return bool(connection.execute(f"select 1 from {quoted} limit 1").fetchall())
        except duckdb.Error:
            return True
