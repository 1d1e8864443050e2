"""The sender's own workbook, annotated by mending its XML: what is not marked stays byte for byte what it was.

Belongs here: the order of what is done to the parts of an xlsx or xlsm. Does not: a file of another format, or one
that cannot be mended (``fresh``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from quality.answers.annotated.answer_sheet import answer_rows
from quality.answers.annotated.notes import HEADING, MOST_NOTES, Note, Position, notes_by_sheet
from quality.answers.annotated.parts.answer_sheet_xml import answer_sheet_xml
from quality.answers.annotated.parts.comments import (
    EMPTY_COMMENTS,
    empty_drawing,
    mended_comments,
    mended_drawing,
    rewritten_comments,
)
from quality.answers.annotated.parts.marking import SheetText, widths
from quality.answers.annotated.parts.markup import NotPatchableError, cell_text
from quality.answers.annotated.parts.package import Package
from quality.answers.annotated.parts.safety import make_inert, remove_properties
from quality.answers.annotated.parts.styles import Styles
from quality.answers.annotated.parts.traces import Masks, SharedStrings
from quality.answers.annotated.parts.unread import hide_unread
from quality.answers.annotated.parts.workbook_part import WorkbookPart
from quality.answers.answer import AnnotatedWorkbook, Answer
from sources.workbook.template.template_sheets import ANSWER_SHEET, ANSWER_TITLE

_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_HOW = (
    f"Ceci est votre classeur : nous n'y avons ajouté que la feuille « {ANSWER_SHEET} » et, sur les cellules "
    "signalées, une couleur et un commentaire. Corrigez-le, puis déposez-le à nouveau : la feuille "
    f"« {ANSWER_SHEET} » ne sera pas lue."
)
_NO_MACROS = "Ses macros ont été retirées."
_MASKED = "Les cellules qui contenaient une donnée personnelle montrent un masque à sa place."
_HIDDEN_COMMENT = "[commentaire masqué : il contenait une donnée personnelle]"
_BEGINNING = 65_536


def patched_workbook(content: bytes, answer: Answer) -> AnnotatedWorkbook:
    """The workbook in ``content`` (xlsx, xlsm), annotated.

    Raises:
        NotPatchableError: the file is written in a way that cannot be mended safely, or holds what must not be
            returned (macro sheets, active controls, a trace of what is masked that cannot be taken away).
    """
    package = Package(content)
    workbook = WorkbookPart(package)
    has_macros = make_inert(package, workbook)
    editor = _Editor(package, workbook, answer)
    editor.edit_sheets()
    how = " ".join([_HOW, *([_NO_MACROS] if has_macros else []), *([_MASKED] if answer.verdict.masked else [])])
    editor.put_answer_sheet(how)
    return AnnotatedWorkbook(package.save(), is_original=True, how=how)


class _Editor:
    """The changes to one package, made sheet by sheet."""

    def __init__(self, package: Package, workbook: WorkbookPart, answer: Answer) -> None:
        self._package, self._workbook, self._answer = package, workbook, answer
        self._styles_part = workbook.related("styles")
        self._styles = Styles(package.xml(self._styles_part))
        self._earlier_marks = self._styles.already_marked()
        self._notes = notes_by_sheet(answer.verdict.problems)
        self._masked: dict[str, dict[Position, str]] = {}
        for cell in answer.verdict.masked:
            self._masked.setdefault(cell.sheet, {})[cell.row, cell.column] = cell.text
        strings = workbook.related_or_none("sharedStrings") if self._masked else None
        self._strings_part = strings
        self._masks = Masks(SharedStrings(package.xml(strings)) if strings else None)
        self._note_count = 0

    def edit_sheets(self) -> None:
        for number, (name, part) in enumerate(self._workbook.sheets.items(), 1):
            notes, masked = self._notes.get(name, {}), self._masked.get(name, {})
            has_comments = any(relation.is_a("comments") for relation in self._package.relations(part))
            if notes or masked or self._earlier_marks:
                self._edit_sheet(part, notes, masked, number)
            else:
                self._deselect(part)
            if not notes and has_comments:
                self._remove_earlier_comments(part, number)
        if self._masked:
            self._remove_traces()
        hide_unread(self._package, self._workbook)

    def put_answer_sheet(self, how: str) -> None:
        """Write the first sheet; the one of an earlier answer is replaced."""
        rows = answer_rows(self._answer, how, self._workbook.sheets)
        xml = answer_sheet_xml(rows, self._styles)
        part = self._earlier_answer_sheet()
        if part is None:
            part = self._package.free_name("xl/worksheets/reponse{}.xml")
            self._workbook.put_first(ANSWER_SHEET, part)
            self._package.declare(part, f"{_TYPES}worksheet+xml")
        self._package.write(part, xml)
        self._workbook.show_first()
        self._package.write(self._styles_part, self._styles.as_xml())
        self._workbook.save()

    def _edit_sheet(
        self, part: str, notes: Mapping[Position, Note], masked: Mapping[Position, str], number: int
    ) -> None:
        sheet = SheetText(self._package.xml(part))
        sheet.deselect()
        sheet.restyle(self._earlier_marks)
        if notes:
            origin = sheet.merged_origin()
            notes = {origin(place): note for place, note in reversed(list(notes.items()))}
        for relation_id in sheet.unlink(masked):
            for relation in self._package.relations(part):
                if relation.id == relation_id:
                    self._package.unrelate(part, relation)
        marks = {place: self._marked(note.severity) for place, note in notes.items()}
        masks = {place: self._masks.replacement(text, sheet.prefix) for place, text in masked.items()}
        sheet.change_cells(marks, masks)
        commented = dict(sorted(notes.items())[: max(0, MOST_NOTES - self._note_count)])
        self._note_count += len(commented)
        if commented:
            self._comment(part, sheet, {place: note.text for place, note in commented.items()}, number)
        self._package.write(part, sheet.as_xml())

    def _marked(self, severity: str) -> Callable[[int], int]:
        return partial(self._styles.marked, severity=severity)

    def _comment(self, part: str, sheet: SheetText, notes: Mapping[Position, str], number: int) -> None:
        package = self._package
        relations = package.relations(part)
        comments = next((r.target for r in relations if r.is_a("comments")), None)
        drawing_id = sheet.legacy_drawing_id()
        drawing = next((r.target for r in relations if r.id == drawing_id), None) if drawing_id else None
        text, gained, gone = mended_comments(package.xml(comments) if comments else EMPTY_COMMENTS, notes)
        if comments is None:
            comments = package.free_name("xl/comments{}.xml")
            package.declare(comments, f"{_TYPES}comments+xml")
            package.relate(part, "comments", comments)
        if drawing is None:
            drawing = package.free_name("xl/drawings/vmlDrawing{}.vml")
            package.declare(drawing, "application/vnd.openxmlformats-officedocument.vmlDrawing")
            sheet.show_comments(package.relate(part, "vmlDrawing", drawing))
            package.write(drawing, empty_drawing(number, len(gained)))
        package.write(comments, text)
        boxes = {place: notes[place] for place in sorted(gained)}
        shapes = mended_drawing(package.raw(drawing), boxes, gone, widths(sheet.columns()), number)
        package.write(drawing, shapes)

    def _deselect(self, part: str) -> None:
        """A sheet that is not marked is unpacked only when it says that it is selected."""
        if b"tabSelected" in self._package.beginning(part, _BEGINNING):
            sheet = SheetText(self._package.xml(part))
            sheet.deselect()
            self._package.write(part, sheet.as_xml())

    def _remove_earlier_comments(self, part: str, number: int) -> None:
        relations = self._package.relations(part)
        comments = next(r.target for r in relations if r.is_a("comments"))
        if cell_text(HEADING) not in self._package.raw(comments):
            return
        text, _, gone = mended_comments(self._package.xml(comments), {})
        self._package.write(comments, text)
        for drawing in (r.target for r in relations if r.is_a("vmlDrawing")):
            self._package.write(drawing, mended_drawing(self._package.raw(drawing), {}, gone, {}, number))

    def _remove_traces(self) -> None:
        """Leave nothing of what is masked anywhere in the file."""
        package, traces = self._package, self._masks.traces
        if self._masks.breaks_shared_formula:
            raise NotPatchableError("une formule partagée part d'une cellule masquée")
        if self._masks.formula_was_dropped:
            self._workbook.forget("calcChain")
        if self._strings_part and self._masks.strings:
            self._masks.strings.blank(traces)
            package.write(self._strings_part, self._masks.strings.as_xml())
        for part in self._workbook.sheets.values():
            for comments in [r.target for r in package.relations(part) if r.is_a("comments")]:
                text = rewritten_comments(
                    package.xml(comments), lambda words: _HIDDEN_COMMENT if traces.are_in(words) else words
                )
                package.write(comments, text)
        remove_properties(package)
        if any(name.startswith("xl/embeddings/") for name in package.names) or traces.are_left_in(package):
            raise NotPatchableError("une donnée masquée est répétée ailleurs dans le fichier")

    def _earlier_answer_sheet(self) -> str | None:
        """The part of the first sheet, when it is our answer to an earlier file."""
        name, part = next(iter(self._workbook.sheets.items()))
        if name != ANSWER_SHEET:
            return None
        strings = self._workbook.related_or_none("sharedStrings")
        texts = [self._package.raw(part), self._package.raw(strings) if strings else b""]
        if not any(cell_text(ANSWER_TITLE) in text for text in texts):
            return None
        for relation in self._package.relations(part):
            self._package.unrelate(part, relation)
        return part
