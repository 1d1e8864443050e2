"""Two canaries through a whole pass: a personal one, an ordinary cell's; then everything written is searched for them.

The personal one may stand in the archive and in the intake's put-away copies only. The ordinary one may stand in
archive, lake, warehouse, releases, exports and receipts too, and never in logs, run metadata or Dagster's storage.
"""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterator

import duckdb
import pytest

from pipelines.orchestration.runs.one_pass import PassFailed, run_once
from quality.batch import judging
from quality.rules.rules import RuleBugError
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import load_referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import LYON, submission
from tests.quality.privacy.test_detectors import nir, spaced

ORDINARY = "Canaridombes"
PERSONAL = (nir("1850578006084"), spaced(nir("2690638421057")), "canari.jaune@voliere.example.org", "06 39 98 41 27")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home after one pass over good, faulty and unreadable files that hold the canaries."""
    home = Home(tmp_path_factory.mktemp("canaries"))
    referential = load_referential()
    folder = home.intake / LYON
    folder.mkdir(parents=True)
    rows = submission()
    rows["cas_usage"][1] |= {"nom": f"Tri des courriers {ORDINARY}", "besoin": f"Voir {PERSONAL[0]} et {PERSONAL[2]}"}
    rows["cas_usage"].append({"cas_usage": f"{LYON}-2", "nom": "Autre", "axe": f"{ORDINARY} {PERSONAL[3]}"})
    rows["evaluations"][0]["commentaire"] = f"{ORDINARY}, patient {PERSONAL[1]}"
    rows["evaluations"][1]["evaluateur"] = PERSONAL[2]
    write_template(folder / f"envoi {PERSONAL[2]}.xlsx", referential, rows)
    text = f"Évaluateur;Rôle;Cas d'usage;Date\n{PERSONAL[2]};{ORDINARY};{PERSONAL[3]};{PERSONAL[0]}\n"
    (folder / "texte.csv").write_text(text)
    (folder / f"note {ORDINARY}.pdf").write_text(f"%PDF-1.7 {ORDINARY} {PERSONAL}")
    said: list[str] = []
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    handler = Keep()
    logging.getLogger().addHandler(handler)
    try:
        run_once(home, demonstration=False, say=said.append)
    finally:
        logging.getLogger().removeHandler(handler)
    logs = home.root / "captured.log"
    logs.write_text("\n".join([*said, *(str(vars(record)) for record in records)]))
    return home


def written(home: Home) -> Iterator[tuple[str, str]]:
    """Each file written under the home, by its path in it, and all the text in it, unpacked."""
    for path in sorted(home.root.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        name = str(path.relative_to(home.root))
        yield name, name + path.read_bytes().decode("utf-8", errors="replace")
        if path.suffix == ".parquet":
            yield name, _rows_of(f"'{path}'", duckdb.connect())
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                tables = connection.execute(
                    "select schema_name, table_name from duckdb_tables() where not internal"
                ).fetchall()
                yield name, "\n".join(_rows_of(f'"{schema}"."{table}"', connection) for schema, table in tables)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as unpacked:
                for part in unpacked.namelist():
                    yield name, unpacked.read(part).decode("utf-8", errors="replace")


def _rows_of(relation: str, connection: duckdb.DuckDBPyConnection) -> str:
    return "\n".join(str(row) for row in connection.execute(f"select * from {relation}").fetchall())


def places(home: Home, canaries: tuple[str, ...]) -> set[str]:
    """The folders of the home in which a canary stands, also as a file's name or without its spaces."""
    wanted = {form for canary in canaries for form in (canary, canary.replace(" ", ""), canary.replace(" ", "_"))}
    found = set()
    for name, text in written(home):
        if any(form in text for form in wanted):
            first = name.split("/")[0]
            found.add("traités" if f"/{archive.ANSWERED_FOLDER}/" in name else first)
    return found


def test_a_personal_canary_stays_in_the_archive(home: Home) -> None:
    assert places(home, PERSONAL) == {"archive", "traités"}


def test_an_ordinary_canary_reaches_the_readers_and_no_log(home: Home) -> None:
    found = places(home, (ORDINARY,))
    assert {"archive", "lake", "warehouse", "published", "receipts"} <= found
    assert found <= {"archive", "traités", "lake", "warehouse", "published", "receipts", "exports"}


def test_the_originals_are_restricted_and_the_find_is_recorded(home: Home) -> None:
    personal = sorted((home.archive / "personal").glob("*.json"))
    numbers = {int(path.stem) for path in personal}
    for reception in archive.receptions(home):
        mode = archive.content_path(home, reception.content_sha256).stat().st_mode & 0o777
        assert mode == (0o400 if reception.number in numbers else 0o440), reception.file_name
    assert len(numbers) == 2


def test_no_exception_quotes_a_cell(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in the middle of the validation, with a message of the library that may quote what it met."""
    other = Home(home.root.with_name("canaries-and-a-bug"))
    referential = load_referential()
    (other.intake / LYON).mkdir(parents=True)
    rows = submission()
    rows["cas_usage"][1]["nom"] = ORDINARY
    write_template(other.intake / LYON / "envoi.xlsx", referential, rows)

    def broken(*_: object) -> None:
        raise RuleBugError("le contrôle essai n'a pas pu s'exécuter")

    monkeypatch.setattr(judging, "validate", broken)
    with pytest.raises(PassFailed) as failure:
        run_once(other, demonstration=False, say=lambda _: None)
    assert ORDINARY not in str(failure.value)
    assert places(other, (ORDINARY,)) <= {"archive", "intake"}
