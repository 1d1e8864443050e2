"""A home is refused with a sentence when its layout or its file system is not what the program knows."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.home import home_layout
from sources.home.home import Home
from sources.home.home_layout import LAYOUT_FILE, LAYOUT_VERSION, HomeError, ensure_layout


def test_a_new_home_is_marked_and_nothing_else_is_left(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    ensure_layout(home)
    ensure_layout(home)
    assert [path.name for path in home.root.iterdir()] == [LAYOUT_FILE]
    assert (home.root / LAYOUT_FILE).read_text().strip() == str(LAYOUT_VERSION)


@pytest.mark.parametrize("found", ["2", "0", "", "autre"])
def test_an_unknown_layout_is_refused_and_kept(tmp_path: Path, found: str) -> None:
    (tmp_path / LAYOUT_FILE).write_text(found)
    with pytest.raises(HomeError, match=f"version « {found} »"):
        ensure_layout(Home(tmp_path))
    assert (tmp_path / LAYOUT_FILE).read_text() == found


def test_a_file_system_without_hard_links_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(HomeError, match="lier un fichier"):
        ensure_layout(Home(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_locks_that_everybody_gets_are_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_layout.fcntl, "flock", lambda *_: None)
    with pytest.raises(HomeError, match="verrouiller un fichier"):
        ensure_layout(Home(tmp_path))


def test_a_folder_that_cannot_be_synced_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(home_layout.os, "fsync", refuse)
    with pytest.raises(HomeError, match="à l'abri d'une coupure"):
        ensure_layout(Home(tmp_path))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system."""
    place = Path("/dev/shm") / f"cartographie-{uuid.uuid4().hex}"
    if not place.parent.is_dir() or place.parent.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("/dev/shm is no file system of its own here")
    place.mkdir()
    yield place
    shutil.rmtree(place)


@pytest.mark.parametrize("layer", ["archive", "lake", "receipts", "published", "warehouse"])
def test_a_layer_on_a_share_is_tried_as_the_home_is(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, layer: str
) -> None:
    home = Home(tmp_path / "home")
    ensure_layout(home)
    (home.root / layer).symlink_to(elsewhere)
    ensure_layout(home)
    assert list(elsewhere.iterdir()) == []
    linked = os.link

    def refuse_there(source: Path, target: Path) -> None:
        if layer in Path(target).parts:
            raise PermissionError(1, "Operation not permitted")
        linked(source, target)

    monkeypatch.setattr(os, "link", refuse_there)
    with pytest.raises(HomeError, match=rf"home/{layer} ne sait pas faire ceci : lier un fichier"):
        ensure_layout(home)
    monkeypatch.setenv("CARTOGRAPHIE_SERVERS__PAGES_ONLY", "true")
    ensure_layout(home)  # nothing of it is written there


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeError, match="ne peut pas être écrit"):
        ensure_layout(Home(tmp_path / "home"))


def test_a_new_home_is_closed_to_other_accounts(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    ensure_layout(home)
    assert home.root.stat().st_mode & 0o007 == 0
    home.root.chmod(0o755)  # somebody opened it on purpose
    ensure_layout(home)
    assert home.root.stat().st_mode & 0o777 == 0o755
