"""The pages alone on a host that holds a copied published/: the real ``up`` on its own Superset, over what may come."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
import requests
from typer.testing import CliRunner, Result

from dashboards.publishing.client import Session
from dashboards.publishing.publisher import compare
from dashboards.serving.server import read_accounts
from pipelines.cli import FAILED, OK, app
from pipelines.warehouse.publication import point_readers_at
from pipelines.warehouse.release_copy import copy_release
from sources.home.home import WAREHOUSE_FILE, Home
from tests.attempts.attacker import Place, codes_of, which_establishments
from tests.attempts.test_door import Visitor
from tests.dashboards.conftest import OWN
from tests.dashboards.test_bad_input import spoil_older_record, spoil_without_a_column
from tests.faults.running import Running, running, wait

pytestmark = [pytest.mark.superset, pytest.mark.slow]

SOON = 120.0
NEWS = "Version publiée ailleurs, vue ici : "


def command(home: Home, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(home.root)])


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that both hosts see, not there yet."""
    return tmp_path_factory.mktemp("share") / "published"


@pytest.fixture(scope="module")
def host(share: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The other host, started before anything was copied."""
    home = Home(tmp_path_factory.mktemp("host") / "home")
    home.root.mkdir()
    home.published.symlink_to(share)
    (home.root / "cartographie.toml").write_text("[servers]\npages_only = true\n")
    with running(home, home.root.with_name("up.log")) as up:
        up.start()
        up.wait_until_ready()
        yield up


@pytest.fixture(scope="module")
def release(demo_home: Home, share: Path, host: Running) -> str:
    """Copied while the pages are served, by the documented command's own function; the pages have followed."""
    assert "[O0113] Aucune publication des données n'est en place" in host.said()
    assert "« cartographie release copy » sur la machine qui publie" in host.said()
    told = command(host.home, "status")
    assert told.exit_code == 2 and "[O0113]" in told.output and "Superset répond." in told.output
    name = copy_release(demo_home, share)[0].name
    wait(lambda: shows_the_pages(host), SOON, "the pages do not follow", 1)
    assert f"{NEWS}{name}" in host.said()
    return name


def admin(host: Running) -> Session:
    return Session(host.ports.superset_url, "admin", read_accounts(host.home.superset)["admin"])


def shows_the_pages(host: Running) -> bool:
    return compare(host.ports.superset_url, "admin", read_accounts(host.home.superset)["admin"])[0]


def establishments_of(host: Running, account: str) -> set[str]:
    """Whose rows an account gets from the chart that its page asks."""
    asker = Session(host.ports.superset_url, account, read_accounts(host.home.superset)[account])
    place = Place.seen_by(admin(host))
    rows = asker.call("POST", "chart/data", json=which_establishments(place))["result"][0]["data"]
    return codes_of(admin(host), place, {row["reader_organisation_label"] for row in rows})


def another_release(share: Path, name: str, change: Callable[[Path], None]) -> None:
    """What a later copy would bring, changed before anybody sees it."""
    folder = share / "releases" / name
    shutil.copytree((share / "current").resolve(), folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    change(folder)
    point_readers_at(share, name)


def test_nothing_but_superset_runs_and_nothing_is_made_beside_it(release: str, host: Running) -> None:
    home = host.home
    beside_it = {found.command for found in host.processes() if found.number != host.number}
    assert beside_it and all("gunicorn" in found for found in beside_it)
    made = {path.name for path in home.root.iterdir()}
    assert made == {"cartographie.toml", "layout.version", "logs", "published", "superset", "up.lock"}
    assert f"{host.ports.superset_url}   compte : admin" in host.said() and "Dagster  " not in host.said()
    told = command(home, "status")
    assert told.exit_code == OK and release in told.output and "Superset répond." in told.output
    assert json.loads(command(home, "status", "--json").output)["servers"] == {"Superset": True}


def test_accounts_of_establishments_are_those_of_the_release(release: str, host: Running) -> None:
    unknown = command(host.home, "accounts", "add", "x-y", "--role", "lecteur", "--establishment", "000000000")
    assert unknown.exit_code == FAILED and "Établissement inconnu" in unknown.output
    added = command(host.home, "accounts", "add", "lecteur-hcl", "--role", "lecteur", "--establishment", OWN)
    assert added.exit_code == OK, added.output
    assert command(host.home, "dashboards", "publish").exit_code == OK
    assert establishments_of(host, "lecteur-hcl") == {OWN}


def test_a_release_that_is_switched_is_seen(release: str, host: Running, share: Path) -> None:
    def rename(folder: Path) -> None:
        with duckdb.connect(str(folder / WAREHOUSE_FILE)) as connection:
            connection.execute("alter view mart_reader_choice rename to before")
            renamed = "select * replace ('Nouveau nom' as reader_organisation_label) from before"
            connection.execute(f"create view mart_reader_choice as {renamed}")

    another_release(share, "29990101T000000.000000Z", rename)
    place = Place.seen_by(admin(host))
    [answer] = admin(host).call("POST", "chart/data", json=which_establishments(place))["result"]
    assert {row["reader_organisation_label"] for row in answer["data"]} == {"Nouveau nom"}
    point_readers_at(share, release)


def test_a_folder_that_goes_away_stops_no_server_and_is_read_when_it_is_back(
    release: str, host: Running, share: Path
) -> None:
    place = Place.seen_by(admin(host))
    away = share.with_name("away")
    share.rename(away)
    wait(lambda: "La version publiée n'est plus là." in host.said(), SOON, "nobody says that the folder is gone")
    with pytest.raises(requests.HTTPError):
        admin(host).call("POST", "chart/data", json=which_establishments(place))
    assert command(host.home, "status").exit_code == 2 and host.is_alive
    times = host.said().count(f"{NEWS}{release}")
    away.rename(share)
    [answer] = admin(host).call("POST", "chart/data", json=which_establishments(place))["result"]
    assert len(answer["data"]) > 1
    wait(lambda: host.said().count(f"{NEWS}{release}") > times, SOON, "the folder that is back is not seen")


def test_files_are_sent_elsewhere_and_the_page_says_so(release: str, host: Running) -> None:
    password = read_accounts(host.home.superset)["admin"]
    answer = Visitor(host.ports.superset_url).log_in("admin", password).get("")
    assert answer.status_code == 503 and "les envois se font à l&#39;autre adresse" in answer.text


def test_rights_of_the_share_are_left_to_who_fills_it(release: str, host: Running, share: Path) -> None:
    share.chmod(0o755)
    told = command(host.home, "doctor", "--repair")
    assert "D0111" not in told.output and "D0103  droits et système de fichiers convenables" in told.output
    assert share.stat().st_mode & 0o777 == 0o755


def other_models(folder: Path) -> None:
    record = json.loads((folder / "release.json").read_text())
    record["build"]["models_checksum"] = "another"
    (folder / "release.json").write_text(json.dumps(record))


OTHER_VERSIONS = {
    "a column that left": (spoil_without_a_column, 1, "[O0113] La publication des données", "O0113"),
    "another format": (spoil_older_record, 2, "illisible ou d'un autre format", "O0113"),
    "other models that fit": (other_models, 0, "Superset répond.", "D0505"),
}


@pytest.mark.parametrize(("change", "code", "said", "found"), OTHER_VERSIONS.values(), ids=OTHER_VERSIONS.keys())
def test_a_release_of_another_version_is_told_and_the_pages_stay(
    release: str, host: Running, share: Path, change: Callable[[Path], None], code: int, said: str, found: str
) -> None:
    name = f"2999{list(OTHER_VERSIONS).index(next(k for k, v in OTHER_VERSIONS.items() if v[0] is change)):02}Z"
    another_release(share, name, change)
    wait(lambda: f"{NEWS}{name}" in host.said(), SOON, "the release is not seen")
    told = command(host.home, "status")
    assert told.exit_code == code and said in told.output
    told = command(host.home, "doctor")
    assert found in told.output and "cartographie run" not in told.output and "O0000" not in told.output
    assert shows_the_pages(host) and host.is_alive
    point_readers_at(share, release)


def test_a_pass_is_refused_there(release: str, host: Running, share: Path) -> None:
    for words in (["run"], ["run", "--demo"], ["rebuild"]):
        refused = command(host.home, *words)
        assert refused.exit_code == FAILED and "[O0102]" in refused.output and "pages_only" in refused.output
    assert (share / "current").resolve().name == release


def test_its_accounts_are_backed_up_and_come_back(release: str, host: Running, tmp_path: Path) -> None:
    saved = command(host.home, "backup", str(tmp_path / "copies"))
    assert saved.exit_code == OK, saved.output
    back = CliRunner().invoke(app, ["restore", str(tmp_path / "copies"), str(tmp_path / "back")])
    assert back.exit_code == OK and "refaites le lien « published »" in back.output
    assert read_accounts(Home(tmp_path / "back").superset) == read_accounts(host.home.superset)


def test_it_stops_and_starts_again_at_once(release: str, host: Running) -> None:
    assert host.stop() == OK
    host.start()
    host.wait_until_ready()
    assert shows_the_pages(host) and "O0113" not in host.said()
