"""The jobs: which assets run together.

Belongs here: selections and tags. Does not: when they run (``sensors``, ``schedules``).
"""

from __future__ import annotations

from dagster import AssetSelection, define_asset_job

from pipelines.instance import WRITER_TAG

_WRITES = {WRITER_TAG: "home"}

INTAKE_JOB = "prise_en_compte"
NIGHTLY_JOB = "reconstruction_nocturne"
DASHBOARDS_JOB = "tableaux_de_bord"

everything_but_dashboards = AssetSelection.all() - AssetSelection.groups("tableaux_de_bord")

intake_job = define_asset_job(
    INTAKE_JOB,
    selection=everything_but_dashboards,
    tags=_WRITES,
    description="Du dépôt à la publication : tous les nouveaux fichiers en une exécution.",
)

nightly_job = define_asset_job(
    NIGHTLY_JOB,
    selection=everything_but_dashboards,
    tags=_WRITES,
    description="La même chaîne, chaque nuit : reprend ce qui attendrait et les changements du référentiel.",
)

dashboards_job = define_asset_job(
    DASHBOARDS_JOB,
    selection=AssetSelection.groups("tableaux_de_bord"),
    description="Publie dans Superset les tableaux de bord du projet.",
)
