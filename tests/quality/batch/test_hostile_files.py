"""Hostile files through the whole intake: each is answered in French, and the good file beside them is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from quality.batch.batch import process
from sources.archive import archive
from sources.home.home import Home
from sources.lake import lake
from sources.referential.loader import Referential
from tests.quality.conftest import LYON, submission
from tests.sources.workbook import hostile


def test_every_hostile_file_is_answered_and_the_good_one_taken(
    home: Home, referential: Referential, drop: Callable[..., Path]
) -> None:
    folder = drop(submission(), name="m-bon.xlsx").parent
    files = {
        "a.xlsx": hostile.two_far_cells(),
        "b.xlsx": hostile.zip_bomb(),
        "c.xlsx": hostile.lying_zip(),
        "d.ods": hostile.seventeen_billion_ods_cells(),
        "e.xlsx": hostile.xlsx_of_entities(),
        "f.ods": hostile.ods_of_entities(),
        "n.csv": b";" * (45 * 2**20),
        "o.xlsx": hostile.reaching_outside(),
        "p\u202excl.exe\n.xlsx": b"%PDF-1.7",
        "é" * 123 + ".xlsx": b"%PDF-1.7",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    receptions = {reception.file_name: reception.number for reception in archive.receive(home).received}
    process(home, referential)
    verdicts = dict(lake.read(home.lake, "receptions").select("reception_number", "verdict_code").iter_rows())
    assert {name: verdicts[number] for name, number in receptions.items()} == {
        **dict.fromkeys(files, "refusee"),
        "m-bon.xlsx": "prise",
    }
    for number in receptions.values():
        (answer,) = (home.receipts / LYON).glob(f"{number:06d}_*.json")
        assert answer.name.isprintable()
        content = json.loads(answer.read_text())
        assert content["summary"] and (content["verdict"] == "prise" or content["problems"])
    put_away = [path.name for path in (folder / archive.ANSWERED_FOLDER).iterdir()]
    assert len(put_away) == len(files) + 1 and all(name.isprintable() for name in put_away)
    assert lake.read(home.lake, "receptions")["file_name"].str.contains("\u202e").any() is False
