"""Jobs that make no data: back-up and clean-up. Does not belong here: what they do (``backup``, ``upkeep``)."""

from dagster import Failure, OpExecutionContext, job, op

from pipelines.backup import back_up
from pipelines.resources import HomeResource
from pipelines.upkeep import clean_up
from sources.configuration import configuration

BACKUP_JOB, UPKEEP_JOB = "sauvegarde", "menage"


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
