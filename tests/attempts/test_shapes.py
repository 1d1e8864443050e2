"""Workbooks that are small to send and large in a part which nobody fills in: what judging and answering them costs.

Would have shown: a pass that a file ends, in a part that no bound on rows or cells counts. All shapes are judged and
answered together, within the limits of the trial of one file: what an ordinary pass does is never more.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from quality.batch.batch import BatchReport
from sources.archive import archive
from sources.home.home import Home
from tests.quality.conftest import submission

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET, NOTES = "xl/worksheets/sheet7.xml", "xl/comments6.xml"
STYLES, STRINGS, WORKBOOK = "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml"


def times(count: int, pattern: str) -> str:
    """The pattern with each number in it."""
    return "".join(pattern.replace("#", str(number)) for number in range(3, count))


def before(end: str, more: str) -> Callable[[str], str]:
    """Put something before an end tag."""

    def put(part: str) -> str:
        assert end in part
        return part.replace(end, more + end, 1)

    return put


def after_rows(within: str, more: str) -> Callable[[str], str]:
    """Put something where a sheet says what stands beside its cells."""
    whole = f"<{within}>{more}</{within}>" if within else more
    return lambda part: re.sub(r"<dataValidations.*</dataValidations>", "", part).replace(
        "</sheetData>", f"</sheetData>{whole}", 1
    )


def names(count: int) -> Callable[[str], str]:
    """Names of places, beside those of the template."""
    more = times(count, '<definedName name="n#">Listes!$A$#</definedName>')
    return lambda part: (
        part.replace("</definedNames>", f"{more}</definedNames>", 1)
        if "</definedNames>" in part
        else part.replace("</sheets>", f"</sheets><definedNames>{more}</definedNames>", 1)
    )


FORMAT = (
    '<conditionalFormatting sqref="A#:Z#"><cfRule type="expression" priority="#"><formula>A1&gt;#</formula></cfRule>'
)
LIST = '<dataValidation type="list" sqref="A#:Z#"><formula1>"a,b"</formula1></dataValidation>'
FORMULA = f'<row r="99#"><c r="AZ99#"><f>{"1+" * 4_000}1</f><v>1</v></c></row>'
NUMBERS = '<numFmt numFmtId="9#" formatCode="[Red]0.0;#"/>'
STYLE = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
NOTE = '<comment ref="A9#" authorId="0"><text><t>note #</t></text></comment>'
SHAPES: dict[str, tuple[str, Callable[[str], str]]] = {
    "merged cells": (SHEET, after_rows("mergeCells", times(100_000, '<mergeCell ref="A#:B#"/>'))),
    "merged columns over all rows": (SHEET, after_rows("mergeCells", times(5_000, '<mergeCell ref="A#:XFD1048576"/>'))),
    "conditional formats": (SHEET, after_rows("", times(30_000, f"{FORMAT}</conditionalFormatting>"))),
    "validations": (SHEET, after_rows("dataValidations", times(80_000, LIST))),
    "long formulas": (SHEET, before("</sheetData>", times(300, FORMULA))),
    "formats of numbers": (STYLES, before("</styleSheet>", f"<numFmts>{times(20_000, NUMBERS)}</numFmts>")),
    "styles": (STYLES, before("</cellXfs>", times(60_000, STYLE))),
    "texts that no cell shows": (STRINGS, before("</sst>", times(100_000, f"<si><t># {'y' * 60}</t></si>"))),
    "texts that look personal": (STRINGS, before("</sst>", times(300_000, "<si><t>point # le 12/03/2024</t></si>"))),
    "one text in pieces": (STRINGS, before("</sst>", f"<si>{times(100_000, '<r><rPr><b/></rPr><t>z#</t></r>')}</si>")),
    "notes": (NOTES, before("</commentList>", times(100_000, NOTE))),
    "names": (WORKBOOK, names(100_000)),
}


def poisoned(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Change one part of a workbook."""
    whole = io.BytesIO()
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as written:
        for name in package.namelist():
            content = package.read(name)
            written.writestr(name, change(content.decode()) if name == part else content)
    path.write_bytes(whole.getvalue())


def with_sheets(path: Path) -> None:
    """Five hundred sheets more, each with something in it."""
    rows = times(40, '<row r="#"><c r="A#"><v>#</v></c></row>')
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    poisoned(path, WORKBOOK, before("</sheets>", times(500, '<sheet name="F#" sheetId="9#" r:id="rIdX#"/>')))
    link = f'<Relationship Id="rIdX#" Type="{OFFICE}/worksheet" Target="worksheets/x#.xml"/>'
    poisoned(path, "xl/_rels/workbook.xml.rels", before("</Relationships>", times(500, link)))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        for number in range(3, 500):
            package.writestr(f"xl/worksheets/x{number}.xml", sheet)


def drops(drop: Callable[..., Path]) -> Iterator[Path]:
    for number, (part, change) in enumerate(SHAPES.values()):
        path = drop(submission(), name=f"{number}.xlsx")
        poisoned(path, part, change)
        yield path
    path = drop(submission(), name="feuilles.xlsx")
    with_sheets(path)
    yield path


def test_all_shapes_together_cost_less_than_one_file_may(
    home: Home, drop: Callable[..., Path], take: Callable[[], BatchReport]
) -> None:
    drop(submission())
    take()
    laid = list(drops(drop))
    assert all(path.stat().st_size < 5 * 2**20 for path in laid)
    numbers = [str(each.number) for each in archive.receive(home).received]
    assert len(numbers) == len(SHAPES) + 1
    command = [sys.executable, "-m", "quality.batch.trial", str(home.root), *numbers]
    done = subprocess.run(command, check=False, capture_output=True, env=dict(os.environ))
    assert done.returncode == 0, done.stderr[-500:]
