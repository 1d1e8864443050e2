"""The answer to a file, written three times with the same facts: a French page, JSON, the annotated workbook.

Belongs here: writing them side by side, and the JSON's layout. Does not: what is said (``answer``), the annotated
workbook (``annotated``), the list of an establishment's answers (``shelf``).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template, select_autoescape
from markupsafe import Markup

from quality.answers import receipt_folders
from quality.answers.annotated import annotated_workbook
from quality.answers.answer import (
    SEVERITIES,
    AnnotatedWorkbook,
    Answer,
    answer_to,
    mended_problems,
    mended_title,
    unbroken,
)
from quality.answers.shelf import INDEX_PAGE, Shelf
from quality.privacy.guard import shown_name
from quality.reading.telling import thousands
from quality.rules.grouping import group_problems
from quality.rules.rules import RULES, Problem, Rule
from quality.rules.rules_page import rules_html
from quality.verdicts.history import PresentState
from quality.verdicts.verdicts import UNCHANGED, FileVerdict
from sources.archive import archive
from sources.archive.archive import Reception
from sources.home.home import COORDINATORS_FOLDER, Home
from sources.referential.loader import Referential
from sources.workbook.xlsx.cell_errors import column_letters

RECEIPT_VERSION = 2
"""The layout of the JSON, described by ``receipt.schema.json``; a field that changes its meaning raises it."""

_PROBLEM_FIELDS = ("rule_code", "sheet", "row", "column", "cell", "found", "expected")
_NOT_COMPARABLE = ("E00", "E01")
_NO_ROW_TAKEN = "E0106"


def write_receipts(
    home: Home,
    referential: Referential,
    receptions: Iterable[Reception],
    verdicts: Mapping[int, FileVerdict],
    states: Mapping[str, PresentState],
) -> list[Path]:
    """Write the answers to these receptions, in the order of their numbers, and the index pages that they touch.

    ``states`` tells which reception counts for each key once these are judged. Returns the paths of the pages.
    """
    shelves = _Shelves(home.receipts)
    pages = []
    for reception in receptions:
        verdict = verdicts[reception.number]
        folder = receipt_folder(reception, referential)
        pages.append(_write_answer(home, reception, verdict, referential, shelves[folder]))
        owner = verdict.submission.organisation_code if verdict.submission else folder
        if owner in referential.codes("organisations"):
            shelves.touch(owner)  # its page tells what counts now, whoever sent it
    for folder, shelf in shelves.items():
        _write_index(home, referential, folder, shelf, states)
    return pages


class _Shelves(dict[str, Shelf]):
    """The folders of answers that a batch touches, each read once."""

    def __init__(self, receipts: Path) -> None:
        super().__init__()
        self._receipts = receipts

    def __missing__(self, folder: str) -> Shelf:
        return self.setdefault(folder, Shelf(self._receipts / folder))

    def touch(self, folder: str) -> None:
        self[folder]


def write_index(home: Home, referential: Referential, folder: str, states: Mapping[str, PresentState]) -> None:
    """Write the index page of one folder of answers anew, after a purge for instance."""
    _write_index(home, referential, folder, Shelf(home.receipts / folder), states)


def receipt_folder(reception: Reception, referential: Referential) -> str:
    """The organisation's own folder; the coordinators' when the drop's folder is nobody's."""
    return reception.folder if reception.folder in referential.codes("organisations") else COORDINATORS_FOLDER


def receipt_json(
    answer: Answer, workbook: AnnotatedWorkbook | None = None, files: Mapping[str, str | None] | None = None
) -> str:
    """Everything that the answer says, for machines; see ``receipt.schema.json``."""
    verdict, submission, reception = answer.verdict, answer.verdict.submission, answer.reception
    content = {
        "version": RECEIPT_VERSION,
        "reception": reception
        and {
            **vars(reception),
            "folder": shown_name(reception.folder)[0],
            "file_name": answer.file_name,
            "received_at": reception.received_at.isoformat(),
        },
        "file_name": answer.file_name,
        "verdict": verdict.code,
        "verdict_label": verdict.label,
        "summary": answer.summary,
        "submission": submission and {**vars(submission), "key": submission.key},
        "organisation_label": answer.organisation,
        "campaign_label": answer.campaign,
        "sheets": [vars(count) for count in verdict.counts],
        "problems": [_problem_content(problem) for problem in verdict.problems],
        "masked": [{**vars(cell), "cell": f"{column_letters(cell.column)}{cell.row}"} for cell in verdict.masked],
        "mended": [_problem_content(problem) for problem in answer.mended],
        "mended_since": answer.mended_since,
        "not_checked": [{"rule_code": rule.code, "sentence": rule.sentence} for rule in answer.not_checked],
        "files": {kind: (files or {}).get(kind) for kind in ("html", "json", "xlsx")},
        "annotated": workbook and {"is_original": workbook.is_original, "how": workbook.how},
    }
    return json.dumps(content, ensure_ascii=False, default=str)


def receipt_html(answer: Answer, workbook: AnnotatedWorkbook | None = None, workbook_name: str | None = None) -> str:
    """The page that an establishment reads; ``workbook_name`` is the annotated workbook's, beside it."""
    return _laid_out("receipt.html.j2", answer, workbook, workbook_name)


