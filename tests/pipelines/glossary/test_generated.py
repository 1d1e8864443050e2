"""A generated file that is committed says what its source says today."""

from pathlib import Path

import pytest
import yaml

from pipelines.glossary.generated import ROOT, generated_files
from pipelines.glossary.model_columns import written
from sources.glossary import GlossaryError, read_glossary

FILES = dict(generated_files())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_generated_file_is_up_to_date_and_says_that_it_is_generated(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == FILES[path], "run: ./uvw run python -m pipelines.glossary"
    assert "python -m pipelines.glossary" in text.splitlines()[0]


def test_every_row_of_the_glossary_is_of_a_column_that_there_is() -> None:
    said = {
        (model["name"], column["name"])
        for path, text in FILES.items()
        if path.suffix == ".yml"
        for model in yaml.safe_load(text).get("models", ())
        for column in model["columns"]
    }
    glossary = read_glossary()
    assert set(glossary.columns) == {name for _, name in said}
    assert set(glossary.differences) <= said


def test_a_line_with_a_name_is_enough_to_add_a_column_to_a_mart() -> None:
    [path] = [path for path in FILES if path.name == "mart_notice.yml"]
    added = written(FILES[path] + "      - name: campaign_code\n", read_glossary(), has_types=True)
    column = yaml.safe_load(added)["models"][0]["columns"][-1]
    assert column["name"] == "campaign_code" and column["data_type"] == "varchar"
    assert column["config"]["meta"]["label_fr"] == "Code de la campagne"
    assert written(added, read_glossary(), has_types=True) == added


def test_a_published_model_says_itself_which_columns_it_has() -> None:
    [path] = [path for path in FILES if path.name == "mart_notice.yml"]
    asked = {"mart_notice": {"notice_text": "varchar", "campaign_code": "varchar"}}
    text = written(FILES[path], read_glossary(), has_types=True, in_sql=asked)
    assert [column["name"] for column in yaml.safe_load(text)["models"][0]["columns"]] == list(asked["mart_notice"])


def test_a_contract_is_never_written_without_a_type() -> None:
    [path] = [path for path in FILES if path.name == "mart_notice.yml"]
    with pytest.raises(GlossaryError, match="hosting : donnez son type"):
        written(FILES[path] + "      - name: hosting\n", read_glossary(), has_types=True)
