"""The columns of a form's export: which question of the layout each one answers.

Belongs here: recognising headings by question name, mapping or label. Does not: rows (``exports``).

The same question is « evaluations_role », « evaluations/evaluations_role », « Rôle », « Évaluations : Rôle »,
« <b>Rôle</b> » or « Rôle::Français (fr) », as the tool and the person who exports please.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from sources.forms.mapping import FormMapping, heading_key
from sources.forms.questions import DOSSIER, NOTE_SUFFIX, OTHER_LABEL, OTHER_SUFFIX, note, question_name
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import Column, Sheet

_TAG = re.compile(r"<[^<>]{0,500}>")
_LANGUAGE = re.compile(r"::[^:]*$")
_NUMBER = re.compile(r"^\s*(?:question\s+|q\s?)?\d{1,3}\s*[.):–-]\s*(?=\D)", re.IGNORECASE)
_CODE_AND_TEXT = re.compile(r"([A-Za-z][A-Za-z0-9_]*(?:\[[^\[\]]*\])?)\.\s+(\S.*)", re.DOTALL)
_IN_BRACKETS = re.compile(r"(.*\S)\s*\[(.*)\]", re.DOTALL)
_TWIN = re.compile(r"(?:(?<=[^\W\d_])[2-9]|_00[1-9])$")
"""What Microsoft Forms (« Rôle2 ») and KoboToolbox (« …_role_001 ») add to a question that is asked a second time."""
_DEEPEST = 12
"""Groups within groups above a question, and signs in labels: a heading made of signs costs no more."""


@dataclass(frozen=True)
class Target:
    """Where a column of the export goes.

    ``is_other``: it holds the code written beside « autre ». ``choice``: it says whether this choice is one of several;
    ``is_foreign``: our list has no such choice.
    """

    sheet: Sheet
    column: Column
    is_other: bool = False
    choice: str | None = None
    is_foreign: bool = False

    @property
    def question(self) -> tuple[str, str]:
        return self.sheet.code, self.column.code


@dataclass(frozen=True)
class Part:
    """One sheet of the export: its headings by key, and where its columns go.

    ``later_instances``: columns of the second and later rows of a flattened repeat. ``unknown``: columns that ask
    nothing of ours; ``own``: those that the tool adds.
    """

    raw: RawSheet
    headings: dict[str, int]
    targets: dict[int, list[Target]]
    later_instances: list[int]
    unknown: list[int]
    own: list[int]

    def rows(self) -> Iterable[tuple[int, list[str]]]:
        return ((n, row) for n, row in enumerate(self.raw.rows[1:], start=2) if any(text.strip() for text in row))

    def cell(self, row: list[str], heading: str) -> str:
        at = self.headings.get(heading)
        return row[at].strip() if at is not None and at < len(row) else ""

    def first(self, row: list[str], headings: list[str]) -> str:
        return next((text for heading in headings if (text := self.cell(row, heading))), "")

    def heading(self, at: int) -> str:
        return self.raw.rows[0][at].strip() if at < len(self.raw.rows[0]) else ""

    def is_filled(self, at: int) -> bool:
        return any(at < len(row) and row[at].strip() for row in self.raw.rows[1:])


def find_columns(raw: RawSheet, mapping: FormMapping, layout: tuple[Sheet, ...]) -> Part:
    """What the first row of a sheet asks; a column without a heading that holds something is an unknown one."""
    part = Part(raw, {}, {}, [], [], [])
    own_sheets = _sheets_named(raw.name, layout) or [s for s in layout if s.code in mapping.labels_of] or [layout[0]]
    width = max(map(len, raw.rows))
    for at in range(width):
        heading = part.heading(at)
        if not heading:
            if part.is_filled(at):
                part.unknown.append(at)
            continue
        part.headings.setdefault(heading_key(heading), at)
        found = _targets(heading, mapping, layout, own_sheets)
        if found and _instance(heading) > 1:
            part.later_instances.append(at)
        elif found:
            part.targets[at] = found
        elif _is_the_tool_s_own(heading, mapping, layout):
            part.own.append(at)
        else:
            part.unknown.append(at)
    if mapping.labels_of:
        _leave_out_short_sheets(part, layout)
    return part


def _leave_out_short_sheets(part: Part, layout: tuple[Sheet, ...]) -> None:
    """Of a form that says several sheets on one row: a sheet of which it does not ask all that is required is not read.

    Where no sheet is whole, nothing is left out: what is missing is said.
    """
    asked: dict[str, set[str]] = {}
    for targets in part.targets.values():
        for target in targets:
            asked.setdefault(target.sheet.code, set()).add(target.column.code)
    required = {
        sheet.code: {c.code for c in sheet.columns if c.required} for sheet in layout[1:] if sheet.code in asked
    }
    short = {code for code, columns in required.items() if not columns <= asked[code]}
    if short == set(required):
        return
    for at, targets in list(part.targets.items()):
        part.targets[at] = [target for target in targets if target.sheet.code not in short]
        if not part.targets[at]:
            del part.targets[at]
            part.unknown.append(at)
    part.unknown.sort()


def _is_the_tool_s_own(heading: str, mapping: FormMapping, layout: tuple[Sheet, ...]) -> bool:
    """Whether a column holds what the tool adds to every export, or a sentence of the form, and no question."""
    names = {name for names in [*mapping.response_id, *mapping.recognised_by] for name in names}
    key = heading_key(heading)
    is_note = key.endswith((NOTE_SUFFIX, *(heading_key(note(sheet)) for sheet in layout)))
    links = {*mapping.own_links, *mapping.parent_links}
    return heading.startswith("_") or is_note or key in names | links or _is_never_read(key, mapping)


def _is_never_read(key: str, mapping: FormMapping) -> bool:
    return key in mapping.never or key in mapping.set_aside or key.startswith(mapping.never_starting or ("\0",))


def _sheets_named(name: str, layout: tuple[Sheet, ...]) -> list[Sheet]:
    key = heading_key(name)
    return [s for s in layout if key in (heading_key(s.code), heading_key(s.label)) or key.endswith(f" {s.code}")]


@lru_cache(maxsize=50_000)
def _plain(heading: str) -> str:
    """The heading without what a form's designer or a translation adds to it."""
    return _LANGUAGE.sub("", html.unescape(_TAG.sub(" ", heading))).strip()


