"""Takes into the glossary what somebody wrote beside a model, in a column of several lines.

Belongs here: a new name gets its row, what a table says otherwise a row of differences. Does not: columns on one line,
which are generated: what is changed there is lost, and said by the glossary.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from pipelines.glossary.model_columns import SqlColumns
from sources.glossary import ColumnWords, Glossary, read_glossary, sheets
from sources.glossary.reading import COLUMNS, DIFFERENCES, FOLDER
from sources.glossary.yaml_texts import from_yaml

_BY_HAND = re.compile(r"^      - name: (\w+)$", re.MULTILINE)


def adopt(dbt_project: Path, folder: Path = FOLDER) -> list[str]:
    """Add to the glossary of ``folder`` what the models' YAML says by hand; return the columns it was added for."""
    glossary, adopted = read_glossary(folder), []
    for path in sorted((dbt_project / "models").rglob("*.yml")):
        for table, words in _written_by_hand(path.read_text(encoding="utf-8")):
            if _took(glossary, table, words):
                adopted.append(f"{table}.{words.name}")
    if adopted:
        _write(glossary, folder)
    return adopted


def adopt_types(in_sql: SqlColumns, folder: Path = FOLDER) -> None:
    """Give a name that comes into a mart for the first time the type that the mart's SQL gives it."""
    glossary = read_glossary(folder)
    for table, columns in in_sql.items():
        for name, kind in columns.items() if table.startswith("mart_") else ():
            if name in glossary.columns and not glossary.words(table, name).type:
                glossary.columns[name] = replace(glossary.columns[name], type=kind)
    _write(glossary, folder)


def _written_by_hand(text: str) -> Iterator[tuple[str, ColumnWords]]:
    names = set(_BY_HAND.findall(text))
    for model in (from_yaml(text).get("models") or []) if names else []:
        for column in model.get("columns") or []:
            meta = (column.get("config") or {}).get("meta") or {}
            if column["name"] in names and column.get("description"):
                yield (
                    model["name"],
                    ColumnWords(
                        column["name"],
                        meta.get("label_fr", ""),
                        column["description"],
                        meta.get("unit", ""),
                        str(column.get("data_type", "")),
                    ),
                )


def _took(glossary: Glossary, table: str, words: ColumnWords) -> bool:
    """Whether the glossary did not say so yet; it does now."""
    known = glossary.columns.get(words.name)
    if known is None:
        glossary.columns[words.name] = words
        return True
    if words.type and not known.type:
        glossary.columns[words.name] = known = replace(known, type=words.type)
    said = {kind: text for kind, text in asdict(words).items() if kind != "name" and text}
    differs = {kind: text for kind, text in said.items() if text != getattr(known, kind)}
    is_new = glossary.differences.get((table, words.name), {}) != differs
    if differs:
        glossary.differences[table, words.name] = differs
    else:
        glossary.differences.pop((table, words.name), None)
    return is_new


def _write(glossary: Glossary, folder: Path) -> None:
    of_sheets = {words["name"] for words in sheets.words()}
    columns = [asdict(glossary.columns[name]) for name in sorted(glossary.columns.keys() - of_sheets)]
    _write_rows(folder / COLUMNS, ["name", "label", "meaning", "unit", "type"], columns)
    differences = [{"table": t, "name": n, **said} for (t, n), said in sorted(glossary.differences.items())]
    _write_rows(folder / DIFFERENCES, ["table", "name", "label", "meaning", "unit", "type"], differences)


def _write_rows(path: Path, names: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
