"""``datapackage.json``: what the files of the package are, column by column, in French.

Belongs here: the translation of the data dictionary into a Data Package descriptor. Does not: the files (``writing``),
nor which tables and columns are open (the models).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.products.dictionary import ColumnEntry, TableEntry
from pipelines.products.exports.release import OpenRelease

NAME = "cartographie-ia-hopital"
DIALECT = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True}
_TYPES = {
    "varchar": "string",
    "integer": "integer",
    "bigint": "integer",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
}
_DESCRIPTION = (
    "Les cas d'usage de l'IA recensés par les établissements, leurs projets, et leurs scores d'impact et d'effort. "
    "Rien de personnel, aucun cas d'usage confidentiel, aucune réponse d'évaluateur. Les scores sont ceux que "
    "les coordinateurs ont arrêtés (colonne « snapshot_on »), en points entiers, et seulement s'ils ne disent celui "
    "d'aucun établissement ; sinon ils sont vides, et la colonne « withheld_reason » le dit. Scores de 0 à 100, parts "
    "de 0 à 1. Dans les CSV, une apostrophe précède le signe d'un texte qu'un tableur prendrait pour une formule ; les "
    "fichiers Parquet portent les textes exacts."
)
_DEMONSTRATION = "DONNÉES DE DÉMONSTRATION : les soumissions sont inventées et ne disent rien des établissements. "


def descriptor(
    release: OpenRelease, licence: Mapping[str, str], resources: Sequence[Mapping[str, Any]], is_demonstration: bool
) -> dict[str, Any]:
    """The descriptor of the package of a release."""
    return {
        "profile": "data-package",
        "name": NAME,
        "title": "Cartographie des cas d'usage de l'IA à l'hôpital" + (" (démonstration)" * is_demonstration),
        "description": _DEMONSTRATION * is_demonstration + _DESCRIPTION,
        "version": release.name,
        "created": release.published_at.isoformat(),
        "keywords": ["intelligence artificielle", "hôpital", "cas d'usage", "cartographie"],
        "licenses": [dict(licence)],
        "resources": [dict(resource) for resource in resources],
    }


def table_resource(
    table: TableEntry, path: str, size: int, sha256: str, open_names: Mapping[str, str]
) -> dict[str, Any]:
    """The resource of a CSV file; ``open_names`` gives the resource of each open table, for foreign keys."""
    return _file(table.open_data, table, path, size, sha256) | {
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": DIALECT,
        "schema": _schema(table, open_names),
    }


def parquet_resource(table: TableEntry, path: str, size: int, sha256: str) -> dict[str, Any]:
    """The resource of the same rows as Parquet, which states its own types."""
    return _file(f"{table.open_data}-parquet", table, path, size, sha256) | {
        "profile": "data-resource",
        "type": "file",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    }


def _file(name: str, table: TableEntry, path: str, size: int, sha256: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": table.label_fr.removesuffix(" (données ouvertes)"),
        "description": table.description,
        "path": path,
        "bytes": size,
        "hash": f"sha256:{sha256}",
    }


def _schema(table: TableEntry, open_names: Mapping[str, str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": table.key,
    }
    keys = [
        {
            "fields": [column.name],
            "reference": {"resource": open_names[column.refers_to[0]], "fields": [column.refers_to[1]]},
        }
        for column in table.columns
        if column.refers_to and column.refers_to[0] in open_names
    ]
    return schema | ({"foreignKeys": keys} if keys else {})


def _field(column: ColumnEntry) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.label_fr,
        "description": column.description,
        "type": "number" if column.type.startswith("decimal") else _TYPES[column.type],
    }
    constraints: dict[str, Any] = {"required": True} if column.is_key else {}
    limits = {"points, 0 to 100": 100, "share, 0 to 1": 1}
    if column.unit in limits:
        constraints |= {"minimum": 0, "maximum": limits[column.unit]}
    if column.type == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    return field | ({"constraints": constraints} if constraints else {})
