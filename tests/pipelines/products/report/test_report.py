"""The report says what the release holds: every figure that it prints is recomputed here by SQL of its own."""

import os
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from dashboards.serving.browser import find_chromium
from pipelines.products.report import sentences
from pipelines.products.report.figures import Figures, NothingToReport
from pipelines.products.report.french import heat
from pipelines.products.report.page import render
from pipelines.products.report.pdf import PrintingError, print_page
from pipelines.products.report.reading import read_figures
from pipelines.products.report.requests import requests
from pipelines.products.report.writing import write_report
from pipelines.warehouse.publication import current_release
from sources.home.home import Home

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
    total = one(demo_home, f"select count(*) from mart_portfolio_matrix where {SCOPE} and establishment_count > 0")
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


def test_a_confidential_use_case_says_so_wherever_it_is_named(home_copy: Home) -> None:
    release = home_copy.current_release.resolve()
    release.chmod(0o644)
    with duckdb.connect(str(release)) as connection:
        connection.execute("update dim_use_case set is_confidential = true where use_case_code = 'CAT-001'")
        pair = {"use_case_code": "CAT-000", "use_case_label": "Un autre", "other_code": "CAT-001", "other_label": "Lui"}
        insert_pair(connection, **pair)
    figures = read_figures(release)
    marked = [row for row in figures.use_cases if row["use_case_title"].endswith(" (confidentiel)")]
    assert [row["use_case_code"] for row in marked] == ["CAT-001"]
    assert ("Un autre", "Lui (confidentiel)") in {
        (row["use_case_label"], row["other_label"]) for row in figures.duplicates
    }


def insert_pair(connection: duckdb.DuckDBPyConnection, **said: str) -> None:
    """One row that waits for a decision, and says this."""
    columns = {name: "null" for (name, *_) in connection.execute("describe mart_duplicate_pair").fetchall()}
    columns |= {"is_waiting": "true", **{name: f"'{value}'" for name, value in said.items()}}
    connection.execute(f"insert into mart_duplicate_pair select {', '.join(columns.values())}")


def test_what_nobody_assessed_is_not_said_to_be_and_what_waits_is_said(home_copy: Home) -> None:
    release = home_copy.current_release.resolve()
    before = sentences.summary(read_figures(release))
    release.chmod(0o644)
    with duckdb.connect(str(release)) as connection:
        connection.execute("update int_score_perimeter set establishment_count = 0 where use_case_code = 'CAT-001'")
        insert_pair(connection, use_case_code="A", other_code="B")
    figures = read_figures(release)
    assessed = sum(1 for row in figures.use_cases if row["establishment_count"])
    others = len(figures.use_cases) - assessed
    described = "1 autre, décrit, ne l'a pas été." if others == 1 else f"{others} autres, décrits, ne l'ont pas été."
    assert before[0].startswith(f"{assessed + 1} cas d'usage ont été évalués")
    first, *others_said = sentences.summary(figures)
    assert first.startswith(f"{assessed} cas d'usage ont été évalués") and first.endswith(f"; {described}")
    [waiting] = [said for said in others_said if "paire" in said]
    assert waiting.startswith(f"{figures.duplicate_count} paire") and "une décision" in waiting
    assert "CAT-001" not in {row["use_case_code"] for row in sentences.newly_assessed(figures)}


def test_pairs_that_wait_and_decisions_against_a_portfolio_are_shown(figures: Figures, demo_home: Home) -> None:
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
    told = replace(figures, duplicates=[pair], duplicate_count=1, departures=[departure])
    text = text_of(render(told, release))
    assert "plus ressemblantes" not in text and "97 sur 100" in text and "CHU de Saint-Étienne" in text
    assert "Où le comité s'écarte d'un portefeuille calculé" in text and "Pré-rédaction de comptes rendus" in text


def test_lists_without_end_are_cut_counted_and_say_where_the_rest_is(home_copy: Home) -> None:
    """With 447,000 possible duplicates the report weighed 130 MB."""
    release = home_copy.current_release.resolve()
    release.chmod(0o644)
    with duckdb.connect(str(release)) as connection:
        [pair] = connection.execute("from mart_duplicate_pair where is_waiting limit 1").fetchall()
        columns = [column[0] for column in connection.description or ()]
        many = "select * replace (use_case_code || n as use_case_code) from mart_duplicate_pair, range(447000) as t(n)"
        connection.execute(f"create table many as select {', '.join(columns)} from ({many}) where is_waiting")
        connection.execute("drop table if exists mart_duplicate_pair")
        connection.execute("alter table many rename to mart_duplicate_pair")
    figures = read_figures(release)
    assert pair and (len(figures.duplicates), figures.duplicate_count) == (50, 447_000)
    published = current_release(home_copy)
    assert published is not None
    page = render(figures, published)
    assert len(page) < 500_000
    text = text_of(page)
    assert "447\u202f000 paires de cas d'usage" in text
    assert "Les 50 plus ressemblantes sur 447\u202f000 paires ; toutes sont" in text and "duplicates export" in text


