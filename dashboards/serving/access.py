"""Who sees what, as far as pages and rows go: which roles open a page, which rows an establishment reads.

What a role may *do* stands in dashboards/superset/accounts/roles.py. A page is open to establishments when everything
it reads was made for them (`mart_reader_…`); nothing else decides, so that a page cannot be opened by oversight.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dashboards.files.bundle import READER_COLUMN, Bundle, Document, chart_components
from dashboards.superset.accounts.roles import (
    ADMIN_ROLE,
    COORDINATOR_ROLE,
    DEPOSITOR_ROLE,
    EDITING_ROLES,
    EDITOR_ROLE,
    ENGINEER_ROLE,
    ESTABLISHMENT_ROLE,
    EVERY_PAGE_ROLES,
    GCS_READER_ROLE,
    READER_ROLE,
)

__all__ = [
    "ADMIN_ROLE", "COORDINATOR_ROLE", "DEPOSITOR_ROLE", "EDITING_ROLES", "EDITOR_ROLE", "ENGINEER_ROLE",
    "ESTABLISHMENT_ROLE", "EVERY_PAGE_ROLES", "GCS_READER_ROLE", "READER_ROLE", "RowRule", "page_roles", "row_rules",
]  # fmt: skip

SESSION_COOKIE = "cartographie_session"
"""Superset's session, as superset_config.py names it (a test holds both together)."""

READER_MART = "mart_reader_"
_RULE_PREFIX = "cartographie:"


@dataclass(frozen=True)
class RowRule:
    """One row-level security rule: `roles` get only the rows of `clause` from `tables` (Base: all but `roles`)."""

    name: str
    filter_type: str
    clause: str
    roles: tuple[str, ...]
    tables: tuple[str, ...]

    @property
    def group_key(self) -> str:
        """Rules of one key add up: an account of two establishments reads both."""
        return "" if self.filter_type == "Base" else "establishment"


def page_roles(bundle: Bundle, page: Document) -> set[str]:
    """The roles that open a page."""
    return {*EVERY_PAGE_ROLES, READER_ROLE} if is_for_establishments(bundle, page) else set(EVERY_PAGE_ROLES)


def is_for_establishments(bundle: Bundle, page: Document) -> bool:
    """Whether every dataset that a page reads, filters included, was made for establishments."""
    tables = {dataset.uuid: str(dataset.content["table_name"]) for dataset in bundle.datasets}
    return all(tables[uuid].startswith(READER_MART) for uuid in _datasets_read(bundle, page))


def _datasets_read(bundle: Bundle, page: Document) -> Iterator[str]:
    shown = {str(part["meta"]["uuid"]) for part in chart_components(page)}
    yield from (str(chart.content["dataset_uuid"]) for chart in bundle.charts if chart.uuid in shown)
    for chosen in page.content["metadata"]["native_filter_configuration"]:
        yield from (str(target["datasetUuid"]) for target in chosen["targets"] if "datasetUuid" in target)


def own_row_tables(bundle: Bundle) -> list[str]:
    """The datasets of which each establishment reads its own rows alone."""
    return sorted(
        str(dataset.content["table_name"])
        for dataset in bundle.datasets
        if any(column["column_name"] == READER_COLUMN for column in dataset.content["columns"])
    )


def closed_tables(bundle: Bundle) -> list[str]:
    """The datasets that were not made for establishments: whatever page shows them, a reader gets no row."""
    names = (str(dataset.content["table_name"]) for dataset in bundle.datasets)
    return sorted(name for name in names if not name.startswith(READER_MART))


def row_rules(bundle: Bundle, establishments: Iterable[str]) -> list[RowRule]:
    """Nothing for whom no rule names, each establishment its own rows, who sees every page all."""
    tables = tuple(own_row_tables(bundle))
    codes = sorted(set(establishments))
    roles = tuple(ESTABLISHMENT_ROLE.format(code) for code in codes)
    everybody_else = RowRule(f"{_RULE_PREFIX}base", "Base", "1 = 0", (ADMIN_ROLE, *EVERY_PAGE_ROLES, *roles), tables)
    own = [
        RowRule(f"{_RULE_PREFIX}{code}", "Regular", f"{READER_COLUMN} = '{_quoted(code)}'", (role,), tables)
        for code, role in zip(codes, roles, strict=True)
    ]
    closed = RowRule(
        f"{_RULE_PREFIX}closed", "Base", "1 = 0", (ADMIN_ROLE, *EVERY_PAGE_ROLES), tuple(closed_tables(bundle))
    )
    return [everybody_else, *own, *([closed] if closed.tables else [])] if tables else []


def is_our_rule(rule: dict[str, Any]) -> bool:
    return str(rule.get("name", "")).startswith(_RULE_PREFIX)


def _quoted(code: str) -> str:
    return code.replace("'", "''")
