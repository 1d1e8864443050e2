"""The publisher against a real server: twice is once, what left is removed, what is others' stays."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from dashboards.files.bundle import FOLDER, read_bundle
from dashboards.publishing.client import PublicationError, Session
from dashboards.publishing.publisher import publish
from dashboards.serving.server import accounts_file, prepare
from dashboards.written.folder import Folder
from tests.dashboards.conftest import Server

pytestmark = pytest.mark.superset

SPARE = "11111111-1111-1111-1111-111111111111"


@pytest.fixture
def admin(server: Server) -> Session:
    return Session(server.url, "admin", server.password("admin"))


def test_the_first_publication_queries_every_chart(server: Server) -> None:
    assert server.first_publication.changed
    assert server.first_publication.queried == len(read_bundle().charts)


def test_publishing_again_changes_nothing(server: Server) -> None:
    again = publish(server.url, "admin", server.password("admin"))
    assert (again.changed, again.removed, again.queried) == (False, [], 0)


def test_what_left_the_repository_is_removed_and_what_is_others_stays(
    server: Server, admin: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "dashboards"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("superset", "*.py", "__pycache__"))
    add_spare_chart(folder)
    own = admin.call("POST", "chart/", json=someone_elses_chart(admin))["id"]
    try:
        publish(server.url, "admin", server.password("admin"), folder=folder)
        assert "Graphique de passage" in titles(admin)
        back = publish(server.url, "admin", server.password("admin"))
        assert back.removed == ["chart Graphique de passage"]
        assert "Graphique de passage" not in titles(admin)
        assert "Le graphique de quelqu'un" in titles(admin)
    finally:
        admin.call("DELETE", f"chart/{own}")


def test_a_chart_whose_column_left_the_mart_fails_loudly_and_by_name(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "dashboards"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("superset", "*.py", "__pycache__"))
    rewrite(folder, "datasets/mart_notice.yaml", lambda c: c["metrics"][0].update(expression="MAX(gone_text)"))
    try:
        with pytest.raises(PublicationError, match=r"« Ce que montre .* ne répond pas"):
            publish(server.url, "admin", server.password("admin"), folder=folder)
    finally:
        publish(server.url, "admin", server.password("admin"), force=True)


def test_a_chart_that_shows_nothing_is_a_fault_only_where_all_are_filled(server: Server, tmp_path: Path) -> None:
    """An installation that begins has nothing to show: its first start must go well."""
    folder = tmp_path / "dashboards"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("superset", "*.py", "__pycache__"))
    nothing = {"expressionType": "SIMPLE", "clause": "WHERE", "subject": "quadrant_code", "operator": "==",
               "operatorId": "EQUALS", "comparator": "aucun"}  # fmt: skip
    rewrite(folder, "matrice/charts/bubbles.yaml", lambda c: c["params"].update(adhoc_filters=[nothing]))
    said: list[str] = []
    try:
        report = publish(
            server.url, "admin", server.password("admin"), folder=folder, is_filled=False, report=said.append
        )
        assert report.queried and said[-1].endswith("1 sans rien à montrer pour l'instant.")
        with pytest.raises(PublicationError, match="ne montrent rien alors qu'ils le devraient"):
            publish(server.url, "admin", server.password("admin"), folder=folder, prove=True)
    finally:
        publish(server.url, "admin", server.password("admin"), force=True)


def test_an_incomplete_bundle_is_not_even_sent(tmp_path: Path) -> None:
    folder = tmp_path / "dashboards"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("superset", "*.py", "__pycache__"))
    (folder / "matrice/charts/bubbles.yaml").unlink()
    with pytest.raises(PublicationError, match="Rien n'a été publié"):
        publish("http://127.0.0.1:9", "admin", "x", folder=folder)


def test_a_server_that_is_down_a_wrong_password_and_plain_http_are_said_plainly(server: Server) -> None:
    with pytest.raises(PublicationError, match="est-il démarré"):
        publish("http://127.0.0.1:9", "admin", "x")
    with pytest.raises(PublicationError, match="refuse le compte"):
        publish(server.url, "admin", "wrong")
    with pytest.raises(PublicationError, match="https"):
        publish("http://superset.example", "admin", "x")


def test_preparing_again_does_nothing_and_secrets_are_their_owners_alone(server: Server) -> None:
    said: list[str] = []
    prepare(server.superset_home, server.superset_home.parent / "published", said.append)
    assert said == []
    for secret in (accounts_file(server.superset_home), server.superset_home / "secret_key"):
        assert secret.stat().st_mode & 0o777 == 0o600


def test_an_editor_sees_every_page_and_owns_it_and_can_neither_run_sql_nor_touch_data(server: Server) -> None:
    editor = Session(server.url, "editeur", server.password("editeur"))
    pages = list(editor.every("dashboard"))
    assert {page["slug"] for page in pages} == {page.content["slug"] for page in read_bundle().dashboards}
    assert all("editeur" in {owner["first_name"].lower() for owner in page["owners"]} for page in pages)
    for method, path, body in (
        ("POST", "sqllab/execute/", {"database_id": 1, "sql": "select 1"}),
        ("GET", "database/", None),
        ("PUT", "dataset/1", {"sql": "select 1"}),
        ("POST", "dataset/", {"database": 1, "table_name": "fct_assessment_answer"}),
        ("GET", "security/users/", None),
        ("GET", "rowlevelsecurity/", None),
        ("DELETE", "dataset/1", None),
    ):
        response = editor.session.request(method, f"{editor.base_url}/{path}", json=body, timeout=60)
        assert response.status_code in {401, 403, 404}, (path, response.status_code)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "copy (select 1) to '/tmp/written-by-sql.csv'",
        "attach '/tmp/other.duckdb' as other",
        "set enable_external_access = true",
        "reset lock_configuration",
        "pragma enable_external_access",
        "install httpfs",
        "load httpfs",
        "export database '/tmp/exported'",
        "create table other as select 1",
        "drop table mart_notice",
        "update mart_notice set notice_text = ''",
        "delete from mart_notice",
    ],
)
def test_sql_of_an_engineer_reads_no_file_writes_nothing_and_changes_no_setting(server: Server, sql: str) -> None:
    engineer = Session(server.url, "ingenieur", server.password("ingenieur"))
    database = engineer.call("GET", "database/")["result"][0]["id"]

    def execute(text: str) -> Any:
        body = {"database_id": database, "sql": text, "runAsync": False, "schema": "main", "queryLimit": 10}
        return engineer.session.post(f"{engineer.base_url}/sqllab/execute/", json=body, timeout=60)

    answer = execute(sql)
    assert answer.status_code >= requests.codes.bad_request or answer.json().get("status") == "failed", answer.text
    assert "root:" not in answer.text
    assert not Path("/tmp/written-by-sql.csv").exists()
    assert execute("select count(*) as notices from mart_notice").json()["data"] == [{"notices": 1}]


def test_a_new_release_is_seen_at_the_next_query(server: Server, admin: Session) -> None:
    dataset = next(d["id"] for d in admin.every("dataset") if d["table_name"] == "mart_notice")
    query = {"datasource": {"id": dataset, "type": "table"}, "queries": [{"metrics": ["notice"], "columns": []}]}
    published = server.superset_home.parent / "published"
    now = published.joinpath("current").resolve()
    other = now.with_name("zzz-other")
    shutil.copytree(now, other)
    try:
        rename_notice(other / "warehouse.duckdb")
        point(published, other)
        assert "Une autre publication" in str(admin.call("POST", "chart/data", json=query))
    finally:
        point(published, now)
        shutil.rmtree(other)


def rename_notice(warehouse: Path) -> None:
    warehouse.chmod(0o644)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update mart_notice set notice_text = 'Une autre publication'")


def point(published: Path, release: Path) -> None:
    draft = published / "current.draft"
    draft.symlink_to(release.relative_to(published) if release.is_relative_to(published) else release)
    draft.replace(published / "current")


def titles(session: Session) -> set[str]:
    return {chart["slice_name"] for chart in session.every("chart")}


def someone_elses_chart(session: Session) -> dict[str, Any]:
    dataset = next(session.every("dataset"))["id"]
    return {
        "slice_name": "Le graphique de quelqu'un",
        "viz_type": "table",
        "datasource_id": dataset,
        "datasource_type": "table",
        "params": "{}",
    }


def add_spare_chart(folder: Path) -> None:
    """Show one more chart at the end of the matrix page."""
    written = Folder(folder)
    spare = written.read("matrice/charts/priorities.yaml") | {"uuid": SPARE, "slice_name": "Graphique de passage"}
    written.write("matrice/charts/spare.yaml", spare)

    def lay_out(page: dict[str, Any]) -> None:
        row = next(part for part in page["position"].values() if isinstance(part, dict) and part["type"] == "ROW")
        meta = {"uuid": SPARE, "width": 4, "height": 20}
        parents = [*row["parents"], row["id"]]
        page["position"]["CHART-spare"] = {
            "type": "CHART", "id": "CHART-spare", "children": [], "parents": parents, "meta": meta,
        }  # fmt: skip
        row["children"].append("CHART-spare")

    rewrite(folder, "matrice/dashboard.yaml", lay_out)


def rewrite(folder: Path, path: str, change: Any) -> None:
    written = Folder(folder)
    content = written.read(path)
    change(content)
    written.write(path, content)
