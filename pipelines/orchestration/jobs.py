"""The jobs: which assets run together.

Belongs here: selections and tags. Does not: when they run (``sensors``, ``schedules``).
"""

from __future__ import annotations

from dagster import AssetSelection, define_asset_job

from pipelines.engines.instance import WRITER_TAG
from pipelines.orchestration.runs.explaining import HOOKS

_WRITES = {WRITER_TAG: "home"}

INTAKE_JOB = "prise_en_compte"
NIGHTLY_JOB = "reconstruction_nocturne"
REPLAY_JOB = "reprendre"
REGISTER_JOB = "actualisation_finess"
DASHBOARDS_JOB = "tableaux_de_bord"
EXPORTS_JOB = "exports_de_la_version"


ANALYSIS_JOB = "analyses_apres_publication"
NIGHTLY_ANALYSIS_JOB = "analyses_nocturnes"

PUBLISHING_JOBS = (INTAKE_JOB, NIGHTLY_JOB, REPLAY_JOB, REGISTER_JOB)
"""Those that take what was received to the publication."""

to_the_publication = AssetSelection.all() - AssetSelection.groups("tableaux_de_bord", "analyses", "exports")

intake_job = define_asset_job(
    INTAKE_JOB,
    selection=to_the_publication,
    tags=_WRITES,
    hooks=HOOKS,
    description="From the drop to the publication: all new files in one run.",
)

nightly_job = define_asset_job(
    NIGHTLY_JOB,
    selection=to_the_publication,
    tags=_WRITES,
    hooks=HOOKS,
    description="The same, every night: takes what may still wait, and changes of the referential.",
)

replay_job = define_asset_job(
    REPLAY_JOB,
    selection=to_the_publication,
    tags=_WRITES,
    config={"ops": {"submissions": {"config": {"campaign_code": "", "reception_number": 0}}}},
    hooks=HOOKS,
    description=(
        "Replays from the archive a campaign (`campaign_code`) or a file (`reception_number`), and all that was "
        "received after it: each file is judged and answered anew, in its order, by the rules of today."
    ),
)

register_job = define_asset_job(
    REGISTER_JOB,
    selection=to_the_publication,
    tags=_WRITES,
    config={"ops": {"establishments": {"config": {"refresh": True}}}},
    hooks=HOOKS,
    description=(
        "Fetches the FINESS register from the address of `[finess]`, puts it in the place of the loaded one, and "
        "publishes. An incomplete file replaces nothing."
    ),
)

dashboards_job = define_asset_job(
    DASHBOARDS_JOB,
    selection=AssetSelection.groups("tableaux_de_bord"),
    hooks=HOOKS,
    description="Publishes the project's dashboards in Superset.",
)

# The analyses carry no writer's tag: they read a release, and hold the home's lock only to publish.
analysis_job = define_asset_job(
    ANALYSIS_JOB,
    selection=AssetSelection.groups("analyses"),
    hooks=HOOKS,
    description="Robustness, agreement and portfolios of the latest release, then their publication.",
)

nightly_analysis_job = define_asset_job(
    NIGHTLY_ANALYSIS_JOB,
    selection=AssetSelection.groups("analyses"),
    config={"ops": {"analyses": {"config": {"with_core": True}}}},
    hooks=HOOKS,
    description="The same analyses, with the core of each portfolio (200 draws of weights).",
)

exports_job = define_asset_job(
    EXPORTS_JOB,
    selection=AssetSelection.groups("exports"),
    hooks=HOOKS,
    description="Open data, the committee's workbook and report, and the data dictionary of the latest release.",
)
