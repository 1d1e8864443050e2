"""What one row of an export answers: each question once, whichever of its columns holds the answer.

Belongs here: choices that have a column each, codes beside « autre », labels for codes, columns that contradict each
other. Does not: finding columns (``headings``), rows and responses (``exports``).

A question has several columns where its choices have one each, where a form had two versions, or where codes and texts
are exported side by side. They say the same, or the response is not taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from sources.forms.account import Place
from sources.forms.headings import Part, Target
from sources.forms.mapping import FormMapping, heading_key
from sources.referential.loader import Referential
from sources.workbook.template.layout import CHOICE_SEPARATOR, Column

_CHOSEN = frozenset({"1", "1 0", "true", "oui", "vrai", "yes", "y", "x", "coche", "checked", "selected"})
_NOT_CHOSEN = frozenset({"0", "0 0", "false", "non", "faux", "no", "n", "non coche", "unchecked", "not selected"})
_TICKS = frozenset("✓✔☑☒🗹")

Question = tuple[str, str]
"""Code of the sheet, code of the column."""

PlaceOf = Callable[[int], Place]
"""Column of the row that is read → its cell."""


@dataclass
class RowAnswers:
    """``answers``: question → column of the export, target, text. ``contradicted``, ``unread``, ``foreign``: cells."""

    answers: dict[Question, tuple[int, Target, str]] = field(default_factory=dict)
    contradicted: list[Place] = field(default_factory=list)
    unread: list[Place] = field(default_factory=list)
    foreign: list[Place] = field(default_factory=list)


@dataclass
class _Said:
    """What the columns of one question hold: whole answers, choices, and codes beside « autre »."""

    whole: list[tuple[int, Target, str]] = field(default_factory=list)
    choices: list[tuple[int, Target, str]] = field(default_factory=list)
    others: list[tuple[int, Target, str]] = field(default_factory=list)

    @property
    def other(self) -> tuple[int, Target, str] | None:
        """The code beside « autre »: two versions of a form may have a column each."""
        return self.others[0] if self.others else None


class AnswerReader:
    """Reads rows of one tool's exports."""

    def __init__(self, mapping: FormMapping, referential: Referential) -> None:
        self._mapping = mapping
        self._codes = {
            kind: {heading_key(label): code for code, label in referential.labels(table).items()}
            for kind, table in (("use_case", "use_cases"), ("organisation", "organisations"))
        }

    def read(self, part: Part, number: int, row: list[str]) -> RowAnswers:
        found = RowAnswers()
        for question, said in self._said(part, row).items():
            statements = self._statements(said, lambda at: _place(part, number, row, at), found)
            if not statements:
                continue
            meanings = {self._meaning(target.column, text) for _, target, text in statements}
            if len(meanings) > 1:
                found.contradicted.append(_place(part, number, row, statements[-1][0]))
            found.answers[question] = statements[0]
        return found

    def _said(self, part: Part, row: list[str]) -> dict[Question, _Said]:
        by_question: dict[Question, _Said] = defaultdict(_Said)
        for at, targets in part.targets.items():
            text = row[at].strip() if at < len(row) else ""
            if not text or heading_key(text) in self._mapping.blanks:
                continue
            for target in targets:
                said = by_question[target.question]
                if target.is_other:
                    said.others.append((at, target, text))
                else:
                    (said.whole if target.choice is None else said.choices).append((at, target, text))
        return by_question

    def _statements(self, said: _Said, place: PlaceOf, found: RowAnswers) -> list[tuple[int, Target, str]]:
        """Each whole answer, then that of the choices together."""
        is_other = any(heading_key(text) in self._mapping.others for _, _, text in said.whole)
        if said.whole and not is_other:
            found.unread += [place(at) for at, _, _ in said.others]
        elif len({self._meaning(target.column, text) for _, target, text in said.others}) > 1:
            found.contradicted.append(place(said.others[-1][0]))
        statements = [
            (at, target, self._text(target.column, text, said.other[2] if said.other else text))
            for at, target, text in said.whole
        ]
        if said.other and not said.whole:
            statements.append(said.other)
        chosen: list[tuple[int, Target, str]] = []
        for at, target, text in said.choices:
            is_chosen = _is_chosen(target, text)
            if is_chosen is False:
                continue
            if target.is_foreign:
                found.foreign.append(place(at))
            else:
                # What is neither ticked nor not is no choice of the list: the cell will be refused for it.
                chosen.append((at, target, str(target.choice) if is_chosen else text))
        if chosen:
            at, target, _ = chosen[0]
            statements.append((at, target, f" {CHOICE_SEPARATOR} ".join(dict.fromkeys(text for *_, text in chosen))))
        return statements

    def _text(self, column: Column, text: str, other: str) -> str:
        if heading_key(text) in self._mapping.others:
            return other
        if column.kind in self._codes:
            return self._codes[column.kind].get(heading_key(text), text)
        return _several(column, text) if column.kind == "choices" else text

    def _meaning(self, column: Column, text: str) -> object:
        """What two ways to write the same answer share."""
        if column.kind in ("choice", "choices"):
            codes = {heading_key(name): code for code, label in column.choices.items() for name in (code, label)}
            pieces = text.split(CHOICE_SEPARATOR) if column.kind == "choices" else [text]
            return frozenset(codes.get(heading_key(piece), heading_key(piece)) for piece in pieces if piece.strip())
        if column.kind == "boolean":
            key = heading_key(text)
            return "oui" if key in _CHOSEN else "non" if key in _NOT_CHOSEN else key
        return " ".join(text.split()).casefold()


def _place(part: Part, number: int, row: list[str], at: int) -> Place:
    return Place(part.raw.name, number, at, part.heading(at), row[at].strip())


def _is_chosen(target: Target, text: str) -> bool | None:
    """Whether the choice of the column is ticked; None where the cell says neither yes nor no."""
    key = heading_key(text)
    names = {heading_key(str(target.choice)), heading_key(target.column.choices.get(str(target.choice), ""))}
    if key in _CHOSEN or text in _TICKS or key in names:
        return True
    return False if key in _NOT_CHOSEN else None


def _several(column: Column, text: str) -> str:
    """Codes or labels joined by blanks, commas or lines, as tools export them, separated by ``;`` instead.

    The longest names first: « IA générative » holds the name of another choice.
    """
    if CHOICE_SEPARATOR in text:
        return text
    rest, chosen = f" {heading_key(text)} ", []
    names = [name for choice in column.choices.items() for name in choice]
    for name in sorted(names, key=lambda name: (len(name), name in text), reverse=True):
        key = f" {heading_key(name)} "
        if key.strip() and key in rest:
            chosen.append((rest.index(key), name))
            rest = rest.replace(key, " " * len(key))
    return f" {CHOICE_SEPARATOR} ".join(name for _, name in sorted(chosen)) if chosen and not rest.strip() else text
