"""The files that a check writes where its user asked: page, annotated workbook, JSON.

Belongs here: their paths. Does not: what they say (``check``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from quality.batch.check import FileCheck
from quality.verdicts.verdicts import BUNDLE, DIVIDED


@dataclass
class Outputs:
    """Where each answer goes: a file for one checked file, a folder for several; None is not written.

    A zip of several workbooks and a text of several submissions are several, told by their verdict, which comes first.
    """

    html: Path | None
    xlsx: Path | None
    json: Path | None
    one_file: bool
    _names: Counter[str] = field(default_factory=Counter)

    def write(self, check: FileCheck) -> list[Path]:
        """Write what was asked for one file and return the paths; a file that cannot be read has no workbook.

        Raises:
            OSError: a file cannot be written.
        """
        name = self._name_of(check)
        self.one_file = self.one_file and check.verdict.code not in (BUNDLE, DIVIDED)
        xlsx = self._place(self.xlsx, name, ".xlsx") if self.xlsx and check.workbook else None
        html, json = self._place(self.html, name, ".html"), self._place(self.json, name, ".json")
        written = []
        if xlsx and check.workbook:
            xlsx.write_bytes(check.workbook.content)
            written.append(xlsx)
        if html:
            html.write_text(check.as_html(xlsx.name if xlsx else None), encoding="utf-8")
            written.append(html)
        if json:
            names = {
                "html": html.name if html else None,
                "json": json.name,
                "xlsx": xlsx.name if xlsx else None,
            }
            json.write_text(check.as_json(names), encoding="utf-8")
            written.append(json)
        return written

    def _name_of(self, check: FileCheck) -> str:
        """The file's own name; « 2-envoi.xlsx » for the second of that name, which stood in another folder."""
        self._names[check.path.name.casefold()] += 1
        count = self._names[check.path.name.casefold()]
        return check.path.name if count == 1 else f"{count}-{check.path.name}"

    def _place(self, asked: Path | None, name: str, suffix: str) -> Path | None:
        if asked is None or self.one_file:
            return asked
        asked.mkdir(parents=True, exist_ok=True)
        return asked / f"{name}{suffix}"
