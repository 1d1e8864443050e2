"""What the tests of the pipelines share: the real definitions run on a copy of the demonstration's home."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dagster import DagsterInstance, ExecuteInProcessResult

from pipelines.orchestration.definitions import build_defs
from pipelines.orchestration.jobs import INTAKE_JOB
from pipelines.warehouse.dbt_manifest import DBT_PROJECT
from sources.home.home import Home
from sources.referential.loader import Referential, load_referential
from sources.workbook.template.template import write_template

LYON = "690781810"


@dataclass
class Installation:
    """A home, and what a person does with it."""

    home: Home
    referential: Referential
    project: Path = DBT_PROJECT

    def drop(self, dossier: str, name: str, use_case: str = "CAT-001", assessor: str = "MED-77", **cells: Any) -> Path:
        """Drop a small submission of Lyon for the demonstration's campaign of 2026, in the dossier named."""
        rows = {
            "etablissement": [
                {
                    "organisation": LYON,
                    "campagne": self.referential.labels("campaigns")["DEMO-2026"],
                    "dossier": dossier,
                }
            ],
            "evaluations": [
                {"evaluateur": assessor, "role": "Médecin", "cas_usage": use_case, "IMP_1_1": "Fort"} | cells
            ],
        }
        return write_template(self.home.intake / LYON / name, self.referential, rows)

    def run(self, **options: Any) -> ExecuteInProcessResult:
        """One run of the intake job, as the sensor starts it."""
        job = build_defs(self.home, self.project).resolve_job_def(INTAKE_JOB)
        with DagsterInstance.ephemeral() as instance:
            return job.execute_in_process(instance=instance, raise_on_error=False, **options)

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Ask the published warehouse."""
        with duckdb.connect(str(self.home.current_release.resolve()), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    def receipts_of(self, name: str) -> list[Path]:
        return sorted((self.home.receipts / LYON).glob(f"*_{Path(name).stem}.html"))


@pytest.fixture(scope="session")
def referential() -> Referential:
    return load_referential()


@pytest.fixture
def installation(home_copy: Home) -> Installation:
    return Installation(home_copy, load_referential(home_copy.referential))


Query = Callable[..., list[tuple[Any, ...]]]
