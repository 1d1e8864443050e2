"""The rules as data: code, name, severity, scope, French sentence, remedy; and a problem found by one of them.

Belongs here: what a rule and a problem are, and the one list of rules (``rules.csv``), from which receipts and the
published list are written. Does not: the checks themselves (``quality.checks.schemas``, ``quality.checks.row_checks``).

E00xx the file · E01xx its structure · E02xx a cell · E03xx a row among others · E07xx decisions of committees ·
W… taken, worth a look · I… to know.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["erreur", "avertissement", "information"]
Scope = Literal["file", "history"]

_LIST = Path(__file__).with_name("rules.csv")
_SEVERITIES: dict[str, Severity] = {"E": "erreur", "W": "avertissement", "I": "information"}


@dataclass(frozen=True)
class Rule:
    """One rule. ``sentence`` says what is wrong, ``remedy`` how to mend it; both are read by establishments.

    ``scope`` is ``file`` where the file alone decides, ``history`` where the folder of the drop or what the warehouse
    already holds does.
    """

    code: str
    name: str
    scope: Scope
    sentence: str
    remedy: str

    @property
    def severity(self) -> Severity:
        return _SEVERITIES[self.code[0]]

    @property
    def is_syntax(self) -> bool:
        """Whether the rule judges one cell by itself; what such a cell says is not looked at any further."""
        return self.code.startswith("E02")


@dataclass(frozen=True)
class Problem:
    """A rule broken at one place. ``row`` is the spreadsheet's own number; ``cell`` is like ``H12``.

    ``found`` holds the content of a cell: it goes to the receipt and the lake, never to a log. ``more``: how many
    further cells break the same rule and are not told one by one (``telling``).
    """

    rule_code: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    found: str | None = None
    expected: str | None = None
    more: int = 0

    @property
    def rule(self) -> Rule:
        return RULES[self.rule_code]


class RuleBugError(Exception):
    """A check itself failed: a defect of the program, never reported as bad data."""


def _read_rules() -> dict[str, Rule]:
    with _LIST.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: Rule(**row) for row in csv.DictReader(stream, delimiter=";")}  # type: ignore[arg-type]


RULES: dict[str, Rule] = _read_rules()
