"""From the sheets of a form's export to its responses, one file each.

Belongs here: recognising an export by a mapping, joining repeats to their response. Does not: finding columns
(``headings``), reading a row (``answers``), bytes (``sources.workbook.reading``), judging answers (``quality``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sources.forms.account import MOST_RESPONSES, FormExport, FormResponse, Place
from sources.forms.answers import AnswerReader, RowAnswers
from sources.forms.headings import Part, Target, find_columns
from sources.forms.mapping import FormMapping, heading_key
from sources.forms.questions import DOSSIER
from sources.forms.recognition import bears_its_marks, has_shape, headings_first
from sources.forms.response import ResponseSheet, response_content
from sources.referential.loader import Referential
from sources.workbook.reading import RawSheet
from sources.workbook.template.layout import ENVELOPE, Sheet, workbook_layout

__all__ = ["FormExport", "FormResponse", "read_export", "recognise"]

DOSSIER_PREFIX = "formulaire-"
_LONGEST_ID = 52
"""What a dossier's code (64 characters) leaves beside its prefix; a UUID has 36."""


def recognise(sheets: list[RawSheet], mappings: Iterable[FormMapping]) -> FormMapping | None:
    """The mapping whose tool made these sheets, if any; looks at first rows only."""
    return next((mapping for mapping in mappings if any(bears_its_marks(each, mapping) for each in sheets)), None)


def read_export(sheets: list[RawSheet], mapping: FormMapping, referential: Referential) -> FormExport | None:
    """The responses of an export, in its order; None when no question of ours stands in it."""
    layout = workbook_layout(referential)
    lifted = [headings_first(raw, mapping) for raw in sheets if raw.rows]
    parts = [find_columns(raw, mapping, layout) for raw in lifted]
    asked = [part for part in parts if part.targets]
    if not asked:
        return None
    repeats = [part for part in asked if any(name in part.headings for name in mapping.parent_links)]
    others = [part for part in asked if part not in repeats]
    # Two exports may stand in one workbook, or in one zip; another table that is no export of the tool is not read.
    main = [part for part in others if bears_its_marks(part.raw, mapping)] or others[:1]
    export = ExportReader(mapping, layout, referential).read(main, repeats)
    sheets_asked = {target.sheet.code for part in asked for targets in part.targets.values() for target in targets}
    export.lacks_repeats = bool(mapping.parent_links) and sheets_asked == {ENVELOPE}
    for part in parts:
        if part in main or part in repeats:
            export.unknown += [(part.raw.name, at, part.heading(at)) for at in part.unknown]
            if own := [part.heading(at) for at in part.own if part.is_filled(at)]:
                export.tool_columns[part.raw.name] = own
        if part.raw.name not in export.sheets and (count := sum(1 for _ in part.rows())):
            export.sheets[part.raw.name] = (count, 0, count)
    return export


