"""What somebody writes in full beside a model comes into the glossary, and nothing of it is lost."""

import shutil
from pathlib import Path

from pipelines.glossary.adopting import adopt, adopt_types
from pipelines.glossary.model_columns import HEADER, written
from sources.glossary import read_glossary
from sources.glossary.reading import FOLDER

BY_HAND = """\
version: 2

models:
  - name: mart_notice
    columns:
      - name: notice_text
        data_type: varchar
        description: "Something else"
        config:
          meta:
            label_fr: "Avertissement"
      - {name: submission_count, data_type: bigint, description: "Changed where it is generated"}
      - name: new_share
        data_type: decimal(9,6)
        description: "A new share"
        config:
          meta:
            label_fr: "Nouvelle part"
            unit: "share, 0 to 1"
"""


def test_what_is_written_by_hand_is_adopted_and_then_generated(tmp_path: Path) -> None:
    glossary = Path(shutil.copytree(FOLDER, tmp_path / "glossary"))
    model = tmp_path / "models" / "mart_notice.yml"
    model.parent.mkdir()
    model.write_text(BY_HAND, encoding="utf-8")
    assert adopt(tmp_path, glossary) == ["mart_notice.notice_text", "mart_notice.new_share"]
    assert adopt(tmp_path, glossary) == [], "once is enough"
    words = read_glossary(glossary)
    assert words.differences["mart_notice", "notice_text"] == {"meaning": "Something else"}
    assert words.words("mart_notice", "new_share").type == "decimal(9,6)"
    text = written(BY_HAND, words, has_types=True)
    assert text.startswith(HEADER) and "Something else" in text and "Changed where" not in text
    model.write_text(text, encoding="utf-8")
    assert adopt(tmp_path, glossary) == []


def test_a_name_new_to_the_marts_takes_the_type_of_the_sql_and_no_other_changes(tmp_path: Path) -> None:
    glossary = Path(shutil.copytree(FOLDER, tmp_path / "glossary"))
    before = read_glossary(glossary)
    assert not before.columns["hosting"].type
    adopt_types({"mart_x": {"hosting": "varchar", "campaign_code": "integer"}, "dim_x": {"supplier": "t"}}, glossary)
    after = read_glossary(glossary)
    changed = {name for name in after.columns if after.columns[name] != before.columns[name]}
    assert changed == {"hosting"} and after.columns["hosting"].type == "varchar"
