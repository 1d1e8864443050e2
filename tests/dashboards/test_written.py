"""A file says only what is particular to its document, and the whole document is the same on the way and back."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dashboards.files.bundle import FOLDER, read_bundle
from dashboards.files.normalise import normalise, to_yaml
from dashboards.written.folder import PATTERNS, Folder, normalise_folder
from dashboards.written.sharing import with_shared, without_shared

WRITTEN = Folder(FOLDER)
PATHS = [path for pattern in PATTERNS for path in WRITTEN.paths(pattern)]

plain = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a"])
documents: Any = st.recursive(
    plain | st.lists(plain, max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
trees = st.dictionaries(st.sampled_from("abc"), documents, max_size=3)


def said(value: Any) -> Any:
    """A document as the normal form has it: a null key is no key."""
    return {key: said(item) for key, item in value.items() if item is not None} if isinstance(value, dict) else value


@given(trees, trees)
def test_what_is_shared_is_left_out_and_comes_back(whole: dict[str, Any], shared: dict[str, Any]) -> None:
    whole, shared = said(whole), said(shared)
    assert with_shared(without_shared(whole, shared), shared) == whole


@given(trees, trees)
def test_nothing_is_said_of_what_is_shared(whole: dict[str, Any], shared: dict[str, Any]) -> None:
    whole, shared = said(whole), said(shared)
    assert without_shared(with_shared({}, shared), shared) == {}
    assert all(key not in shared or whole.get(key) != shared[key] or isinstance(whole[key], bool | int)
               for key in without_shared(whole, shared))  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_whole_document_is_written_short_and_read_whole(path: str) -> None:
    whole = WRITTEN.read(path)
    assert normalise(whole) == whole
    assert (FOLDER / path).read_text(encoding="utf-8") == WRITTEN.text(whole)


def test_files_in_superset_s_own_form_are_read_as_what_they_are_and_normalised(tmp_path: Path) -> None:
    """What somebody copies out of an export stands beside the short ones until it is normalised."""
    whole = {path: WRITTEN.read(path) for path in PATHS}
    for path in [*PATHS, "defaults.yaml", "columns.yaml"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        text = to_yaml(whole[path]) if path in whole else (FOLDER / path).read_text(encoding="utf-8")
        (tmp_path / path).write_text(text, encoding="utf-8")
    copied = Folder(tmp_path)
    assert {path: copied.read(path) for path in PATHS} == whole
    normalise_folder(tmp_path)
    assert [path for path in PATHS if (tmp_path / path).read_bytes() != (FOLDER / path).read_bytes()] == []


def test_a_column_that_a_chart_uses_need_not_be_named_in_its_dataset() -> None:
    [dataset] = [one for one in read_bundle().datasets if one.content["table_name"] == "mart_cartography"]
    told = yaml.safe_load((FOLDER / dataset.path).read_text(encoding="utf-8"))
    columns = {column["column_name"]: column for column in dataset.content["columns"]}
    assert "axis_label" not in str(told.get("columns")) and columns["axis_label"]["verbose_name"] == "Axe"
    assert columns["evidence_label"]["verbose_name"] == told["labels"]["evidence_label"]
