"""Whether a file may take the place of the register that is loaded.

Belongs here: what makes a file doubtful, in French. Does not: reading it (``columns``), loading it (``loader``).

A register is whole, or it is an accident: a selection saved under its name, a download that stopped, a spreadsheet that
changed its numbers. What was known stays until a person says that the new file is right.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from sources.finess.files import FinessError
from sources.finess.loader import Judged
from sources.lake import lake as lake_tables

LEAST_SHARE = 0.9
"""A register with less than this share of what is known is taken for a file cut short."""

_TWICE_ENCODED = "Ã[^\\p{L}\\s]|Â[°«»]"
_MOST_BROKEN = 0.01
"""What is published has such names too, a handful."""

_FEWEST_LATER = 3
"""One may be a slip of the register itself, put right since."""

_FEWEST_COMPARED, _MOST_SLID = 20, 0.3
_STEADY = {
    "finess_sites": {"site_label": "rs", "category_code": "categetab", "entity_finess": "nofinessej"},
    "finess_entities": {"entity_label": "rs", "legal_status_code": "statutjuridique"},
}
"""What seldom changes of a number: column of the lake → of the file."""

_LABELS = {
    "finess_sites": ("établissements", "site_finess"),
    "finess_entities": ("entités juridiques", "entity_finess"),
}


def refusal(file_name: str, reasons: list[str]) -> FinessError:
    """What to tell of a file that may not replace what is loaded."""
    return FinessError(
        f"{file_name} : {' ; '.join(reasons)}. Rien n'est changé, le répertoire déjà chargé reste. Prenez à nouveau"
        " le fichier là où il est publié, sans l'ouvrir dans un tableur. S'il est juste malgré cela :"
        " « cartographie sources finess FICHIER --force », et l'archive dira pourquoi."
    )


def doubts(judged: list[Judged], lake: Path) -> list[str]:
    """Why these tables may not replace those of the lake; none where they may."""
    return [reason for one in judged for reason in (*_of_file(one), *_of_loss(one, lake))]


def gone_count(judged: Judged, lake: Path) -> int:
    """How many of what is known and open the file has no more, or says closed."""
    return len(_known(judged.read.table, lake).difference(_open(judged.read.table, judged.rows)))


def _of_file(judged: Judged) -> list[str]:
    reasons = []
    if judged.read.is_cut:
        reasons.append("la dernière ligne est coupée")
    if eaten := judged.read.eaten:
        cells = ", ".join(f"{name} ({count})" for name, count in eaten.items())
        reasons.append(f"un tableur a changé des numéros (zéros perdus, 2,6E+13…) dans les colonnes {cells}")
    text = pl.concat_str(pl.col(pl.String), separator=" ", ignore_nulls=True)
    broken = judged.rows.select(text.str.contains(_TWICE_ENCODED).sum()).item() or 0
    if broken > judged.rows.height * _MOST_BROKEN:
        reasons.append(f"un autre programme a changé les accents de {broken} lignes (« Ã© » pour « é »)")
    return reasons


def _of_loss(judged: Judged, lake: Path) -> list[str]:
    table = judged.read.table
    label, _ = _LABELS[table]
    known, found = len(_known(table, lake)), len(_open(table, judged.rows))
    if found < known * LEAST_SHARE:
        return [f"le fichier a {found} {label}, et le répertoire chargé {known} : il semble incomplet"]
    if still_known(judged, lake) < known * LEAST_SHARE:
        return [f"{gone_count(judged, lake)} des {known} {label} connus n'y sont plus : ce semble un autre fichier"]
    if judged.read.is_unfinished and (gone := gone_count(judged, lake)):
        return [f"la dernière ligne n'a pas de fin, et {gone} {label} connus n'y sont plus : il semble coupé"]
    return [*_of_age(judged, lake), *_of_slid(judged, lake), *_of_emptied(judged, lake)]


def _of_age(judged: Judged, lake: Path) -> list[str]:
    """What is known to have opened after all that the file holds, and is not in it: the file is of an earlier day."""
    label, key = _LABELS[judged.read.table]
    newest = judged.rows["opened_on"].max()
    if not isinstance(newest, date):
        return []
    later = lake_tables.read(lake, judged.read.table).filter(pl.col("opened_on") > newest)
    missing = later.join(judged.rows, on=key, how="anti").height
    return (
        [f"{missing} {label} connus, ouverts après le {newest:%d/%m/%Y}, n'y sont pas : il semble plus ancien"]
        if missing >= _FEWEST_LATER
        else []
    )


def _of_slid(judged: Judged, lake: Path) -> list[str]:
    """The columns that say of numbers what was known of others: slid by some lines, or sorted without the rest."""
    _, key = _LABELS[judged.read.table]
    before = lake_tables.read(lake, judged.read.table)
    both = judged.rows.join(before, on=key, how="inner", suffix="_before")
    if both.height < _FEWEST_COMPARED:
        return []
    slid = {
        name: both.filter(
            pl.col(name) != pl.col(f"{name}_before"), pl.col(name).is_in(before[name].unique().implode())
        ).height
        for name in _STEADY[judged.read.table]
    }
    return [
        f"la colonne {name} donne à {count} numéros ce que le répertoire chargé donne à d'autres : elle a glissé"
        for name, count in ((_STEADY[judged.read.table][name], count) for name, count in slid.items())
        if count > both.height * _MOST_SLID
    ]


def still_known(judged: Judged, lake: Path) -> int:
    """How many of what is known and open the file says open."""
    return len(_known(judged.read.table, lake) & _open(judged.read.table, judged.rows))


def _of_emptied(judged: Judged, lake: Path) -> list[str]:
    """The columns that most of what is known fills, and no line of the file."""
    if not judged.read.blank:
        return []
    known = lake_tables.read(lake, judged.read.table)
    emptied = [name for name, column in judged.read.blank.items() if 2 * known[column].count() > known.height]
    return (
        [f"toutes les cellules de {', '.join(emptied)} y sont vides, et le répertoire chargé les remplit"]
        if emptied
        else []
    )


def _known(table: str, lake: Path) -> set[str]:
    return _open(table, lake_tables.read(lake, table))


def _open(table: str, rows: pl.DataFrame) -> set[str]:
    """The numbers that are not closed; what was loaded before closing was known is open."""
    return set(rows.filter(~pl.col("is_closed").fill_null(False))[_LABELS[table][1]])