def _tails(text: str, separators: str) -> Iterator[str]:
    """The text, then what stands after each separator, the longest first."""
    yield text
    for place in _cuts(text, separators):
        yield text[place + 1 :]


def _cuts(text: str, separators: str) -> list[int]:
    """Where the last separators of the text stand."""
    return [place for place, character in enumerate(text) if character in separators][-_DEEPEST:]


def _targets(heading: str, mapping: FormMapping, layout: tuple[Sheet, ...], own_sheets: list[Sheet]) -> list[Target]:
    """What a heading asks; code and text written together (« CODE. Texte ») must not ask two different things."""
    text = _plain(heading)
    if _is_never_read(heading_key(text), mapping):
        return []
    both = _CODE_AND_TEXT.fullmatch(text)
    if both and not _asked(text, mapping, layout, own_sheets):
        found = [targets for each in both.groups() if (targets := _asked(each, mapping, layout, own_sheets))]
        asked = {tuple((target.question, target.choice) for target in targets) for targets in found}
        return found[-1] if len(asked) == 1 else []
    return _asked(text, mapping, layout, own_sheets)


def _asked(text: str, mapping: FormMapping, layout: tuple[Sheet, ...], own_sheets: list[Sheet]) -> list[Target]:
    """By question name, mapping, or a label or code of the sheet's own; whatever its number or group path."""
    for tail in [*_tails(text, mapping.path_separators), _NUMBER.sub("", text)]:
        key = heading_key(tail)
        if key in mapping.never:
            return []
        if found := _named(key, mapping, layout) or _by_label(key, own_sheets) or _of_secrecy(key, own_sheets):
            return found
        if mapping.has_short_codes and (short := _short_names(layout, tuple(own_sheets)).get(key)):
            return [short]
    choice = _choice(text, mapping, layout, own_sheets) or _choice_by_end(heading_key(text), own_sheets)
    if choice:
        return [choice]
    if opened := _IN_BRACKETS.fullmatch(text):
        return _asked(opened[2], mapping, layout, own_sheets)
    once = _TWIN.sub("", text)
    twins = _asked(once, mapping, layout, own_sheets) if once != text else []
    return [target for target in twins if target.column.kind != "text"]  # A second text may say something more.


