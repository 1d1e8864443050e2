"""From the workbook to the profile: what a member writes is what counts, and nothing is entered by half."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.products.analysis.inputs import open_inputs
from pipelines.products.weights.answers import WeightsError, read_members
from pipelines.products.weights.group import Profile, Weight, moved, profile_of
from pipelines.products.weights.questions import EQUAL, pairs, sides, write_questions
from sources.archive.archive_content import content_path
from sources.archive.archive_references import current_references
from sources.home.home import Home
from sources.referential.loader import Referential, load_referential

DAY = date(2026, 11, 1)
Fill = Callable[..., Path]


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


@pytest.fixture
def fill(tmp_path: Path, referential: Referential) -> Fill:
    def filled(code: str, answers: dict[tuple[str, str], tuple[str, str | None]], whole: str = "impact") -> Path:
        """A member's workbook: the answers given, « autant » for the other pairs of the side ``whole``."""
        path = tmp_path / f"{code or 'sans-code'}.xlsx"
        write_questions(path, referential, DAY)
        book = openpyxl.load_workbook(path)
        book["Membre"]["B1"], book["Membre"]["B2"] = code, "Direction"
        for number, pair in enumerate(pairs(referential, DAY), start=2):
            default = (EQUAL, None) if pair.side_code == whole else (None, None)
            larger, level = answers.get((pair.one, pair.other), default)
            book["Comparaisons"][f"D{number}"], book["Comparaisons"][f"E{number}"] = larger, level
        book.save(path)
        return path

    return filled


CLINICAL = {("IMP_1", other): ("A", "nettement plus") for other in ("IMP_2", "IMP_3", "IMP_4")}


def test_each_pair_of_a_side_is_asked_once(referential: Referential) -> None:
    asked = [(pair.one, pair.other) for pair in pairs(referential, DAY)]
    assert len(asked) == len({frozenset(pair) for pair in asked}) == 12


def test_what_is_written_is_what_counts(fill: Fill, referential: Referential) -> None:
    [member] = read_members([fill("com-01", CLINICAL)], referential, DAY)
    assert (member.code, member.role, list(member.judgments)) == ("COM-01", "Direction", ["impact"])
    assert member.priorities["impact"].shares == pytest.approx(
        {"IMP_1": 5 / 8, "IMP_2": 1 / 8, "IMP_3": 1 / 8, "IMP_4": 1 / 8}
    )
    profile = profile_of([member], sides(referential, DAY))
    assert profile.by_criterion() == {"IMP_1": 62.5, "IMP_2": 12.5, "IMP_3": 12.5, "IMP_4": 12.5}


def test_the_spread_between_members_is_said(fill: Fill, referential: Referential) -> None:
    files = [fill("COM-01", CLINICAL), fill("COM-02", {("IMP_1", "IMP_2"): (EQUAL, None)})]
    profile = profile_of(read_members(files, referential, DAY), sides(referential, DAY))
    [clinical] = [weight for weight in profile.weights if weight.criterion_code == "IMP_1"]
    assert clinical.least == pytest.approx(25) and clinical.most == pytest.approx(62.5)
    assert 25 < clinical.weight < 62.5 and profile.member_count == {"impact": 2}


@pytest.mark.parametrize(
    ("code", "answers", "said"),
    [
        ("Dr Martin", {}, "code absent ou mal formé"),
        ("COM-01", {("IMP_1", "IMP_2"): (None, None)}, "1 ligne(s) sur 6 sans réponse"),
        ("COM-01", {("IMP_1", "IMP_2"): ("A", None)}, "ligne 2 : « De combien ? » attend « un peu plus »"),
        ("COM-01", {("IMP_1", "IMP_2"): ("C", "un peu plus")}, "attend A, B ou"),
        ("COM-01", {("IMP_1", "IMP_2"): (EQUAL, "un peu plus")}, "reste vide"),
    ],
)
def test_what_cannot_be_taken_says_where_and_how_to_mend_it(
    fill: Fill, referential: Referential, code: str, answers: dict[tuple[str, str], tuple[str, str | None]], said: str
) -> None:
    with pytest.raises(WeightsError, match="xlsx : ") as failure:
        read_members([fill(code, answers)], referential, DAY)
    assert said in str(failure.value) and "Martin" not in str(failure.value).replace("Dr Martin.xlsx", "")


