"""Reads the glossary and says of a column in a table what is to be said of it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sources.glossary import sheets

FOLDER = Path(__file__).parent
COLUMNS, DIFFERENCES = "columns.csv", "differences.csv"


class GlossaryError(Exception):
    """The glossary lacks a name, or says something twice; the message is French and says what to add."""


@dataclass(frozen=True)
class ColumnWords:
    """What is said of one column. ``type`` is the one of the marts' contracts, empty for a name that no mart has."""

    name: str
    label: str
    meaning: str
    unit: str = ""
    type: str = ""


@dataclass(frozen=True)
class Glossary:
    """Every column name, and by (table, name) what a table says otherwise."""

    columns: dict[str, ColumnWords]
    differences: dict[tuple[str, str], Mapping[str, str]]

    def words(self, table: str, name: str) -> ColumnWords:
        """What is said of a column of a table. Raises ``GlossaryError`` for a name that the glossary lacks."""
        if name not in self.columns:
            raise GlossaryError(f"{table}.{name} : ajoutez une ligne {name} à sources/glossary/{COLUMNS}.")
        return replace(self.columns[name], **self.differences.get((table, name), {}))


def read_glossary(folder: Path = FOLDER) -> Glossary:
    """Read both files, and the sheets. Raises ``GlossaryError`` where one contradicts itself."""
    columns: dict[str, ColumnWords] = {}
    for row in (*sheets.words(), *_rows(folder / COLUMNS)):
        words = ColumnWords(**row)
        if words.name in columns or not (words.label and words.meaning):
            raise GlossaryError(f"{COLUMNS} : {words.name} doit avoir un libellé, un sens, et une seule ligne.")
        columns[words.name] = words
    differences: dict[tuple[str, str], Mapping[str, str]] = {}
    for row in _rows(folder / DIFFERENCES):
        key = (row.pop("table"), row.pop("name"))
        said = {kind: text for kind, text in row.items() if text}
        if key in differences or key[1] not in columns:
            raise GlossaryError(f"{DIFFERENCES} : {'.'.join(key)} est dit deux fois, ou n'est pas dans {COLUMNS}.")
        if repeated := [kind for kind, text in said.items() if getattr(columns[key[1]], kind) == text] or not said:
            raise GlossaryError(f"{DIFFERENCES} : {'.'.join(key)} ne dit rien d'autre que {COLUMNS} ({repeated}).")
        differences[key] = said
    return Glossary(columns, differences)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))
