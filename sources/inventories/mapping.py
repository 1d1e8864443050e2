"""What a mapping file says, and whether it can be used.

Belongs here: the description of an inventory as data, checked against the referential. Does not: the rows of the
inventory (``loader``).

A mapping is a TOML file ``<code>.toml``; its code is written in any case, with ``-`` or ``_`` (US-2024, us_2024).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sources.referential.loader import Referential

SHIPPED_MAPPINGS = Path(__file__).parent.parent / "mappings"

# Columns of the lake that a mapping copies as text, and those it translates with the table of their codes.
COPIED = ("bureau", "use_case_label", "need", "topic", "status_text")
TRANSLATED = {"axis_code": "axes", "domain_code": "domains", "status_code": "project_statuses", "way_code": "ways"}
ATTRIBUTES = {"function": "functions", "technique": "techniques", "learning_type": "learning_types"}


class MappingError(Exception):
    """A mapping that cannot be used; ``problems`` lists all that is wrong, in French, each naming the file."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Translation:
    """A column of the inventory, and the codes that its values become (keys normalised by ``normal``)."""

    column: str
    values: dict[str, list[str]]
    separator: str | None


@dataclass(frozen=True)
class Mapping:
    """How one inventory becomes use cases and projects; column names are those of the inventory's heading line.

    ``path`` is the mapping's own file.
    """

    path: Path
    source_code: str
    delimiter: str
    blanks: frozenset[str]
    record_column: str | None
    row_column: str
    organisations: dict[str, str]
    duplicate_columns: list[str]
    columns: dict[str, str]
    translations: dict[str, Translation]
    attributes: dict[str, Translation]
    date_format: str
    earliest: date | None
    date_columns: dict[str, str]

    @property
    def needed_columns(self) -> list[str]:
        """The columns that the inventory must have, each once."""
        names = [self.row_column, *self.duplicate_columns, *self.columns.values(), *self.date_columns.values()]
        names += [translation.column for translation in (*self.translations.values(), *self.attributes.values())]
        return list(dict.fromkeys(names))


def normal(text: str) -> str:
    """A value as mappings compare it: blanks and line breaks collapsed, case left out."""
    return " ".join(text.split()).casefold()


def load_mapping(code: str, referential: Referential, site_mappings: Path | None = None) -> Mapping:
    """The mapping of that code, a site's before a shipped one; raises ``MappingError`` with all its problems."""
    path = _find(code, site_mappings)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError([f"{path.name} : ce n'est pas un fichier TOML lisible ({error})."]) from error
    problems = _shape_problems(content)
    if not problems:
        problems = _code_problems(content, referential)
    if problems:
        raise MappingError([f"{path.name} : {problem}" for problem in problems])
    return _mapping(path, content)


def mapping_codes(site_mappings: Path | None = None) -> list[str]:
    """The codes of the mappings at hand."""
    folders = [SHIPPED_MAPPINGS, *([site_mappings] if site_mappings else [])]
    return sorted({path.stem for folder in folders for path in folder.glob("*.toml")})


def _find(code: str, site_mappings: Path | None) -> Path:
    wanted = code.casefold().replace("-", "_")
    for folder in (site_mappings, SHIPPED_MAPPINGS):
        for path in sorted(folder.glob("*.toml")) if folder else []:
            if path.stem.casefold().replace("-", "_") == wanted:
                return path
    known = ", ".join(mapping_codes(site_mappings)) or "aucune"
    raise MappingError([f"Correspondance « {code} » inconnue. Correspondances disponibles : {known}."])


# What each part of the file holds: name, type, whether it must be there.
_PARTS: dict[str, tuple[tuple[str, type, bool], ...]] = {
    "": (("source", str, True), ("title", str, False), ("reference", str, False), ("origin", str, False)),
    "file": (("delimiter", str, False), ("blanks", list, False), ("record_column", str, False)),
    "rows": (("column", str, True), ("organisations", dict, True)),
    "duplicates": (("columns", list, True),),
    "columns": tuple((name, str, name == "use_case_label") for name in COPIED),
    "translations": tuple((name, dict, False) for name in TRANSLATED),
    "attributes": tuple((name, dict, False) for name in ATTRIBUTES),
    "dates": (("format", str, True), ("earliest", date, False), ("columns", dict, True)),
}
_TRANSLATION = (("column", str, True), ("values", dict, True), ("separator", str, False))
_REQUIRED_PARTS = ("rows", "columns")