def test_a_pair_answered_on_two_rows_is_asked_again(fill: Fill, referential: Referential) -> None:
    """A row copied below: the last one would have counted, unsaid."""
    path = fill("COM-01", CLINICAL)
    book = openpyxl.load_workbook(path)
    book["Comparaisons"].append([None, None, None, "B", "un peu plus", "IMP_1", "IMP_2"])
    book.save(path)
    with pytest.raises(WeightsError, match=r"ligne 14 : cette paire a déjà une ligne plus haut"):
        read_members([path], referential, DAY)


def test_another_file_and_two_of_one_member_are_told(fill: Fill, referential: Referential, tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "autre.xlsx")
    (tmp_path / "texte.xlsx").write_bytes(b"%PDF-1.4")
    one = fill("COM-01", CLINICAL)
    with pytest.raises(WeightsError) as failure:
        read_members([one, one, tmp_path / "autre.xlsx", tmp_path / "texte.xlsx"], referential, DAY)
    for said in ("deux classeurs portent ce code", "autre.xlsx : ce n'est pas le classeur", "texte.xlsx : le classeur"):
        assert said in str(failure.value)


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["weights", *arguments, "--home", str(home)])


ACT = ("--code", "comite_2026", "--label", "Comité 2026", "--by", "Comité du GCS", "--reason", "séance du 10 mars")


def test_the_command_enters_a_profile_with_its_act_once(fill: Fill, tmp_path: Path) -> None:
    home, file = Home(tmp_path / "home"), str(fill("COM-01", CLINICAL))
    done = run(home.root, "apply", file, *ACT)
    assert done.exit_code == 0, done.output
    assert "62,5 %" in done.output and "acte n°" in done.output
    site = load_referential(home.referential)
    weights = site.table("weight_profile_weights").filter(profile_code="comite_2026")
    assert dict(weights.select("criterion_code", "weight").iter_rows())["IMP_1"] == 62.5
    kept = {name: one for (kind, name), one in current_references(home).items() if kind == "decision"}
    assert set(kept) == {"poids-comite_2026-COM-01.xlsx", "poids-comite_2026.json"}
    act = json.loads(content_path(home, kept["poids-comite_2026.json"].content_sha256).read_bytes())
    assert act["decided_by"] == "Comité du GCS" and act["members"][0]["sides"]["impact"]["consistency_ratio"] == 0
    again = run(home.root, "apply", file, *ACT)
    assert again.exit_code == 2 and "existe déjà" in again.output


def test_contradictions_are_rendered_to_the_member_before_anything_is_entered(fill: Fill, tmp_path: Path) -> None:
    circle = {
        ("IMP_1", "IMP_2"): ("A", "extrêmement plus"),
        ("IMP_2", "IMP_3"): ("A", "extrêmement plus"),
        ("IMP_1", "IMP_3"): ("B", "extrêmement plus"),
    }
    home, file = Home(tmp_path / "home"), str(fill("COM-01", circle))
    refused = run(home.root, "apply", file, *ACT)
    assert refused.exit_code == 2 and "COM-01, impact : rapport de cohérence" in refused.output
    assert not (home.referential / "weight_profiles.csv").exists() and current_references(home) == {}
    assert run(home.root, "apply", file, *ACT, "--accept-contradictions").exit_code == 0


def test_the_sites_own_rows_stay(fill: Fill, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.referential.mkdir(parents=True)
    own = "code,label,origin,rank\nlocal,Priorité locale,proposed,9\n"
    (home.referential / "weight_profiles.csv").write_text(own, encoding="utf-8-sig")
    assert run(home.root, "apply", str(fill("COM-01", CLINICAL)), *ACT).exit_code == 0
    assert {"local", "comite_2026"} <= set(load_referential(home.referential).codes("weight_profiles"))


def test_what_would_change_quadrant_is_counted_over_the_newest_campaign(demo_home: Home) -> None:
    def told(**weights: float) -> tuple[list[str], int, str | None]:
        with open_inputs(demo_home) as inputs:
            rows = [Weight(code, "impact", weight, weight, weight) for code, weight in weights.items()]
            return moved(inputs, Profile(rows, {}))

    equal, count, campaign = told(IMP_1=25, IMP_2=25, IMP_3=25, IMP_4=25)
    assert equal == [] and count > 20 and campaign == "DEMO-2026"
    clinical, *_ = told(IMP_1=97, IMP_2=1, IMP_3=1, IMP_4=1)
    assert 0 < len(clinical) < count
