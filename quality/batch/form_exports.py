"""A form's export among the receptions: which of its responses are new or changed, and what is answered to it.

Belongs here: comparing an export with the responses received before it, and its verdict. Does not: reading exports
(``sources.forms``), judging responses: each becomes a reception of its own and is judged like any workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from quality.privacy.guard import shown_name
from quality.reading.envelopes.form_words import said_beside_responses
from quality.reading.sheets.structure import find_structure, template_version
from quality.reading.sheets.text_rows import certain_rows_only
from quality.rules.rules import Problem
from quality.rules.wording import counted, plural
from quality.verdicts.validation import validate
from quality.verdicts.verdicts import FORM_EXPORT, FileVerdict, SheetCount, decide
from sources.archive import archive
from sources.archive.archive import Reception
from sources.archive.archive_records import with_masked_name
from sources.archive.archive_responses import latest_responses, receive_response
from sources.forms.exports import FormExport, FormResponse, read_export, recognise
from sources.forms.mapping import form_mappings
from sources.forms.response import ResponseSheet, read_response, response_content
from sources.home.home import Home
from sources.referential.loader import Referential
from sources.workbook.reading import RawSheet, read_workbook
from sources.workbook.template.layout import workbook_layout

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
    export, doubtful = _export_in(sheets, referential, home.root / "mappings" / "forms")
    if export is None:
        return None
    latest = latest_responses(home, reception)
    to_receive = _to_receive(home, referential, latest, export)
    brought = {response.response_id for response in to_receive}
    # What this very export brought when it was read before counts as new still: reading it again says the same.
    brought |= {response_id for response_id, last in latest.items() if last.derived_from == reception.number}
    return JudgedExport(_with_doubtful(_verdict(export, len(brought)), doubtful), to_receive)


def check_export(referential: Referential, sheets: list[RawSheet]) -> FileVerdict | None:
    """What the file alone says of every response of an export; None when the sheets are no export.

    Cells are named as in the export, sheets as the layout names them; counts are sums over the responses.
    """
    export, doubtful = _export_in(sheets, referential, None)
    if export is None:
        return None
    layout = workbook_layout(referential)
    responses = [] if export.lacks_repeats else export.responses
    found = {n: find_structure(read_workbook(each.content), layout) for n, each in enumerate(responses)}
    validated = validate(found, layout, referential, {})
    verdicts = [decide(number, workbook, validated, None) for number, workbook in found.items()]
    verdict = _with_doubtful(_verdict(export, None), doubtful)
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


def _export_in(
    sheets: list[RawSheet], referential: Referential, site_mappings: Path | None
) -> tuple[FormExport | None, list[Problem]]:
    """The export, if it is one, and what is said of the rows of a text that are not read from it."""
    if template_version(sheets) is not None:
        return None, []  # Said at once of most files.
    mapping = recognise(sheets, [each for each in form_mappings(site_mappings) if each.response_id])
    if mapping is None:
        return None, []
    certain, problems = certain_rows_only(sheets)
    return read_export(certain, mapping, referential), problems


def _with_doubtful(verdict: FileVerdict, problems: list[Problem]) -> FileVerdict:
    return replace(verdict, problems=[*verdict.problems, *problems])


def receive_responses(home: Home, reception: Reception, judged: JudgedExport) -> None:
    """Archive what an export brings; what an earlier, stopped pass has archived already is not brought again."""
    export = with_masked_name(reception, shown_name)
    for response in judged.to_receive:
        receive_response(home, export, response.response_id, response.content)


def _to_receive(
    home: Home, referential: Referential, latest: dict[str, Reception], export: FormExport
) -> list[FormResponse]:
    """The responses whose answers are not those received last.

    One that changes establishment or campaign is withdrawn first from where it counted.
    """
    envelope = workbook_layout(referential)[0].label
    found = list(_set_aside(home, latest, export, envelope))
    for response in [] if export.lacks_repeats else export.responses:
        before = _before(home, latest.get(response.response_id))
        now = read_response(response.content)
        if before is not None and _answers(before) == _answers(now):
            continue
        if before is not None and _key(before, envelope) != _key(now, envelope):
            found.append(FormResponse(response.response_id, _withdrawal(response.response_id, before, envelope)))
        found.append(response)
    return found


def _set_aside(home: Home, latest: dict[str, Reception], export: FormExport, envelope: str) -> Iterator[FormResponse]:
    """The withdrawals of the responses that counted before and are rejected now."""
    for response_id in dict.fromkeys(export.set_aside_ids):
        before = _before(home, latest.get(response_id))
        if before is None:
            continue
        content = _withdrawal(response_id, before, envelope)
        if _answers(read_response(content)) != _answers(before):
            yield FormResponse(response_id, content)


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
    problems = [Problem("I0601", found=said), *said_beside_responses(export)]
    counts = [
        SheetCount(name, read, handed, read - handed - ignored, ignored)
        for name, (read, handed, ignored) in _received(export).items()
    ]
    return FileVerdict(FORM_EXPORT, None, counts, problems)


def _received(export: FormExport) -> dict[str, tuple[int, int, int]]:
    """The account of the sheets, of which nothing is received where the repeats are not there."""
    if not export.lacks_repeats:
        return export.sheets
    return {name: (read, 0, ignored) for name, (read, _, ignored) in export.sheets.items()}
