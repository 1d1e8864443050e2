"""What submissions are judged by is archived on first use, numbered with the drops."""

from pathlib import Path

import pytest

from sources.archive import archive
from sources.archive.archive_references import current_references, receive_reference, receive_site_referential
from sources.finess.loader import SHIPPED_SITES, FinessError
from sources.home.home import Home
from sources.referential.loader import load_referential
from sources.versions.reference_loading import (
    take_inventory,
    take_register,
    take_shipped_inventories,
    take_shipped_register,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def _drop(home: Home, name: str) -> archive.Reception:
    folder = home.intake / "690781810"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(name.encode())
    (one,) = archive.receive(home).received
    archive.mark_answered(home, one)
    return one


def test_drops_and_references_share_one_sequence(home: Home) -> None:
    first = _drop(home, "un.csv")
    reference = receive_reference(home, "register", "finess_sites", b"sites")
    second = _drop(home, "deux.csv")
    assert (first.number, reference, second.number) == (1, 2, 3)
    assert archive.reception_numbers(home) == [1, 3]
    assert [one.kind for one in archive.receptions(home)] == ["submission", "submission"]


def test_the_newest_bytes_again_write_nothing_and_older_ones_do(home: Home) -> None:
    numbers = [receive_reference(home, "register", "r", content) for content in (b"a", b"a", b"b", b"a")]
    assert numbers == [1, 1, 2, 3]
    assert receive_reference(home, "inventory", "r", b"a") == 4
    sha256 = current_references(home, at=2)["register", "r"].content_sha256
    assert archive.content_path(home, sha256).read_bytes() == b"b"


def test_an_unknown_kind_is_a_bug(home: Home) -> None:
    with pytest.raises(ValueError, match="autre"):
        receive_reference(home, "autre", "r", b"a")


def test_a_file_of_the_referential_that_goes_away_is_recorded_as_empty(home: Home) -> None:
    home.referential.mkdir()
    (home.referential / "axes.csv").write_text("code;label\n")
    receive_site_referential(home, home.referential)
    (home.referential / "axes.csv").unlink()
    for _ in range(2):
        receive_site_referential(home, home.referential)
    axes = current_references(home)["referential", "axes.csv"]
    assert (axes.number, axes.byte_count) == (2, 0)
    assert current_references(home, at=1)["referential", "axes.csv"].byte_count > 0


def test_what_ships_is_archived_before_it_is_loaded(home: Home) -> None:
    referential = load_referential()
    for _ in range(2):
        take_shipped_register(home)
        take_shipped_inventories(home, referential)
    known = current_references(home)
    assert {key: one.number for key, one in known.items()} == {
        ("register", "finess_sites"): 1,
        ("mapping", "us_2024.toml"): 2,
        ("inventory", "us_2024"): 3,
    }
    content = archive.content_path(home, known["register", "finess_sites"].content_sha256).read_bytes()
    assert content == SHIPPED_SITES.read_bytes()


def test_a_file_that_is_not_used_is_not_recorded(home: Home, tmp_path: Path) -> None:
    wrong = tmp_path / "faux.csv"
    wrong.write_text("a;b\n1;2\n")
    with pytest.raises(FinessError):
        take_register(home, wrong)
    with pytest.raises(Exception, match="inconnue"):
        take_inventory(home, wrong, "inconnue", load_referential())
    assert current_references(home) == {}
