"""Make the files of the corpus anew, with openpyxl, LibreOffice, SheetJS, xlwt and bare bytes.

    python -m tests.corpus.make [NAME…]        writes tests/corpus/files/, or these files of it

Needs soffice; node, and SheetJS where ``NODE_PATH`` leads (``npm install xlsx@0.18.5``); ``uv run --with xlwt==1.3.0``.

Belongs here: what each file holds. Does not: what is expected of it (``expected.csv``, judged by eye, never generated).
"""

from __future__ import annotations

import copy
import importlib
import io
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

FILES = Path(__file__).with_name("files")
_STAMP = (2026, 1, 1, 0, 0, 0)

Tables = dict[str, list[list[Any]]]

OWN = "690781810-1"
BASE: Tables = {
    "Établissement": [["N° FINESS juridique ou code", "Campagne"], ["690781810", "Campagne 2026"]],
    "Cas d'usage": [
        ["Code", "Nom du cas d'usage", "Besoin identifié", "Axe", "Fonctions IA", "Coût estimé (€)"],
        [OWN, "Tri des courriers reçus", "Lire moins", "Pilotage & Gestion", "Générative", 45000],
    ],
    "Objectifs": [["Cas d'usage", "Indicateur", "Valeur cible"], [OWN, "Délai de tri", "2 jours"]],
    "Évaluations": [
        ["Code de l'évaluateur", "Rôle", "Cas d'usage", "Date de l'évaluation", "IMP_1_1", "EFF_1_1"],
        ["MED-01", "Médecin", OWN, "2026-03-15", "Fort", "Faible"],
        ["DSI-01", "DSI", "CAT-001", "15/03/2026", "Moyen", "Fort"],
    ],
}
CSV_ROWS = [
    [
        "Code de l'évaluateur",
        "Rôle",
        "Cas d'usage",
        "IMP_1_1",
        "Commentaire",
        "N° FINESS juridique ou code",
        "Campagne",
    ],
    ["MED-01", "Médecin", "CAT-001", "Fort", "Très utile, l'été", "690781810", "Campagne 2026"],
    ["CAD-01", "Cadre de santé", "CAT-002", "Moyen", "Prévu à 12,5 %", "690781810", "Campagne 2026"],
]


def tables(**changes: Callable[[list[list[Any]]], Any]) -> Tables:
    """A copy of the base; each change edits one sheet (``uc``, ``ev``, ``ob``, ``et``)."""
    names = {"et": "Établissement", "uc": "Cas d'usage", "ob": "Objectifs", "ev": "Évaluations"}
    content = copy.deepcopy(BASE)
    for short, change in changes.items():
        change(content[names[short]])
    return content


def put(row: int, column: int, value: Any) -> Callable[[list[list[Any]]], None]:
    def change(rows: list[list[Any]]) -> None:
        rows[row][column] = value

    return change


def with_column(heading: str, *values: Any) -> Callable[[list[list[Any]]], None]:
    def change(rows: list[list[Any]]) -> None:
        rows[0].append(heading)
        for row, value in zip(rows[1:], values, strict=False):
            row.append(value)

    return change


def workbook(content: Tables, edit: Callable[[openpyxl.Workbook], Any] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in content.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    edit(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(rows: list[list[Any]], delimiter: str, encoding: str, end: str = "\r\n") -> bytes:
    def quoted(cell: Any) -> str:
        plain = "" if cell is None else str(cell)
        return f'"{plain}"' if delimiter in plain or "\n" in plain else plain

    return (end.join(delimiter.join(quoted(cell) for cell in row) for row in rows) + end).encode(encoding)


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content)
    return stream.getvalue()


def converted(content: bytes, suffix: str, to: str) -> bytes:
    """What LibreOffice makes of a file."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"source.{suffix}"
        source.write_bytes(content)
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", to]
        subprocess.run(
            [*command, "--outdir", f"{folder}/out", str(source)], check=True, capture_output=True, timeout=120
        )
        return next((Path(folder) / "out").iterdir()).read_bytes()


def by_sheetjs(content: bytes, to: str, *options: str) -> bytes:
    """What SheetJS makes of an xlsx: it writes xlsb, which LibreOffice does not."""
    command = ["node", str(Path(__file__).with_name("sheetjs.js")), to, *options]
    return subprocess.run(command, input=content, check=True, capture_output=True, timeout=60).stdout


def by_xlwt(content: Tables) -> bytes:
    """An xls by xlwt, which never computes a formula (``=…``)."""
    xlwt = importlib.import_module("xlwt")
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in content.items():
        sheet = book.add_sheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                is_formula = isinstance(value, str) and value.startswith("=")
                sheet.write(r, c, xlwt.Formula(value[1:]) if is_formula else value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_uncomputed_formula(xlsb: bytes, sheet: str, text: str) -> bytes:
    """The same xlsb, the first short cell that holds the text made a formula whose stored result is empty (BIFF12)."""
    encoded = text.encode("utf-16-le")
    old = bytes([17, 8 + len(encoded)]) + bytes(4) + struct.pack("<I", len(text)) + encoded
    formula = struct.pack("<IIIHII", 4, 0, 0, 0, 0, 0)
    return with_part(
        xlsb, f"xl/worksheets/{sheet}.bin", lambda part: _replaced(part, old, bytes([8, len(formula)]) + formula)
    )


def _replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    if old not in content:
        raise ValueError("the part is not what it was")
    return content.replace(old, new, 1)


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    return zipped(parts | {name: change(parts[name])})


def main(*names: str) -> None:
    from tests.corpus.cases import cases

    made = cases()
    if not names:
        shutil.rmtree(FILES, ignore_errors=True)
        FILES.mkdir()
    for name in names or made:
        (FILES / name).write_bytes(made[name])


if __name__ == "__main__":
    main(*sys.argv[1:])
