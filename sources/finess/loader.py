"""The FINESS register in the lake: sites (ET) and legal entities (EJ).

Belongs here: which columns are taken, which rows are refused, what is reported. Does not: the shape of the files
(``files``), the sector of an organisation or what a health establishment is (the referential, joined in SQL).

Sites need the columns ``nofinesset``, ``nofinessej``, ``rs``, ``categetab`` and ``categagretab``; legal entities need
``nofiness`` (or ``nofinessej``), ``rs`` and ``statutjuridique``. Other known columns are taken when they are there,
unknown ones are left aside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sources import lake as lake_tables
from sources.finess.files import FinessError, RegisterFile, read_register
from sources.finess.number import valid_finess

__all__ = ["SHIPPED_SITES", "FinessError", "FinessProblem", "FinessReport", "load_finess", "load_shipped_finess"]

SHIPPED_SITES = Path(__file__).parent / "shipped_sites.csv"
"""Extract of the register of January 2021: the sites of the organisations of the referential (see README.md)."""

Keep = Callable[[str], object]
"""Keeps a file that is about to be used, by the name of the table that it fills."""

REGISTER_PART = "register"
SHIPPED_PART = "shipped"

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
}
_SITE_NEEDED: tuple[str, ...] = ("nofinesset", "nofinessej", "rs", "categetab", "categagretab")
_ENTITY_COLUMNS = {
    "nofiness": "entity_finess",
    "rs": "entity_label",
    "statutjuridique": "legal_status_code",
    "libstatutjuridique": "legal_status_label",
}
_ENTITY_NEEDED: tuple[str, ...] = ("nofiness", "rs", "statutjuridique")
_ADDRESS = ("ligneacheminement", "departement")


@dataclass(frozen=True)
class FinessProblem:
    """A refused record: its line in the file and the reason, in French."""

    line: int
    reason: str


@dataclass(frozen=True)
class FinessReport:
    """What became of a file: read = taken + rejected + ignored (records of another type)."""

    table: str
    file_name: str
    taken_count: int
    ignored_count: int
    problems: tuple[FinessProblem, ...]

    @property
    def rejected_count(self) -> int:
        return len(self.problems)

    @property
    def read_count(self) -> int:
        return self.taken_count + self.rejected_count + self.ignored_count

    @property
    def reasons(self) -> dict[str, int]:
        """How many records each reason refused, the most frequent first."""
        return dict(Counter(problem.reason for problem in self.problems).most_common())


def load_finess(path: Path, lake: Path, keep: Keep = lambda table: None) -> FinessReport:
    """Load a file of sites or of legal entities (plain or .gz, ``;``, UTF-8 or CP1252) in the place of the one before.

    ``keep`` is called with the table's name once the file is known to be good, before the lake changes.
    Raises ``FinessError`` when the file is neither, or when none of its records can be taken: what the lake held stays.
    """
    report = _load(path, lake, REGISTER_PART, keep)
    (lake / report.table / f"{SHIPPED_PART}.parquet").unlink(missing_ok=True)
    return report


def load_shipped_finess(lake: Path, keep: Keep = lambda table: None) -> FinessReport | None:
    """Load the extract shipped with the project; None, and nothing done, where a register of sites is loaded."""
    if (lake / "finess_sites" / f"{REGISTER_PART}.parquet").exists():
        return None
    return _load(SHIPPED_SITES, lake, SHIPPED_PART, keep)


def _load(path: Path, lake: Path, part: str, keep: Keep) -> FinessReport:
    register = read_register(path)
    table, rows = _rows(path, register)
    taken, problems = _sorted_out(rows, table)
    if taken.is_empty():
        raise FinessError(f"{path.name} : aucune ligne utilisable. Le répertoire déjà chargé est conservé.")
    keep(table)
    lake_tables.write(lake, table, part, taken.drop("line"))
    misshapen = [FinessProblem(line, "Nombre de colonnes inattendu.") for line in register.misshapen]
    in_order = tuple(sorted([*problems, *misshapen], key=lambda problem: problem.line))
    return FinessReport(table, path.name, len(taken), register.ignored_count, in_order)


def _rows(path: Path, register: RegisterFile) -> tuple[str, pl.DataFrame]:
    """The table of the lake that the headings call for, and its rows with their line; blanks are null."""
    headings = register.headings
    if "nofinesset" in headings:
        table, columns, needed = "finess_sites", _SITE_COLUMNS, _SITE_NEEDED
    else:
        headings = ["nofiness" if heading == "nofinessej" else heading for heading in headings]
        table, columns, needed = "finess_entities", _ENTITY_COLUMNS, _ENTITY_NEEDED
    missing = [name for name in needed if name not in headings]
    if missing:
        raise FinessError(
            f"{path.name} : ce n'est pas un fichier du répertoire FINESS (colonnes absentes : {', '.join(missing)})."
            f" Attendu l'extrait des établissements ({', '.join(_SITE_NEEDED)}…)"
            f" ou celui des entités juridiques ({', '.join(_ENTITY_NEEDED)}…)."
        )
    rows = _text(register, headings, [*columns, *({"codepostal", *_ADDRESS} - set(columns))])
    rows = rows.with_columns(_unquoted("rs"), department_code=_department(needed[0]))
    if table == "finess_sites":
        rows = _with_town(rows)
    rows = rows.rename(columns).with_columns(line=pl.Series(register.lines, dtype=pl.Int64))
    schema = lake_tables.LAKE_TABLES[table]
    return table, rows.select("line", *(pl.col(name).cast(kind, strict=False) for name, kind in schema.items()))


def _text(register: RegisterFile, headings: list[str], wanted: list[str]) -> pl.DataFrame:
    """The wanted columns as text, without the blanks around; null where empty or where the file has no such column."""
    columns = dict(zip(headings, zip(*register.records, strict=True), strict=False))
    nothing = ("",) * len(register.records)
    cells = {name: columns.get(name, nothing) for name in wanted}
    return pl.DataFrame(cells, schema=dict.fromkeys(wanted, pl.String)).select(
        pl.all().str.strip_chars().replace("", None)
    )


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
    return pl.when(register.str.contains("^9[A-J78]")).then(pl.coalesce(overseas, postal, register)).otherwise(register)


def _sorted_out(rows: pl.DataFrame, table: str) -> tuple[pl.DataFrame, list[FinessProblem]]:
    """The rows that are taken, and why the others are not (the first reason found)."""
    key, label = ("site_finess", "site_label") if table == "finess_sites" else ("entity_finess", "entity_label")
    lost_zero = (pl.col(key).str.len_chars() == 8) & valid_finess("0" + pl.col(key))
    judged = rows.with_columns(
        reason=pl.when(lost_zero)
        .then(pl.lit("Numéro FINESS sans son zéro de tête : ouvrez le fichier en laissant cette colonne en texte."))
        .when(~valid_finess(pl.col(key)))
        .then(pl.lit("Numéro FINESS absent, mal formé ou de clé fausse."))
        .when(~valid_finess(pl.col("entity_finess")))
        .then(pl.lit("Numéro FINESS de l'entité juridique absent, mal formé ou de clé fausse."))
        .when(pl.col(label).is_null())
        .then(pl.lit("Raison sociale absente."))
    )
    sound = judged.filter(pl.col("reason").is_null())
    is_first = pl.col(key).is_first_distinct()
    again = sound.filter(~is_first).with_columns(reason=pl.lit("Numéro FINESS déjà vu plus haut dans le fichier."))
    refused = pl.concat([judged.filter(pl.col("reason").is_not_null()), again]).select("line", "reason")
    return sound.filter(is_first).drop("reason"), [FinessProblem(line, why) for line, why in refused.iter_rows()]