@lru_cache(maxsize=8)
def _short_names(layout: tuple[Sheet, ...], own_sheets: tuple[Sheet, ...]) -> dict[str, Target]:
    """Codes without their underscores (IMP11): those that name one question only."""
    pairs = [(name, target) for name, target in _questions(layout).items()]
    pairs += [(heading_key(c.code), Target(s, c)) for s in own_sheets for c in s.columns if c.code != DOSSIER]
    found: dict[str, dict[tuple[str, str, bool], Target]] = {}
    for name, target in pairs:
        found.setdefault(name.replace("_", ""), {}).setdefault((*target.question, target.is_other), target)
    return {short: next(iter(targets.values())) for short, targets in found.items() if len(targets) == 1}


def _named(key: str, mapping: FormMapping, layout: tuple[Sheet, ...]) -> list[Target]:
    if question := _questions(layout).get(key):
        return [question]
    sheets = {sheet.code: sheet for sheet in layout}
    pairs = [target.split(".", 1) for target in mapping.columns.get(key, [])]
    return [Target(sheets[sheet], sheets[sheet].column(column)) for sheet, column in pairs]


def _by_label(key: str, own_sheets: list[Sheet]) -> list[Target]:
    """The question of one of the sheets whose label or code the heading is."""
    for sheet in own_sheets:
        for column in sheet.columns:
            if key in (heading_key(column.label), heading_key(column.code)) and column.code != DOSSIER:
                return [Target(sheet, column)]
            if column.kind == "use_case" and key == heading_key(OTHER_LABEL):
                return [Target(sheet, column, is_other=True)]
    return []


def _of_secrecy(key: str, own_sheets: list[Sheet]) -> list[Target]:
    """« Ce cas est-il confidentiel ? »: left unread, it would open the use case. A clause that is accepted is none."""
    words = set(key.split())
    is_asked = key == "confidentialite" or any(word.startswith("confidentiel") for word in words)
    if not is_asked or words & {"non", "pas", "sans", "accepte", "reponses"} - ({"non"} if "oui" in words else set()):
        return []
    return [Target(sheet, column) for sheet in own_sheets for column in sheet.columns if column.code == "confidentiel"]


def _choice_by_end(key: str, own_sheets: list[Sheet]) -> Target | None:
    """Of a heading that ends with the label of a question and of a choice, whatever stands between them."""
    ended = f" {key}"
    for sheet in own_sheets:
        for column in sheet.columns:
            if column.kind == "choices":
                for code, label in column.choices.items():
                    if ended.endswith(f" {heading_key(column.label)} {heading_key(label)}"):
                        return Target(sheet, column, choice=code)
    return None


def _choice(text: str, mapping: FormMapping, layout: tuple[Sheet, ...], own_sheets: list[Sheet]) -> Target | None:
    """The target of a column that stands for one choice of several: ``…/cas_usage_fonctions/PREDICTIVE``."""
    opened = _IN_BRACKETS.fullmatch(text)
    cuts = [(text[:at], text[at + 1 :]) for at in _cuts(text, mapping.path_separators)]
    foreign: Target | None = None
    pairs = [(opened[1], opened[2]), *cuts] if opened else cuts
    for question, choice in pairs:
        for tail in _tails(question, mapping.path_separators):
            key = heading_key(tail)
            short = _short_names(layout, tuple(own_sheets)).get(key) if mapping.has_short_codes else None
            for target in _named(key, mapping, layout) or _by_label(key, own_sheets) or ([short] if short else []):
                if target.column.kind == "choices":
                    found = Target(target.sheet, target.column, choice=_code(target.column, choice))
                    if found.choice:
                        return found
                    foreign = Target(target.sheet, target.column, choice=choice.strip(), is_foreign=True)
    return foreign


def _code(column: Column, text: str) -> str | None:
    key = heading_key(text)
    names = {name: code for code, label in column.choices.items() for name in (code.replace("_", ""), code, label)}
    return next((code for name, code in names.items() if key == heading_key(name)), None)


@lru_cache(maxsize=8)
def _questions(layout: tuple[Sheet, ...]) -> dict[str, Target]:
    found = {}
    for sheet in layout:
        for column in sheet.columns:
            name = heading_key(question_name(sheet, column))
            found[name] = Target(sheet, column)
            if column.kind == "use_case":
                found[name + OTHER_SUFFIX] = Target(sheet, column, is_other=True)
    return found


def _instance(heading: str) -> int:
    """Which repetition a heading of a flattened repeat is about: ``evaluations[2]/…`` is the second."""
    before, _, after = heading.partition("[")
    number = after.partition("]")[0]
    return int(number) if before and number.isdigit() else 1