def receipt_body(answer: Answer, workbook: AnnotatedWorkbook | None = None, workbook_name: str | None = None) -> str:
    """What that page says, without the page around it."""
    return _laid_out("receipt_body.html.j2", answer, workbook, workbook_name)


def receipt_style() -> str:
    """The looks that both are written for."""
    return _template("receipt_style.css.j2").render()


def _laid_out(name: str, answer: Answer, workbook: AnnotatedWorkbook | None, workbook_name: str | None) -> str:
    by_severity = {
        severity: group_problems(p for p in answer.verdict.problems if p.rule.severity == severity)
        for severity, *_ in SEVERITIES
    }
    return _template(name).render(
        answer=answer,
        verdict=answer.verdict,
        workbook=workbook,
        workbook_name=workbook_name,
        sections=[
            {"severity": severity, "title": title, "hint": hint, "groups": by_severity[severity]}
            for severity, title, hint in SEVERITIES
            if by_severity[severity]
        ],
        counts={severity: sum(group.count for group in groups) for severity, groups in by_severity.items()},
        mended=group_problems(answer.mended),
        mended_title=mended_title(answer) if answer.mended else None,
        rules=_rules(),
    )


def _write_answer(
    home: Home, reception: Reception, verdict: FileVerdict, referential: Referential, shelf: Shelf
) -> Path:
    answer = since_the_previous(answer_to(reception, verdict, referential), shelf)
    workbook = annotated_workbook(archive.content_path(home, reception.content_sha256), answer)
    page = shelf.folder / f"{reception.number:06d}_{_safe_stem(answer.file_name)}.html"
    files = {
        "html": page.name,
        "json": page.with_suffix(".json").name,
        "xlsx": page.with_suffix(".xlsx").name if workbook else None,
    }
    written = [(page.with_suffix(".xlsx").name, workbook.content)] if workbook else []
    written += [(page.with_suffix(".json").name, receipt_json(answer, workbook, files).encode())]
    written += [(page.name, receipt_html(answer, workbook, files["xlsx"]).encode())]
    if not workbook:
        receipt_folders.remove(shelf.folder, [page.with_suffix(".xlsx").name])
    receipt_folders.write(shelf.folder, written)
    shelf.add(answer, files)
    return page


def since_the_previous(answer: Answer, shelf: Shelf) -> Answer:
    """The answer with what its file mends of the previous one of the same key, where the two can be compared."""
    verdict, reception = answer.verdict, answer.reception
    if verdict.submission is None or reception is None or verdict.code == UNCHANGED:
        return answer
    if any(p.rule_code.startswith(_NOT_COMPARABLE) and p.rule_code != _NO_ROW_TAKEN for p in verdict.problems):
        return answer
    previous = shelf.previous(verdict.submission.key, reception.number)
    if previous is None:
        return answer
    sheets = {None, *(count.sheet for count in verdict.counts)}
    before = [problem for problem in map(_problem, previous["problems"]) if problem and problem.sheet in sheets]
    mended = mended_problems(before, verdict.problems)
    return replace(answer, mended=mended, mended_since=previous["reception"]["number"])


def _write_index(
    home: Home, referential: Referential, folder: str, shelf: Shelf, states: Mapping[str, PresentState]
) -> None:
    if not shelf.entries:
        return
    aside = set(archive.quarantined_numbers(home))
    page = _template("index.html.j2").render(
        title=referential.labels("organisations").get(folder, "Coordination du GCS"),
        lines=shelf.lines({key: state.reception_number for key, state in states.items()}, aside),
        embedded=shelf.embedded(),
    )
    receipt_folders.write(shelf.folder, [(INDEX_PAGE, page.encode())])


def _problem_content(problem: Problem) -> dict[str, Any]:
    rule: Rule = problem.rule
    return {
        **{name: getattr(problem, name) for name in _PROBLEM_FIELDS},
        "rule_name": rule.name,
        "severity": rule.severity,
        "sentence": rule.sentence,
        "remedy": rule.remedy,
        **({"more": problem.more} if problem.more else {}),
    }


def _problem(content: Mapping[str, Any]) -> Problem | None:
    """A problem of an earlier answer; None where its rule is no longer one."""
    if content["rule_code"] not in RULES:
        return None
    fields = {name: content[name] for name in _PROBLEM_FIELDS}
    return Problem(**fields, more=content.get("more", 0))


@cache
def _rules() -> Markup:
    return Markup(rules_html())


@cache
def _template(name: str) -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["unbroken"] = unbroken
    environment.filters["thousands"] = thousands
    return environment.get_template(name)


def _safe_stem(file_name: str) -> str:
    """A part of a file name that any system takes: letters, digits, dots, dashes."""
    plain = unicodedata.normalize("NFC", file_name.rsplit(".", 1)[0])
    return re.sub(r"[^\w.-]+", "_", plain).strip("._")[:80] or "fichier"
