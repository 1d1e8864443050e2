"""From rows of text to typed rows, one row at a time: what the description of a table asks for.

Belongs here: cells, codes, references to other tables, uniqueness. Does not: what makes the rows of several tables
agree with one another (``coherence``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sources.finess.number import finess_is_valid
from sources.referential.problems import ReferentialProblem, did_you_mean, short_name
from sources.referential.reading import Row, Rows
from sources.referential.schema import TABLES, Column, Kind, Table

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
BOOLEANS = {"oui": True, "non": False}


@dataclass(frozen=True)
class Entry:
    """One resolved row: the text with its place, and the typed values (empty or refused: None)."""

    row: Row
    values: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.values["code"])


Entries = dict[str, dict[str, Entry]]
"""Resolved rows by table, then by code."""


def resolve(shipped: Rows, site: Rows, problems: list[ReferentialProblem]) -> Entries:
    """Typed rows of every table, a site row in the place of the shipped row of its code."""
    entries: Entries = {}
    for name, table in TABLES.items():
        resolved: dict[str, Entry] = {}
        for rows in (shipped.get(name, []), site.get(name, [])):
            resolved.update(_entries(table, rows, problems))
        entries[name] = resolved
    for name, table in TABLES.items():
        for entry in entries[name].values():
            problems += _dangling_references(table, entry, entries)
        problems += _repetitions(table, list(entries[name].values()))
    return entries


def _entries(table: Table, rows: list[Row], problems: list[ReferentialProblem]) -> dict[str, Entry]:
    """The rows of one file by code; those without a usable code are reported and left out."""
    found: dict[str, Entry] = {}
    for row in rows:
        values = {column.name: _value(column, row, problems) for column in table.columns}
        problems += _row_problems(table, row, values)
        code = values["code"]
        if code is None:
            continue
        if code in found:
            what = f"code « {code} » déjà donné à la ligne {found[code].row.line}. Gardez une seule de ces lignes."
            problems.append(row.problem("code", what))
            continue
        found[code] = Entry(row, values)
    return found


def _value(column: Column, row: Row, problems: list[ReferentialProblem]) -> Any:
    """The typed value of one cell; None when it is empty or refused (and then reported)."""
    text = row.values.get(column.name, "")
    if not text:
        if column.required and column.name in row.values:
            problems.append(row.problem(column.name, "valeur obligatoire absente."))
        return None
    try:
        value = _CONVERSIONS[column.kind](text, column)
    except _RefusedError as refusal:
        problems.append(row.problem(column.name, f"trouvé « {text} » ; {refusal}"))
        return None
    return value


class _RefusedError(Exception):
    """A cell that cannot be converted; says in French what was expected."""


def _text(text: str, column: Column) -> str:
    if column.name == "code" and not CODE.fullmatch(text):
        raise _RefusedError(
            "attendu un code sans accent ni espace : lettres, chiffres, « _ », « - », « . », « : » (64 au plus)."
        )
    if column.choices and text not in column.choices:
        raise _RefusedError("attendu : " + ", ".join(column.choices) + ".")
    return text


def _boolean(text: str, column: Column) -> bool:
    if text.lower() not in BOOLEANS:
        raise _RefusedError("attendu : oui ou non.")
    return BOOLEANS[text.lower()]


def _integer(text: str, column: Column) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise _RefusedError("attendu un nombre entier.")
    return int(_within(Decimal(text), column))


def _decimal(text: str, column: Column) -> Decimal:
    try:
        number = Decimal(text.replace("\u202f", "").replace("\u00a0", "").replace(",", "."))
    except InvalidOperation:
        raise _RefusedError("attendu un nombre, par exemple 0,5.") from None
    if not number.is_finite():
        raise _RefusedError("attendu un nombre, par exemple 0,5.")
    number = _within(number, column)
    if number != round(number, column.decimals):
        raise _RefusedError(f"attendu {column.decimals} décimales au plus.")
    return round(number, column.decimals)


def _within(number: Decimal, column: Column) -> Decimal:
    if column.minimum is not None and number < column.minimum:
        raise _RefusedError(f"attendu {column.minimum} au moins.")
    if column.maximum is not None and number > column.maximum:
        raise _RefusedError(f"attendu {column.maximum} au plus.")
    return number


def _date(text: str, column: Column) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise _RefusedError("attendu une date AAAA-MM-JJ ou JJ/MM/AAAA.")


def _finess(text: str, column: Column) -> str:
    if len(text) < 9 and finess_is_valid(text.zfill(9)):
        raise _RefusedError(f"un zéro de tête a été perdu, sans doute par le tableur : écrivez {text.zfill(9)}.")
    if not finess_is_valid(text):
        raise _RefusedError("attendu un numéro FINESS de 9 caractères dont la clé est juste.")
    return text


_CONVERSIONS: dict[Kind, Callable[[str, Column], Any]] = {
    "text": _text,
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "finess": _finess,
}


def _row_problems(table: Table, row: Row, values: dict[str, Any]) -> Iterable[ReferentialProblem]:
    """What the columns of one row ask of one another."""
    for column in table.columns:
        other = column.required_with
        if other and bool(row.values.get(column.name)) != bool(row.values.get(other)):
            missing, present = (other, column.name) if row.values.get(column.name) else (column.name, other)
            yield row.problem(missing, f"vide alors que « {present} » est remplie. Remplissez les deux ou aucune.")
    opening, closing = values["valid_from"], values["valid_to"]
    if opening and closing and closing < opening:
        yield row.problem("valid_to", f"la fin ({closing}) précède le début ({opening}).")
    parts = [values[name] for name in table.code_of]
    if parts and all(parts) and values["code"] and values["code"] != ":".join(parts):
        yield row.problem("code", f"trouvé « {values['code']} », attendu « {':'.join(parts)} » d'après la ligne.")


def _dangling_references(table: Table, entry: Entry, entries: Entries) -> Iterable[ReferentialProblem]:
    for column in table.columns:
        code = entry.values[column.name]
        if column.references and code is not None and code not in entries[column.references]:
            hint = did_you_mean(code, entries[column.references])
            yield entry.row.problem(column.name, f"code « {code} » inconnu de {column.references}.csv.{hint}")


def _repetitions(table: Table, entries: list[Entry]) -> Iterable[ReferentialProblem]:
    """Rows that share what the description says no two rows share; labels and codes are compared without case."""
    groups: list[tuple[str, ...]] = [("code",), *table.unique]
    if table.label_within is not None:
        groups.append((*table.label_within, "label"))
    for group in groups:
        seen: dict[tuple[Any, ...], Entry] = {}
        for entry in entries:
            if entry.values["label"] is None:
                continue
            first = seen.setdefault(tuple(_folded(entry.values[name]) for name in group), entry)
            if first is not entry:
                place = f"{short_name(first.row.file)}, ligne {first.row.line}"
                what = f"même valeur que pour « {first.code} » ({place}), à la casse près. Changez l'une des deux."
                yield entry.row.problem(group[-1], what)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
