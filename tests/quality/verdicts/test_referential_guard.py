"""A code taken away while facts use it is refused, with who uses it; one that nobody uses may go, or be closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quality.batch.batch import process
from quality.verdicts.referential_guard import USES, ReferentialInUseError, refuse_codes_taken_away
from sources.archive import archive
from sources.archive.archive_references import receive_site_referential
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import load_referential
from sources.referential.schema import TABLES
from sources.workbook.template.template import write_template
from tests.quality.conftest import LYON, submission

AXES = "code;label;origin;rank\nAXE_11;Éthique;proposed;11\nAXE_10;Souveraineté;proposed;10\n"
WITHOUT = "code;label;origin;rank\nAXE_11;Éthique;proposed;11\n"


@pytest.fixture
def use(home: Home) -> Callable[[str], None]:
    """Use a site's axes as a pass would: check, archive, lay in the lake."""

    def use_axes(content: str) -> None:
        home.referential.mkdir(parents=True, exist_ok=True)
        (home.referential / "axes.csv").write_text(content, encoding="utf-8")
        referential = load_referential(home.referential)
        refuse_codes_taken_away(home, referential)
        receive_site_referential(home, home.referential)
        referential.write_lake(home.lake)

    return use_axes


def send(home: Home, axis: str) -> None:
    rows = submission()
    rows["cas_usage"][1]["axe"] = axis
    folder = home.intake / LYON
    folder.mkdir(parents=True, exist_ok=True)
    referential = load_referential(home.referential)
    write_template(folder / "envoi.xlsx", referential, rows)
    archive.receive(home)
    process(home, referential)


def test_a_code_that_facts_use_is_refused_with_its_line_and_its_users(home: Home, use: Callable[[str], None]) -> None:
    use(AXES)
    send(home, "Souveraineté")
    for _ in range(2):  # refused again until it is mended
        with pytest.raises(ReferentialInUseError) as refusal:
            use(WITHOUT)
    [problem] = refusal.value.problems
    number = lake.read(home.lake, "receptions")["reception_number"][0]
    assert problem == (
        "referential/axes.csv, ligne 3 de la version reçue sous le n° 1 : le code « AXE_10 » n'y est plus ; 1 ligne de "
        f"dim_use_case s'en sert : « envoi.xlsx » (réception {number}), feuille « Cas d'usage », ligne 4."
    )
    assert "valid_to" in str(refusal.value)


def test_a_code_that_nobody_uses_may_go(home: Home, use: Callable[[str], None]) -> None:
    use(AXES)
    send(home, "Innovation médicale")
    use(WITHOUT)


def test_a_row_that_is_closed_still_stands(home: Home, use: Callable[[str], None]) -> None:
    use(AXES)
    send(home, "Souveraineté")
    use("code;label;origin;rank;valid_to\nAXE_10;Souveraineté;proposed;10;2026-01-01\n")


def test_a_reception_set_aside_uses_nothing(home: Home, use: Callable[[str], None]) -> None:
    use(AXES)
    send(home, "Souveraineté")
    archive.set_aside(home, archive.reception_numbers(home)[-1], "un contrôle a échoué")
    use(WITHOUT)


def test_every_use_names_a_column_and_a_table_that_exist() -> None:
    for one in USES:
        assert one.column in lake.LAKE_TABLES[one.table]
        assert set(one.tables) <= TABLES.keys()


def test_every_code_column_of_what_is_submitted_is_guarded() -> None:
    """A new column that holds codes must be listed: what follows are codes of the submission's own."""
    own = {"solution_code", "assessor_code", "dossier_code", "organisation_code", "verdict_code"}
    listed = {(one.table, one.column) for one in USES}
    tables = {one.table for one in USES} - {"submissions"}
    found = {(table, column) for table in tables for column in lake.LAKE_TABLES[table] if column.endswith("_code")}
    repeated = {(table, "use_case_code") for table in ("use_case_attributes", "project_statuses", "answers")}
    assert {pair for pair in found - listed - repeated if pair[1] not in own} == set()
