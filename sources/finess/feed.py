"""The nested feed of the register, FINESS+ « structures »: legal entities (``pmej``) that hold their sites (``ege``).

Belongs here: telling the feed by its content, reading it as a stream, flattening it to the columns of the CSV files.
Does not: which rows are good (``loader``). Schema: ``flux/out/data.gouv/structure`` of github.com/ansforge/finess.

The whole feed is some 750 MiB once unpacked; only one legal entity is held at a time, beside the rows made of those
before. What the feed does not say (the aggregate of a category) comes from ``categories.csv``.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

import ijson
import polars as pl

from sources.finess.files import FinessError

CATEGORIES = Path(__file__).parent / "categories.csv"

SITE_COLUMNS = [
    "nofinesset",
    "nofinessej",
    "rs",
    "categetab",
    "libcategetab",
    "categagretab",
    "libcategagretab",
    "codesph",
    "siret",
    "codepostal",
    "commune",
    "lat",
    "lon",
    "departement",
    "dateouv",
    "datefermeture",
    "etat",
]
ENTITY_COLUMNS = [
    "nofiness",
    "rs",
    "statutjuridique",
    "siren",
    "codepostal",
    "departement",
    "datecrea",
    "datefermeture",
    "etat",
]

_GZIP = b"\x1f\x8b"
_CHUNK_ROWS = 5_000
_MOST_BYTES = 8 * 2**30
_DEEPEST = 1_000
_LONG_NUMBER = re.compile(rb"[0-9]{2000}")
"""Half of what ends the process that reads it as one number: it may stand across two blocks."""
_LONGEST_TEXT = 2**20

_CUT = "fichier illisible ou incomplet : ce n'est pas un flux JSON entier. Prenez-le à nouveau là où il est publié."
_SHAPE = (
    "ce flux n'a pas la forme publiée : une de ses parties est une liste, un objet ou un texte là où une autre est"
    " attendue. Prenez-le à nouveau là où il est publié."
)
_OTHER = (
    "ce n'est pas le flux FINESS+ des structures (il n'a pas de partie « pmej »). Prenez « FINESS - Structures » de"
    " data.gouv.fr, et non les activités ou un autre flux."
)


def is_feed(path: Path) -> bool:
    """Whether the content, unpacked where it is gzip, is JSON."""
    try:
        with _unpacked(path) as stream:
            return stream.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    except (OSError, EOFError, zlib.error):
        return False


def read_feed(path: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sites and legal entities, as text in the columns of the CSV files; raises ``FinessError``."""
    sites, entities = _Rows(SITE_COLUMNS), _Rows(ENTITY_COLUMNS)
    try:
        with _unpacked(path) as stream:
            for entity in ijson.items(_Bounded(stream), "pmej.item"):
                general = _part(entity, "informationsGeneralesPMEJ")
                entities.add(_entity_row(entity, general))
                for site in entity.get("ege") or []:
                    sites.add(_site_row(site, _text(general, "numFinessPm")))
    except (TypeError, AttributeError) as error:
        raise FinessError(f"{path.name} : {_SHAPE}") from error
    except (OSError, EOFError, zlib.error, ijson.JSONError, ArithmeticError, ValueError) as error:
        raise FinessError(f"{path.name} : {_CUT}") from error
    found = sites.frame(), entities.frame()
    if found[1].is_empty():
        raise FinessError(f"{path.name} : {_OTHER}")
    return found


class _Rows:
    """Rows gathered by parts, so that they never stand all together as Python's texts."""

    def __init__(self, columns: list[str]) -> None:
        self._schema = dict.fromkeys(columns, pl.String)
        self._waiting: list[dict[str, str | None]] = []
        self._parts: list[pl.DataFrame] = []

    def add(self, row: dict[str, str | None]) -> None:
        self._waiting.append(row)
        if len(self._waiting) == _CHUNK_ROWS:
            self._parts.append(pl.DataFrame(self._waiting, schema=self._schema))
            self._waiting = []

    def frame(self) -> pl.DataFrame:
        return pl.concat([*self._parts, pl.DataFrame(self._waiting, schema=self._schema)])


