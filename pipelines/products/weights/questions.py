"""The workbook that a member of a committee fills: for each pair of criteria, which counts more and by how much.

Belongs here: what is asked and how the workbook looks. Does not: reading it back (``answers``), the method
(``pairwise``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from sources.referential.loader import Referential
from sources.workbook.template.read_me import add_read_me

PAIRS_SHEET, MEMBER_SHEET = "Comparaisons", "Membre"
MEMBER, ROLE = "Code du membre", "Rôle"

EQUAL = "autant l'un que l'autre"
LEVELS = {"un peu plus": 3, "nettement plus": 5, "beaucoup plus": 7, "extrêmement plus": 9}
"""Saaty's scale in words; « autant » is 1."""

SIDE_NAMES = {"impact": "Impact", "effort": "Effort"}

HEADINGS = (
    ("side", "Versant", 12),
    ("one", "Critère A", 44),
    ("other", "Critère B", 44),
    ("larger", "Lequel compte le plus ?", 24),
    ("level", "De combien ?", 20),
    ("one_code", "Code A", 10),
    ("other_code", "Code B", 10),
)
ONE_LARGER, OTHER_LARGER = "A", "B"
_FILLED = ("larger", "level")

_READ_ME = (
    "Les poids des critères, par un membre du comité",
    "Méthode : comparaison par paires (AHP, Saaty, 1980). Chaque membre remplit son propre classeur, seul.",
    f"Feuille « {MEMBER_SHEET} » : un code que le comité vous donne (COM-01…), jamais un nom, et votre rôle.",
    f"Feuille « {PAIRS_SHEET} » : sur chaque ligne, lequel des deux critères compte le plus (A ou B), et de combien. "
    f"« {EQUAL} » : ils comptent autant ; « De combien ? » reste alors vide.",
    "Impact : lequel apporte le plus à l'hôpital ? Effort : lequel pèse le plus quand il faut choisir ?",
    "Remplissez toutes les lignes d'un versant, ou aucune : un versant laissé vide garde des poids égaux.",
    "Vos réponses sont ensuite comparées entre elles : si A compte plus que B et B plus que C, A compte plus que C. "
    "Au-delà d'un rapport de cohérence de 0,10, la ligne qui contredit le plus les autres vous est rendue à revoir.",
    "Le profil est la moyenne géométrique des réponses des membres ; l'écart entre vous est dit à côté.",
)


@dataclass(frozen=True)
class Pair:
    """Two criteria of one side, by code."""

    side_code: str
    one: str
    other: str


def sides(referential: Referential, on: date) -> dict[str, list[str]]:
    """Side → its criteria valid on a day, in order."""
    found: dict[str, list[str]] = {}
    for row in referential.table("criteria", on).iter_rows(named=True):
        found.setdefault(row["side_code"], []).append(row["code"])
    return found


def pairs(referential: Referential, on: date) -> Iterator[Pair]:
    """Every pair of criteria of a side, in order."""
    for side, criteria in sides(referential, on).items():
        for one, other in combinations(criteria, 2):
            yield Pair(side, one, other)


def write_questions(path: Path, referential: Referential, on: date) -> int:
    """Write the workbook at ``path``; returns how many pairs it asks. Raises ``OSError`` when it cannot be written."""
    asked = list(pairs(referential, on))
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": _READ_ME[0]})
        worksheet = workbook.add_worksheet(PAIRS_SHEET)
        _write_pairs(workbook, worksheet, referential, asked)
        _write_member(workbook, referential)
        add_read_me(workbook, _READ_ME)
    return len(asked)


def _write_pairs(
    workbook: xlsxwriter.Workbook, worksheet: Worksheet, referential: Referential, asked: list[Pair]
) -> None:
    heading = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#B7C4CF"}
    mine = workbook.add_format({**heading, "bg_color": "#0F4C5C", "font_color": "#FFFFFF"})
    given = workbook.add_format({**heading, "bg_color": "#DCE8EC", "font_color": "#1C2733"})
    text = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for position, (code, label, width) in enumerate(HEADINGS):
        worksheet.write_string(0, position, label, mine if code in _FILLED else given)
        worksheet.set_column(position, position, width)
    labels = referential.labels("criteria")
    for row, pair in enumerate(asked, start=1):
        cells = (SIDE_NAMES[pair.side_code], labels[pair.one], labels[pair.other], "", "", pair.one, pair.other)
        for position, cell in enumerate(cells):
            worksheet.write(row, position, cell or None, text)
    positions = [code for code, *_ in HEADINGS]
    for code, choices in (("larger", [ONE_LARGER, OTHER_LARGER, EQUAL]), ("level", list(LEVELS))):
        at = positions.index(code)
        worksheet.data_validation(1, at, max(len(asked), 1), at, {"validate": "list", "source": choices})
    worksheet.freeze_panes(1, 0)
    worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(1, 0)


def _write_member(workbook: xlsxwriter.Workbook, referential: Referential) -> None:
    worksheet = workbook.add_worksheet(MEMBER_SHEET)
    worksheet.set_column(0, 1, 32)
    bold = workbook.add_format({"bold": True})
    text = workbook.add_format({"num_format": "@"})
    for row, label in enumerate((MEMBER, ROLE)):
        worksheet.write_string(row, 0, label, bold)
        worksheet.write_blank(row, 1, None, text)
    roles = list(referential.labels("decider_roles").values())
    worksheet.data_validation(1, 1, 1, 1, {"validate": "list", "source": roles})
