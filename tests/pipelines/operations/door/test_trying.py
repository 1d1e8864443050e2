"""A try says what the intake then says, with history, and leaves archive, lake and receipts as they were."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.operations.door import desk, trying, waiting
from pipelines.operations.door.names import UnfitName, fit_name
from quality.batch.batch import BatchReport, process
from quality.verdicts.verdicts import BUNDLE, TAKEN, WITHDRAWN
from sources.archive import archive
from sources.home.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.template import write_template
from tests.quality.conftest import GRENOBLE, LYON, Rows, submission

ACCOUNT = "qualite-lyon"


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    for code in (LYON, GRENOBLE):
        (home.intake / code).mkdir(parents=True)
        (home.receipts / code).mkdir(parents=True)
    return home


@pytest.fixture
def workbook(tmp_path: Path, referential: Referential) -> Callable[..., bytes]:
    def written(rows: Rows, name: str = "x.xlsx") -> bytes:
        return write_template(tmp_path / name, referential, rows).read_bytes()

    return written


def take(home: Home, referential: Referential) -> BatchReport:
    archive.receive(home)
    return process(home, referential)


@pytest.mark.parametrize("code", ["..", ".", "nouveau", "../intake", "", "traités"])
def test_an_establishment_that_is_none_has_no_door(home: Home, workbook: Callable[..., bytes], code: str) -> None:
    """Would have had a coordinator make folders in the intake, under any name, for whoever writes there next."""
    content = workbook(submission())
    asked = {"act": "try", "files": [{"name": "a.xlsx", "size": len(content)}], "establishment": code, "account": "gcs"}
    before = sorted(home.root.rglob("*"))
    assert trying.answer(home, asked, content)[0] == {"status": "missing"}
    named = {"campaign": "2026", "dossier": "x", "act": "withdraw"}
    assert trying.answer(home, asked | named, b"")[0] == {"status": "missing"}
    assert sorted(home.root.rglob("*")) == before
    number = waiting.new_number()
    waiting.folder_of(home, number).mkdir(parents=True)
    waiting.keep(home, waiting.Try(number, "gcs", code, time.time()))
    for act in ("send", "try", "forget", "try_workbook", "overview", "template", "answer", "original"):
        told = {"act": act, "number": number, "establishment": code, "account": "gcs", "sent_by": "gcs", "name": "x"}
        assert desk.answer(home, told, b"")[0] == {"status": "missing"}, act
    assert {path.name for path in home.intake.iterdir()} == {LYON, GRENOBLE}


def everything(home: Home) -> dict[str, bytes]:
    """All that stands in a home beside the tries, by its path."""
    return {
        str(path.relative_to(home.root)): path.read_bytes()
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and path.relative_to(home.root).parts[0] not in {"door"}
    }


def problems(told: bytes | str) -> list[tuple[str, str | None, str | None]]:
    return [(each["rule_code"], each["sheet"], each["cell"]) for each in json.loads(told)["problems"]]


def faulty(rows: Rows) -> Rows:
    return {**rows, "evaluations": [{**row, "date": "31/02/2026"} for row in rows["evaluations"]]}


@pytest.mark.parametrize("change", [lambda rows: rows, faulty])
@pytest.mark.parametrize("is_known_before", [False, True])
def test_a_try_says_what_the_intake_then_says(
    home: Home, referential: Referential, workbook: Callable[..., bytes], change: Callable[[Rows], Rows],
    is_known_before: bool,
) -> None:  # fmt: skip
    """Would have left out the rules marked « history », as `check` does, or judged by other rules."""
    if is_known_before:
        (home.intake / LYON / "avant.xlsx").write_bytes(workbook(submission(), "avant.xlsx"))
        take(home, referential)
    content = workbook(change(submission()))
    before = everything(home)
    tried = trying.try_files(home, LYON, ACCOUNT, [("envoi.xlsx", content)])
    assert everything(home) == before
    sent = desk.answer(home, asked("send", tried.number, sent_by=ACCOUNT), b"")[0]
    assert sent["status"] == "ok"
    take(home, referential)
    last = archive.reception(home, archive.last_number(home))
    assert last.sent_by == ACCOUNT and last.content_sha256 == tried.files[0].sha256
    [received] = (home.receipts / LYON).glob(f"{last.number:06d}_*.json")
    own = (waiting.folder_of(home, tried.number) / "01.json").read_text()
    assert problems(own) == problems(received.read_text())
    assert json.loads(own)["verdict"] == json.loads(received.read_text())["verdict"] == tried.files[0].verdict


def asked(act: str, number: str = "", **more: str) -> dict[str, str]:
    return {"act": act, "number": number, "account": ACCOUNT, "establishment": LYON, **more}


def test_what_is_replaced_and_lost_is_said_before_it_is_sent(
    home: Home, referential: Referential, workbook: Callable[..., bytes]
) -> None:
    rows = submission()
    (home.intake / LYON / "avant.xlsx").write_bytes(workbook(rows))
    take(home, referential)
    fewer = {**rows, "cas_usage": rows["cas_usage"][:1], "evaluations": rows["evaluations"][:1]}
    fewer["etablissement"] = [{**rows["etablissement"][0], "remplacement": "oui"}]
    tried = trying.try_files(home, LYON, ACCOUNT, [("a.xlsx", workbook(fewer))])
    page = (waiting.folder_of(home, tried.number) / "01.html").read_text()
    assert "de l'envoi précédent n'y sont plus" in page.replace("&#39;", "'")
    assert "remplacera l'envoi n° 1 du" in tried.files[0].replaces
    assert tried.files[0].replaces.endswith(" lignes de l'envoi précédent n'y sont plus.")


def test_an_archive_of_workbooks_is_tried_file_by_file(
    home: Home, referential: Referential, workbook: Callable[..., bytes], tmp_path: Path
) -> None:
    take(home, referential)
    bundle = tmp_path / "b.zip"
    with zipfile.ZipFile(bundle, "w") as archived:
        for dossier in ("a", "b"):
            rows = submission()
            envelope = [{**rows["etablissement"][0], "dossier": dossier}]
            archived.writestr(f"{dossier}.xlsx", workbook({**rows, "etablissement": envelope}, f"{dossier}.xlsx"))
    tried = trying.try_files(home, LYON, ACCOUNT, [("lot.zip", bundle.read_bytes())])
    assert [(file.is_inner, file.verdict) for file in tried.files] == [
        (False, BUNDLE),
        (True, TAKEN),
        (True, TAKEN),
    ]
    names = desk.answer(home, asked("send", tried.number, sent_by=ACCOUNT), b"")[0]["names"]
    assert names == ["lot.zip"]


def test_the_address_of_a_campaigns_form_is_shown(home: Home) -> None:
    address = "https://kobo.gcs.example/x/abc?lang=fr"
    (home.root / "cartographie.toml").write_text(f'[intake]\nform_urls = {{"2026-1" = "{address}"}}\n')
    campaigns = desk.answer(home, asked("overview"), b"")[0]["campaigns"]
    assert [each["form_url"] for each in campaigns if each["code"] == "2026-1"] == [address]


def test_sending_twice_lays_one_file_and_hides_nobody_elses(home: Home, workbook: Callable[..., bytes]) -> None:
    (home.intake / LYON / "envoi.xlsx").write_bytes(b"that of somebody else")
    tried = trying.try_files(home, LYON, ACCOUNT, [("envoi.xlsx", workbook(submission()))])
    first = desk.answer(home, asked("send", tried.number, sent_by=ACCOUNT), b"")[0]
    again = desk.answer(home, asked("send", tried.number, sent_by=ACCOUNT), b"")[0]
    assert (first["status"], again["status"]) == ("ok", "sent") and first["names"] == again["names"]
    assert sorted(path.name for path in (home.intake / LYON).iterdir()) == ["envoi (2).xlsx", "envoi.xlsx"]
    assert (home.intake / LYON / "envoi.xlsx").read_bytes() == b"that of somebody else"


def test_withdrawing_is_a_file_like_any_other(
    home: Home, referential: Referential, workbook: Callable[..., bytes]
) -> None:
    (home.intake / LYON / "avant.xlsx").write_bytes(workbook(submission()))
    take(home, referential)
    [line] = desk.answer(home, asked("overview"), b"")[0]["lines"]
    _, campaign, dossier = line["key"].split("|")
    told, _ = trying.answer(home, asked("withdraw", campaign=campaign, dossier=dossier), b"")
    tried = waiting.read(home, told["number"], ACCOUNT, LYON)
    assert tried.files[0].verdict == WITHDRAWN and "retirera l'envoi n° 1" in tried.files[0].replaces
    desk.answer(home, asked("send", tried.number, sent_by=ACCOUNT), b"")
    take(home, referential)
    lines = desk.answer(home, asked("overview"), b"")[0]["lines"]
    assert [each["state_code"] for each in lines] == ["retrait", "retire"]


def test_nobody_elses_things_are_found_by_number_name_or_address(
    home: Home, referential: Referential, workbook: Callable[..., bytes]
) -> None:
    """Would have given another establishment's file, answer or try to whoever names it."""
    (home.intake / LYON / "avant.xlsx").write_bytes(workbook(submission()))
    take(home, referential)
    tried = trying.try_files(home, LYON, ACCOUNT, [("a.xlsx", workbook(submission()))])
    [line] = desk.answer(home, asked("overview"), b"")[0]["lines"]
    own = {"answer": {"name": line["files"]["html"]}, "original": {"number": "1"}, "try": {"number": tried.number}}
    for act, named in own.items():
        request = {**asked(act), **named}
        assert desk.answer(home, request, b"")[0]["status"] == "ok"
        assert desk.answer(home, {**request, "establishment": GRENOBLE}, b"")[0] == {"status": "missing"}
    others = {**asked("try", tried.number), "account": "un-autre"}
    assert desk.answer(home, others, b"")[0] == {"status": "missing"}
    for name in ("../" + LYON, "..", "", "x" * 300, "/etc/passwd", "\0"):
        for act in ("answer", "template", "overview", "send", "try"):
            request = asked(act, name, name=name, campaign=name, establishment=name, sent_by=ACCOUNT)
            assert desk.answer(home, request, b"")[0] == {"status": "missing"}
    for name in (f"../{GRENOBLE}/index.html", "index.html", "000001_x.html"):
        assert desk.answer(home, asked("answer", name=name), b"")[0] == {"status": "missing"}


