"""Whatever wrote a CSV, the same text comes out, or the row is refused: never other letters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.workbook.filetype import UnreadableFileError
from sources.workbook.text.csv_reading import read_csv
from sources.workbook.text.encodings import LOST, decode
from sources.workbook.text.french_text import known_words, oddness
from sources.workbook.text.twice_encoded import mended

HEADINGS = ["Code de l'évaluateur", "Rôle", "Cas d'usage", "Coût estimé (€)", "Commentaire"]
COMMENTS = [
    "Prêt à l'emploi, déjà évalué à l’été : « utile »…",
    "L’œil du radiologue – cœur",
    "Élevé ; ÉTABLISSEMENT, À REVOIR",
    "n° 12, 45 000 €, 2 m², ½ journée, 36 °C",
    "",
]
ROWS = [HEADINGS, *([f"MED-0{n}", "Médecin", "CAT-001", "45 000 €", said] for n, said in enumerate(COMMENTS))]
_SIMPLER = str.maketrans({"’": "'", "…": "...", "–": "-", "œ": "oe", "€": "EUR", "\u00a0": " "})

ENCODINGS = [
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-7", "cp1252", "mac_roman"),
    *("latin-1", "iso8859-15", "cp850", "cp437"),
]
_WITHOUT_TYPOGRAPHY = {"latin-1", "iso8859-15", "cp850", "cp437"}


def table(encoding: str) -> tuple[list[list[str]], bytes]:
    rows = [[_for(encoding, cell) for cell in row] for row in ROWS]
    text = "".join(";".join(f'"{cell}"' if ";" in cell else cell for cell in row) + "\r\n" for row in rows)
    return rows, text.encode(encoding)


def _for(encoding: str, text: str) -> str:
    simpler = text.translate(_SIMPLER) if encoding in _WITHOUT_TYPOGRAPHY else text
    return "".join(character for character in simpler if _is_in(character, encoding))


def _is_in(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_same_table_in_any_encoding_is_the_same_rows(encoding: str) -> None:
    rows, content = table(encoding)
    assert read_csv(content).rows == rows


def wrongly_read(text: str, wrong: str) -> str:
    """UTF-8 taken for another encoding; what that one has no letter for stays as it is, as browsers do."""
    return "".join(_letter(bytes([byte]), wrong) for byte in text.encode())


def _letter(byte: bytes, wrong: str) -> str:
    try:
        return byte.decode(wrong)
    except UnicodeDecodeError:
        return byte.decode("latin-1")


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("wrong", ["cp1252", "latin-1", "mac_roman", "cp850", "cp437"])
def test_what_was_written_twice_is_undone_and_said(wrong: str, times: int) -> None:
    rows, content = table("utf-8")
    text = content.decode()
    for _ in range(times):
        text = wrongly_read(text, wrong)
    read = read_csv(text.encode())
    assert read.rows == rows
    assert [rule for rule, _, _ in read.remarks] == ["I0448"]


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("line", range(1, 4))
def test_one_line_of_another_encoding_is_read_by_its_own_proof_or_refused(encoding: str, line: int) -> None:
    rows, content = table("utf-8")
    lines = content.splitlines(keepends=True)
    lines[line] = lines[line].decode().translate(_SIMPLER).encode(encoding, errors="ignore")
    read = read_csv(b"".join(lines))
    expected = [cell.translate(_SIMPLER).encode(encoding, errors="ignore").decode(encoding) for cell in rows[line]]
    assert read.rows[line] == expected or line in read.torn
    assert [row for at, row in enumerate(read.rows) if at != line] == rows[:line] + rows[line + 1 :]


@pytest.mark.parametrize(
    "text",
    ["García et Peña", "Noël, maïs, aigüe", "Sørensen", "½ journée, 12½", "voilà…", "m² et n° 5", "SÃO Paulo", "µg"],
)
def test_what_is_rare_is_not_taken_for_damage(text: str) -> None:
    assert mended(text) == (text, "")


@pytest.mark.parametrize("text", ["RŽdaction", "mÈdecin", "½il", "45 ¤", "¤", "voil‡", "d‚j…", "Ž", "l’ê2"])
def test_what_no_french_text_has_is_odd(text: str) -> None:
    assert any(oddness(word).odd for word in text.split())


def test_known_words_are_known_whatever_their_case() -> None:
    assert known_words("DÉJÀ") == known_words("Déjà") == 1
    assert not known_words("zzé") and not known_words("deja")


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"a;b\r\nXv\x88zz;1\r\n", "Xvàzz"),
        ("病院;médecin\r\n".encode("gb18030"), "aucun encodage"),
    ],
)
def test_what_no_proof_settles_is_refused_with_its_readings(content: bytes, shown: str) -> None:
    with pytest.raises(UnreadableFileError, match="E0040") as refusal:
        read_csv(content)
    assert shown in refusal.value.found


def test_a_letter_cut_in_two_costs_its_row_only() -> None:
    rows, content = table("utf-8")
    read = read_csv(content.replace("déjà".encode(), "déj".encode() + b"\xc3", 1))
    assert set(read.torn) == {1} and read.torn[1][0] == "E0240" and "déj·" in read.torn[1][1]
    assert [row for row in read.rows if row] == [rows[0], *rows[2:]]


def test_zeros_around_cells_go_and_those_inside_cost_the_row() -> None:
    read = read_csv(b"a;b\r\nFort\0\0;x\r\nFo\0rt;y\r\n\0\0\0")
    assert read.rows[1] == ["Fort", "x"] and list(read.torn) == [2]


_TEXTS = st.text(st.sampled_from("aeiou àâçéèêëîïôùûœÉÀŒ’«»…–€° stnr"), min_size=1, max_size=30)


@settings(max_examples=150, deadline=None)
@given(cells=st.lists(_TEXTS, min_size=1, max_size=4), encoding=st.sampled_from(["cp1252", "mac_roman"]))
def test_any_french_letters_come_back_or_are_refused(cells: list[str], encoding: str) -> None:
    """Beside the headings, whose words prove the encoding, any sequence of letters is what it was or is lost."""
    content = "\n".join([";".join(HEADINGS), *cells]).encode(encoding)
    try:
        lines = decode(content).text.split("\n")
    except UnreadableFileError:
        return
    for written, read in zip(cells, lines[1:], strict=True):
        assert read == written or LOST in read
