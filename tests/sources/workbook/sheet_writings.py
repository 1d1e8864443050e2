"""One sheet written in any of the ways that XML and the standard allow, by chance; for the properties beside it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from sources.workbook.formats.marks import NO_STORED_RESULT, column_letters

TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
PERCENT_STYLE = 1

TEXTS = ["Fort", "Moyen", "Non évalué", "L'hôpital", "a < b & c", 't="e"', "<v>#N/A</v>", "x ='2'", "œuvre — 5 €"]
NUMBERS = ["0", "12", "12.5", "-3", "1E3", "45000"]


@dataclass(frozen=True)
class Cell:
    kind: str
    value: str = ""


@dataclass(frozen=True)
class Model:
    """What the sheet says: (row, column) → cell, and its hidden rows."""

    cells: dict[tuple[int, int], Cell]
    hidden_rows: frozenset[int] = frozenset()


@dataclass
class Expected:
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    empty: set[tuple[int, int]] = field(default_factory=set)
    percentages: set[tuple[int, int]] = field(default_factory=set)


CELLS = st.one_of(
    st.sampled_from(TEXTS).map(lambda text: Cell("inline", text)),
    st.sampled_from(TEXTS).map(lambda text: Cell("shared", text)),
    st.sampled_from(TEXTS).map(lambda text: Cell("formula text", text)),
    st.sampled_from(NUMBERS).map(lambda number: Cell("number", number)),
    st.sampled_from(NUMBERS).map(lambda number: Cell("formula number", number)),
    st.sampled_from(["0.4", "1"]).map(lambda number: Cell("percentage", number)),
    st.sampled_from(["#N/A", "#DIV/0!", "#SPILL!", "#ERROR!"]).map(lambda shown: Cell("error", shown)),
    st.sampled_from(["#N/A", "#REF!"]).map(lambda shown: Cell("formula error", shown)),
    st.sampled_from(["absent", "closed", "opened"]).map(lambda how: Cell("never computed", how)),
    st.just(Cell("formula empty")),
    st.just(Cell("blank")),
)

MODELS = st.builds(
    Model,
    st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 4)), CELLS, min_size=1, max_size=12),
    st.frozensets(st.integers(0, 5), max_size=2),
)


def expected(model: Model) -> Expected:
    said = Expected()
    for place, cell in model.cells.items():
        if cell.kind in ("error", "formula error"):
            said.errors[place] = cell.value
        elif cell.kind == "never computed":
            said.errors[place] = NO_STORED_RESULT
        elif cell.kind == "formula empty":
            said.empty.add(place)
        elif cell.kind != "blank":
            is_number = "number" in cell.kind or cell.kind == "percentage"
            said.texts[place] = f"{float(cell.value):g}" if is_number else cell.value
            if cell.kind == "percentage":
                said.texts[place] = f"{float(cell.value) * 100:g} %"
                said.percentages.add(place)
    return said


HABITS = [
    "blanks", "quotes", "numbers in attributes", "sections", "numbers in texts", "comments in texts", "order", "pairs",
    "no places", "runs", "phonetics", "indents", "comments", "instructions", "other vocabularies",
]  # fmt: skip
"""What a document may be odd in."""


class Writing:
    """How this document is written: in the plain way, but for one, two or three habits."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.habits = draw(st.frozensets(st.sampled_from(HABITS), max_size=3))
        self.prefix = draw(st.sampled_from(["", "", "x:", "ss:", "c:"]))
        self.namespace = draw(st.sampled_from([TRANSITIONAL, TRANSITIONAL, STRICT]))
        self.encoding = draw(st.sampled_from(["utf-8"] * 5 + ["utf-8-sig", "utf-16", "iso-8859-1"]))
        self.strings: list[str] = []

    def maybe(self, habit: str) -> bool:
        """Whether to follow a habit of this document here."""
        return habit in self.habits and self._draw(st.booleans())

    def blank(self) -> str:
        return self._draw(st.sampled_from([" ", "\n", "\t", "  "])) if self.maybe("blanks") else ""

    def attribute(self, name: str, value: str) -> str:
        if self.maybe("numbers in attributes") and value:
            value = f"&#{ord(value[0])};{escape(value[1:])}"
        else:
            value = escape(value, {'"': "&quot;", "'": "&apos;"})
        quote = "'" if self.maybe("quotes") else '"'
        return f"{self.blank() or ' '}{name}{self.blank()}={self.blank()}{quote}{value}{quote}"

    def text(self, text: str) -> str:
        if self.maybe("sections"):
            return f"<![CDATA[{text}]]>"
        if self.maybe("numbers in texts"):
            return "".join(f"&#x{ord(letter):X};" for letter in text)
        if self.maybe("comments in texts") and len(text) > 1:
            return f"{escape(text[:1])}<!-- {'<v>9</v>'} -->{escape(text[1:])}"
        return escape(text)

    def element(self, name: str, attributes: dict[str, str] | None = None, inside: str = "") -> str:
        named = list((attributes or {}).items())
        if self.maybe("order"):
            named.reverse()
        written = "".join(self.attribute(key, value) for key, value in named)
        if not inside and not self.maybe("pairs"):
            return f"<{self.prefix}{name}{written}{self.blank()}/>"
        return f"<{self.prefix}{name}{written}{self.blank()}>{inside}</{self.prefix}{name}{self.blank()}>"

    def between(self) -> str:
        """What may stand between two elements."""
        return "".join(what for habit, what in _BETWEEN.items() if self.maybe(habit))


