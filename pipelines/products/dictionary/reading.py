"""The published tables as the YAML beside each dbt model describes them.

Belongs here: reading that YAML, and the types of a release for tables without a contract. Does not: how the
dictionary looks (``page``, ``sheet``), nor any description.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.warehouse.dbt_manifest import DBT_PROJECT
from sources.glossary.yaml_texts import from_yaml

FAMILIES = {
    "mart_": "Tables des tableaux de bord et des exports",
    "fct_": "Faits",
    "dim_": "Dimensions",
    "bridge_": "Ponts (plusieurs valeurs par ligne)",
}
"""Prefix of a published model → the heading of its family, in the order of the dictionary."""


class DictionaryError(Exception):
    """The YAML of a published model lacks what the dictionary needs; the message is French and names the file."""


@dataclass(frozen=True)
class ColumnEntry:
    """One column. ``type`` is that of the contract, else of the release, else empty; ``refers_to`` is (table, column)
    where the column is a foreign key."""

    name: str
    label_fr: str
    description: str
    type: str = ""
    unit: str = ""
    is_key: bool = False
    refers_to: tuple[str, str] | None = None


@dataclass(frozen=True)
class TableEntry:
    """One published table; ``open_data`` names its resource in the open-data package, empty when it has none."""

    name: str
    label_fr: str
    description: str
    grain: str
    columns: tuple[ColumnEntry, ...]
    open_data: str = ""

    @property
    def family(self) -> str:
        return next(heading for prefix, heading in FAMILIES.items() if self.name.startswith(prefix))

    @property
    def key(self) -> list[str]:
        return [column.name for column in self.columns if column.is_key]


@dataclass(frozen=True)
class Dictionary:
    """All published tables, by family, then name."""

    tables: tuple[TableEntry, ...]

    def __getitem__(self, name: str) -> TableEntry:
        return next(table for table in self.tables if table.name == name)

    def families(self) -> Iterator[tuple[str, list[TableEntry]]]:
        for heading in FAMILIES.values():
            yield heading, [table for table in self.tables if table.family == heading]


def read_dictionary(project: Path = DBT_PROJECT, types: Mapping[tuple[str, str], str] | None = None) -> Dictionary:
    """The dictionary of a dbt project; ``types`` gives the type of (table, column) where no contract states it.

    Raises ``DictionaryError`` when a published model or column lacks its label or its description.
    """
    tables = [
        _table(model, path, types or {})
        for path in sorted((project / "models").rglob("*.yml"))
        for model in from_yaml(path.read_bytes()).get("models") or ()
        if model["name"].startswith(tuple(FAMILIES))
    ]
    order = list(FAMILIES.values())
    return Dictionary(tuple(sorted(tables, key=lambda table: (order.index(table.family), table.name))))


def _table(model: Mapping[str, Any], path: Path, types: Mapping[tuple[str, str], str]) -> TableEntry:
    name, meta = model["name"], _meta(model)
    grain = _needed(meta, "grain", name, path)
    primary, foreign = _keys(model.get("data_tests") or (), meta)
    return TableEntry(
        name=name,
        label_fr=_needed(meta, "label_fr", name, path),
        description=_needed(model, "description", name, path).removesuffix(f"Grain: {grain}.").strip(),
        grain=grain,
        columns=tuple(
            ColumnEntry(
                name=column["name"],
                label_fr=_needed(_meta(column), "label_fr", f"{name}.{column['name']}", path),
                description=_needed(column, "description", f"{name}.{column['name']}", path),
                type=column.get("data_type") or types.get((name, column["name"]), "").lower(),
                unit=_meta(column).get("unit", ""),
                is_key=column["name"] in primary,
                refers_to=foreign.get(column["name"]),
            )
            for column in model.get("columns") or ()
        ),
        open_data=meta.get("open_data", ""),
    )


def _meta(described: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict((described.get("config") or {}).get("meta") or {})


def _needed(mapping: Mapping[str, Any], key: str, what: str, path: Path) -> str:
    if not mapping.get(key):
        raise DictionaryError(f"{path.name} : « {key} » manque pour {what}. Ajoutez-le, puis relancez.")
    return str(mapping[key])


def _keys(data_tests: Sequence[Any], meta: Mapping[str, Any]) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """The primary key, and for each foreign key its table and column, as the test ``keys`` states them.

    A view whose keys are tested on the tables below it states them in its ``meta``, in the same words.
    """
    stated = [test["keys"]["arguments"] for test in data_tests if isinstance(test, dict) and "keys" in test]
    stated += [meta["keys"]] if "keys" in meta else []
    primary = [column for arguments in stated for column in arguments.get("primary") or ()]
    foreign = {
        key["column"]: (key["to"].removeprefix("ref('").removesuffix("')"), key.get("field") or key["column"])
        for arguments in stated
        for key in arguments.get("foreign") or ()
    }
    return primary, foreign
