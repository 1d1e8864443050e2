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

from sources.inventories.mapping_checks import COPIED, code_problems, listed, part, shape_problems
from sources.referential.loader import Referential
from sources.text.characters import composed

SHIPPED_MAPPINGS = Path(__file__).parent.parent / "mappings"


class MappingError(Exception):
    """A mapping that cannot be used; ``problems`` lists all that is wrong, in French, each naming the file."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Values:
    """What values become: by the whole value, else by the longest beginning (both normalised by ``normal``)."""

    whole: dict[str, list[str]]
    starts: dict[str, list[str]]

    def of(self, text: str) -> list[str] | None:
        """The codes of a value; none where nothing translates it."""
        value = normal(text)
        if value in self.whole:
            return self.whole[value]
        start = max((start for start in self.starts if value.startswith(start)), key=len, default=None)
        return None if start is None else self.starts[start]


@dataclass(frozen=True)
class Translation:
    """A column of the inventory, and the codes that its values become."""

    column: str
    values: Values
    separator: str | None


@dataclass(frozen=True)
class Mapping:
    """How one inventory becomes use cases and projects; column names are those of the inventory's heading line.

    ``path`` is the mapping's own file.
    """

    path: Path
    source_code: str
    delimiter: str
    sheet: str | None
    records_path: str | None
    blanks: frozenset[str]
    record_column: str | None
    row_column: str | None
    organisations: Values
    organisation: str | None
    published_key: list[str]
    duplicate_columns: list[str]
    columns: dict[str, str]
    constants: dict[str, str]
    translations: dict[str, Translation]
    attributes: dict[str, Translation]
    date_formats: list[str]
    earliest: date | None
    date_columns: dict[str, str]

    @property
    def needed_columns(self) -> list[str]:
        """The columns that the inventory must have, each once."""
        names = [*([self.row_column] if self.row_column else []), *self.published_key, *self.duplicate_columns]
        names += [*self.columns.values(), *self.date_columns.values()]
        names += [translation.column for translation in (*self.translations.values(), *self.attributes.values())]
        return list(dict.fromkeys(names))

    @property
    def has_published_key(self) -> bool:
        """Whether the publisher gives each use case a key of its own, in one column."""
        return len(self.published_key) == 1

    @property
    def key_columns(self) -> list[str]:
        """The columns that say which use case a record is: those of the mapping, else all text that does not age."""
        named = [self.columns[name] for name in COPIED if name in self.columns and name != "status_text"]
        return self.published_key or named


def normal(text: str) -> str:
    """A value as mappings compare it: blanks and line breaks collapsed, case left out."""
    return " ".join(text.split()).casefold()


def load_mapping(code: str, referential: Referential, site_mappings: Path | None = None) -> Mapping:
    """The mapping of that code, a site's before a shipped one; raises ``MappingError`` with all its problems."""
    path = _find(code, site_mappings)
    try:
        content = tomllib.loads(composed(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError) as error:
        raise MappingError([f"{path.name} : ce n'est pas un fichier TOML lisible ({error})."]) from error
    problems = shape_problems(content)
    if not problems:
        problems = code_problems(content, referential)
    if problems:
        raise MappingError([f"{path.name} : {problem}" for problem in problems])
    return _mapping(path, content)


def mapping_codes(site_mappings: Path | None = None) -> list[str]:
    """The codes of the mappings at hand."""
    folders = [SHIPPED_MAPPINGS, *([site_mappings] if site_mappings else [])]
    return sorted({path.stem for folder in folders for path in folder.glob("*.toml")})


def same_code(code: str, other: str) -> bool:
    """Whether two ways to write a mapping's code name one mapping."""
    return code.casefold().replace("-", "_") == other.casefold().replace("-", "_")


def source_of(path: Path) -> str:
    """The source that a good mapping file fills."""
    return str(tomllib.loads(path.read_text(encoding="utf-8"))["source"])


def _find(code: str, site_mappings: Path | None) -> Path:
    for folder in (site_mappings, SHIPPED_MAPPINGS):
        for path in sorted(folder.glob("*.toml")) if folder else []:
            if same_code(path.stem, code):
                return path
    known = ", ".join(mapping_codes(site_mappings)) or "aucune"
    raise MappingError([f"Correspondance « {code} » inconnue. Correspondances disponibles : {known}."])


def _mapping(path: Path, content: dict[str, Any]) -> Mapping:
    file, rows, dates = part(content, "file"), content["rows"], part(content, "dates")
    return Mapping(
        path=path,
        source_code=content["source"],
        delimiter=file.get("delimiter", ","),
        sheet=file.get("sheet"),
        records_path=file.get("records"),
        blanks=frozenset(normal(blank) for blank in file.get("blanks", [])),
        record_column=file.get("record_column"),
        row_column=rows.get("column"),
        organisations=_values(rows.get("organisations", {}), rows.get("starts", {})),
        organisation=rows.get("organisation"),
        published_key=part(content, "key").get("columns", []),
        duplicate_columns=part(content, "duplicates").get("columns", []),
        columns=dict(content["columns"]),
        constants=dict(part(content, "constants")),
        translations=_translations(part(content, "translations")),
        attributes=_translations(part(content, "attributes")),
        date_formats=dates.get("formats") or [dates.get("format", "%Y-%m-%d")],
        earliest=dates.get("earliest"),
        date_columns=dict(dates.get("columns", {})),
    )


def _translations(part: dict[str, Any]) -> dict[str, Translation]:
    return {
        name: Translation(
            column=content["column"],
            values=_values(content.get("values", {}), content.get("starts", {})),
            separator=content.get("separator"),
        )
        for name, content in part.items()
    }


def _values(whole: dict[str, Any], starts: dict[str, Any]) -> Values:
    return Values(*({normal(value): listed(codes) for value, codes in table.items()} for table in (whole, starts)))
