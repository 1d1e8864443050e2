"""From the columns of the register's files to those of the lake.

Belongs here: which columns are taken and how each becomes a value, blanks and damage left empty and counted. Does not:
the shape of files (``files``, ``feed``), which rows are refused (``loader``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from sources.finess.eaten import NUMBERS, eaten_counts, without_guards
from sources.finess.feed import is_feed, read_feed
from sources.finess.files import FinessError, RegisterFile, read_register
from sources.lake import lake as lake_tables

_SITE_COLUMNS = {
    "nofinesset": "site_finess",
    "nofinessej": "entity_finess",
    "rs": "site_label",
    "categetab": "category_code",
    "libcategetab": "category_label",
    "categagretab": "aggregate_category_code",
    "libcategagretab": "aggregate_category_label",
    "codesph": "psph_code",
    "siret": "siret",
    "codepostal": "postal_code",
    "commune": "town",
    "lat": "latitude",
    "lon": "longitude",
    "dateouv": "opened_on",
    "datefermeture": "closed_on",
}
_SITE_NEEDED: tuple[str, ...] = ("nofinesset", "nofinessej", "rs", "categetab", "categagretab")
_ENTITY_COLUMNS = {
    "nofiness": "entity_finess",
    "rs": "entity_label",
    "statutjuridique": "legal_status_code",
    "libstatutjuridique": "legal_status_label",
    "siren": "siren",
    "datecrea": "opened_on",
    "datefermeture": "closed_on",
}
_ENTITY_NEEDED: tuple[str, ...] = ("nofiness", "rs", "statutjuridique")
_HELPERS = ("codepostal", "ligneacheminement", "departement", "etat")
_OPEN, _CLOSED = "A", "I"
_NOTES = {
    "siret": "SIRET qui n'a pas 14 chiffres : laissé vide",
    "siren": "SIREN qui n'a pas 9 chiffres : laissé vide",
    "lat": "latitude illisible : laissée vide",
    "lon": "longitude illisible : laissée vide",
    "dateouv": "date d'ouverture illisible : laissée vide",
    "datecrea": "date de création illisible : laissée vide",
    "datefermeture": "date de fermeture illisible : laissée vide",
    "etat": "état qui n'est ni A (ouvert) ni I (fermé) : tenu pour ouvert",
    "datefermeture malgré A": "date de fermeture là où le fichier dit « ouvert » : tenu pour ouvert",
    "categagretab": "catégorie d'établissement sans agrégat connu : rien ne dit si le site soigne",
}


@dataclass(frozen=True)
class ReadTable:
    """The rows of one table as the lake holds them, with their line; what was doubtful on the way.

    ``notes``: what was left empty, with how many. ``eaten``: cells that a spreadsheet changed, by column of the file.
    ``blank``: column of a file that has it, and no value in it → column of the lake.
    """

    table: str
    file_name: str
    rows: pl.DataFrame
    misshapen: list[int] = field(default_factory=list)
    ignored_count: int = 0
    notes: dict[str, int] = field(default_factory=dict)
    eaten: dict[str, int] = field(default_factory=dict)
    is_cut: bool = False
    is_unfinished: bool = False
    blank: dict[str, str] = field(default_factory=dict)


def read_tables(path: Path) -> list[ReadTable]:
    """The tables of a file, told by its content and not by its name; raises ``FinessError``."""
    if is_feed(path):
        tables = zip(("finess_sites", "finess_entities"), read_feed(path), strict=True)
        return [_table(path, table, rows.with_row_index("line", 1)) for table, rows in tables]
    register = read_register(path)
    return [_table_of_file(path, register)]


def _table_of_file(path: Path, register: RegisterFile) -> ReadTable:
    """The table of the lake that the headings call for."""
    headings = register.headings
    if "nofinesset" in headings:
        table, needed = "finess_sites", _SITE_NEEDED
    else:
        if "nofiness" not in headings:
            headings = ["nofiness" if heading == "nofinessej" else heading for heading in headings]
        table, needed = "finess_entities", _ENTITY_NEEDED
    missing = [name for name in needed if name not in headings]
    if missing:
        raise FinessError(
            f"{path.name} : ce n'est pas un fichier du répertoire FINESS (colonnes absentes : {', '.join(missing)})."
            " Attendu le flux FINESS+ des structures (JSON), l'extrait des établissements"
            f" ({', '.join(_SITE_NEEDED)}…) ou celui des entités juridiques ({', '.join(_ENTITY_NEEDED)}…)."
        )
    known = {*_columns(table), *_HELPERS}
    if doubled := [name for name, count in Counter(headings).items() if count > 1 and name in known]:
        raise FinessError(
            f"{path.name} : titres écrits deux fois ({', '.join(doubled)}) : rien ne dit laquelle des deux colonnes est"
            " la bonne. Prenez le fichier tel que publié."
        )
    columns = dict(zip(headings, zip(*register.records, strict=True), strict=False))
    held = [name for name in dict.fromkeys((*_columns(table), *_HELPERS)) if name in columns]
    rows = pl.DataFrame({name: columns[name] for name in held}, schema_overrides=_texts(held))
    if not register.records:
        rows = pl.DataFrame(schema=_texts(needed))
    return _table(path, table, rows.with_columns(line=pl.Series(register.lines, dtype=pl.Int64)), register)


def _table(path: Path, table: str, text: pl.DataFrame, register: RegisterFile | None = None) -> ReadTable:
    columns, number = _columns(table), "nofinesset" if table == "finess_sites" else "nofiness"
    lacking = [name for name in (*columns, *_HELPERS) if name not in text.columns]
    text = text.with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    text = text.with_columns(pl.lit(None, pl.String).alias(name) for name in dict.fromkeys(lacking))
    text = text.with_columns(without_guards(name) for name in NUMBERS if name in text.columns)
    eaten = eaten_counts(text)
    rows = text.with_columns(
        _unquoted("rs"),
        department_code=_department(number),
        **_values(columns),
    ).with_columns(is_closed=_is_closed())
    if table == "finess_sites":
        rows = _with_town(rows)
    notes = _notes(text, rows, columns, table)
    rows = rows.rename(columns)
    schema = lake_tables.LAKE_TABLES[table]
    rows = rows.select(pl.col("line").cast(pl.Int64), *(pl.col(name).cast(kind) for name, kind in schema.items()))
    if register is None:
        return ReadTable(table, path.name, rows, notes=notes, eaten=eaten)
    held = {name: column for name, column in columns.items() if name not in lacking}
    blank = {name: column for name, column in held.items() if rows[column].null_count() == rows.height}
    return ReadTable(
        table, path.name, rows, register.misshapen, register.ignored_count, notes, eaten,
        register.is_cut, register.is_unfinished, blank,
    )  # fmt: skip


def _columns(table: str) -> dict[str, str]:
    return _SITE_COLUMNS if table == "finess_sites" else _ENTITY_COLUMNS


def _texts(names: tuple[str, ...] | list[str]) -> dict[str, type[pl.String]]:
    return dict.fromkeys(names, pl.String)


def _values(columns: dict[str, str]) -> dict[str, pl.Expr]:
    """The columns that are no text, and the numbers that must have all their digits; null where they cannot be read."""
    values = {
        "siret": _digits("siret", 14),
        "siren": _digits("siren", 9),
        "lat": _degrees("lat", 90),
        "lon": _degrees("lon", 180),
        **{name: _day(name) for name in ("dateouv", "datecrea", "datefermeture")},
    }
    return {name: value for name, value in values.items() if name in columns}


def _digits(name: str, count: int) -> pl.Expr:
    return pl.when(pl.col(name).str.contains(f"^[0-9]{{{count}}}$")).then(pl.col(name))


def _degrees(name: str, most: int) -> pl.Expr:
    """Degrees, and not the metres of a projection."""
    number = pl.col(name).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return pl.when(number.is_between(-most, most)).then(number)


def _day(name: str) -> pl.Expr:
    """A day, as published or as a French spreadsheet writes it again.

    Where one of the column can only have its month first, a day that could is not read.
    """
    text = pl.col(name).str.slice(0, 10)
    published = text.str.to_date("%Y-%m-%d", strict=False)
    day_first, month_first = (text.str.to_date(form, strict=False) for form in ("%d/%m/%Y", "%m/%d/%Y"))
    is_of_another_hand = (month_first.is_not_null() & day_first.is_null()).any()
    return pl.coalesce(published, pl.when(~is_of_another_hand | month_first.is_null()).then(day_first))


def _is_closed() -> pl.Expr:
    """By the state that the file gives; where it gives none, by a closing date."""
    state = pl.col("etat").str.to_uppercase()
    return pl.when(state.is_null()).then(pl.col("datefermeture").is_not_null()).otherwise(state == _CLOSED)


def _notes(text: pl.DataFrame, rows: pl.DataFrame, columns: dict[str, str], table: str) -> dict[str, int]:
    """What was written and could not be read, by its French sentence."""
    lost = {name: (text[name].is_not_null() & rows[name].is_null()).sum() for name in _values(columns)}
    state = text["etat"].str.to_uppercase()
    lost["etat"] = int((~state.is_in([_OPEN, _CLOSED])).sum())
    lost["datefermeture malgré A"] = int(((state == _OPEN) & rows["datefermeture"].is_not_null()).sum())
    if table == "finess_sites":
        lost["categagretab"] = int((text["categetab"].is_not_null() & text["categagretab"].is_null()).sum())
    return {_NOTES[name]: int(count) for name, count in lost.items() if count}


def _unquoted(column: str) -> pl.Expr:
    """Names that the register quotes twice over, without the outer quotes and with the inner ones single."""
    inside = pl.col(column).str.extract('^"(.*)"$').str.replace_all('""', '"', literal=True)
    return pl.coalesce(inside, pl.col(column)).alias(column)


def _with_town(text: pl.DataFrame) -> pl.DataFrame:
    """In the national extract, postal code and town stand together, and ``commune`` is a number in the department."""
    address = pl.col("ligneacheminement")
    return text.with_columns(
        codepostal=pl.coalesce("codepostal", address.str.extract(r"^([0-9]{5})")),
        commune=pl.coalesce(address.str.extract(r"^[0-9]{5} +(.+)$"), "commune"),
    )


def _department(number: str) -> pl.Expr:
    """The INSEE code of the department: the register's, else the number's first two characters.

    Overseas, where the register says 9A to 9J, numbers begin with 970 and the department's last digit (postal codes
    of some towns there are of another department's series); failing that, the postal code's first three digits count.
    """
    register = pl.coalesce("departement", pl.col(number).str.slice(0, 2))
    overseas = pl.concat_str(pl.lit("97"), pl.col(number).str.extract("^970([1-4])"))
    postal = pl.coalesce("codepostal", "ligneacheminement").str.extract("^(9[78][0-9])")
    is_said = register.str.contains("^9[78][0-9]$")
    is_overseas = register.str.contains("^9[A-J78]")
    return (
        pl.when(is_said)
        .then(register)
        .when(is_overseas)
        .then(pl.coalesce(overseas, postal, register))
        .otherwise(register)
    )
