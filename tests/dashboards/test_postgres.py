"""Superset's metadata in a real PostgreSQL: made, published onto, read again after either server was restarted."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboards.files.bundle import read_bundle
from dashboards.publishing.client import Session
from dashboards.publishing.publisher import compare, publish
from dashboards.serving.access import ADMIN_ROLE, GCS_READER_ROLE
from dashboards.serving.accounts import add_account, list_accounts
from dashboards.serving.environment import ensure_environment
from dashboards.serving.server import prepare, read_accounts
from pipelines.engines.instance import tell_superset_its_metadata
from sources.home.home import Home
from tests import needs
from tests.attempts.attacker import Place, codes_of, which_establishments
from tests.dashboards.conftest import ESTABLISHMENTS, OWN
from tests.dashboards.serving.servers import serving
from tests.postgres import Cluster, running_cluster

pytestmark = [pytest.mark.superset, needs.postgresql]


@dataclass
class Installation:
    """A home whose metadata are in `cluster`, and what was said while they were made."""

    home: Home
    cluster: Cluster
    said: list[str]

    @property
    def log(self) -> Path:
        return self.home.root / "superset.log"

    def password(self, account: str) -> str:
        return read_accounts(self.home.superset)[account]


@pytest.fixture(scope="module")
def installation(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Told its PostgreSQL by the configuration, as `up` is."""
    ensure_environment(print)
    made = Home(tmp_path_factory.mktemp("on-postgres") / "home")
    made.root.mkdir()
    made.published.symlink_to(home / "published")
    with running_cluster() as cluster, pytest.MonkeyPatch.context() as environment:
        environment.setenv("CARTOGRAPHIE_METADATA__POSTGRES_URL", cluster.url)
        tell_superset_its_metadata(made)
        said: list[str] = []
        prepare(made.superset, made.published, said.append)
        yield Installation(made, cluster, said)
        environment.delenv("CARTOGRAPHIE_METADATA__POSTGRES_URL")
        tell_superset_its_metadata(made)


def test_everything_that_sqlite_holds_postgres_holds(installation: Installation) -> None:
    home = installation.home
    assert installation.said == ["Préparation de Superset (métadonnées, rôles, comptes)…"]
    prepare(home.superset, home.published, installation.said.append)
    assert len(installation.said) == 1
    assert list(home.superset.glob("*.db")) == []
    roles = {account.name: account.roles for account in list_accounts(home.superset, home.published)}
    assert roles == {"admin": (ADMIN_ROLE,), "lecture": (GCS_READER_ROLE,)}

    with serving(home.superset, home.published, installation.log) as url:
        first = publish(url, "admin", installation.password("admin"), establishments=ESTABLISHMENTS, prove=True)
        assert first.changed and first.queried == len(read_bundle().charts)
        again = publish(url, "admin", installation.password("admin"), establishments=ESTABLISHMENTS)
        assert (again.changed, again.removed, again.queried, again.grants_changed) == (False, [], 0, 0)
        add_account(home.superset, home.published, "lecteur-hcl", "lecteur", [OWN], ESTABLISHMENTS)
        assert own_rows(url, installation) == {OWN}

        installation.cluster.stop()
        installation.cluster.start()
        assert own_rows(url, installation) == {OWN}

    with serving(home.superset, home.published, installation.log) as url:
        assert compare(url, "admin", installation.password("admin")) == (True, [])
        assert own_rows(url, installation) == {OWN}


def own_rows(url: str, installation: Installation) -> set[str]:
    """The establishments whose answers the reader's account gets."""
    admin = Session(url, "admin", installation.password("admin"))
    reader = Session(url, "lecteur-hcl", installation.password("lecteur-hcl"))
    place = Place.seen_by(admin)
    rows = reader.call("POST", "chart/data", json=which_establishments(place))["result"][0]["data"]
    return codes_of(admin, place, {row["reader_organisation_label"] for row in rows})
