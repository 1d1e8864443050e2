"""Quotes and delimiters of a CSV: what any program writes is read, what any accident breaks is named with its rows."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.workbook.text.csv_reading import read_csv

HEADINGS = ["code", "rôle", "réponse", "note", "commentaire"]


def written(rows: list[list[str]], delimiter: str = ";", **dialect: object) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, **dialect).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def body(count: int, comment: str = "utile") -> list[list[str]]:
    return [[f"MED-{n}", "Médecin", "Fort", "Moyen", comment] for n in range(count)]


@pytest.mark.parametrize("column", range(5))
@pytest.mark.parametrize("closed", ["never", "in the last row"])
def test_a_quote_left_open_is_named_with_the_rows_that_it_took(column: int, closed: str) -> None:
    lines = [";".join(row) for row in [HEADINGS, *body(5)]]
    cells = lines[2].split(";")
    cells[column] = '"' + cells[column]
    lines[2] = ";".join(cells)
    if closed != "never":
        cells = lines[4].split(";")
        cells[column] += '"'
        lines[4] = ";".join(cells)
    read = read_csv(("\r\n".join(lines) + "\r\n").encode())
    last = 5 if closed == "never" else 4
    assert sorted(read.torn) == list(range(2, last + 1))
    assert all(rule == "E0241" and f"jusqu'à la ligne {last + 1}" in found for rule, found in read.torn.values())
    assert [row for row in read.rows if row] == [line.split(";") for line in lines[:2] + lines[last + 1 :]]


@pytest.mark.parametrize(
    "comment",
    ["deux\nlignes", "une liste :\n- a ; b\n- c ; d\n", 'dit "oui"\r\nou non', "a;b;c;d\nla suite", "\n", '"', 'x""y'],
)
@pytest.mark.parametrize("column", range(5))
def test_an_honest_cell_of_several_lines_or_with_quotes_passes(comment: str, column: int) -> None:
    rows = [HEADINGS, *body(3)]
    rows[2][column] = comment
    read = read_csv(written(rows).encode())
    assert read.rows == rows and not read.torn


def test_a_quote_inside_a_bare_cell_is_text_and_said() -> None:
    read = read_csv(b'code;ecran\r\nA;5" mat\r\n')
    assert read.rows[1] == ["A", '5" mat'] and not read.torn
    assert [rule for rule, _, _ in read.remarks] == ["I0442"]


@pytest.mark.parametrize("line", ['A;"oui" mais;x', 'A;"oui"mais;"x"', 'A;"dit "oui" bien";x'])
def test_text_behind_a_closed_quote_costs_its_row_only(line: str) -> None:
    read = read_csv(f"code;note;fin\r\nB;y;z\r\n{line}\r\nC;y;z\r\n".encode())
    assert read.torn.keys() == {2} and read.torn[2][0] == "E0242"
    assert read.rows[3] == ["C", "y", "z"]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^", ":", "~", "¦"])
@pytest.mark.parametrize("dialect", ["minimal", "all", "wrapped", "apostrophe", "backslash"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_every_dialect_gives_the_same_rows(delimiter: str, dialect: str, end: str) -> None:
    rows = [HEADINGS, *body(3, 'dit "oui" bien' if dialect == "backslash" else "l'été")]
    options: dict[str, object] = {
        "minimal": {},
        "all": {"quoting": csv.QUOTE_ALL},
        "wrapped": {},
        "apostrophe": {"quotechar": "'", "quoting": csv.QUOTE_ALL},
        "backslash": {"quoting": csv.QUOTE_ALL, "doublequote": False, "escapechar": "\\"},
    }[dialect]  # type: ignore[assignment]
    text = written(rows, delimiter, lineterminator="\n", **options)
    if dialect == "wrapped":
        text = "".join('"' + line.replace('"', '""') + '"\n' for line in text.splitlines())
    assert read_csv(text.replace("\n", end).encode()).rows == rows


@pytest.mark.parametrize("statement", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;"])
def test_a_stated_delimiter_is_a_row_of_the_file(statement: str) -> None:
    read = read_csv(f"\ufeff{statement}\r\ncode;note\r\nA;x,y,z\r\n".encode())
    assert read.rows[1:] == [["code", "note"], ["A", "x,y,z"]]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c"])
def test_what_only_some_take_for_a_line_end_stays_in_its_cell(separator: str) -> None:
    assert read_csv(f"code;note\r\nA;x{separator}y\r\nB;z\r\n".encode()).rows[1:] == [
        ["A", f"x{separator}y"],
        ["B", "z"],
    ]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85"])
def test_what_ends_every_line_ends_lines_where_nothing_else_does(sign: str) -> None:
    assert read_csv(f"code;note{sign}A;été{sign}B;z".encode()).rows == [["code", "note"], ["A", "été"], ["B", "z"]]


@pytest.mark.parametrize("end", [b"\x1a", b"\x1a\x1a", b"\0\0\0", b"\r\n\x1a"])
def test_what_old_programs_put_at_the_end_is_no_row(end: bytes) -> None:
    rows = read_csv(b"code;note\r\nA;x\r\n" + end).rows
    assert [row for row in rows if row] == [["code", "note"], ["A", "x"]]


_CELLS = st.text(st.sampled_from("ab;.\"'\n é5"), max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(_CELLS, min_size=5, max_size=5), min_size=1, max_size=5), st.booleans())
def test_what_a_csv_writer_wrote_comes_back_or_is_named(rows: list[list[str]], quoted: bool) -> None:
    rows = [HEADINGS, *rows]
    read = read_csv(written(rows, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).encode())
    if not read.torn:
        assert [row or [""] for row in read.rows] == rows
