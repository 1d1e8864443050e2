"""Jobs that make no data: back-up, clean-up, comparison. Does not belong here: what they do (``backup``, ``upkeep``,
``rebuild_check``).
"""

from dagster import Failure, OpExecutionContext, job, op

from pipelines.backup import back_up
from pipelines.instance import WRITER_TAG
from pipelines.rebuild import BuildFailed
from pipelines.rebuild_check import NothingToCompareError, compare_with_rebuild
from pipelines.resources import HomeResource
from pipelines.upkeep import clean_up
from sources.configuration import configuration

BACKUP_JOB, UPKEEP_JOB, COMPARISON_JOB = "sauvegarde", "menage", "comparaison_nocturne"


@op(name="sauvegarder")
def back_up_home(context: OpExecutionContext, home: HomeResource) -> None:
    """Un instantané de plus dans le dossier des sauvegardes, relu et contrôlé."""
    destination = configuration(home.folders).backup.destination
    if destination is None:
        raise Failure("Aucun dossier de sauvegarde : réglez [backup] destination.", allow_retries=False)
    report = back_up(home.folders, destination)
    context.log.info(f"Instantané {report.snapshot.name} : {report.new_count} contenus nouveaux")
    if report.damaged:
        raise Failure(
            f"{len(report.damaged)} original(aux) de l'archive abîmé(s) : voyez « cartographie doctor ».",
            allow_retries=False,
        )


@job(name=BACKUP_JOB, description="Sauvegarde l'installation dans [backup] destination ; seul le nouveau est écrit.")
def backup_job() -> None:
    back_up_home()


@op(name="ranger")
def clean_up_home(context: OpExecutionContext, home: HomeResource) -> None:
    """Oublie les exécutions passées de date et ce que des processus tués ont laissé."""
    report = clean_up(home.folders, context.instance)
    context.log.info(f"{report.run_count} exécution(s) oubliée(s), {report.removed_count} fichier(s) retiré(s)")


@job(name=UPKEEP_JOB, description="Oublie ce que [retention] ne garde plus : exécutions, événements, journaux.")
def upkeep_job() -> None:
    clean_up_home()


@op(name="comparer")
def compare_home(context: OpExecutionContext, home: HomeResource) -> None:
    """L'entrepôt refait de rien, comparé table par table à la version publiée."""
    try:
        with home.writing("comparaison avec une reconstruction"):
            different = compare_with_rebuild(home.folders)
    except (NothingToCompareError, BuildFailed) as failure:
        raise Failure(str(failure), allow_retries=False) from None
    if different:
        raise Failure(
            f"{len(different)} table(s) publiée(s) diffèrent d'une reconstruction : {', '.join(different)}. "
            "Lancez « cartographie rebuild », et signalez-le : cela ne doit pas arriver.",
            allow_retries=False,
        )
    context.log.info("La version publiée est égale, table par table, à une reconstruction.")


@job(
    name=COMPARISON_JOB,
    tags={WRITER_TAG: "home"},
    description="L'entrepôt refait de rien, à part, comparé à la version publiée : aucune table ne doit différer.",
)
def comparison_job() -> None:
    compare_home()
