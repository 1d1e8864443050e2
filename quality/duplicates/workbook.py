"""The workbook in which coordinators decide: the pairs, why they are proposed, and what was already decided.

Belongs here: its columns and how it looks. Does not: finding pairs (``proposals``), reading it back (``applying``).
Every text is written as text, never as a formula.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from quality.duplicates.comparison import Labels
from quality.duplicates.decisions import DECISION_LABELS, Decision, current_decisions
from quality.duplicates.known import known_use_cases
from quality.duplicates.proposals import ProposedPair, pairs_to_show
from quality.duplicates.suggestions import Pair, current_suggestions, said, waiting_suggestions
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.template.read_me import add_read_me

PAIRS_SHEET = "Doublons"
FREE_ROWS = 20
"""Rows left at the bottom for pairs that nobody proposed."""


@dataclass(frozen=True)
class PairColumn:
    """One column; coordinators fill those that ``is_decision``."""

    code: str
    label: str
    width: int
    is_decision: bool = False


COLUMNS = (
    PairColumn("use_case", "Cas d'usage A", 34),
    PairColumn("owner", "Vient de (A)", 22),
    PairColumn("other", "Cas d'usage B", 34),
    PairColumn("other_owner", "Vient de (B)", 22),
    PairColumn("score", "Ressemblance (sur 100)", 14),
    PairColumn("reasons", "Raisons de la proposition", 46),
    PairColumn("suggestions", "Avis des établissements", 34),
    PairColumn("decision", "Décision", 20, is_decision=True),
    PairColumn("decided_by", "Décidé par", 20, is_decision=True),
    PairColumn("decided_on", "Date de la décision", 14, is_decision=True),
    PairColumn("reason", "Motif", 32, is_decision=True),
    PairColumn("need", "Besoin A", 34),
    PairColumn("other_need", "Besoin B", 34),
    PairColumn("use_case_code", "Code A", 16),
    PairColumn("other_code", "Code B", 16),
)

_READ_ME = (
    "Doublons possibles de cas d'usage",
    "Rien n'est réuni sans votre décision : ce classeur propose, vous décidez, ligne par ligne.",
    "« Avis des établissements » : ce qu'ils proposent depuis « Mes envois » ; ces paires viennent en tête.",
    "« même cas d'usage » : les deux codes comptent ensuite pour un seul, celui du catalogue, sinon le premier reçu.",
    "« différents » : la paire reste séparée. Sur une paire déjà réunie, cette décision la sépare à nouveau.",
    "« plus tard » : rien n'est décidé ; la paire reste proposée. Une case vide ne change rien non plus.",
    "« Décidé par » et « Motif » sont demandés pour toute décision ; sans date, c'est celle du jour de la prise "
    "en compte qui est gardée. Écrivez une fonction ou une instance plutôt qu'un nom de personne.",
    "Les décisions déjà prises sont remplies d'avance. La plus récente compte ; les précédentes restent archivées.",
    "Pour une paire qui n'est pas proposée : écrivez ses deux codes sur une ligne libre, en bas de la feuille.",
    "Enregistrez, puis : cartographie duplicates apply FICHIER.",
)


def export_pairs(path: Path, home: Home, referential: Referential) -> int:
    """Write the workbook at ``path`` and return how many pairs it holds, decided ones included.

    The lake's current submissions and the catalogue are compared. Raises ``OSError`` when it cannot be written.
    """
    use_cases = known_use_cases(home.lake, referential)
    decisions = current_decisions(home)
    names = referential.labels("organisations")
    suggested = {pair: said(each, names) for pair, each in current_suggestions(home).items()}
    waiting = {suggestion.pair for suggestion in waiting_suggestions(home)}
    pairs = sorted(
        pairs_to_show(use_cases, Labels.of(referential), decisions.keys() | suggested.keys()),
        key=lambda pair: (pair.codes not in waiting, pair.codes in decisions, -pair.comparison.score),
    )
    write_pairs(path, pairs, decisions, suggested)
    return len(pairs)


def write_pairs(
    path: Path, pairs: list[ProposedPair], decisions: Mapping[Pair, Decision], suggestions: Mapping[Pair, str]
) -> None:
    """Write pairs, what establishments say of them and the decisions taken, in the order given."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": "Doublons possibles de cas d'usage"})
        worksheet = workbook.add_worksheet(PAIRS_SHEET)
        _write_headings(workbook, worksheet)
        text = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        day = workbook.add_format({"valign": "top", "align": "left", "num_format": "dd/mm/yyyy"})
        for row, pair in enumerate(pairs, start=1):
            values = _values(pair, decisions.get(pair.codes)) | {"suggestions": suggestions.get(pair.codes, "")}
            for position, column in enumerate(COLUMNS):
                value = values.get(column.code)
                if isinstance(value, dt.date):
                    worksheet.write_datetime(row, position, dt.datetime.combine(value, dt.time()), day)
                elif isinstance(value, int):
                    worksheet.write_number(row, position, value, text)
                elif value:
                    worksheet.write_string(row, position, value, text)
                else:
                    worksheet.write_blank(row, position, None, text)
        last = len(pairs) + FREE_ROWS
        decided = [column.code for column in COLUMNS].index("decision")
        worksheet.data_validation(
            1, decided, last, decided,
            {"validate": "list", "source": list(DECISION_LABELS.values()), "error_title": "Décision inconnue",
             "error_message": "Choisissez une décision de la liste, ou laissez vide."},
        )  # fmt: skip
        worksheet.autofilter(0, 0, max(len(pairs), 1), len(COLUMNS) - 1)
        add_read_me(workbook, _READ_ME)


def _write_headings(workbook: xlsxwriter.Workbook, worksheet: Worksheet) -> None:
    heading = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#B7C4CF"}
    mine = workbook.add_format({**heading, "bg_color": "#0F4C5C", "font_color": "#FFFFFF"})
    given = workbook.add_format({**heading, "bg_color": "#DCE8EC", "font_color": "#1C2733"})
    for position, column in enumerate(COLUMNS):
        worksheet.write_string(0, position, column.label, mine if column.is_decision else given)
        worksheet.set_column(position, position, column.width)
    worksheet.set_row(0, 32)
    worksheet.freeze_panes(1, 0)
    worksheet.set_landscape()
    worksheet.set_paper(8)  # A3
    worksheet.fit_to_pages(1, 0)


def _values(pair: ProposedPair, decision: Decision | None) -> dict[str, str | int | dt.date]:
    values: dict[str, str | int | dt.date] = {
        "score": pair.comparison.score,
        "use_case_code": pair.one.code,
        "use_case": pair.one.label,
        "owner": pair.one.owner,
        "need": pair.one.need,
        "other_code": pair.other.code,
        "other": pair.other.label,
        "other_owner": pair.other.owner,
        "other_need": pair.other.need,
        "reasons": "\n".join(pair.comparison.reasons),
    }
    if decision is None:
        return values
    return values | {
        "decision": DECISION_LABELS[decision.decision_code],
        "decided_by": decision.decided_by,
        "decided_on": decision.decided_on,
        "reason": decision.reason,
    }