def test_a_file_kept_apart_for_its_personal_data_is_not_given_back(
    home: Home, referential: Referential, workbook: Callable[..., bytes]
) -> None:
    rows = submission()
    rows = {**rows, "evaluations": [{**row, "commentaire": "jean.dupont@chu.fr"} for row in rows["evaluations"]]}
    (home.intake / LYON / "avant.xlsx").write_bytes(workbook(rows))
    take(home, referential)
    assert desk.answer(home, asked("original", "1"), b"")[0] == {"status": "missing"}


def test_tries_are_gone_after_a_day_and_bounded_for_an_account(home: Home) -> None:
    tried = trying.try_files(home, LYON, ACCOUNT, [("a.csv", b"x")])
    assert waiting.purge_old(home) == 0 and waiting.count(home) == 1
    later = tried.at + waiting.KEPT_SECONDS + 60
    assert waiting.purge_old(home, later) == 1 and waiting.count(home) == 0
    for at in range(waiting.MOST_OF_ONE_ACCOUNT + 2):
        trying.try_files(home, LYON, ACCOUNT, [("a.csv", str(at).encode())])
    assert waiting.count(home) == waiting.MOST_OF_ONE_ACCOUNT


NAMES = [
    ("C:\\Users\\x\\envoi.xlsx", "envoi.xlsx"),
    ("../../etc/envoi.xlsx", "envoi.xlsx"),
    ("a\x00b\x1b[31m.xlsx", "ab[31m.xlsx"),
    ("rem\u202exslx.exe", "remxslx.exe"),
    ("<script>alert(1)</script>.xlsx", "script_.xlsx"),
    ("e\u0301valuation.xlsx", "évaluation.xlsx"),
    ("x" * 400 + ".xlsx", "x" * 175 + ".xlsx"),
]


@pytest.mark.parametrize(("sent", "kept"), NAMES)
def test_whatever_a_name_holds_a_name_of_the_intake_comes_out(sent: str, kept: str) -> None:
    assert fit_name(sent) == kept


@pytest.mark.parametrize(
    "sent", ["", "..", "/", "   ", "~$envoi.xlsx", ".caché.xlsx", "a.part", "traités", "Thumbs.db"]
)
def test_a_name_that_the_intake_leaves_alone_is_refused_in_words(sent: str) -> None:
    """Would have been laid in the intake, and never taken."""
    with pytest.raises(UnfitName, match="fichier"):
        fit_name(sent)
