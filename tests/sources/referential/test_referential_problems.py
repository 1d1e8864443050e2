"""What is wrong in a site's referential is said all at once, in French, with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.referential.loader import ReferentialError, ReferentialProblem, load_referential

AXES = "code;label;origin;rank\n"
SUBCRITERIA = "code;label;origin;criterion_code;scale_code;polarity;polarity_origin;rank\n"
USE_CASES = "code;label;origin;axis_code;axis_origin;segment_code;segment_origin;rank\n"
WEIGHTS = "code;label;origin;profile_code;criterion_code;weight\n"
CAMPAIGNS = "code;label;origin;opens;deadline;is_demonstration\n"
ORGANISATIONS = "code;label;origin;ej_finess;sector_code;member_gcs;country_code;is_health_establishment;source_code\n"
QUADRANTS = "code;label;origin;rank;is_impact_high;is_effort_high\n"
CONSTRAINTS = "code;label;origin;scenario_code;kind;axis_code;use_case_code;use_case_count\n"
PREREQUISITES = "code;label;origin;use_case_code;prerequisite_code\n"
SCENARIOS = "code;label;origin;rank;perimeter_code;effort_budget\n"
REFERENCE = "code;label;origin;figure_code;axis_code;low_share;high_share;source;observed_on\n"


def problems_of(folder: Path, **tables: str) -> list[ReferentialProblem]:
    folder = folder / "referential"
    folder.mkdir(exist_ok=True)
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    with pytest.raises(ReferentialError) as raised:
        load_referential(folder)
    return raised.value.problems


CASES: dict[str, tuple[str, str, int, str | None, str]] = {
    # name: table, content, line, column, part of the message
    "constraint without its axis": (
        "scenario_constraints",
        CONSTRAINTS + "X;Lien;proposed;SC_EFFORT;axis_min;;;2\n",
        2,
        "axis_code",
        "attendu une valeur pour « axis_min »",
    ),
    "constraint that says too much": (
        "scenario_constraints",
        CONSTRAINTS + "X;Lien;proposed;SC_EFFORT;use_case_required;;CAT-001;2\n",
        2,
        "use_case_count",
        "attendu vide",
    ),
    "prerequisite of itself": (
        "use_case_prerequisites",
        PREREQUISITES + "CAT-001:CAT-001;Lien;proposed;CAT-001;CAT-001\n",
        2,
        "prerequisite_code",
        "son propre prérequis",
    ),
    "scenario of nowhere": (
        "scenarios",
        SCENARIOS + "SC_X;Essai;proposed;9;gsc;100\n",
        2,
        "perimeter_code",
        "attendu gcs, tous",
    ),
    "bad origin": ("axes", AXES + "AXE_10;Dixième;seeds;10\n", 2, "origin", "seed, public, proposed"),
    "missing label": ("axes", AXES + "AXE_10;;proposed;10\n", 2, "label", "obligatoire absente"),
    "cell missing at the end": ("axes", AXES + "AXE_10;Dixième;proposed\n", 2, "rank", "obligatoire absente"),
    "code not ASCII": ("axes", AXES + "AXÉ_10;Dixième;proposed;10\n", 2, "code", "sans accent ni espace"),
    "code with a space": ("axes", AXES + "AXE 10;Dixième;proposed;10\n", 2, "code", "sans accent ni espace"),
    "repeated code": (
        "axes",
        AXES + "AXE_10;Dixième;proposed;10\nAXE_10;Autre;proposed;11\n",
        3,
        "code",
        "déjà donné à la ligne 2",
    ),
    "code but for its case": ("axes", AXES + "axe_1;Autre;proposed;11\n", 2, "code", "« AXE_1 »"),
    "label of another": ("axes", AXES + "AXE_10;Innovation Médicale;proposed;11\n", 2, "label", "axes.csv, ligne 2"),
    "bad integer": ("axes", AXES + "AXE_10;Dixième;proposed;dix\n", 2, "rank", "nombre entier"),
    "closed before open": (
        "axes",
        "code;label;origin;rank;valid_from;valid_to\nAXE_10;Dixième;proposed;10;2026-01-01;2025-01-01\n",
        2,
        "valid_to",
        "précède le début",
    ),
    "missing column": (
        "axes",
        "code;label;origin\nAXE_10;Dixième;proposed\n",
        1,
        "rank",
        "colonne obligatoire absente",
    ),
    "unknown column": (
        "axes",
        "code;label;origin;rank;descripton\nAXE_10;Dixième;proposed;10;x\n",
        1,
        "descripton",
        "Vouliez-vous dire « description »",
    ),
    "repeated column": ("axes", "code;label;origin;rank;rank\nAXE_10;Dixième;proposed;10;10\n", 1, "rank", "en double"),
    "stray delimiter": ("axes", AXES + "AXE_10;Dix;ième;proposed;10\n", 2, None, "guillemets"),
    "line of a quoted break": (
        "axes",
        AXES + '"AXE_10";"Di\nx";proposed;10\nAXE_11;;proposed;11\n',
        4,
        "label",
        "absente",
    ),
    "unknown scale": (
        "subcriteria",
        SUBCRITERIA + "IMP_1_9;Neuf;proposed;IMP_1;fmff;+;proposed;9\n",
        2,
        "scale_code",
        "inconnu de scales.csv. Vouliez-vous dire « fmf »",
    ),
    "no scale": (
        "subcriteria",
        SUBCRITERIA + "IMP_1_9;Neuf;proposed;IMP_1;;+;proposed;9\n",
        2,
        "scale_code",
        "absente",
    ),
    "bad polarity": (
        "subcriteria",
        SUBCRITERIA + "IMP_1_9;Neuf;proposed;IMP_1;fmf;x;proposed;9\n",
        2,
        "polarity",
        "+, -",
    ),
    "criterion without question": (
        "criteria",
        "code;label;origin;side_code;rank\nIMP_9;Neuf;proposed;impact;9\n",
        2,
        "code",
        "aucun sous-critère",
    ),
    "unknown axis": (
        "use_cases",
        USE_CASES + "CAT-900;Cas;proposed;AXE_99;proposed;;;900\n",
        2,
        "axis_code",
        "axes.csv",
    ),
    "axis without origin": (
        "use_cases",
        USE_CASES + "CAT-900;Cas;proposed;AXE_1;;;;900\n",
        2,
        "axis_origin",
        "vide alors",
    ),
    "segment of another axis": (
        "use_cases",
        USE_CASES + "CAT-900;Cas;proposed;AXE_1;proposed;SEG_5_LITS;proposed;900\n",
        2,
        "segment_code",
        "est de l'axe « AXE_5 »",
    ),
    "negative weight": (
        "weight_profile_weights",
        WEIGHTS + "qvct:IMP_1;P;proposed;qvct;IMP_1;-1\n",
        2,
        "weight",
        "0 au moins",
    ),
    "bad number": (
        "weight_profile_weights",
        WEIGHTS + "qvct:IMP_1;P;proposed;qvct;IMP_1;deux\n",
        2,
        "weight",
        "un nombre",
    ),
    "too precise": (
        "weight_profile_weights",
        WEIGHTS + "qvct:IMP_1;P;proposed;qvct;IMP_1;1,0001\n",
        2,
        "weight",
        "3 décimales",
    ),
    "code that says another pair": (
        "weight_profile_weights",
        WEIGHTS + "qvct:IMP_3;P;proposed;qvct;IMP_1;1\n",
        2,
        "code",
        "attendu « qvct:IMP_1 »",
    ),
    "bad date": ("campaigns", CAMPAIGNS + "2027-1;C;proposed;janvier;2027-03-01;non\n", 2, "opens", "AAAA-MM-JJ"),
    "closes too soon": (
        "campaigns",
        CAMPAIGNS + "2027-1;C;proposed;2027-04-01;2027-03-01;non\n",
        2,
        "deadline",
        "précède",
    ),
    "bad boolean": (
        "campaigns",
        CAMPAIGNS + "2027-1;C;proposed;2027-01-01;2027-03-01;true\n",
        2,
        "is_demonstration",
        "oui ou non",
    ),
    "false FINESS": (
        "organisations",
        ORGANISATIONS + "690000881;CLB;public;690000881;public;non;FR;oui;GCS\n",
        2,
        "ej_finess",
        "clé est juste",
    ),
    "zero eaten by Excel": (
        "organisations",
        ORGANISATIONS + "10780054;CH;public;10780054;public;non;FR;oui;GCS\n",
        2,
        "ej_finess",
        "écrivez 010780054",
    ),
    "code that is not the FINESS": (
        "organisations",
        ORGANISATIONS + "CHB;CH;public;010780054;public;non;FR;oui;GCS\n",
        2,
        "code",
        "attendu le numéro FINESS",
    ),
    "code of a perimeter": (
        "organisations",
        ORGANISATIONS + "tous;Tous;proposed;;public;non;FR;oui;GCS\n",
        2,
        "code",
        "ne peut nommer",
    ),
    "scale with a gap": (
        "scale_levels",
        "code;label;origin;scale_code;rank\nTRES_FORT;Très fort;proposed;fmf;4\n",
        2,
        "rank",
        "sans trou",
    ),
    "half a quadrant": (
        "quadrants",
        QUADRANTS + "non_evalue;Non évalué;proposed;5;oui;\n",
        2,
        "is_impact_high",
        "les deux",
    ),
    "bounds crossed": (
        "national_reference",
        REFERENCE + "X;Part;seed;AXIS_SHARE;AXE_6;0,4;0,3;site;2026-02-01\n",
        2,
        "high_share",
        "sous la borne basse",
    ),
    "percentage for a share": (
        "thresholds",
        "code;label;origin;value\nINCOMPLETE_BELOW;Complétude;proposed;60\n",
        2,
        "value",
        "une part de 0 à 1",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_problem_names_file_line_column_and_remedy(tmp_path: Path, case: str) -> None:
    table, content, line, column, part = CASES[case]
    problems = problems_of(tmp_path, **{table: content})
    found = [problem for problem in problems if problem.column == column and part in problem.message]
    assert len(found) == 1, [str(problem) for problem in problems]
    assert found[0].file == tmp_path / "referential" / f"{table}.csv"
    assert found[0].line == line
    assert found[0].message.startswith(f"{tmp_path.name}/referential/{table}.csv, ligne {line}")


def test_all_problems_come_at_once_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        axes=AXES + "AXE_10;;proposed;10\nAXE_11;Onze;x;11\n",
        functions="code;label;origin;rank\nF;F;proposed;a\n",
        ways="code;label\n",
    )
    places = [(problem.file.name, problem.line, problem.column) for problem in problems]
    assert places == [
        ("axes.csv", 2, "label"),
        ("axes.csv", 3, "origin"),
        ("functions.csv", 2, "rank"),
        ("ways.csv", 1, "origin"),
        ("ways.csv", 1, "rank"),
    ]


def test_the_error_says_how_many_and_lists_them(tmp_path: Path) -> None:
    folder = tmp_path / "referential"
    folder.mkdir()
    (folder / "axes.csv").write_text(AXES + "AXE_10;;x;10\n", encoding="utf-8")
    with pytest.raises(ReferentialError, match="Référentiel refusé, 2 problèmes") as raised:
        load_referential(folder)
    assert f"- {tmp_path.name}/referential/axes.csv, ligne 2, colonne « label »" in str(raised.value)


def test_a_file_that_no_table_claims_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "referential"
    folder.mkdir()
    for name in ("axe.csv", "axes.xlsx", "~$axes.csv", ".cache", "LISEZ-MOI.txt"):
        (folder / name).write_text("x", encoding="utf-8")
    with pytest.raises(ReferentialError) as raised:
        load_referential(folder)
    assert [problem.file.name for problem in raised.value.problems] == ["axe.csv", "axes.xlsx"]
    assert "Vouliez-vous dire « axes.csv »" in raised.value.problems[0].message


@pytest.mark.parametrize("content", [b"PK\x03\x04\0\0\0", b"\xff\xfe\0", b'code;label\n"AXE'])
def test_a_file_that_is_no_csv_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "axes.csv").write_bytes(content)
    with pytest.raises(ReferentialError, match="CSV") as raised:
        load_referential(tmp_path)
    assert raised.value.problems[0].line is None


def test_an_empty_file_lacks_its_headings(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, axes="")
    assert {problem.column for problem in problems} == {"code", "label", "origin", "rank"}
