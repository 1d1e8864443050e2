"""The versions of a site's organisations, laid in the lake from what the archive received."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.archive.archive_references import receive_site_referential
from sources.home.home import Home
from sources.lake import lake
from sources.versions.organisation_versions import TABLE, write_organisation_versions

HEADING = "code;label;origin;member_gcs;country_code;is_health_establishment;sector_code;source_code\n"
ROW = "CLINIQUE;Clinique {};proposed;non;FR;oui;public;GCS\n"


def test_each_received_version_is_laid_once_and_an_emptied_file_is_one(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.referential.mkdir(parents=True)
    file = home.referential / "organisations.csv"
    for content in (HEADING + ROW.format("A"), HEADING + ROW.format("A"), HEADING + ROW.format("B"), None):
        if content is None:
            file.unlink()
        else:
            file.write_text(content, encoding="utf-8")
        receive_site_referential(home, home.referential)
        write_organisation_versions(home)
    rows = lake.read(home.lake, TABLE)
    shipped = rows.filter(pl.col("reception_number") == 0)
    assert "690781810" in shipped["organisation_code"].to_list()
    site = rows.filter(pl.col("reception_number") > 0).sort("reception_number", "organisation_code", nulls_last=True)
    assert site.select("reception_number", "organisation_code", "organisation_label", "sector_code").rows() == [
        (1, "CLINIQUE", "Clinique A", "public"),
        (1, None, None, None),
        (2, "CLINIQUE", "Clinique B", "public"),
        (2, None, None, None),
        (3, None, None, None),
    ]
    assert site["received_at"].null_count() == 0
