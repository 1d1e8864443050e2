"""Settings: defaults, the file, variables over it, and all that is wrong told at once without a secret."""

from pathlib import Path

import pytest
from dagster._utils.schedules import is_valid_cron_string

from sources.home.configuration import FILE_NAME, all_settings, configuration
from sources.home.configuration_errors import ConfigurationError
from sources.home.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def write(home: Home, text: str) -> None:
    (home.root / FILE_NAME).write_text(text)


def test_without_a_file_the_defaults_stand(home: Home) -> None:
    assert configuration(home).servers.dagster_port == 3000
    assert configuration(home).metadata.postgres_url is None


def test_a_variable_wins_over_the_file_and_leaves_its_neighbours(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, "[servers]\ndagster_port = 3001\nsuperset_port = 8089\n[alerts]\nreminder_days = [7]\n")
    monkeypatch.setenv("CARTOGRAPHIE_SERVERS__DAGSTER_PORT", "3002")
    found = configuration(home)
    assert (found.servers.dagster_port, found.servers.superset_port) == (3002, 8089)
    assert found.alerts.reminder_days == [7]


def test_a_changed_file_is_read_again(home: Home) -> None:
    write(home, "[retention]\nreleases = 4\n")
    assert configuration(home).retention.releases == 4
    write(home, "[retention]\nreleases = 12\n")
    assert configuration(home).retention.releases == 12


def test_all_mistakes_are_told_at_once_each_with_its_place(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        home,
        "[servers]\ndagster_prot = 3001\nsuperset_port = 99999\n[retension]\nreleases = 3\n"
        '[runs]\nnightly_cron = "chaque nuit"\n[alerts]\nreminder_days = [7, "trois"]\n',
    )
    monkeypatch.setenv("CARTOGRAPHIE_INTAKE__READER_SECONDS", "vite")
    with pytest.raises(ConfigurationError) as raised:
        configuration(home)
    said = str(raised.value)
    assert len(raised.value.problems) == 6 and "6 erreur(s)" in said
    assert "[servers] dagster_prot : réglage inconnu. Vouliez-vous dire « dagster_port » ?" in said
    assert "[servers] superset_port : attendu au plus 65535 ; trouvé 99999." in said
    assert "[retension] : section inconnue. Vouliez-vous dire « retention » ?" in said
    assert "[runs] nightly_cron : attendu cinq champs" in said
    assert "[alerts] reminder_days, valeur n° 2 : attendu un nombre entier" in said
    assert "variable CARTOGRAPHIE_INTAKE__READER_SECONDS : attendu un nombre" in said


def test_what_would_fail_later_is_refused_at_start(home: Home) -> None:
    write(
        home,
        '[servers]\nhost = "ici:80"\n[runs]\ntime_zone = "Europe/Lyon"\nnightly_cron = "30 25 * * *"\n'
        '[metadata]\npostgres_url = "mysql://moi:s3cr3t@ici/base"\n'
        '[alerts]\nurls = ["mailtoo://moi:s3cr3t@ici.example"]\nreceipt_mail_url = "rien"\n',
    )
    with pytest.raises(ConfigurationError) as raised:
        configuration(home)
    said = str(raised.value)
    assert len(raised.value.problems) == 6 and "s3cr3t" not in said
    assert "[servers] host : attendu une adresse IP ou un nom de machine" in said
    assert (
        "[runs] time_zone : attendu un fuseau horaire" in said and "[runs] nightly_cron : attendu cinq champs" in said
    )
    assert "[metadata] postgres_url : attendu postgresql://" in said
    assert "[alerts] urls, valeur n° 1 : attendu une adresse qu'Apprise comprend" in said


