"""Jobs that make no data: back-up, clean-up, comparison. Does not belong here: what they do (``backup``, ``upkeep``,
``rebuild_check``).
"""

from dagster import OpExecutionContext, ResourceParam, job, op

from pipelines.engines.instance import WRITER_TAG
from pipelines.operations.backup.backup import OriginalsDamaged, back_up
from pipelines.operations.backup.backup_contents import BackupError
from pipelines.operations.upkeep import clean_up
from pipelines.orchestration.resources import HomeResource
from pipelines.orchestration.runs.explaining import HOOKS
from pipelines.orchestration.runs.retries import trying_again_what_may_pass
from pipelines.warehouse.ducklake.catalog import catalog_of
from pipelines.warehouse.ducklake.tidying import tidy
from pipelines.warehouse.rebuild_check import DifferentFromRebuild, compare_with_rebuild
from sources.home.configuration import configuration

BACKUP_JOB, UPKEEP_JOB, COMPARISON_JOB = "sauvegarde", "menage", "comparaison_nocturne"


@op(name="sauvegarder")
def back_up_home(context: OpExecutionContext, home: ResourceParam[HomeResource]) -> None:
    """Un instantané de plus dans le dossier des sauvegardes, relu et contrôlé."""
    destination = configuration(home.folders).backup.destination
    if destination is None:
        raise BackupError("Aucun dossier de sauvegarde : réglez [backup] destination.")
    with trying_again_what_may_pass():
        report = back_up(home.folders, destination)
    context.log.info(f"Instantané {report.snapshot.name} : {report.new_count} contenus nouveaux")
    if report.damaged:
        raise OriginalsDamaged(f"{len(report.damaged)} original(aux) de l'archive abîmé(s), sauvegardé(s) tels quels.")


@job(
    name=BACKUP_JOB,
    hooks=HOOKS,
    description="Backs the home up into `[backup] destination`; only what is new is written.",
)
def backup_job() -> None:
    back_up_home()


@op(name="ranger")
def clean_up_home(context: OpExecutionContext, home: ResourceParam[HomeResource]) -> None:
    """Oublie les exécutions passées de date et ce que des processus tués ont laissé."""
    context.log.info(str(clean_up(home.folders, context.instance)))
    if catalog_of(home.folders) is not None:
        with home.writing("rangement du catalogue DuckLake"):
            tidy(home.folders)


@job(
    name=UPKEEP_JOB,
    hooks=HOOKS,
    description="Forgets what `[retention]` keeps no longer: runs, events, logs, copies.",
)
def upkeep_job() -> None:
    clean_up_home()


@op(name="comparer")
def compare_home(context: OpExecutionContext, home: ResourceParam[HomeResource]) -> None:
    """L'entrepôt refait de rien, comparé table par table à la version publiée."""
    with home.writing("comparaison avec une reconstruction"):
        different = compare_with_rebuild(home.folders)
    if different:
        raise DifferentFromRebuild(
            f"{len(different)} table(s) publiée(s) diffèrent d'une reconstruction : {', '.join(different)}."
        )
    context.log.info("La version publiée est égale, table par table, à une reconstruction.")


@job(
    name=COMPARISON_JOB,
    hooks=HOOKS,
    tags={WRITER_TAG: "home"},
    description="The warehouse built from nothing, apart, compared with the release: no table may differ.",
)
def comparison_job() -> None:
    compare_home()