def test_a_decision_is_asked_of_the_first_on_which_none_stands(demo_home: Home, figures: Figures) -> None:
    asked = requests(figures)
    settled = {row["use_case_code"] for row in figures.decisions if not row["is_review_due"]}
    expected = [row for row in figures.use_cases if row["priority_rank"] and row["use_case_code"] not in settled][:10]
    assert [request.use_case for request in asked] == expected and settled
    quadrants = {row["quadrant_code"]: row for row in figures.quadrants}
    for request in asked:
        row, quadrant = request.use_case, quadrants[request.use_case["quadrant_code"]]
        high, hard = quadrant["is_impact_high"], quadrant["is_effort_high"]
        by_place = "retenu" if high else "ecarte" if hard else "reporte"
        assert request.proposal_code == ("a_completer" if row["is_incomplete"] else by_place)
        assert ("évalué par 1 établissement" in request.reasons) == (row["establishment_count"] == 1)
    alone = replace(figures, establishment_count=1)
    assert not any("évalué par 1 établissement" in request.reasons for request in requests(alone))


def test_each_decision_asked_for_has_a_box_an_outcome(figures: Figures, page: str) -> None:
    asked = page[page.index('id="demandes"') : page.index("<nav")]
    assert asked.count('<td class="box"') == len(requests(figures)) * len(figures.outcomes) > 0


def test_stalled_projects_and_costs_are_those_of_the_marts(demo_home: Home, figures: Figures, page: str) -> None:
    stalled = one(
        demo_home,
        "select count(*) from mart_life_cycle inner join dim_establishment using (organisation_code)"
        " where is_stalled and is_gcs_member",
    )
    assert figures.stalled_count == stalled > 0 and len(figures.stalled) == min(stalled, 20)
    said = page[page.index('id="projets"') : page.index('id="changements"')]
    costed = len([row for row in figures.use_cases if row["use_case_code"] in figures.costs])
    assert said.count('<th scope="row">') == len(figures.stalled) + min(costed, 20) and costed


def test_a_share_is_shaded_and_stays_legible() -> None:
    assert heat(None) == heat(0) == ""
    shades = [float(re.findall(r"([0-9.]+)\)$", heat(share / 100))[0]) for share in range(1, 101)]
    assert shades == sorted(shades) and shades[-1] <= 0.55


def crowded(figures: Figures, count: int, length: int) -> Figures:
    """So many use cases, ranked, whose names have so many characters."""
    names = [("Repérage automatique des situations à risque dans les services " * 4)[:length] for _ in range(count)]
    rows = [
        {**figures.use_cases[at % 20], "use_case_code": f"C-{at}", "use_case_title": name, "priority_rank": at + 1}
        for at, name in enumerate(names)
    ]
    return replace(figures, use_cases=rows, robustness={}, decisions=[], previous=None)


@pytest.mark.browser
@pytest.mark.parametrize("state", ["demonstration", "500 use cases", "names of 200 characters", "one use case"])
def test_the_first_sheet_holds_sentences_matrix_and_decisions(
    browser: Browser, demo_home: Home, figures: Figures, tmp_path: Path, state: str
) -> None:
    shown_figures = {
        "demonstration": figures,
        "500 use cases": crowded(figures, 500, 40),
        "names of 200 characters": crowded(figures, 30, 200),
        "one use case": crowded(figures, 1, 40),
    }[state]
    release = current_release(demo_home)
    assert release is not None
    (tmp_path / "rapport.html").write_text(render(shown_figures, release), encoding="utf-8")
    context = browser.new_context(viewport={"width": 688, "height": 1005})  # A4 less the margins, in CSS pixels
    shown = context.new_page()
    shown.emulate_media(media="print")
    shown.goto((tmp_path / "rapport.html").as_uri())
    boxes = {name: shown.locator(name).bounding_box() for name in (".summary", "figure.first svg", ".requests")}
    asked, wide = shown.locator(".requests tbody tr").count(), shown.evaluate("document.documentElement.scrollWidth")
    context.close()
    for name, box in boxes.items():
        assert box is not None and box["y"] + box["height"] < 1005, name
    assert wide <= 688 and asked == min(10, len(requests(shown_figures)))


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