_BETWEEN = {
    "indents": "\n  ",
    "comments": '<!-- <c r="A1"><v>7</v></c> -->',
    "instructions": '<?tool <c r="A1" t="e"><v>#N/A</v></c>?>',
    "other vocabularies": '<y:c xmlns:y="urn:y" r="A1"><y:v>7</y:v></y:c>',
}


def written_cell(write: Writing, cell: Cell) -> tuple[dict[str, str], str]:
    """The attributes and the content of a cell, but for its place."""
    formula = write.element("f", inside=write.text("1+1")) if "formula" in cell.kind or "never" in cell.kind else ""
    value = write.element("v", inside=write.text(cell.value))
    if cell.kind == "inline":
        return {"t": "inlineStr"}, write.element("is", inside=_string(write, cell.value))
    if cell.kind == "shared":
        if cell.value not in write.strings:
            write.strings.append(cell.value)
        return {"t": "s"}, write.element("v", inside=write.text(str(write.strings.index(cell.value))))
    if cell.kind in ("error", "formula error"):
        return {"t": "e"}, formula + value
    if cell.kind in ("formula text", "formula empty"):
        return {"t": "str"}, formula + value
    if cell.kind == "never computed":
        return {}, formula + {"absent": "", "closed": "<%sv/>", "opened": "<%sv></%sv>"}[cell.value].replace(
            "%s", write.prefix
        )
    if cell.kind == "blank":
        return {}, ""
    return ({"s": str(PERCENT_STYLE)} if cell.kind == "percentage" else {}), formula + value


def _string(write: Writing, text: str) -> str:
    """Text whole or in runs, with the phonetic guide that some programs add."""
    kept = {"xml:space": "preserve"}
    runs = write.element("t", kept, write.text(text))
    if write.maybe("runs") and len(text) > 1:
        parts = (text[:1], text[1:])
        runs = "".join(write.element("r", inside=write.element("t", kept, write.text(part))) for part in parts)
    if write.maybe("phonetics"):
        runs += write.element("rPh", {"sb": "0", "eb": "1"}, write.element("t", inside="PHON"))
    return runs


def sheet_xml(write: Writing, model: Model) -> str:
    rows = []
    at = -1
    for row in sorted({place[0] for place in model.cells} | model.hidden_rows):
        hidden = {"hidden": "1"} if row in model.hidden_rows else {}
        place = {} if row == at + 1 and write.maybe("no places") else {"r": str(row + 1)}
        rows.append(write.element("row", {**place, **hidden}, _cells(write, model, row) + write.between()))
        at = row
    data = write.element("sheetData", inside=write.between() + write.between().join(rows) or " ")
    declared = f'xmlns:{write.prefix[:-1]}="{write.namespace}"' if write.prefix else f'xmlns="{write.namespace}"'
    return f"<{write.prefix}worksheet {declared}>{data}</{write.prefix}worksheet>"


def _cells(write: Writing, model: Model, row: int) -> str:
    parts = []
    before = -1
    for column in sorted(column for at, column in model.cells if at == row):
        attributes, inside = written_cell(write, model.cells[row, column])
        reference = f"{column_letters(column)}{row + 1}"
        place = {} if column == before + 1 and write.maybe("no places") else {"r": reference}
        parts.append(write.between() + write.element("c", {**place, **attributes}, inside))
        before = column
    return "".join(parts)


def encoded(xml: str, encoding: str) -> bytes:
    if encoding.startswith("utf-8"):
        return f'<?xml version="1.0" encoding="UTF-8"?>{xml}'.encode(encoding)
    if encoding == "utf-16":
        return f'<?xml version="1.0" encoding="UTF-16"?>{xml}'.encode(encoding)
    try:
        return f'<?xml version="1.0" encoding="ISO-8859-1"?>{xml}'.encode(encoding)
    except UnicodeEncodeError:
        return encoded(xml, "utf-8")


@st.composite
def writings(draw: st.DrawFn) -> tuple[Model, bytes]:
    """A sheet, and a workbook that says it in some legal writing."""
    model = draw(MODELS)
    write = Writing(draw)
    sheet = encoded(sheet_xml(write, model), write.encoding)
    return model, workbook(sheet, _shared(write))


def _shared(write: Writing) -> bytes | None:
    if not write.strings:
        return None
    items = "".join(write.element("si", inside=_string(write, text)) for text in write.strings)
    declared = f'xmlns:{write.prefix[:-1]}="{write.namespace}"' if write.prefix else f'xmlns="{write.namespace}"'
    return encoded(f"<{write.prefix}sst {declared}>{items}</{write.prefix}sst>", write.encoding)


def workbook(sheet: bytes, strings: bytes | None = None) -> bytes:
    """A whole workbook around the XML of its only sheet, « Feuille »."""
    relations = [("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]
    relations += [("sharedStrings", "sharedStrings.xml")] if strings else []
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relations, 1)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{TRANSITIONAL}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Feuille" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{TRANSITIONAL}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="9"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": sheet,
        **({"xl/sharedStrings.xml": strings} if strings else {}),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()