def _shape_problems(content: dict[str, Any]) -> list[str]:
    """Parts and keys that are missing, unknown or of another kind."""
    problems = [f"partie [{part}] absente." for part in _REQUIRED_PARTS if part not in content]
    top = {key: value for key, value in content.items() if key not in _PARTS}
    problems += _keys_problems("le fichier", top, _PARTS[""])
    for part, keys in _PARTS.items():
        if part and part in content:
            if not isinstance(content[part], dict):
                problems.append(f"[{part}] doit être une partie et non une valeur.")
                continue
            problems += _keys_problems(f"[{part}]", content[part], keys)
    for part in ("translations", "attributes"):
        for name, translation in _part(content, part).items():
            if isinstance(translation, dict):
                problems += _keys_problems(f"[{part}.{name}]", translation, _TRANSLATION)
                problems += _texts_problems(f"[{part}.{name}.values]", translation.get("values"))
    problems += _texts_problems("[rows.organisations]", _part(content, "rows").get("organisations"))
    problems += _texts_problems("[dates.columns]", _part(content, "dates").get("columns"))
    problems += _texts_problems("[duplicates]", _part(content, "duplicates"))
    problems += _texts_problems("[file]", {"blanks": _part(content, "file").get("blanks", [])})
    return problems


def _texts_problems(where: str, values: Any) -> list[str]:
    """Values that are neither a text nor a list of texts."""
    return [
        f"{where} : « {name} » doit valoir un texte ou une liste de textes."
        for name, value in (values.items() if isinstance(values, dict) else ())
        if not all(isinstance(text, str) for text in (value if isinstance(value, list) else [value]))
    ]


def _keys_problems(where: str, found: dict[str, Any], keys: tuple[tuple[str, type, bool], ...]) -> list[str]:
    known = {name: kind for name, kind, _ in keys}
    problems = [f"{where} : « {name} » absent." for name, _, required in keys if required and name not in found]
    for name, value in found.items():
        if name not in known:
            problems.append(f"{where} : « {name} » inconnu. Admis : {', '.join(known)}.")
        elif not isinstance(value, known[name]):
            problems.append(f"{where} : « {name} » n'a pas la forme attendue.")
    return problems


def _code_problems(content: dict[str, Any], referential: Referential) -> list[str]:
    """Codes that the referential does not know."""
    wanted = [("source", "sources", content["source"])]
    wanted += [("[rows.organisations]", "organisations", code) for code in content["rows"]["organisations"].values()]
    for part, tables in (("translations", TRANSLATED), ("attributes", ATTRIBUTES)):
        for name, translation in _part(content, part).items():
            codes = [code for value in translation["values"].values() for code in _listed(value)]
            wanted += [(f"[{part}.{name}]", tables[name], code) for code in codes]
    wanted += [("[dates.columns]", "project_statuses", code) for code in _part(content, "dates").get("columns", {})]
    return [
        f"{where} : code « {code} » inconnu de {table}.csv. Ajoutez-le au référentiel ou corrigez-le."
        for where, table, code in dict.fromkeys(wanted)
        if code not in referential.codes(table)
    ]


def _mapping(path: Path, content: dict[str, Any]) -> Mapping:
    file, dates = _part(content, "file"), _part(content, "dates")
    return Mapping(
        path=path,
        source_code=content["source"],
        delimiter=file.get("delimiter", ","),
        blanks=frozenset(normal(blank) for blank in file.get("blanks", [])),
        record_column=file.get("record_column"),
        row_column=content["rows"]["column"],
        organisations={normal(value): code for value, code in content["rows"]["organisations"].items()},
        duplicate_columns=_part(content, "duplicates").get("columns", []),
        columns=dict(content["columns"]),
        translations=_translations(_part(content, "translations")),
        attributes=_translations(_part(content, "attributes")),
        date_format=dates.get("format", "%Y-%m-%d"),
        earliest=dates.get("earliest"),
        date_columns=dict(dates.get("columns", {})),
    )


def _translations(part: dict[str, Any]) -> dict[str, Translation]:
    return {
        name: Translation(
            column=content["column"],
            values={normal(value): _listed(codes) for value, codes in content["values"].items()},
            separator=content.get("separator"),
        )
        for name, content in part.items()
    }


def _part(content: dict[str, Any], name: str) -> dict[str, Any]:
    part = content.get(name, {})
    return part if isinstance(part, dict) else {}


def _listed(codes: str | list[str]) -> list[str]:
    return [codes] if isinstance(codes, str) else list(codes)
