"""A site's rows override and complete the shipped ones; the result is typed and reaches the lake."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from sources.referential.loader import load_referential
from sources.referential.schema import TABLES

SITE_ROWS = {
    "axes": "code;label;origin;rank;description\nAXE_10;Santé numérique;proposed;10;Notre dixième axe\n",
    "functions": "code;label;origin;rank\nCAUSALE;Causale;proposed;6\n",
    "project_statuses": (
        "code;label;origin;rank;is_deployed;is_ended;needs_reason\nessaimage;Essaimage;proposed;10;oui;non;non\n"
    ),
    "criteria": "code;label;origin;side_code;rank;help\nIMP_5;Impact territorial;proposed;impact;9;\n",
    "subcriteria": (
        "code;label;origin;criterion_code;scale_code;polarity;polarity_origin;rank;help\n"
        "IMP_5_1;Accès aux soins;proposed;IMP_5;fmf;+;proposed;1;Désert médical\n"
    ),
    "weight_profiles": "code;label;origin;rank\nterritorial;Priorité au territoire;proposed;6\n",
    "weight_profile_weights": (
        "code;label;origin;profile_code;criterion_code;weight\n"
        "territorial:IMP_5;Le territoire compte;proposed;territorial;IMP_5;2,125\n"
    ),
}


def site(folder: Path, **tables: str | bytes) -> Path:
    """A site's folder with those tables."""
    for name, content in tables.items():
        (folder / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def test_one_more_of_each_is_a_row_and_no_code(tmp_path: Path) -> None:
    referential = load_referential(site(tmp_path, **SITE_ROWS))
    for table, code in {
        "axes": "AXE_10", "functions": "CAUSALE", "project_statuses": "essaimage", "criteria": "IMP_5",
        "subcriteria": "IMP_5_1", "weight_profiles": "territorial", "weight_profile_weights": "territorial:IMP_5",
    }.items():  # fmt: skip
        row = referential.table(table).filter(pl.col("code") == code)
        assert row["is_site"].to_list() == [True], table
    assert referential.codes("axes")[-1] == "AXE_10"
    assert referential.labels("functions")["CAUSALE"] == "Causale"
    weight = referential.table("weight_profile_weights").filter(pl.col("code") == "territorial:IMP_5")["weight"]
    assert weight.to_list() == [Decimal("2.125")]
    assert weight.dtype == pl.Decimal(9, 3)


def test_a_site_row_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    site(tmp_path, thresholds="code;label;origin;value\nIMPACT_HIGH;Seuil d'impact;proposed;55\n")
    thresholds = load_referential(tmp_path).table("thresholds")
    assert dict(thresholds.select("code", "value").iter_rows())["IMPACT_HIGH"] == Decimal(55)
    assert len(thresholds) == len(load_referential().table("thresholds"))


def test_closed_rows_stay_and_can_be_left_out(tmp_path: Path) -> None:
    site(tmp_path, ways="code;label;origin;rank;valid_to\nachat;Achat;seed;1;31/12/2025\n")
    referential = load_referential(tmp_path)
    assert referential.codes("ways") == ["achat", "construction"]
    assert referential.table("ways", on=date(2025, 12, 31))["code"].to_list() == ["achat", "construction"]
    assert referential.table("ways", on=date(2026, 1, 1))["code"].to_list() == ["construction"]


@pytest.mark.parametrize(
    "content",
    [
        "code;label;origin;rank\r\nAXE_10;Santé numérique;proposed;10\r\n;;;\r\n".encode("cp1252"),
        "\ufeffcode;label;origin;rank\nAXE_10;Santé numérique;proposed;10\n".encode(),
        "code,label,origin,rank\nAXE_10,Santé numérique,proposed,10\n".encode(),
        "code\tlabel\torigin\trank\nAXE_10\tSanté numérique\tproposed\t10\n".encode("utf-16"),
        "sep=;\nCode;Label;Origin;Rank;;\nAXE_10; Santé numérique ;proposed;10;;\n".encode(),
        'code;label;origin;rank\n"AXE_10";"Sante\u0301\nnumérique";proposed;10\n'.encode(),
    ],
    ids=["excel cp1252", "utf-8 mark", "commas", "utf-16 tabs", "sep line", "quoted line break, decomposed accent"],
)
def test_what_excel_does_to_a_csv_is_read(tmp_path: Path, content: bytes) -> None:
    referential = load_referential(site(tmp_path, axes=content))
    assert referential.labels("axes")["AXE_10"] == "Santé numérique"


def test_the_checksum_follows_the_content(tmp_path: Path) -> None:
    plain = load_referential().checksum
    assert load_referential(tmp_path / "absent").checksum == plain
    same = "code;label;origin;rank\nachat;Achat;seed;1\n"
    assert load_referential(site(tmp_path, ways=same)).checksum == plain
    assert load_referential(site(tmp_path, ways=same.replace("Achat", "Achats"))).checksum != plain


def test_the_lake_gets_every_table_with_its_typed_columns(tmp_path: Path) -> None:
    load_referential().write_lake(tmp_path)
    for name, table in TABLES.items():
        rows = pl.read_parquet(tmp_path / f"ref_{name}" / "referential.parquet")
        assert rows.schema == pl.Schema(table.lake_schema), name
        assert not rows["code"].is_duplicated().any()
    thresholds = pl.read_parquet(tmp_path / "ref_thresholds" / "referential.parquet")
    assert thresholds["value"].dtype == pl.Decimal(9, 6)


def test_questions_come_in_the_order_of_the_workbook() -> None:
    codes = load_referential().codes("subcriteria")
    assert codes[:5] == ["IMP_1_1", "IMP_1_2", "IMP_1_3", "IMP_1_4", "IMP_2_1"]
    assert codes[-1] == "EFF_4_5"
