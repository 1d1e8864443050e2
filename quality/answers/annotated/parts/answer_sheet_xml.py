"""The XML of our first sheet, in the styles of the workbook that receives it.

Belongs here: cells, widths and links as the format wants them. Does not: what they say (``answer_sheet``).
"""

from __future__ import annotations

from collections.abc import Iterable

from quality.answers.annotated.answer_sheet import WIDTHS, AnswerRow, sealed_row
from quality.answers.annotated.parts.marking import inline_text
from quality.answers.annotated.parts.markup import attribute_text
from quality.answers.annotated.parts.styles import COLOURS, Styles
from sources.workbook.xlsx.cell_errors import column_letters

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<sheetPr><tabColor rgb="FF0F4C5C"/><pageSetUpPr fitToPage="1"/></sheetPr>'
    b'<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
    b'<sheetFormatPr defaultRowHeight="15"/>'
)
_FOOT = (
    b'<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
    b'<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
)
_ONE_LINE_STYLES = ("title", "verdict", "section", "fact", "hint")
_LINE_POINTS = 15


def answer_sheet_xml(rows: Iterable[AnswerRow], styles: Styles) -> bytes:
    """The whole sheet; ``styles`` gains those that it needs."""
    looks = _looks(styles)
    lines: list[bytes] = []
    links: list[bytes] = []
    for number, row in enumerate(rows, 1):
        cells = []
        for column, cell in enumerate(sealed_row(row)):
            reference = f"{column_letters(column)}{number}".encode()
            if cell.text:
                inside = inline_text(cell.text, b"")
                cells.append(b'<c r="%s" s="%d" t="inlineStr">%s</c>' % (reference, looks[cell.style], inside))
            if cell.link:
                sheet, target = cell.link
                location = attribute_text(f"'{sheet.replace(chr(39), chr(39) * 2)}'!{target}")
                links.append(b'<hyperlink ref="%s" location="%s"/>' % (reference, location))
        height = _height(row)
        custom = b' ht="%d" customHeight="1"' % height if height > _LINE_POINTS else b""
        lines.append(b'<row r="%d"%s>%s</row>' % (number, custom, b"".join(cells)))
    columns = b"".join(
        b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (index, index, width)
        for index, width in enumerate(WIDTHS, 1)
    )
    columns += b'<col min="%d" max="%d" width="9" hidden="1" customWidth="1"/>' % (len(WIDTHS) + 1, len(WIDTHS) + 1)
    hyperlinks = b"<hyperlinks>%s</hyperlinks>" % b"".join(links) if links else b""
    data = b"<sheetData>%s</sheetData>" % b"".join(lines)
    return b"".join([_HEAD, b"<cols>", columns, b"</cols>", data, hyperlinks, _FOOT, b"</worksheet>"])


def _looks(styles: Styles) -> dict[str, int]:
    border = styles.add_border("FFC9D1D8")
    text = styles.add_font()
    bold = styles.add_font(bold=True)
    looks = {
        "title": styles.add(font=styles.add_font(bold=True, size=16), wrap=False),
        "verdict": styles.add(font=styles.add_font(bold=True, size=12), wrap=False),
        "section": styles.add(font=styles.add_font(bold=True, size=13), wrap=False),
        "fact": styles.add(font=text, wrap=False),
        "hint": styles.add(font=styles.add_font(argb="FF51606E"), wrap=False),
        "heading": styles.add(font=bold, fill=styles.add_fill("FFE6ECF0"), border=border),
        "text": styles.add(font=text, border=border),
        "link": styles.add(font=styles.add_font(link=True, argb="FF0B5394"), border=border),
    }
    for severity, colour in COLOURS.items():
        looks[severity] = styles.add(font=bold, fill=styles.add_fill(colour), border=border)
    return looks


def _height(row: AnswerRow) -> int:
    """The height in points that the longest text of a row needs under the widths of the columns."""
    lines = [
        sum(1 + len(line) // (width + 2) for line in cell.text.split("\n"))
        for cell, width in zip(row, WIDTHS, strict=False)
        if cell.style not in _ONE_LINE_STYLES
    ]
    return min(_LINE_POINTS * max(lines, default=1), 400)