class ExportReader:
    """Reads one export; what it finds is in ``export``."""

    def __init__(self, mapping: FormMapping, layout: tuple[Sheet, ...], referential: Referential) -> None:
        self._mapping = mapping
        self._layout = layout
        self.export = FormExport(mapping.title)
        self.rows = AnswerReader(mapping, referential)
        self._seen: dict[str, bytes] = {}

    def read(self, main: list[Part], repeats: list[Part]) -> FormExport:
        children: dict[str, list[tuple[Part, int, list[str]]]] = defaultdict(list)
        for part in repeats:
            for number, row in part.rows():
                children[self._parent(part, row)].append((part, number, row))
        handed: dict[str, int] = defaultdict(int)
        shared = self._shared_keys(main)
        for part in main:
            for number, row in part.rows():
                own = part.first(row, self._mapping.own_links)
                waiting = children.pop(own, []) if own else []
                mine = [child for child in waiting if self._belongs(part, row, child, own in shared)]
                if others := [child for child in waiting if child not in mine]:
                    children[own] = others
                if self._hand_over(part, number, row, mine):
                    handed[part.raw.name] += 1
                    for child, _, _ in mine:
                        handed[child.raw.name] += 1
        self.export.orphans = [(part.raw.name, number) for rows in children.values() for part, number, _ in rows]
        self.export.sheets = {
            part.raw.name: (sum(1 for _ in part.rows()), handed[part.raw.name], 0) for part in [*main, *repeats]
        }
        return self.export

    def _shared_keys(self, main: list[Part]) -> set[str]:
        """The keys that two responses bear: exports pasted one below the other count again from one."""
        bearers: dict[str, set[str]] = defaultdict(set)
        for part in main:
            for _, row in part.rows():
                bearers[part.first(row, self._mapping.own_links)].add(self._identity(part, row)[0])
        return {key for key, identities in bearers.items() if len(identities) > 1}

    def _belongs(self, part: Part, row: list[str], child: tuple[Part, int, list[str]], is_shared: bool) -> bool:
        """Whether a repeated row with the key of a response is of it: by what it says again of it, else by the key."""
        pairs = ((child[0].cell(child[2], name), part.cell(row, own)) for name, own in self._mapping.proofs.items())
        said = [(again, own) for again, own in pairs if again and own]
        return all(again == own for again, own in said) and (bool(said) or not is_shared)

    def _parent(self, part: Part, row: list[str]) -> str:
        """The key of the response that a repeated row belongs to, without the groups that stand between them."""
        text = part.first(row, self._mapping.parent_links)
        prefix = self._mapping.id_prefix
        return text.partition("/")[0] if prefix and text.startswith(prefix) else text

    def _hand_over(self, part: Part, number: int, row: list[str], children: list[tuple[Part, int, list[str]]]) -> bool:
        response_id, id_position = self._identity(part, row)
        if self._is_set_aside(part, number, row, response_id):
            return False
        if not response_id:
            self.export.without_id.append((part.raw.name, number))
            return False
        if any(at < len(row) and row[at].strip() for at in part.later_instances):
            self.export.flattened.append((part.raw.name, number))
            return False
        rows = [(place, n, self.rows.read(place, n, cells)) for place, n, cells in [(part, number, row), *children]]
        if contradicted := [cell for _, _, each in rows for cell in each.contradicted]:
            self.export.contradicted += contradicted
            return False
        found: dict[str, ResponseSheet] = {}
        for place, place_number, read in rows:
            self.add_row(found, place, place_number, read)
        self._sign(found, number, response_id, id_position)
        ordered = [found[sheet.code] for sheet in self._layout if sheet.code in found]
        return self._keep(part, number, FormResponse(response_id, response_content(response_id, ordered)))

    def _keep(self, part: Part, number: int, response: FormResponse) -> bool:
        """Whether the response is handed over: once, and not beyond what one file may hold."""
        if response.response_id in self._seen:
            self.export.repeated.append((part.raw.name, number))
            return False
        if len(self.export.responses) >= MOST_RESPONSES:
            self.export.beyond.append((part.raw.name, number))
            return False
        self._seen[response.response_id] = response.content
        self.export.responses.append(response)
        return True

    def _is_set_aside(self, part: Part, number: int, row: list[str], response_id: str) -> bool:
        """Whether the tool says that the response is rejected, or not finished, or says nothing that is known."""
        for name, values in self._mapping.set_aside.items():
            at = part.headings.get(name)
            if at is None:
                continue
            text = part.cell(row, name)
            place = Place(part.raw.name, number, at, part.heading(at), text)
            key = heading_key(text) if heading_key(text) not in self._mapping.blanks else ""
            if key in values:
                self.export.set_aside.append(place)
                self.export.set_aside_ids.append(response_id)
                return True
            if key and not self._surely_counts(name, text):
                self.export.unknown_states.append(place)
                return True
        return False

    def _surely_counts(self, name: str, text: str) -> bool:
        """Whether a state is one that counts; where the mapping does not list these, any but those set aside."""
        listed, shape = self._mapping.counting.get(name), self._mapping.shapes.get(name)
        if listed is not None:
            return heading_key(text) in listed
        return shape is None or has_shape(text, name, self._mapping)

    def _sign(self, found: dict[str, ResponseSheet], number: int, response_id: str, id_position: int) -> None:
        """Add the dossier that the response's identifier makes."""
        envelope = found.setdefault(ENVELOPE, ResponseSheet(self._layout[0].label, {}, {number: {}}))
        envelope.columns[id_position] = DOSSIER
        envelope.rows.setdefault(number, {})[id_position] = DOSSIER_PREFIX + response_id

    def _identity(self, part: Part, row: list[str]) -> tuple[str, int]:
        for names in self._mapping.response_id:
            pieces = [part.cell(row, name).removeprefix(self._mapping.id_prefix) for name in names]
            if all(pieces):
                return _as_code("-".join(pieces)), part.headings[names[0]]
        return "", 0

    def add_row(self, found: dict[str, ResponseSheet], part: Part, number: int, read: RowAnswers) -> None:
        """Put a row of the export where its questions belong; a sheet of which nothing of its own is said has none."""
        self.export.unread += read.unread
        self.export.foreign_choices += read.foreign
        by_sheet: dict[str, list[tuple[int, Target, str]]] = defaultdict(list)
        for (code, _), answer in read.answers.items():
            by_sheet[code].append(answer)
        for code, answers in by_sheet.items():
            says_something = any(target.column.kind != "use_case" for _, target, _ in answers)
            if not says_something and all(len(part.targets[at]) > 1 for at, _, _ in answers):
                continue  # Every cell speaks for other sheets too, like the one use case of a Microsoft Forms response.
            sheet = answers[0][1].sheet
            place = found.setdefault(code, ResponseSheet(sheet.label, {}))
            cells = {_position(place, at, target): text for at, target, text in answers}
            place.rows[_free_row(place, number)] = cells
            for at, target in _required(part, code):
                _position(place, at, target)  # Asked and left blank: the judge names the cell.


def _required(part: Part, sheet_code: str) -> list[tuple[int, Target]]:
    return [
        (at, target)
        for at, targets in part.targets.items()
        for target in targets
        if target.sheet.code == sheet_code and target.column.required and target.choice is None and not target.is_other
    ]


def _position(sheet: ResponseSheet, at: int, target: Target) -> int:
    """Where the answers to a question stand in the response: in one column, the first of those that hold one."""
    code = target.column.code
    known = next((place for place, known in sheet.columns.items() if known == code), None)
    if known is not None:
        return known
    place = at if at not in sheet.columns else max(sheet.columns) + 1
    sheet.columns[place] = code
    return place


def _free_row(sheet: ResponseSheet, number: int) -> int:
    """The row's own number, or the next free one where two sheets of the export tell rows of one sheet of ours."""
    return number if number not in sheet.rows else max(sheet.rows) + 1


def _as_code(text: str) -> str:
    """An identifier in the characters of a dossier's code; too long a one keeps its end, which tells more."""
    return heading_key(text).replace(" ", "-").replace("_", "-")[-_LONGEST_ID:].strip("-")