@pytest.mark.parametrize(
    "text",
    [
        "30 2 * * *", "*/5 * * * *", "0 6 * * 1", "0 6 * * MON-FRI", "15,45 8-18 1 jan,jul 0", "0 0 31 12 7",
        "60 2 * * *", "0 24 * * *", "0 0 0 1 1", "0 0 1 13 *", "0 6 * * 8", "0 6 * *", "chaque nuit",
        "5-1 * * * *", "*/0 * * * *",
    ],
)  # fmt: skip
def test_a_time_is_taken_where_dagster_takes_it(home: Home, text: str) -> None:
    write(home, f'[runs]\nnightly_cron = "{text}"\n')
    if is_valid_cron_string(text):
        assert configuration(home).runs.nightly_cron == text
    else:
        with pytest.raises(ConfigurationError):
            configuration(home)


def test_no_secret_is_quoted(home: Home) -> None:
    write(home, '[metadata]\npostgres_url = 5\n[servers]\ndagster_url = "ftp://moi:motdepasse@ici"\n')
    with pytest.raises(ConfigurationError) as raised:
        configuration(home)
    assert len(raised.value.problems) == 2 and "motdepasse" not in str(raised.value)
    write(home, '[alerts]\nurls = ["mailtos://moi:motdepasse@ici.example"]\n')
    assert "motdepasse" not in repr(configuration(home))


def test_what_is_not_toml_is_told_with_its_line(home: Home) -> None:
    write(home, "[servers]\nhost = \n")
    with pytest.raises(ConfigurationError, match=r"cartographie\.toml : ce n'est pas du TOML .*line 2"):
        configuration(home)


def test_a_list_in_a_variable_is_json_and_else_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTOGRAPHIE_ALERTS__REMINDER_DAYS", "[1, 2]")
    assert configuration(home).alerts.reminder_days == [1, 2]
    monkeypatch.setenv("CARTOGRAPHIE_ALERTS__REMINDER_DAYS", "demain")
    with pytest.raises(ConfigurationError, match=r"(?i)reminder_days"):
        configuration(home)


def test_every_setting_is_on_the_operations_page() -> None:
    page = (Path(__file__).parents[3] / "docs" / "exploitation.md").read_text()
    missing = [f"{section}.{name}" for section, name, *_ in all_settings() if f"`{section}.{name}`" not in page]
    assert missing == []


OIDC = '[oidc]\nissuer = "{issuer}"\nclient_id = "cartographie"\nclient_secret = "motdepasse"\nadmin_groups = ["ia"]\n'


@pytest.mark.parametrize(
    "issuer", ["https://connexion.gcs.example/realms/gcs", "http://127.0.0.1:9000", "http://localhost:9000/"]
)
def test_a_provider_is_reached_by_https_or_on_this_machine(home: Home, issuer: str) -> None:
    write(home, OIDC.format(issuer=issuer))
    found = configuration(home)
    assert found.oidc.is_on and "motdepasse" not in repr(found)


@pytest.mark.parametrize(
    "issuer", ["http://connexion.gcs.example", "http://127.0.0.1.gcs.example", "https://a.example/?x=1", "gcs.example"]
)
def test_a_provider_without_encryption_is_refused(home: Home, issuer: str) -> None:
    write(home, OIDC.format(issuer=issuer))
    with pytest.raises(ConfigurationError, match=r"\[oidc\] issuer : attendu une adresse https://"):
        configuration(home)


def test_all_that_a_provider_lacks_is_told_at_once(home: Home) -> None:
    write(home, '[oidc]\nissuer = "https://connexion.gcs.example"\nscopes = ["profile"]\nclient_secret = 9182736455\n')
    with pytest.raises(ConfigurationError) as raised:
        configuration(home)
    places = [problem.split(" : ")[0].rsplit(" ", 1)[1] for problem in raised.value.problems]
    assert places == ["client_id", "client_secret", "scopes", "admin_groups"]
    assert "9182736455" not in raised.value.problems[1]


