"""The commands by which a committee makes weights of its own.

Belongs here: arguments, French sentences. Does not: the work (``pipelines.products.weights``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands.terminal.common import HomeOption, failures_as_sentences, say
from sources.home.home import Home

if TYPE_CHECKING:
    from pipelines.products.weights.answers import Member
    from pipelines.products.weights.entering import Act
    from pipelines.products.weights.group import Profile
    from sources.referential.loader import Referential

Files = Annotated[list[Path], typer.Argument(help="Les classeurs remplis, un par membre.", dir_okay=False)]


def register(app: typer.Typer) -> None:
    """Put these commands on ``app``."""
    weights = typer.Typer(help="Les poids des critères, décidés par un comité.", no_args_is_help=True)
    app.add_typer(weights, name="weights")

    @weights.command()
    def template(
        file: Annotated[Path, typer.Argument(help="Le classeur à écrire, par exemple poids.xlsx.", dir_okay=False)],
        home: HomeOption = None,
    ) -> None:
        """Écrire le classeur de comparaisons par paires, que chaque membre remplit seul."""
        with failures_as_sentences():
            from datetime import date

            from pipelines.products.weights.questions import write_questions

            count = write_questions(file, _referential(home), date.today())
            say(f"Classeur écrit : {file} ({count} comparaisons). Un exemplaire par membre du comité.")
            say("Puis : cartographie weights read COM-01.xlsx COM-02.xlsx … montre ce qu'ils disent ensemble.")

    @weights.command()
    def read(files: Files, home: HomeOption = None) -> None:
        """Montrer les poids, leur cohérence, l'écart entre membres et qui changerait de quadrant, sans rien faire."""
        with failures_as_sentences():
            referential = _referential(home)
            members, profile = _answers(files, referential)
            _tell(Home.locate(home), referential, members, profile)

    @weights.command()
    def apply(
        files: Files,
        code: Annotated[str, typer.Option(help="Le code du profil, par exemple comite_2026.")],
        label: Annotated[str, typer.Option(help="Son nom, tel que les pages le montreront.")],
        by: Annotated[str, typer.Option(help="L'instance qui décide.")],
        reason: Annotated[str, typer.Option(help="Pourquoi : gardé dans l'archive.")],
        accept: Annotated[
            bool, typer.Option("--accept-contradictions", help="Garder des réponses incohérentes.")
        ] = False,
        home: HomeOption = None,
    ) -> None:
        """Faire de ces réponses un profil de pondération, archivé avec les classeurs des membres."""
        with failures_as_sentences():
            from datetime import date

            from pipelines.products.weights.entering import Act

            _enter(Home.locate(home), files, Act(code, label, by, reason, date.today()), accept)


def _enter(home: Home, files: list[Path], act: Act, accept: bool) -> None:
    """Archive the profile that these answers make; raises WeightsError where they contradict themselves unaccepted."""
    from pipelines.products.weights.answers import WeightsError, contradictions
    from pipelines.products.weights.entering import enter

    referential = _referential(home.root)
    members, profile = _answers(files, referential)
    told = _tell(home, referential, members, profile)
    if contradictions(members, referential) and not accept:
        raise WeightsError(
            "Rien n'est enregistré : rendez les lignes citées à ces membres, ou gardez leurs réponses telles "
            "quelles avec --accept-contradictions."
        )
    number = enter(home, referential, act, members, profile, told)
    say(f"Profil « {act.profile_label} » enregistré (acte n° {number} de l'archive).")
    say("Les pages le proposeront à la prochaine prise en compte (« cartographie run »).")


def _referential(home: Path | None) -> Referential:
    from sources.referential.loader import load_referential

    return load_referential(Home.locate(home).referential)


def _answers(files: list[Path], referential: Referential) -> tuple[list[Member], Profile]:
    from datetime import date

    from pipelines.products.weights.answers import read_members
    from pipelines.products.weights.group import profile_of
    from pipelines.products.weights.questions import sides

    today = date.today()
    members = read_members(files, referential, today)
    return members, profile_of(members, sides(referential, today))


def _tell(home: Home, referential: Referential, members: list[Member], profile: Profile) -> dict[str, object]:
    """Say what was computed; returns what an act keeps of it."""
    from pipelines.products.report.french import number
    from pipelines.products.weights.answers import contradictions
    from pipelines.products.weights.questions import SIDE_NAMES

    labels = referential.labels("criteria")
    for side, ratio in profile.consistency.items():
        say(f"{SIDE_NAMES[side]} : {profile.member_count[side]} membre(s), rapport de cohérence {number(ratio, 2)}")
        for weight in profile.weights:
            if weight.side_code == side:
                spread = f"de {number(weight.least)} à {number(weight.most)} % selon le membre"
                say(f"  {number(weight.weight)} %  {labels[weight.criterion_code]} ({spread})")
    for sentence in contradictions(members, referential):
        say(sentence)
    return _tell_moves(home, profile)


def _tell_moves(home: Home, profile: Profile) -> dict[str, object]:
    from pipelines.products.analysis.inputs import open_inputs
    from pipelines.products.weights.group import moved

    if not home.current_release.exists():
        say("Rien n'est encore publié : ce qui changerait de quadrant n'est pas connu.")
        return {}
    with open_inputs(home) as inputs:
        codes, count, campaign = moved(inputs, profile)
        if campaign is None:
            say("Aucune évaluation publiée : ce qui changerait de quadrant n'est pas connu.")
            return {}
        titles = dict(inputs.query("select use_case_code, use_case_title from dim_use_case"))
    changed = f"{len(codes)} cas d'usage sur {count} changeraient de quadrant"
    say(f"{campaign}, GCS : {changed} par rapport à des poids égaux.")
    for use_case in codes:
        say(f"  {use_case}  {titles.get(use_case, '')}")
    return {"campaign_code": campaign, "moved": codes, "use_case_count": count}
