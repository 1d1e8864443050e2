"""The archive that is imported, and the way back to what is committed."""

import io
import zipfile
from typing import Any

import pytest
import yaml

from dashboards.files import sentences
from dashboards.files.bundle import ownership_mark, read_bundle, zip_bundle
from dashboards.files.normalise import fingerprint, normalise
from sources.referential.loader import load_referential


def archive() -> dict[str, dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(zip_bundle(read_bundle()))) as opened:
        return {name: yaml.safe_load(opened.read(name)) for name in opened.namelist()}


def test_the_same_bundle_gives_the_same_bytes() -> None:
    assert zip_bundle(read_bundle()) == zip_bundle(read_bundle())
    assert read_bundle().checksum == read_bundle().checksum


def test_a_page_is_published_again_when_only_what_all_pages_share_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_bundle().checksum
    monkeypatch.setattr(sentences, "SHARED", sentences.SHARED[:1])
    assert read_bundle().checksum != before


def test_everything_published_carries_our_mark() -> None:
    bundle, files = read_bundle(), archive()
    for chart in bundle.charts:
        mark = files[f"bundle/charts/{chart.uuid}.yaml"]["certification_details"]
        assert mark == ownership_mark(chart.uuid, fingerprint(normalise(chart.content)))
    for page in bundle.dashboards:
        mark = files[f"bundle/dashboards/{page.content['slug']}.yaml"]["certification_details"]
        assert mark == ownership_mark(page.uuid, bundle.checksum, fingerprint(normalise(page.content)))


def test_what_comes_back_from_a_server_is_what_was_committed() -> None:
    files = archive()
    for page in read_bundle().dashboards:
        published = files[f"bundle/dashboards/{page.content['slug']}.yaml"]
        assert published["css"] != page.content.get("css", "")
        assert normalise(published) == page.content


def test_normalising_twice_is_the_same_as_once() -> None:
    for document in read_bundle().documents:
        assert normalise(document.content) == document.content


def test_no_file_names_a_place_or_a_number_of_one_server() -> None:
    for document in read_bundle().documents:
        text = yaml.safe_dump(document.content)
        assert "chartId" not in text
        assert "datasetId" not in text
        assert "query_context" not in text
    assert read_bundle().database.content["sqlalchemy_uri"] == "duckdb:///warehouse"


def test_each_filter_that_spares_a_chart_names_it_by_its_number_in_the_archive() -> None:
    page = archive()["bundle/dashboards/cartographie.yaml"]
    numbers = {part["meta"]["chartId"] for part in page["position"].values() if "chartId" in str(part)}
    excluded = [chart for f in page["metadata"]["native_filter_configuration"] for chart in f["scope"]["excluded"]]
    assert excluded
    assert set(excluded) <= numbers


def test_a_page_says_the_words_that_several_of_its_charts_draw() -> None:
    """Those that it does not say, Superset finds as the page opens, and draws all of it again after each chart."""
    pages = {slug: archive()[f"bundle/dashboards/{slug}.yaml"]["metadata"] for slug in ("cartographie", "matrice")}
    said = {slug: set(page["shared_label_colors"]) for slug, page in pages.items()}
    assert {"use_case_count", "Nombre de cas d'usage", *pages["cartographie"]["label_colors"]} <= said["cartographie"]
    sources = load_referential().table("sources").get_column("label").to_list()
    assert set(sources) <= said["cartographie"], "a source that the page compares has no colour in its label_colors"
    assert "compared_answers" not in said["cartographie"]
    assert not said["matrice"] & set(pages["matrice"]["label_colors"])
