"""The bill of materials that CI makes names what both locks name, version by version."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from dashboards.serving.environment import PROJECT as SUPERSET
from dashboards.serving.environment import find_uv

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("project", [ROOT, SUPERSET], ids=["cartographie", "superset"])
def test_each_locked_package_is_in_the_bill(project: Path, tmp_path: Path) -> None:
    bill = tmp_path / "bill.cdx.json"
    command = [*find_uv(), "export", "--locked", "--quiet", "--format", "cyclonedx1.5", "--all-groups"]
    subprocess.run([*command, "--project", str(project), "--output-file", str(bill)], check=True, cwd=tmp_path)
    content = json.loads(bill.read_text())
    assert (content["bomFormat"], content["specVersion"]) == ("CycloneDX", "1.5")
    told = {(part["name"], part.get("version")) for part in content["components"]}
    locked = {
        (package["name"], package["version"])
        for package in tomllib.loads((project / "uv.lock").read_text())["package"]
        if "registry" in package["source"]
    }
    assert locked and locked <= told


def test_ci_makes_it_where_git_does_not_look() -> None:
    steps = (ROOT / ".ci" / "run").read_text()
    assert "build/sbom/cartographie.cdx.json" in steps and "build/sbom/superset.cdx.json" in steps
    assert "/build/" in (ROOT / ".gitignore").read_text().splitlines()
