"""The files of the FINESS register, as records of text.

Belongs here: the two layouts (a heading line, or the national extract whose records say
their own type). Does not: what a good site or legal entity is (``loader``).

Each physical line is a record: cells of the register hold no line breaks, and a stray quote must not swallow the
lines that follow it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from sources.text_files import NotTextError, read_text

# The national extract (data.gouv.fr) has no headings: each record opens with its type, then these fields.
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


class FinessError(Exception):
    """The file is not one of the register's, or cannot be read; the message is French and names the remedy."""


@dataclass
class RegisterFile:
    """The records of one file: one list of cells a record, in the order of ``headings``, with its line.

    ``misshapen`` holds the lines whose cells are too few or too many, ``ignored_count`` the records of other types.
    """

    headings: list[str]
    records: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    misshapen: list[int] = field(default_factory=list)
    ignored_count: int = 0


def read_register(path: Path) -> RegisterFile:
    """The records of a file of sites or of legal entities; raises ``FinessError`` when it is neither."""
    try:
        lines = [line.rstrip("\r") for line in read_text(path).split("\n")]
    except NotTextError as error:
        raise FinessError(
            f"{path.name} : fichier illisible ou incomplet. Attendu l'extrait CSV du répertoire FINESS, tel que publié."
        ) from error
    first = next((line for line in lines[:2] if _cells(line)[0] in NATIONAL_LAYOUTS), None)
    if first is not None:
        return _national(lines, _cells(first)[0])
    return _headed(lines)


def _national(lines: list[str], kind: str) -> RegisterFile:
    register = RegisterFile(NATIONAL_LAYOUTS[kind])
    width = len(register.headings)
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        cells = line.split(";")
        if cells[0] != kind:
            register.ignored_count += 1
        elif len(cells) <= width:
            register.misshapen.append(number)
        else:
            register.records.append(cells[1 : width + 1])
            register.lines.append(number)
    return register


def _headed(lines: list[str]) -> RegisterFile:
    register = RegisterFile([cell.strip().lower() for cell in _cells(lines[0])] if lines else [])
    width = len(register.headings)
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        cells = _cells(line)
        if len(cells) != width:
            register.misshapen.append(number)
        else:
            register.records.append(cells)
            register.lines.append(number)
    return register


def _cells(line: str) -> list[str]:
    if '"' not in line:
        return line.split(";")
    return next(csv.reader([line], delimiter=";"), [""])
