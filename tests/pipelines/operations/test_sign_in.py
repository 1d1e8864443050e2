"""The provider as Superset is told it: the secret from the environment, establishments of the referential alone."""

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from pipelines.cli import FAILED, OK, app
from pipelines.operations.sign_in import OIDC_VARIABLE, provider_problem, sign_in_variables
from sources.home.configuration import FILE_NAME
from sources.home.configuration_errors import ConfigurationError
from sources.home.home import Home
from tests.dashboards.identity_provider import running_provider

SECRET = "secret-du-client"
READERS = 'reader_groups = {"ia-hcl" = ["690781810"]}'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("CARTOGRAPHIE_OIDC__CLIENT_SECRET", SECRET)
    return Home(tmp_path)


def write(home: Home, *lines: str, issuer: str = "https://connexion.gcs.example/realms/gcs") -> None:
    text = ["[oidc]", f'issuer = "{issuer}"', 'client_id = "cartographie"', *lines]
    (home.root / FILE_NAME).write_text("\n".join(text), encoding="utf-8")


def test_without_a_provider_or_with_one_switched_off_accounts_are_local(home: Home) -> None:
    assert sign_in_variables(home) == {}
    write(home, READERS, "enabled = false")
    assert sign_in_variables(home) == {} and provider_problem(home) is None


def test_superset_is_told_groups_by_role_and_the_secret_that_no_command_shows(home: Home) -> None:
    write(home, READERS, 'coordinator_groups = ["ia-gcs"]', 'editor_groups = ["ia-pages"]')
    told = json.loads(sign_in_variables(home)[OIDC_VARIABLE])
    assert told["client_secret"] == SECRET
    assert told["readers"] == {"ia-hcl": ["690781810"]}
    assert told["roles"] == {
        "Admin": [],
        "Ingénieur données": [],
        "Éditeur": ["ia-pages"],
        "Coordinateur GCS": ["ia-gcs"],
        "Lecteur GCS": [],
    }
    shown = CliRunner().invoke(app, ["config", "--home", str(home.root)])
    assert shown.exit_code == OK and "ia-gcs" in shown.output and SECRET not in shown.output


def test_a_group_for_an_organisation_that_is_not_there_is_told_with_all_others(home: Home) -> None:
    write(home, 'reader_groups = {"ia-a" = ["690781811", "690781810"], "ia-b" = ["000000000"]}')
    with pytest.raises(ConfigurationError) as raised:
        sign_in_variables(home)
    assert [problem.split(" : ")[1][:13] for problem in raised.value.problems] == ["« 690781811 »", "« 000000000 »"]
    assert CliRunner().invoke(app, ["config", "--home", str(home.root)]).exit_code == FAILED


def test_a_provider_is_asked_whether_it_is_the_one_that_is_named(home: Home) -> None:
    with running_provider() as provider:
        write(home, READERS, issuer=provider.url)
        assert provider_problem(home) is None
        write(home, READERS, issuer=f"{provider.url}/")
        assert "se nomme" in str(provider_problem(home))
        write(home, READERS, issuer=f"{provider.url}/nowhere")
        assert "ne répond pas comme un fournisseur" in str(provider_problem(home))
    write(home, READERS, issuer=provider.url)
    assert "ne répond pas comme un fournisseur" in str(provider_problem(home))


def test_pages_alone_know_the_organisations_of_the_release_and_wait_for_the_first(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTOGRAPHIE_SERVERS__PAGES_ONLY", "true")
    write(home, 'reader_groups = {"ia-a" = ["690781810"], "ia-b" = ["000000000"]}')
    assert json.loads(sign_in_variables(home)[OIDC_VARIABLE])["readers"].keys() == {"ia-a", "ia-b"}
    home.current_release.parent.mkdir(parents=True)
    with duckdb.connect(str(home.current_release)) as connection:
        connection.execute(
            "create table dim_establishment as select '690781810' as organisation_code, 'FR' as country_code"
        )
    with pytest.raises(ConfigurationError) as raised:
        sign_in_variables(home)
    assert len(raised.value.problems) == 1 and "000000000" in raised.value.problems[0]
