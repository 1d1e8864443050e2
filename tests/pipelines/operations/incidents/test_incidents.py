"""Each error that reaches a person has a code, a cause and a remedy, all on the operations page."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.operations.incidents.incidents import UNKNOWN_CODE, incident_named, incident_of, incidents
from sources.home.writer_lock import WriterBusy

ROOT = Path(__file__).parents[4]
# Raised and caught while one file is read or one step made: they never reach a person.
INTERNAL = {
    "BrokenMessage",
    "GlossaryError",  # said by the command that writes what is generated
    "SiteError",  # said by `cartographie docs`
    "UnfitName",  # said on the page where the file was chosen
    "UnfitSuggestion",  # said on the page where it was written
    "_ChildEnded",
    "_DoubledNameError",  # said as an InventoryError
    "_NotPlainError",
    "_RefusedError",
    "_SystemRefusal",
    "NotPatchableError",
    "Stopped",
    "XmlError",
}


def own_exceptions() -> Iterator[str]:
    """The exceptions that the project's modules define, by qualified name, found without importing them."""
    for package in ("sources", "quality", "pipelines", "dashboards"):
        for path in (ROOT / package).rglob("*.py"):
            if "superset" in path.parts:  # what the server raises it shows on a page of its own
                continue
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for name in re.findall(r"^class (\w+)\((?:Exception|ValueError|RuntimeError)\)", path.read_text(), re.M):
                if name not in INTERNAL:
                    yield f"{module}.{name}"


def test_every_exception_of_the_project_is_an_incident() -> None:
    assert set(own_exceptions()) - {incident.error for incident in incidents()} == set()


@pytest.mark.parametrize("incident", incidents(), ids=lambda incident: incident.error)
def test_every_incident_names_an_exception_that_is_there(incident) -> None:
    module, name = incident.error.rsplit(".", 1)
    assert hasattr(importlib.import_module(module), name)
    assert incident.cause and incident.remedy


def test_one_code_is_one_cause_and_stands_on_the_page() -> None:
    codes = {incident.code for incident in incidents()}
    told = {(incident.code, incident.cause, incident.remedy) for incident in incidents()}
    assert len(told) == len(codes) == len({cause for _, cause, _ in told})
    page = (ROOT / "docs" / "exploitation.md").read_text()
    source = "\n".join(path.read_text() for path in (ROOT / "pipelines" / "operations" / "doctor").glob("*.py"))
    found = set(re.findall(r'"(D\d{4})"', source))
    assert len(found) > 15
    assert [code for code in [*codes, UNKNOWN_CODE, "O0601", *sorted(found)] if code not in page] == []


def test_an_error_is_found_by_its_class_or_the_nearest_above() -> None:
    assert incident_of(WriterBusy()).code == "O0105"
    assert incident_of(PermissionError()).code == incident_named("PermissionError").code == "O0501"
    assert incident_of(ZeroDivisionError()).code == UNKNOWN_CODE
