"""The jobs: which assets run together.

Belongs here: selections and tags. Does not: when they run (``sensors``, ``schedules``).
"""

from __future__ import annotations

from dagster import AssetSelection, define_asset_job

from pipelines.explaining import HOOKS
from pipelines.instance import WRITER_TAG

_WRITES = {WRITER_TAG: "home"}

INTAKE_JOB = "prise_en_compte"
NIGHTLY_JOB = "reconstruction_nocturne"
TAKE_AGAIN_JOB = "reprendre"
REGISTER_JOB = "actualisation_finess"
DASHBOARDS_JOB = "tableaux_de_bord"
EXPORTS_JOB = "exports_de_la_version"


ANALYSIS_JOB = "analyses_apres_publication"
NIGHTLY_ANALYSIS_JOB = "analyses_nocturnes"

PUBLISHING_JOBS = (INTAKE_JOB, NIGHTLY_JOB, TAKE_AGAIN_JOB, REGISTER_JOB)
"""Those that take what was received to the publication."""

to_the_publication = AssetSelection.all() - AssetSelection.groups("tableaux_de_bord", "analyses", "exports")

intake_job = define_asset_job(
    INTAKE_JOB,
    selection=to_the_publication,
    tags=_WRITES,
    hooks=HOOKS,
    description="Du dépôt à la publication : tous les nouveaux fichiers en une exécution.",
)

nightly_job = define_asset_job(
    NIGHTLY_JOB,
    selection=to_the_publication,
    tags=_WRITES,
    hooks=HOOKS,
    description="La même chaîne, chaque nuit : reprend ce qui attendrait et les changements du référentiel.",
)

take_again_job = define_asset_job(
    TAKE_AGAIN_JOB,
    selection=to_the_publication,
    tags=_WRITES,
    config={"ops": {"submissions": {"config": {"campaign_code": "", "reception_number": 0}}}},
    hooks=HOOKS,
    description=(
        "Reprend de l'archive une campagne (« campaign_code ») ou un fichier (« reception_number »), et tout ce qui a "
        "été reçu après : chaque fichier est jugé et répondu à nouveau, dans son ordre, avec les règles d'aujourd'hui."
    ),
)

register_job = define_asset_job(
    REGISTER_JOB,
    selection=to_the_publication,
    tags=_WRITES,
    config={"ops": {"establishments": {"config": {"refresh": True, "sites": "", "entities": ""}}}},
    hooks=HOOKS,
    description=(
        "Va chercher le répertoire FINESS à l'adresse de [finess] (ou à celle donnée ici, « sites » et « entities »), "
        "le met à la place de celui qui est chargé, et publie. Un fichier incomplet ne remplace rien."
    ),
)

dashboards_job = define_asset_job(
    DASHBOARDS_JOB,
    selection=AssetSelection.groups("tableaux_de_bord"),
    hooks=HOOKS,
    description="Publie dans Superset les tableaux de bord du projet.",
)

# The analyses carry no writer's tag: they read a release, and hold the home's lock only to publish.
analysis_job = define_asset_job(
    ANALYSIS_JOB,
    selection=AssetSelection.groups("analyses"),
    hooks=HOOKS,
    description="Robustesse, accord et portefeuilles de la dernière version publiée, puis leur publication.",
)

nightly_analysis_job = define_asset_job(
    NIGHTLY_ANALYSIS_JOB,
    selection=AssetSelection.groups("analyses"),
    config={"ops": {"analyses": {"config": {"with_core": True}}}},
    hooks=HOOKS,
    description="Les mêmes analyses, avec le cœur de chaque portefeuille (200 tirages de poids).",
)

exports_job = define_asset_job(
    EXPORTS_JOB,
    selection=AssetSelection.groups("exports"),
    hooks=HOOKS,
    description="Données ouvertes, classeur du comité et dictionnaire de la dernière version publiée.",
)
