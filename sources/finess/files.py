"""The CSV files of the FINESS register, as records of text.

Belongs here: the two layouts (a heading line, or the national extract and the « format historique », whose records say
their own type), and what people's programs make of them (separator, quotes, a last line without end). Does not: the
nested feed (``feed``), what a good site or legal entity is (``loader``).

Each physical line is a record: cells of the register hold no line breaks, and a stray quote must not swallow the
lines that follow it.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sources.text.text_files import NotTextError, read_text

# The national extract (data.gouv.fr) has no headings: each record opens with its type, then these fields. The
# « format historique » made of FINESS+ ends with one more, which is of no use here.
_SITE_FIELDS = """
nofinesset nofinessej rs rslongue complrs compldistrib numvoie typvoie voie compvoie lieuditbp commune departement
libdepartement ligneacheminement telephone telecopie categetab libcategetab categagretab libcategagretab siret codeape
codemft libmft codesph libsph dateouv dateautor datemaj
"""
_ENTITY_FIELDS = """
nofiness rs rslongue complrs numvoie typvoie voie compvoie compldistrib lieuditbp commune ligneacheminement departement
libdepartement telephone statutjuridique libstatutjuridique categetab libcategetab siren codeape datecrea
"""
NATIONAL_LAYOUTS = {"structureet": _SITE_FIELDS.split(), "structureej": _ENTITY_FIELDS.split()}

_SEPARATORS = (";", ",", "\t", "|")
_NUMBERS = {"nofinesset", "nofiness", "nofinessej"}
_FIRST_LINES = 20


class FinessError(Exception):
    """The file is not one of the register's, or cannot be read; the message is French and names the remedy."""


@dataclass
class RegisterFile:
    """The records of one file: one list of cells a record, in the order of ``headings``, with its line.

    ``misshapen`` holds the lines whose cells are too few or too many, ``ignored_count`` the records of other types.
    ``is_cut``: the last line lacks cells. ``is_unfinished``: it has them all but no end, so that its last cell may be
    part of one; that cell is not taken. ``is_national``: its lines may have more fields than ``headings``.
    """

    headings: list[str]
    records: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    misshapen: list[int] = field(default_factory=list)
    ignored_count: int = 0
    is_cut: bool = False
    is_unfinished: bool = False
    is_national: bool = False


def read_register(path: Path) -> RegisterFile:
    """The records of a file of sites or of legal entities; raises ``FinessError`` when it is neither."""
    try:
        text = read_text(path)
    except NotTextError as error:
        raise FinessError(
            f"{path.name} : fichier illisible ou incomplet. Attendu le flux FINESS+ (structures, JSON) ou l'extrait CSV"
            " du répertoire FINESS, tels que publiés."
        ) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    separator, kind, first = _layout(lines)
    register = _national(lines, kind, separator) if kind is not None else _headed(lines, first, separator)
    _look_at_the_end(register, lines)
    return register


def _layout(lines: list[str]) -> tuple[str, str | None, int]:
    """Separator, type of the records of a national extract (else none), index of the heading line."""
    firsts = list(islice(((index, line) for index, line in enumerate(lines) if line.strip()), _FIRST_LINES))
    for separator in _SEPARATORS:
        for _, line in firsts:
            kind = _cells(line, separator)[0].strip().casefold()
            if kind in NATIONAL_LAYOUTS:
                return separator, kind, 0
    for separator in _SEPARATORS:
        for index, line in firsts:
            if _NUMBERS & set(_headings(line, separator)):
                return separator, None, index
    return ";", None, firsts[0][0] if firsts else 0


def _national(lines: list[str], kind: str, separator: str) -> RegisterFile:
    register = RegisterFile(NATIONAL_LAYOUTS[kind], is_national=True)
    width = len(register.headings)
    found: list[tuple[int, list[str]]] = []
    for number, line in _written(lines, 0):
        cells = line.split(separator)
        if '"' in line and (len(cells) != width + 1 or cells[0].startswith('"')):
            cells = _cells(line, separator)
        if cells[0].strip().casefold() != kind:
            register.ignored_count += 1
        else:
            found.append((number, cells[1:]))
    usual = _usual_width(found)
    _sort_out(register, found, {usual} if usual >= width else set())
    return register


def _headed(lines: list[str], first: int, separator: str) -> RegisterFile:
    register = RegisterFile(_headings(lines[first], separator) if lines else [])
    found = [(number, _cells(line, separator)) for number, line in _written(lines, first + 1)]
    _sort_out(register, found, {len(register.headings), _usual_width(found)})
    return register


def _usual_width(found: list[tuple[int, list[str]]]) -> int:
    """How many cells most lines have: a program ends them all with the same separators."""
    return Counter(len(cells) for _, cells in found).most_common(1)[0][0] if found else 0


def _sort_out(register: RegisterFile, found: list[tuple[int, list[str]]], widths: set[int]) -> None:
    """Keep the lines of these widths; a line that is longer by itself has a separator inside a cell, which shifts the
    cells behind it even where its last one is blank."""
    width = len(register.headings)
    for number, cells in found:
        is_whole = len(cells) in widths and len(cells) >= width
        if is_whole and (len(cells) == width or register.is_national or not any(map(str.strip, cells[width:]))):
            register.records.append(cells[:width])
            register.lines.append(number)
        else:
            register.misshapen.append(number)


def _look_at_the_end(register: RegisterFile, lines: list[str]) -> None:
    """Whether the file stops inside its last line, or may do."""
    last = max((number for number, _ in _written(lines, 0)), default=0)
    if register.misshapen and register.misshapen[-1] == last:
        register.is_cut = True
    elif lines[-1] and register.lines and register.lines[-1] == last:
        register.is_unfinished = True
        register.records[-1] = [*register.records[-1][:-1], ""]


def _written(lines: list[str], first: int) -> Iterator[tuple[int, str]]:
    """The lines that hold something, with their number as an editor counts them."""
    return ((index + 1, line) for index, line in enumerate(lines) if index >= first and line.strip())


def _headings(line: str, separator: str) -> list[str]:
    names = [cell.strip().lower() for cell in _cells(line, separator)]
    while len(names) > 1 and not names[-1]:
        names.pop()
    return names


def _cells(line: str, separator: str) -> list[str]:
    """The cells of one line; a line that a program put in quotes as one cell is opened first."""
    if '"' not in line:
        return line.split(separator)
    cells = next(csv.reader([line], delimiter=separator), [""])
    if len(cells) == 1 and separator in cells[0] and line.strip().endswith('"'):
        return next(csv.reader([cells[0]], delimiter=separator), [""])
    return cells