def test_people_come_back_from_a_provider_by_https(home: Home) -> None:
    servers = '[servers]\nsuperset_url = "http://cartographie.gcs.example"\n'
    write(home, servers + OIDC.format(issuer="https://connexion.gcs.example"))
    with pytest.raises(ConfigurationError, match="sans chiffrement"):
        configuration(home)
    write(home, servers + OIDC.format(issuer="https://connexion.gcs.example") + "enabled = false\n")
    assert not configuration(home).oidc.is_on


def test_ducklake_needs_its_catalog_and_its_folder(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are told, without the password; the folder is one that all hosts see under the same name."""
    write(home, '[warehouse]\ntarget = "ducklake"\n')
    with pytest.raises(ConfigurationError) as refusal:
        configuration(home)
    assert len(refusal.value.problems) == 2
    assert all('alors que [warehouse] target = "ducklake"' in problem for problem in refusal.value.problems)
    write(home, '[warehouse]\ntarget = "lac"\ndata_path = "partage"\ncatalog_url = "mysql://moi:s3cr3t@ici/base"\n')
    with pytest.raises(ConfigurationError) as refusal:
        configuration(home)
    said = str(refusal.value)
    assert "attendu 'file' ou 'ducklake'" in said and "un chemin entier" in said and "s3cr3t" not in said
    write(home, '[warehouse]\ntarget = "ducklake"\ndata_path = "/srv/partage"\n')
    monkeypatch.setenv("CARTOGRAPHIE_WAREHOUSE__CATALOG_URL", "postgresql://moi:s3cr3t@ici/base")
    monkeypatch.setenv("CARTOGRAPHIE_WAREHOUSE_FILE", "what dbt is told is no section")
    assert configuration(home).warehouse.data_path == Path("/srv/partage")


S3 = '[warehouse]\ndata_path = "s3://cartographie/entrepot"\n'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "[warehouse] s3_endpoint : manque, alors que [warehouse] data_path est en s3://"),
        ('s3_endpoint = "http://s3.gcs.example"\n', "une adresse https:// (http:// sur cette machine seulement)"),
        ('s3_endpoint = "https://moi:mdp@s3.gcs.example"\n', "une adresse https://"),
        ('s3_endpoint = "https://s3.gcs.example"\ns3_key_id = "clé"\n', "s3_secret : manque"),
    ],
)
def test_storage_that_speaks_s3_needs_its_address_and_its_key(home: Home, more: str, said: str) -> None:
    write(home, S3 + more)
    with pytest.raises(ConfigurationError) as refusal:
        configuration(home)
    assert said in str(refusal.value)


@pytest.mark.parametrize("place", ["s3://seau", "s3://seau/", "s3://seau/a/", "s3://Seau/a", "s3://seau/a'b", "s3:/a"])
def test_an_address_of_storage_is_a_bucket_and_a_folder(home: Home, place: str) -> None:
    write(home, f'[warehouse]\ndata_path = "{place}"\n')
    with pytest.raises(ConfigurationError, match="s3://seau/dossier"):
        configuration(home)


@pytest.mark.parametrize("endpoint", ["https://s3.gcs.example", "https://s3.gcs.example:9000", "http://127.0.0.1:9000"])
def test_storage_with_its_key_is_taken_and_its_secret_never_shown(
    home: Home, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    write(home, S3 + f's3_endpoint = "{endpoint}"\ns3_key_id = "cartographie"\n')
    monkeypatch.setenv("CARTOGRAPHIE_WAREHOUSE__S3_SECRET", "s3cr3t")
    found = configuration(home).warehouse
    assert found.data_path == "s3://cartographie/entrepot" and "s3cr3t" not in repr(found)


@pytest.mark.parametrize(("socket", "said"), [("analyses.sock", "qui commence par /"), (f"/{'a' * 100}", "plus court")])
def test_a_socket_is_a_whole_path_that_a_socket_can_have(home: Home, socket: str, said: str) -> None:
    write(home, f'[runs]\nanalyses_socket = "{socket}"\n')
    with pytest.raises(ConfigurationError, match=rf"\[runs\] analyses_socket : attendu .*{said}"):
        configuration(home)