class _Bounded:
    """A stream that refuses to be longer or deeper than a register, or one of its texts, can be.

    A reader of JSON keeps the whole path of each place: a depth of a hundred thousand takes gigabytes. Brackets of
    texts are counted with the others: a register has as many that close.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._left, self._depth, self._unquoted = stream, _MOST_BYTES, 0, 0

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self._left -= len(block)
        deepest = self._depth + block.count(b"[") + block.count(b"{")
        self._depth = deepest - block.count(b"]") - block.count(b"}")
        self._unquoted = 0 if b'"' in block else self._unquoted + len(block)
        is_too_long = self._left < 0 or self._unquoted > _LONGEST_TEXT or _LONG_NUMBER.search(block)
        if is_too_long or self._depth > _DEEPEST:
            raise OSError
        return block


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as packed:
        if packed.read(2) != _GZIP:
            packed.seek(0)
            yield packed
            return
        packed.seek(0)
        with gzip.open(packed) as stream:
            yield cast(IO[bytes], stream)


def _entity_row(entity: Mapping[str, Any], general: Mapping[str, Any]) -> dict[str, str | None]:
    address = _address(entity, "02")
    return {
        "nofiness": _text(general, "numFinessPm"),
        "rs": _text(general, "denominationPm") or _text(general, "denominationLonguePmSmsse"),
        "statutjuridique": _text(general, "statutJuridique"),
        "siren": _text(general, "siren"),
        "codepostal": _text(address, "codePostal"),
        "departement": _department(_text(address, "cogCommune")),
        "datecrea": _text(general, "dateCreation"),
        "datefermeture": _text(general, "dateFermeture"),
        "etat": _text(entity, "etatObjet"),
    }


def _site_row(site: Mapping[str, Any], entity_number: str | None) -> dict[str, str | None]:
    general, address = _part(site, "informationsGeneralesEGE"), _address(site, "03")
    place = _part(address, "coordonneesGeographique")
    category = _text(site, "categorieentiteGeographiqueExercice")
    known = _categories().get(category or "", {})
    return {
        "nofinesset": _text(general, "numFinessEge"),
        "nofinessej": entity_number,
        "rs": _text(general, "nomEgeCourt") or _text(general, "nomEgeLong"),
        "categetab": category,
        "libcategetab": known.get("label"),
        "categagretab": known.get("aggregate_code"),
        "libcategagretab": known.get("aggregate_label"),
        "codesph": _only(general.get("espic")),
        "siret": _text(general, "siret"),
        "codepostal": _text(address, "codePostal"),
        "commune": _text(address, "ligneAcheminement"),
        "lat": _text(place, "directionLatitude"),
        "lon": _text(place, "directionLongitude"),
        "departement": _department(_text(address, "cogCommune")),
        "dateouv": _text(general, "dateOuverture"),
        "datefermeture": _text(general, "dateFermeture"),
        "etat": _text(site, "etatObjet"),
    }


def _part(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return values.get(name) or {}


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    if isinstance(value, dict | list):
        raise TypeError(name)
    return None if value is None else str(value).strip() or None


def _only(values: list[Any] | None) -> str | None:
    """The one value of a list; none where there are several, since nothing says which counts."""
    found = {str(value).strip() for value in values or []}
    return found.pop() if len(found) == 1 else None


def _address(values: Mapping[str, Any], usage: str) -> Mapping[str, Any]:
    """The address of that use, else the first."""
    addresses = [address for address in values.get("adresse") or [] if address]
    return next((one for one in addresses if one.get("usageAdresse") == usage), addresses[0] if addresses else {})


def _department(town: str | None) -> str | None:
    """The department of an INSEE code of a town."""
    if town is None:
        return None
    return town[:3] if town.startswith(("97", "98")) else town[:2]


@cache
def _categories() -> dict[str, dict[str, str]]:
    with CATEGORIES.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row for row in csv.DictReader(stream, delimiter=";")}
