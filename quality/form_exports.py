"""A form's export among the receptions: which of its responses are new or changed, and what is answered to it.

Belongs here: comparing an export with the responses received before it, and its verdict. Does not: reading exports
(``sources.forms``), judging responses: each becomes a reception of its own and is judged like any workbook.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from quality.rules import Problem
from quality.structure import find_structure, template_version
from quality.validation import validate
from quality.verdicts import FORM_EXPORT, FileVerdict, SheetCount, decide
from quality.wording import counted, plural
from sources import archive
from sources.archive import Reception
from sources.archive_responses import latest_responses, receive_response
from sources.forms.exports import FormExport, FormResponse, read_export, recognise
from sources.forms.mapping import form_mappings
from sources.forms.response import ResponseSheet, read_response, response_content
from sources.home import Home
from sources.referential.loader import Referential
from sources.workbook.cell_errors import column_letters
from sources.workbook.layout import workbook_layout
from sources.workbook.reading import RawSheet, read_workbook

_KEY_COLUMNS = ("organisation", "campagne")


@dataclass(frozen=True)
class JudgedExport:
    """The verdict on an export, and the responses to be received from it, in order."""

    verdict: FileVerdict
    to_receive: list[FormResponse]


def judge_export(
    home: Home, referential: Referential, reception: Reception, sheets: list[RawSheet]
) -> JudgedExport | None:
    """What a form's export brings; None when the sheets are no export. Raises ``FormMappingError``."""
    if reception.response_id is not None:
        return None
    export = _export_in(sheets, referential, home.root / "mappings" / "forms")
    if export is None:
        return None
    latest = latest_responses(home, reception)
    to_receive = _to_receive(home, referential, latest, export)
    brought = {response.response_id for response in to_receive}
    # What this very export brought when it was read before counts as new still: reading it again says the same.
    brought |= {response_id for response_id, last in latest.items() if last.derived_from == reception.number}
    return JudgedExport(_verdict(export, len(brought)), to_receive)


def check_export(referential: Referential, sheets: list[RawSheet]) -> FileVerdict | None:
    """What the file alone says of every response of an export; None when the sheets are no export.

    Cells are named as in the export, sheets as the layout names them; counts are sums over the responses.
    """
    export = _export_in(sheets, referential, None)
    if export is None:
        return None
    layout = workbook_layout(referential)
    found = {n: find_structure(read_workbook(each.content), layout) for n, each in enumerate(export.responses)}
    validated = validate(found, layout, referential, {})
    verdicts = [decide(number, workbook, validated, None) for number, workbook in found.items()]
    verdict = _verdict(export, None)
    problems = [*verdict.problems, *(problem for each in verdicts for problem in each.problems)]
    return replace(verdict, counts=_sums(count for each in verdicts for count in each.counts), problems=problems)


def _sums(counts: Iterable[SheetCount]) -> list[SheetCount]:
    sums: dict[str, SheetCount] = {}
    for count in counts:
        before = sums.get(count.sheet, SheetCount(count.sheet, 0, 0, 0, 0))
        sums[count.sheet] = SheetCount(
            count.sheet,
            before.read + count.read,
            before.taken + count.taken,
            before.rejected + count.rejected,
            before.ignored + count.ignored,
        )
    return list(sums.values())


def _export_in(sheets: list[RawSheet], referential: Referential, site_mappings: Path | None) -> FormExport | None:
    if template_version(sheets) is not None:
        return None  # Said at once of most files.
    mapping = recognise(sheets, form_mappings(site_mappings))
    return read_export(sheets, mapping, referential) if mapping else None


def receive_responses(home: Home, reception: Reception, judged: JudgedExport) -> None:
    """Archive what an export brings; what an earlier, stopped pass has archived already is not brought again."""
    for response in judged.to_receive:
        receive_response(home, reception, response.response_id, response.content)


def _to_receive(
    home: Home, referential: Referential, latest: dict[str, Reception], export: FormExport
) -> list[FormResponse]:
    """The responses whose answers are not those received last.

    One that changes establishment or campaign is withdrawn first from where it counted.
    """
    envelope = workbook_layout(referential)[0].label
    found: list[FormResponse] = []
    for response in export.responses:
        before = _before(home, latest.get(response.response_id))
        now = read_response(response.content)
        if before is not None and _answers(before) == _answers(now):
            continue
        if before is not None and _key(before, envelope) != _key(now, envelope):
            found.append(FormResponse(response.response_id, _withdrawal(response.response_id, before, envelope)))
        found.append(response)
    return found


def _before(home: Home, reception: Reception | None) -> list[ResponseSheet] | None:
    if reception is None:
        return None
    path = archive.content_path(home, reception.content_sha256)
    return read_response(path.read_bytes()) if path.exists() else None


def _answers(sheets: list[ResponseSheet]) -> list[tuple[str, list[dict[str, str]]]]:
    """What a response says, wherever its cells stand: an export sorted otherwise says the same."""
    return [(sheet.name, [dict(sorted(row.items())) for row in sheet.answers()]) for sheet in sheets]


def _key(sheets: list[ResponseSheet], envelope: str) -> list[str | None]:
    rows = [row for sheet in sheets if sheet.name == envelope for row in sheet.answers()]
    return [row.get(code) for row in rows for code in _KEY_COLUMNS]


def _withdrawal(response_id: str, before: list[ResponseSheet], envelope: str) -> bytes:
    """The response as it was, withdrawn."""
    [sheet] = [sheet for sheet in before if sheet.name == envelope]
    columns = {at: code for at, code in sheet.columns.items() if code != "retrait"}
    place = max(columns) + 1
    rows = {n: {at: text for at, text in cells.items() if at in columns} | {place: "oui"} for n, cells in
            sheet.rows.items()}  # fmt: skip
    return response_content(response_id, [ResponseSheet(envelope, columns | {place: "retrait"}, rows)])


def _verdict(export: FormExport, new_count: int | None) -> FileVerdict:
    said = f"{export.title} : {counted(len(export.responses), 'réponse')}"
    if new_count is not None:
        said += f", dont {counted(new_count, 'nouvelle')} ou {plural(new_count, 'changée')}"
    problems = [Problem("I0601", found=said)]
    for rule, places in (("E0601", export.without_id), ("E0602", export.orphans), ("E0603", export.flattened)):
        problems += [Problem(rule, sheet=sheet, row=row) for sheet, row in places]
    problems += [
        Problem("I0402", sheet=sheet, row=1, column=heading, cell=f"{column_letters(at)}1", found=heading)
        for sheet, at, heading in export.unknown
    ]
    counts = [
        SheetCount(name, read, handed, read - handed - ignored, ignored)
        for name, (read, handed, ignored) in export.sheets.items()
    ]
    return FileVerdict(FORM_EXPORT, None, counts, problems)
