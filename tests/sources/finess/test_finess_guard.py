"""A register that may not replace the one that is loaded: short, cut, or changed by a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import FAILED, OK, app
from sources.archive.archive_records import references
from sources.archive.archive_references import REGISTER, current_references
from sources.finess.files import NATIONAL_LAYOUTS, FinessError
from sources.finess.loader import SHIPPED_SITES
from sources.finess.number import finess_is_valid
from sources.home.home import Home
from sources.lake import lake as lake_tables
from sources.referential.loader import load_referential
from sources.versions.reference_loading import take_register, take_shipped_register
from sources.versions.reference_reloading import reload_references
from tests.sources.finess.finess_feed import entity, feed, site

TEXT = SHIPPED_SITES.read_text(encoding="utf-8")
LINES = TEXT.splitlines(keepends=True)
HEADINGS = LINES[0].strip().split(";")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home where the shipped sites were loaded as the register."""
    made = Home(tmp_path / "home")
    take_register(made, file(tmp_path, TEXT))
    return made


def file(folder: Path, text: str, name: str = "register.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def changed(column: str, change: Callable[[str], str], rows: int = 1) -> str:
    """The register with the cells of a column, of its last rows, changed."""
    at = HEADINGS.index(column)
    lines = list(LINES)
    for number in range(len(lines) - rows, len(lines)):
        cells = lines[number].rstrip("\n").split(";")
        cells[at] = change(cells[at])
        lines[number] = ";".join(cells) + "\n"
    return "".join(lines)


EATEN = {
    "SIRET, as shown": ("siret", lambda _: "2,642E+13"),
    "SIRET, with a point": ("siret", lambda _: "2.642e+13"),
    "SIRET, its digits zeros": ("siret", lambda _: "26420000000000"),
    "SIRET, a float": ("siret", lambda text: f"{text or '26010004500012'}.0"),
    "SIRET, too narrow a column": ("siret", lambda _: "########"),
    "number, as shown": ("nofinesset", lambda _: "6,9078E+08"),
    "number, a French float": ("nofinesset", lambda text: f"{text},00"),
    "number, by thousands": ("nofinesset", lambda text: f"{text[:3]}.{text[3:6]}.{text[6:]}"),
    "number, its zero lost": ("nofinesset", lambda _: "10000024"),
    "number of the entity, its zero lost": ("nofinessej", lambda _: "10780054"),
    "postal code, its zero lost": ("codepostal", lambda _: "1440"),
    "category, a float": ("categetab", lambda text: f"{text}.0"),
    "an error": ("codesph", lambda _: "#N/A"),
}


@pytest.mark.parametrize(("column", "change"), EATEN.values(), ids=list(EATEN))
def test_numbers_that_a_spreadsheet_ate_are_refused(
    home: Home, tmp_path: Path, column: str, change: Callable[[str], str]
) -> None:
    before = lake_tables.read(home.lake, "finess_sites")
    with pytest.raises(FinessError, match=rf"un tableur.*{column} \(1\)"):
        take_register(home, file(tmp_path, changed(column, change)))
    assert lake_tables.read(home.lake, "finess_sites").equals(before)
    assert len(references(home)) == 1


def test_by_force_an_eaten_siret_is_left_empty_and_the_record_says_why(home: Home, tmp_path: Path) -> None:
    report = take_register(home, file(tmp_path, changed("siret", lambda _: "2,642E+13")), force=True)
    assert report.notes == {"SIRET qui n'a pas 14 chiffres : laissé vide": 1}
    sirets = lake_tables.read(home.lake, "finess_sites")["siret"].drop_nulls()
    assert sirets.str.contains("^[0-9]{14}$").all()
    note = current_references(home)[REGISTER, "finess_sites"].note
    assert "--force" in note and "siret (1)" in note
    before = lake_tables.read(home.lake, "finess_sites")
    (home.lake / "finess_sites" / "register.parquet").unlink()
    reload_references(home, load_referential())
    assert lake_tables.read(home.lake, "finess_sites").equals(before)


@pytest.mark.parametrize("known", ["loaded", "shipped"])
def test_a_short_file_is_refused_whatever_is_known(tmp_path: Path, known: str) -> None:
    home = Home(tmp_path / "home")
    if known == "shipped":
        take_shipped_register(home)
    else:
        take_register(home, file(tmp_path, TEXT))
    with pytest.raises(FinessError, match="le fichier a 11 établissements, et le répertoire chargé 212"):
        take_register(home, file(tmp_path, "".join(LINES[:12])))
    assert lake_tables.read(home.lake, "finess_sites").height == 212
    take_register(home, file(tmp_path, "".join(LINES[:12])), force=True)
    assert lake_tables.read(home.lake, "finess_sites").height == 11


@pytest.mark.parametrize("column", ["commune", "siret", "categetab", "codepostal", "lat"])
def test_a_column_that_the_file_empties_is_no_register(home: Home, tmp_path: Path, column: str) -> None:
    before = lake_tables.read(home.lake, "finess_sites")
    with pytest.raises(FinessError, match=f"toutes les cellules de {column} y sont vides"):
        take_register(home, file(tmp_path, changed(column, lambda _: "", rows=len(LINES) - 1)))
    assert lake_tables.read(home.lake, "finess_sites").equals(before)
    some = changed(column, lambda _: "", rows=len(LINES) // 2)
    assert take_register(home, file(tmp_path, some)).taken_count == len(LINES) - 1


def test_accents_written_twice_are_refused_and_a_handful_of_them_is_not(home: Home, tmp_path: Path) -> None:
    with pytest.raises(FinessError, match=r"accents de [0-9]+ lignes"):
        take_register(home, file(tmp_path, TEXT.encode().decode("cp1252", errors="ignore")))
    assert take_register(home, file(tmp_path, changed("rs", lambda _: "HÃ´PITAL"))).taken_count == len(LINES) - 1


def test_what_is_gone_or_closed_is_counted(home: Home, tmp_path: Path) -> None:
    assert take_register(home, file(tmp_path, "".join(LINES[:-5]))).gone_count == 5


def test_closed_sites_make_no_register(home: Home, tmp_path: Path) -> None:
    """As many sites as before, all but a few of them closed: the open ones count."""
    sites = [site(line[:9], etatObjet="I") for line in LINES[1:]]
    (tmp_path / "feed.json").write_bytes(feed(entity("690783220", sites)))
    with pytest.raises(FinessError, match="le fichier a 0 établissements"):
        take_register(home, tmp_path / "feed.json")


@settings(max_examples=80, deadline=None)
@given(st.integers(1, len(TEXT.encode())))
def test_a_file_cut_at_any_byte_never_says_less_in_silence(
    tmp_path_factory: pytest.TempPathFactory, length: int
) -> None:
    """Refused, or taken with the number of sites that are gone; no value of it differs from the whole file's."""
    folder = tmp_path_factory.mktemp("cut")
    home = Home(folder / "home")
    take_register(home, file(folder, TEXT))
    whole = lake_tables.read(home.lake, "finess_sites")
    (folder / "cut.csv").write_bytes(TEXT.encode()[:length])
    try:
        report = take_register(home, folder / "cut.csv")
    except FinessError:
        assert lake_tables.read(home.lake, "finess_sites").equals(whole)
        return
    found = lake_tables.read(home.lake, "finess_sites")
    assert report.gone_count == whole.height - found.height
    left = whole.join(found.select("site_finess"), on="site_finess", how="semi")
    doubtful = "longitude"
    assert found.drop(doubtful).equals(left.drop(doubtful))
    assert found[doubtful][:-1].equals(left[doubtful][:-1])
    assert found[doubtful][-1] in (None, left[doubtful][-1])


def test_the_command_refuses_and_forces(home: Home, tmp_path: Path) -> None:
    short = file(tmp_path, "".join(LINES[:12]), "court.csv")
    runner = CliRunner()
    refused = runner.invoke(app, ["sources", "finess", str(short), "--home", str(home.root)])
    assert refused.exit_code == FAILED and "--force" in refused.output and "O0301" in refused.output
    forced = runner.invoke(app, ["sources", "finess", str(short), "--home", str(home.root), "--force"])
    assert forced.exit_code == OK and "201 connus jusque-là n'y sont plus" in forced.output


def test_a_feed_is_archived_for_both_tables_and_laid_again(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    (tmp_path / "feed.json").write_bytes(feed(entity("690783220", [site("690000880")])))
    take_register(home, tmp_path / "feed.json")
    newer = "nofinessej;rs;statutjuridique\n690783220;CLB RENOMMÉ;65\n"
    take_register(home, file(tmp_path, newer, "entites.csv"))
    tables = {table: lake_tables.read(home.lake, table) for table in ("finess_sites", "finess_entities")}
    for table in tables:
        (home.lake / table / "register.parquet").unlink()
    reload_references(home, load_referential())
    for table, rows in tables.items():
        assert lake_tables.read(home.lake, table).equals(rows), table


def slid(column: str, by: int = 1) -> str:
    """The register with one column moved by some lines, the others where they stood."""
    at = HEADINGS.index(column)
    rows = [line.rstrip("\n").split(";") for line in LINES[1:]]
    cells = [row[at] for row in rows]
    moved = [[*row[:at], cells[(n - by) % len(rows)], *row[at + 1 :]] for n, row in enumerate(rows)]
    return LINES[0] + "".join(";".join(row) + "\n" for row in moved)


@pytest.mark.parametrize(
    ("column", "by"), [("rs", 1), ("rs", -1), ("rs", 40), ("categetab", 1), ("categetab", 5), ("nofinessej", 40)]
)
def test_a_column_that_slid_along_the_others_is_refused(home: Home, tmp_path: Path, column: str, by: int) -> None:
    before = lake_tables.read(home.lake, "finess_sites")
    with pytest.raises(FinessError, match=f"la colonne {column} donne à .* elle a glissé"):
        take_register(home, file(tmp_path, slid(column, by)))
    assert lake_tables.read(home.lake, "finess_sites").equals(before)


def test_new_names_are_no_slide(home: Home, tmp_path: Path) -> None:
    renamed = changed("rs", lambda name: f"{name} (GHT)", rows=len(LINES) - 1)
    assert take_register(home, file(tmp_path, renamed)).taken_count == len(LINES) - 1


def test_a_file_of_as_many_other_numbers_is_refused(home: Home, tmp_path: Path) -> None:
    others = [f"{n:08d}" for n in range(44000100, 44000100 + len(LINES) - 1)]
    keyed = [next(n + key for key in "0123456789" if finess_is_valid(n + key)) for n in others]
    rows = [";".join([number, *line.split(";")[1:]]) for number, line in zip(keyed, LINES[1:], strict=True)]
    with pytest.raises(FinessError, match="212 des 212 établissements connus n'y sont plus : ce semble un autre"):
        take_register(home, file(tmp_path, LINES[0] + "".join(rows)))


@pytest.mark.parametrize(("missing", "is_refused"), [(3, True), (2, False)])
def test_an_earlier_register_is_refused(tmp_path: Path, missing: int, is_refused: bool) -> None:
    """The sites that opened last are not in it, and none of it opened as late."""
    home = Home(tmp_path / "home")
    dated = [f"{line.rstrip()};{1990 + n // 12:04d}-{n % 12 + 1:02d}-01\n" for n, line in enumerate(LINES[1:])]
    heading = LINES[0].rstrip() + ";dateouv\n"
    take_register(home, file(tmp_path, heading + "".join(dated)))
    older = file(tmp_path, heading + "".join(dated[:-missing]))
    if is_refused:
        with pytest.raises(FinessError, match=r"3 établissements connus, ouverts après le .* il semble plus ancien"):
            take_register(home, older)
    else:
        assert take_register(home, older).gone_count == missing


@pytest.mark.parametrize("column", ["rs", "nofinesset", "categetab"])
def test_a_heading_written_twice_is_refused(home: Home, tmp_path: Path, column: str) -> None:
    doubled = [f"{line.rstrip()};{column if n == 0 else 'AUTRE'}\n" for n, line in enumerate(LINES)]
    with pytest.raises(FinessError, match=rf"titres écrits deux fois \({column}\)"):
        take_register(home, file(tmp_path, "".join(doubled)))


@pytest.mark.parametrize("is_last_blank", [True, False])
def test_a_separator_inside_a_name_shifts_no_cell(home: Home, tmp_path: Path, is_last_blank: bool) -> None:
    at = HEADINGS.index("rs")
    cells = LINES[5].rstrip("\n").split(";")
    shifted = [*cells[:at], "CENTRE", " LEON", *cells[at + 1 : -1], "" if is_last_blank else cells[-1]]
    report = take_register(home, file(tmp_path, "".join([*LINES[:5], ";".join(shifted) + "\n", *LINES[6:]])))
    assert report.reasons == {"Nombre de colonnes inattendu.": 1}


def test_a_separator_inside_a_name_of_the_national_layout_shifts_no_cell(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    known = [dict(zip(HEADINGS, line.rstrip("\n").split(";"), strict=True)) for line in LINES[1:]]
    rows = [";".join(["structureet", *(cells.get(name, "") for name in NATIONAL_LAYOUTS["structureet"]), "plus"])
            for cells in known]  # fmt: skip
    rows[3] = rows[3].replace(";", ";CENTRE; ", 1)
    report = take_register(home, file(tmp_path, "\n".join(rows) + "\n"))
    assert report.reasons == {"Nombre de colonnes inattendu.": 1}


@pytest.mark.parametrize("written", ["6570414.61", "NaN", "inf", "-91", "1e9"])
def test_what_is_no_degree_is_left_empty_and_told(home: Home, tmp_path: Path, written: str) -> None:
    report = take_register(home, file(tmp_path, changed("lat", lambda _: written)))
    assert report.notes == {"latitude illisible : laissée vide": 1}
    assert lake_tables.read(home.lake, "finess_sites")["latitude"].is_between(-90, 90).sum() == len(LINES) - 2


def test_days_beside_one_that_has_its_month_first_are_not_guessed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    days = ["03/04/2020", "03/15/2020", "13/04/2020", "2020-03-04", *[""] * (len(LINES) - 5)]
    dated = [f"{line.rstrip()};{day}\n" for line, day in zip(LINES, ["dateouv", *days], strict=True)]
    report = take_register(home, file(tmp_path, "".join(dated)))
    assert report.notes == {"date d'ouverture illisible : laissée vide": 2}
    opened = lake_tables.read(home.lake, "finess_sites")["opened_on"].drop_nulls().to_list()
    assert opened == [dt.date(2020, 4, 13), dt.date(2020, 3, 4)]


def test_a_closing_date_closes_where_the_file_gives_no_state(home: Home, tmp_path: Path) -> None:
    closed = [f"{line.rstrip()};{'2019-12-31' if n < 6 else ''}\n" for n, line in enumerate(LINES)]
    closed[0] = f"{LINES[0].rstrip()};datefermeture\n"
    assert take_register(home, file(tmp_path, "".join(closed))).gone_count == 5
