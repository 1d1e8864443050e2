"""What members answered, read from their workbooks and judged before anything is made of it.

Belongs here: reading one workbook, and what in it cannot be taken, with the line and the remedy. Does not: the method
(``pairwise``), what is asked (``questions``). No cell is quoted but those of the lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipelines.products.report.french import number
from pipelines.products.weights import questions
from pipelines.products.weights.pairwise import Priorities, most_contradicted, priorities
from pipelines.products.weights.questions import EQUAL, HEADINGS, LEVELS, MEMBER_SHEET, PAIRS_SHEET, SIDE_NAMES
from quality.privacy.guard import guard
from quality.reading.normalise import label_key
from sources.referential.loader import Referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.pool import READERS
from sources.workbook.reading import RawSheet

_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{1,19}")
_LARGER = {label_key(questions.ONE_LARGER): 1, label_key(questions.OTHER_LARGER): -1, label_key(EQUAL): 0}
_MOST_TOLD = 20
"""Problems of one workbook: a sheet has a million lines, and whoever reads this has a workbook to give back."""
_AGAIN = "cette paire a déjà une ligne plus haut ; gardez celle qui vaut."
_LEVELS = {label_key(label): level for label, level in LEVELS.items()}


class WeightsError(Exception):
    """Weights cannot be made, or not entered, of what was given; the message is French and says the remedy."""


@dataclass(frozen=True)
class Member:
    """One workbook: who answered, its bytes, the judgments of each side that was filled, and what they make."""

    code: str
    role: str
    file_name: str
    content: bytes
    judgments: dict[str, dict[tuple[str, str], float]]
    priorities: dict[str, Priorities] = field(default_factory=dict)


def read_members(paths: Sequence[Path], referential: Referential, on: date) -> list[Member]:
    """The members who answered, in the order of their codes.

    Raises ``WeightsError`` with all that is wrong in all workbooks, ``OSError`` where one cannot be opened.
    """
    members, problems = [], []
    for path in paths:
        read = _read(path, referential, on)
        if isinstance(read, Member):
            members.append(read)
        else:
            problems += read
    problems += [f"{code} : deux classeurs portent ce code de membre." for code in _twice(members)]
    if problems:
        raise WeightsError("\n".join(problems))
    return sorted(members, key=lambda member: member.code)


def contradictions(members: Sequence[Member], referential: Referential) -> list[str]:
    """For each side of each member that contradicts itself too much, a sentence with the pair to look at again."""
    labels, said = referential.labels("criteria"), []
    for member in members:
        for side, found in member.priorities.items():
            if not found.is_consistent:
                one, other = most_contradicted(list(found.shares), member.judgments[side])
                said.append(
                    f"{member.code}, {SIDE_NAMES[side].lower()} : rapport de cohérence {number(found.consistency, 2)}, "
                    f"au-dessus de 0,10. À revoir d'abord : « {labels[one]} » et « {labels[other]} »."
                )
    return said


def _twice(members: Sequence[Member]) -> list[str]:
    codes = [member.code for member in members]
    return sorted({code for code in codes if codes.count(code) > 1})


def _read(path: Path, referential: Referential, on: date) -> Member | list[str]:
    if not path.is_file():
        return [f"{path.name} : ce n'est pas un fichier ; donnez le classeur que le membre a rempli."]
    try:
        # As an establishment's: in a process that has bounds, and without personal data, for the role is archived.
        sheets = {label_key(sheet.name): sheet for sheet in guard(READERS.read(path)).sheets}
    except UnreadableFileError as error:
        return [f"{path.name} : le classeur ne peut pas être lu : {error.found}."]
    pairs_sheet, member_sheet = sheets.get(label_key(PAIRS_SHEET)), sheets.get(label_key(MEMBER_SHEET))
    positions = _positions(pairs_sheet) if pairs_sheet else {}
    if pairs_sheet is None or member_sheet is None or len(positions) < len(HEADINGS):
        return [
            f"{path.name} : ce n'est pas le classeur de « cartographie weights template » ; il lui faut les feuilles "
            f"« {PAIRS_SHEET} » et « {MEMBER_SHEET} » avec leurs titres."
        ]
    code, role = (_beside(member_sheet, label) for label in (questions.MEMBER, questions.ROLE))
    problems = []
    if not _CODE.fullmatch(code.upper()):
        problems.append(
            f"{path.name} : feuille « {MEMBER_SHEET} », code absent ou mal formé ; écrivez un code comme COM-01 "
            "(lettres, chiffres, tirets), jamais un nom."
        )
    asked = {(pair.one, pair.other): pair.side_code for pair in questions.pairs(referential, on)}
    judged: dict[tuple[str, str], float] = {}
    seen: set[tuple[str, str]] = set()
    for row, pair, larger, level in _rows(pairs_sheet, positions):
        read = _judgment(pair, larger, level, asked) if pair not in seen else _AGAIN
        seen.add(pair)
        if isinstance(read, str):
            problems.append(f"{path.name} : feuille « {PAIRS_SHEET} », ligne {row} : {read}")
        elif read is not None:
            judged[pair] = read
    by_side, missing = _by_side(asked, judged)
    problems += [f"{path.name} : {sentence}" for sentence in missing] if not problems else []
    if problems:
        more = len(problems) - _MOST_TOLD
        return [*problems[:_MOST_TOLD], *([f"{path.name} : et {more} autres lignes."] if more > 0 else [])]
    criteria = questions.sides(referential, on)
    found = {side: priorities(criteria[side], judgments) for side, judgments in by_side.items()}
    return Member(code.upper(), role, path.name, path.read_bytes(), by_side, found)


def _rows(sheet: RawSheet, positions: dict[str, int]) -> Iterator[tuple[int, tuple[str, str], str, str]]:
    """(Row as a spreadsheet shows it, pair of codes, which counts more, by how much) of each row that names a pair."""
    for line, row in enumerate(sheet.rows[1:], start=2):
        cells = {code: row[at].strip() if at < len(row) else "" for code, at in positions.items()}
        if cells["one_code"] or cells["other_code"] or cells["larger"] or cells["level"]:
            yield line, (cells["one_code"].upper(), cells["other_code"].upper()), cells["larger"], cells["level"]


def _judgment(pair: tuple[str, str], larger: str, level: str, asked: dict[tuple[str, str], str]) -> float | str | None:
    """How many times more the first counts; None where nothing is answered; else why it cannot be taken, in French."""
    if pair not in asked:
        return "ces deux codes ne sont pas une paire de critères demandée ; repartez d'un classeur neuf."
    if not larger and not level:
        return None
    if (direction := _LARGER.get(label_key(larger))) is None:
        return f"« Lequel compte le plus ? » attend A, B ou « {EQUAL} »."
    if direction == 0:
        return "« De combien ? » reste vide quand ils comptent autant." if level else 1.0
    if (times := _LEVELS.get(label_key(level))) is None:
        return f"« De combien ? » attend {', '.join(f'« {label} »' for label in LEVELS)}."
    return float(times) if direction > 0 else 1 / times


def _by_side(
    asked: dict[tuple[str, str], str], judged: dict[tuple[str, str], float]
) -> tuple[dict[str, dict[tuple[str, str], float]], list[str]]:
    """The judgments of each side that is filled, and what is missing of those half filled, in French."""
    by_side: dict[str, dict[tuple[str, str], float]] = {}
    problems = []
    for side in dict.fromkeys(asked.values()):
        wanted = [pair for pair, of_side in asked.items() if of_side == side]
        answered = {pair: judged[pair] for pair in wanted if pair in judged}
        if answered and len(answered) < len(wanted):
            problems.append(
                f"{SIDE_NAMES[side].lower()} : {len(wanted) - len(answered)} ligne(s) sur {len(wanted)} sans réponse ; "
                "remplissez-les toutes, ou aucune."
            )
        elif answered:
            by_side[side] = answered
    if not by_side and not problems:
        problems.append("aucune comparaison n'est remplie.")
    return by_side, problems


def _positions(sheet: RawSheet) -> dict[str, int]:
    keys = {label_key(label): code for code, label, _ in HEADINGS}
    headings = sheet.rows[0] if sheet.rows else []
    return {keys[label_key(text)]: at for at, text in enumerate(headings) if label_key(text) in keys}


def _beside(sheet: RawSheet, label: str) -> str:
    """The text beside a label of the first column; empty where there is none."""
    rows = (row for row in sheet.rows if len(row) > 1 and label_key(row[0]) == label_key(label))
    return next((row[1].strip() for row in rows), "")
