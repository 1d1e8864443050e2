"""The files that a check writes where its user asked: page, annotated workbook, JSON.

Belongs here: their paths. Does not: what they say (``check``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from quality.check import FileCheck
from quality.verdicts import BUNDLE


@dataclass
class Outputs:
    """Where each answer goes: a file for one checked file, a folder for several; None is not written.

    A zip of several workbooks is several, told by its verdict, which comes first.
    """

    html: Path | None
    xlsx: Path | None
    json: Path | None
    one_file: bool

    def write(self, check: FileCheck) -> list[Path]:
        """Write what was asked for one file and return the paths; a file that cannot be read has no workbook.

        Raises:
            OSError: a file cannot be written.
        """
        self.one_file = self.one_file and check.verdict.code != BUNDLE
        xlsx = self._place(self.xlsx, check, ".xlsx") if self.xlsx and check.workbook else None
        html, json = self._place(self.html, check, ".html"), self._place(self.json, check, ".json")
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

    def _place(self, asked: Path | None, check: FileCheck, suffix: str) -> Path | None:
        if asked is None or self.one_file:
            return asked
        asked.mkdir(parents=True, exist_ok=True)
        return asked / f"{check.path.name}{suffix}"
