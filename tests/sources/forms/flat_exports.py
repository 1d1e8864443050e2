"""Exports of tools that have a row a response and no repeats, laid out as their exporters do.

LimeSurvey: codes, texts or both for headings, codes or texts for answers, a column a choice, sub-questions in
brackets, « submitdate » blank in what is not finished. Framaforms (Drupal webform): three rows of headings, an X a
choice, or one column. Belongs here: these layouts. Does not: what is expected of reading them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sources.workbook.template.layout import Column, Sheet
from tests.sources.forms.exports_by_hand import Table

Headings = Literal["code", "text", "both"]
Answers = dict[tuple[str, str], str]
"""(sheet, column) → codes, those of several choices separated by blanks."""


@dataclass(frozen=True)
class Flat:
    """The questions of a form without repeats, each with the name of what it asks."""

    layout: tuple[Sheet, ...]
    asked: tuple[tuple[str, str], ...]

    def columns(self) -> Iterator[tuple[tuple[str, str], Column]]:
        sheets = {sheet.code: sheet for sheet in self.layout}
        return (((sheet, code), sheets[sheet].column(code)) for sheet, code in self.asked)


def limesurvey(flat: Flat, responses: list[Answers], headings: Headings, labels: bool, in_array: bool) -> Table:
    rows: list[list[Any]] = [_limesurvey_own(headings)]
    for question, column in flat.columns():
        rows[0] += [_limesurvey_heading(question, column, choice, headings, in_array) for choice in _choices(column)]
    for number, response in enumerate(responses, start=1):
        row = [number, f"2026-11-0{number} 09:00:00", 3, "fr", 1234567 + number]
        rows.append([*row, *_cells(flat, response, labels, ("Oui", "Non") if labels else ("Y", ""))])
    rows.append([9, "", 1, "fr", 99, *["Fort"] * (len(rows[0]) - 5)])
    return rows


def _limesurvey_own(headings: Headings) -> list[str]:
    codes = ["id", "submitdate", "lastpage", "startlanguage", "seed"]
    texts = ["ID de la réponse", "Date de soumission", "Dernière page", "Langue de départ", "Graine"]
    both = [f"{code}. {text}" for code, text in zip(codes, texts, strict=True)]
    return {"code": codes, "text": texts, "both": both}[headings]


def _limesurvey_heading(
    question: tuple[str, str], column: Column, choice: str, headings: Headings, in_array: bool
) -> str:
    code, text = "".join(question).replace("_", ""), column.label
    if choice:
        code, text = f"{code}[{choice.replace('_', '')}]", f"{text} [{column.choices[choice]}]"
    elif in_array and column.code.startswith("IMP"):
        code, text = f"IMPACT[{column.code.replace('_', '')}]", f"Quel est l'impact attendu ? [{text}]"
    return {"code": code, "text": text, "both": f"{code}. {text}"}[headings]


def framaforms(flat: Flat, responses: list[Answers], split: bool) -> Table:
    own = ["Numéro de série", "SID", "Heure", "Brouillon", "Adresse IP", "UID", "Nom d'utilisateur"]
    top, middle, last = ["Détails", *[""] * 6], [""] * 7, list(own)
    for _, column in flat.columns():
        choices = _choices(column) if split else [""]
        middle += [column.label if choices[0] and not at else "" for at, _ in enumerate(choices)]
        last += [column.choices[choice] if choice else column.label for choice in choices]
        top += [""] * len(choices)
    rows: list[list[Any]] = [top, middle, last]
    for number, response in enumerate(responses, start=1):
        row = [number, 880 + number, f"2026-11-0{number} 09:00", "0", "10.0.0.1", "0", ""]
        rows.append([*row, *_cells(flat, response, True, ("X", "") if split else None)])
    rows.append([9, 900, "2026-11-09 09:00", "1", "10.0.0.1", "0", "", *["Fort"] * (len(last) - 7)])
    return rows


def _choices(column: Column) -> list[str]:
    return list(column.choices) if column.kind == "choices" else [""]


def _cells(flat: Flat, response: Answers, labels: bool, ticks: tuple[str, str] | None) -> list[str]:
    cells: list[str] = []
    for question, column in flat.columns():
        codes = response.get(question, "").split(" ") if column.kind == "choices" else [response.get(question, "")]
        shown = [column.choices.get(code, code) if labels else code for code in codes]
        if column.kind == "choices" and ticks:
            cells += [ticks[0] if code in codes else ticks[1] for code in column.choices]
        else:
            cells.append(", ".join(shown))
    return cells
