"""The report says what the release holds: every figure that it prints is recomputed here by SQL of its own."""

import os
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import duckdb
import pytest

from dashboards.browser import find_chromium
from pipelines.publication import current_release
from pipelines.report import sentences
from pipelines.report.figures import Figures, NothingToReport, read_figures
from pipelines.report.page import render
from pipelines.report.pdf import PrintingError, print_page
from pipelines.report.writing import write_report
from sources.home import Home

SCOPE = "campaign_code = 'DEMO-2026' and profile_code = 'equilibre' and perimeter_code = 'gcs'"


@pytest.fixture(scope="module")
def figures(demo_home: Home) -> Figures:
    return read_figures(demo_home.current_release)


@pytest.fixture(scope="module")
def page(demo_home: Home, figures: Figures) -> str:
    release = current_release(demo_home)
    assert release is not None
    return render(figures, release)


def one(home: Home, query: str) -> int:
    with duckdb.connect(str(home.current_release), read_only=True) as connection:
        (value,) = connection.execute(query).fetchall()[0]
        return int(value)


def text_of(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<(style|svg|code).*?</\1>", " ", page, flags=re.DOTALL)))


def test_the_summary_counts_as_the_matrix_does(demo_home: Home, figures: Figures) -> None:
    said = " ".join(sentences.summary(figures))
    total = one(demo_home, f"select count(*) from mart_portfolio_matrix where {SCOPE}")
    placed = one(
        demo_home, f"select count(*) from mart_portfolio_matrix where {SCOPE} and quadrant_code <> 'non_evalue'"
    )
    wins = one(
        demo_home, f"select count(*) from mart_portfolio_matrix where {SCOPE} and quadrant_code = 'victoire_rapide'"
    )
    assessors = one(
        demo_home,
        "select count(distinct (organisation_code, assessor_code)) from fct_assessment"
        " inner join dim_establishment using (organisation_code) where campaign_code = 'DEMO-2026' and is_gcs_member",
    )
    assert said.startswith(f"{total} cas d'usage ont été évalués par {assessors} évaluateurs")
    assert f"{wins} sur {placed} sont des victoires rapides" in said


def test_changes_since_the_previous_campaign_are_those_of_the_matrix(demo_home: Home, figures: Figures) -> None:
    expected = one(
        demo_home,
        "select count(*) from mart_portfolio_matrix now inner join mart_portfolio_matrix before"
        " using (profile_code, perimeter_code, use_case_code) where now.campaign_code = 'DEMO-2026'"
        " and before.campaign_code = 'DEMO-2025' and profile_code = 'equilibre' and perimeter_code = 'gcs'"
        " and now.quadrant_code <> before.quadrant_code",
    )
    assert len(sentences.moved(figures)) == expected > 0
    assert f"{expected} cas d'usage ont changé de quadrant" in " ".join(sentences.summary(figures))


def test_every_use_case_stands_in_the_ranked_list_in_its_order(figures: Figures, page: str) -> None:
    ranked = page[page.index('id="classement"') : page.index('id="robustesse"')]
    titles = [unescape(title) for title in re.findall(r'<th scope="row">([^<]+)<span', ranked)]
    assert titles == [row["use_case_title"] for row in figures.use_cases]


def test_the_page_is_self_contained_and_in_french(page: str) -> None:
    assert '<html lang="fr">' in page
    assert not re.findall(r'(?:src|href)="https?:', page)
    assert "<script" not in page
    assert "Démonstration : les évaluations de ce rapport sont inventées" in page
    assert not re.findall(r"\d\.\d", text_of(page)), "a decimal point is English"
    assert not re.findall(r"\bNone\b|\bTrue\b|\bFalse\b|\bnan\b", text_of(page))


def test_the_matrix_draws_each_placed_use_case_once(figures: Figures, page: str) -> None:
    drawn = page[page.index('id="matrice"') : page.index('id="classement"')]
    placed = [row for row in figures.use_cases if row["quadrant_code"] != "non_evalue"]
    assert len(re.findall(r'aria-roledescription="circle"', drawn)) == len(placed)
    for row in figures.quadrants:
        assert row["quadrant_label"] in drawn


def test_portfolios_and_draws_are_those_of_the_marts(demo_home: Home, figures: Figures, page: str) -> None:
    said = " ".join(sentences.summary(figures))
    steady = one(
        demo_home,
        "select count(*) from mart_robustness inner join mart_portfolio_matrix using (campaign_code, perimeter_code,"
        f" use_case_code) where {SCOPE} and quadrant_code = 'victoire_rapide' and victoire_rapide_share > 0.8",
    )
    assert f"{steady} le {'reste' if steady < 2 else 'restent'} dans plus de 80\u202f% des tirages" in said
    portfolio = page[page.index('id="portefeuille"') : page.index('id="decisions"')]
    chosen = one(demo_home, "select count(*) from mart_portfolio_selection where is_selected")
    assert portfolio.count('<th scope="row">') == chosen > 0
    assert portfolio.count("<svg") == 1


def test_a_hostile_name_stays_text(figures: Figures, demo_home: Home) -> None:
    release = current_release(demo_home)
    assert release is not None
    row = {**figures.use_cases[0], "use_case_title": "<script>alert(1)</script>"}
    hostile = Figures(**{**vars(figures), "use_cases": [row, *figures.use_cases[1:]]})
    assert "<script>" not in render(hostile, release)


def test_a_use_case_that_nobody_assessed_is_not_said_to_be(figures: Figures) -> None:
    described = {**figures.use_cases[-1], "use_case_code": "X", "establishment_count": 0}
    first = sentences.summary(replace(figures, use_cases=[*figures.use_cases, described]))[0]
    assert first.startswith(f"{len(figures.use_cases)} cas d'usage ont été évalués")
    assert first.endswith("; 1 autre, décrit, ne l'a pas été.")
    assert described not in sentences.newly_assessed(replace(figures, use_cases=[*figures.use_cases, described]))


def test_pairs_that_wait_and_decisions_against_a_portfolio_are_said(figures: Figures, demo_home: Home) -> None:
    release = current_release(demo_home)
    assert release is not None
    pair = {
        "use_case_label": "Repérage des fractures",
        "owner_label": "CHU de Saint-Étienne",
        "other_label": "Aide au repérage des fractures",
        "other_owner_label": "Hospices Civils de Lyon",
        "likeness_score": 97,
        "state_label": "En attente",
    }
    departure = {
        "use_case_title": "Pré-rédaction de comptes rendus",
        "outcome_label": "Reporté",
        "scenario_label": "Capacité d'équipe",
        "selection_label": "Retenu",
        "reason_left_out": None,
    }
    told = replace(figures, duplicates=[pair], departures=[departure])
    said = sentences.summary(told)
    assert "1 paire de cas d'usage, qui n'en fait peut-être qu'un, attend une décision." in said
    text = text_of(render(told, release))
    assert "97 sur 100" in text and "CHU de Saint-Étienne" in text
    assert "Où le comité s'écarte d'un portefeuille calculé" in text and "Pré-rédaction de comptes rendus" in text


def test_an_unknown_campaign_is_told_what_there_is(demo_home: Home) -> None:
    with pytest.raises(NothingToReport, match="campagnes : DEMO-2025, DEMO-2026"):
        read_figures(demo_home.current_release, campaign="2031-1")


def test_nothing_published_is_a_sentence_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(NothingToReport, match="Rien n'est encore publié"):
        write_report(Home(tmp_path / "empty"), tmp_path / "rapport.html")
    assert not (tmp_path / "rapport.html").exists()


def test_without_a_browser_the_pdf_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CARTOGRAPHIE_CHROMIUM", raising=False)
    with pytest.raises(PrintingError, match="apt-get install chromium"):
        print_page(tmp_path / "rapport.html", tmp_path / "rapport.pdf")


@pytest.mark.browser
def test_the_pdf_holds_the_pages_with_bookmarks(demo_home: Home, tmp_path: Path) -> None:
    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("chromium is missing: apt-get install chromium")
    page = write_report(demo_home, tmp_path / "rapport.html")
    print_page(page, tmp_path / "rapport.pdf")
    content = (tmp_path / "rapport.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/Outlines" in content
    assert content.count(b"/Type /Page\n") >= 4
