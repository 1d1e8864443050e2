"""What older templates called things: sheets, columns and values, as rows of ``changes.csv``.

A row says that up to ``until_version`` of the template, ``former`` (a label or a code) stood for what is now the code
``now``. A renamed label of the layout gets its row here in the same commit, and older workbooks keep being read.
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

    ``columns`` is by sheet code; ``values`` by (sheet code, column code).
    """

    sheets: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    values: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)


@cache
def known_changes(table: Path = _TABLE) -> Changes:
    """The shipped table of changes.

    Raises:
        ValueError: a row is of no known kind.
    """
    sheets: dict[str, str] = {}
    columns: defaultdict[str, dict[str, str]] = defaultdict(dict)
    values: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    with table.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter=";"):
            match row["kind"]:
                case "sheet":
                    sheets[row["former"]] = row["now"]
                case "column":
                    columns[row["sheet"]][row["former"]] = row["now"]
                case "value":
                    values[row["sheet"], row["column"]][row["former"]] = row["now"]
                case kind:
                    raise ValueError(f"unknown kind of change: {kind}")
    return Changes(sheets, dict(columns), dict(values))
