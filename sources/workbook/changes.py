"""What older templates called things: sheets, columns and values, as rows of ``changes.csv``.

A row says that up to ``until_version`` of the template, ``former`` (a label or a code) stood for what is now the code
``now``. A renamed label of the layout gets its row here in the same commit, and older workbooks keep being read.

A workbook that says which template it comes from is read by the changes made since: where a name has meant several
things, the nearest change after its version tells which. One that says nothing may be of any age: the latest tells.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("changes.csv")


@dataclass(frozen=True)
class Changes:
    """Former names as they were written → present codes.

    ``columns`` is by sheet code; ``values`` by (sheet code, column code). ``since`` holds the columns' former names
    that the workbook's own template used: they come before present names.
    """

    sheets: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    values: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    since: dict[str, dict[str, str]] = field(default_factory=dict)


@cache
def known_changes(version: int | None = None, table: Path = _TABLE) -> Changes:
    """The shipped table of changes, for a workbook of this version of the template; None where it says none.

    Raises:
        ValueError: a row is of no known kind.
    """
    sheets: dict[str, str] = {}
    columns: defaultdict[str, dict[str, str]] = defaultdict(dict)
    values: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    since: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in sorted(_rows(table), key=lambda row: _precedence(int(row["until_version"]), version)):
        match row["kind"]:
            case "sheet":
                sheets[row["former"]] = row["now"]
            case "column":
                columns[row["sheet"]][row["former"]] = row["now"]
                if version is not None and int(row["until_version"]) >= version:
                    since[row["sheet"]][row["former"]] = row["now"]
            case "value":
                values[row["sheet"], row["column"]][row["former"]] = row["now"]
            case kind:
                raise ValueError(f"unknown kind of change: {kind}")
    return Changes(sheets, dict(columns), dict(values), dict(since))


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def _precedence(until_version: int, version: int | None) -> tuple[int, int]:
    """Of two changes of one name the last in this order holds: those made since the version, the nearest to it."""
    if version is None or until_version < version:
        return (0, until_version)
    return (1, -until_version)
