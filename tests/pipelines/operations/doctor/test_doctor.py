"""What is broken is found, named with its remedy, and mended where that is safe."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.operations.backup.backup import back_up
from pipelines.operations.doctor import Finding, Level, diagnose, machine
from pipelines.operations.status import read_status
from pipelines.warehouse.publication import current_release
from sources.archive import archive
from sources.home.home import Home


def problems(home: Home) -> dict[str, Finding]:
    return {found.code: found for found in diagnose(home) if found.level != Level.OK}


def lake_part(home: Home) -> Path:
    return next((home.lake / "answers").glob("r*.parquet"))


def truncate(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def dangle(home: Home) -> None:
    (home.published / "current").unlink()
    (home.published / "current").symlink_to("releases/absente")


def leap_a_century(home: Home) -> None:
    """As if the clock had been a century ahead at the last reception."""
    record = home.archive / "receptions" / f"{archive.reception_numbers(home)[-1]:09d}.json"
    record.chmod(0o600)
    record.write_text(record.read_text().replace('"received_at": "20', '"received_at": "21'))


def spoil_referential(home: Home) -> None:
    home.referential.mkdir(exist_ok=True)
    (home.referential / "axes.csv").write_text("code;sans_titre\nAXE_9;x\n", encoding="utf-8")


BREAKS: dict[str, Callable[[Home], None]] = {
    "O0101": lambda home: (home.root / "cartographie.toml").write_text("[servers]\nport = 1\n") and None,
    "O0206": spoil_referential,
    "D0103": lambda home: (home.root / "layout.version").write_text("7") and None,
    "D0107": leap_a_century,
    "D0111": lambda home: home.lake.chmod(0o755),
    "D0201": lambda home: truncate(archive.content_path(home, archive.receptions(home)[3].content_sha256)),
    "O0503": lambda home: truncate(lake_part(home)),
    "D0304": lambda home: next((home.lake / "receptions").glob("r*.parquet")).unlink(),
    "O0502": lambda home: truncate(home.warehouse),
    "D0502": dangle,
}


def test_a_healthy_home_only_lacks_a_backup(demo_home: Home) -> None:
    assert list(problems(demo_home)) == ["D0108"]


@pytest.mark.parametrize("code", BREAKS)
def test_each_break_is_found_with_a_remedy(home_copy: Home, code: str) -> None:
    BREAKS[code](home_copy)
    found = problems(home_copy)
    assert code in found and found[code].remedy


def test_status_tells_a_wrong_referential_before_a_pass_refuses_it(home_copy: Home) -> None:
    assert read_status(home_copy).referential_problems == []
    spoil_referential(home_copy)
    found = read_status(home_copy)
    assert found.exit_code == 1 and any("axes.csv" in line for line in found.as_lines())


def test_what_others_can_enter_is_closed(home_copy: Home) -> None:
    home_copy.archive.chmod(0o755)
    repair = problems(home_copy)["D0111"].repair
    assert repair is not None and "archive" in repair()
    assert home_copy.archive.stat().st_mode & 0o777 == 0o750 and "D0111" not in problems(home_copy)


def test_a_folder_closed_below_is_named(home_copy: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    closed, may = home_copy.archive / "receptions", os.access
    monkeypatch.setattr(machine.os, "access", lambda path, mode: Path(path) != closed and may(path, mode))
    assert "archive/receptions" in problems(home_copy)["D0103"].said


def test_a_link_that_leads_nowhere_is_led_to_the_last_whole_release(home_copy: Home) -> None:
    before = current_release(home_copy)
    dangle(home_copy)
    assert CliRunner().invoke(app, ["doctor", "--home", str(home_copy.root)]).exit_code == 2
    result = CliRunner().invoke(app, ["doctor", "--repair", "--json", "--home", str(home_copy.root)])
    told = json.loads(result.output)
    assert result.exit_code == 1 and len(told["repaired"]) == 1
    assert {f["code"] for f in told["findings"] if f["level"] != "ok"} == {"D0108"}
    assert current_release(home_copy) == before


def test_an_original_comes_back_from_the_backup_only_when_its_hash_proves_it(home_copy: Home, tmp_path: Path) -> None:
    back_up(home_copy, tmp_path / "b")
    (home_copy.root / "cartographie.toml").write_text(f'[backup]\ndestination = "{tmp_path / "b"}"\n')
    sha256 = archive.receptions(home_copy)[3].content_sha256
    kept = archive.content_path(home_copy, sha256).read_bytes()
    BREAKS["D0201"](home_copy)
    repair = problems(home_copy)["D0201"].repair
    assert repair is not None and sha256[:12] in repair()
    assert archive.content_path(home_copy, sha256).read_bytes() == kept
    assert problems(home_copy) == {}

    BREAKS["D0201"](home_copy)
    (tmp_path / "b" / "objects" / sha256[:2] / sha256).write_bytes(b"other")
    assert problems(home_copy)["D0201"].repair is None
