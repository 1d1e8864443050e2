"""Typer's own words in French: the headings of help pages, and what is wrong with a command as typed.

Belongs here: wording. Does not: the commands and their help texts, which are French where they are written.

Typer keeps the classes of its usage errors in a private module, and says most of them in English only: they are
known here by the attributes that they carry.
"""

from __future__ import annotations

import re

import typer
from typer import rich_utils
from typer.main import get_command

USAGE_ERROR = 2
INTERRUPTED = 130

_HEADINGS = {
    "COMMANDS_PANEL_TITLE": "Commandes",
    "ERRORS_PANEL_TITLE": "Erreur",
    "REQUIRED_LONG_STRING": "[obligatoire]",
    "DEFAULT_STRING": "[par défaut : {}]",
    "ENVVAR_STRING": "[variable : {}]",
    "RICH_HELP": "« [blue]{command_path} {help_option}[/] » donne l'aide.",
}
_HELP = "Afficher cette aide."
_COMMAND_METAVAR = "COMMANDE [ARGUMENTS]…"

_VALUE = r"Invalid value for '(?P<what>.*?)': "

_SENTENCES = (
    (r"No such command '(?P<what>.*?)'\.(?: Did you mean (?P<near>.*)\?)?", "Commande inconnue : « {what} »."),
    (r"Missing command\.", "Il manque une commande."),
    (r"No such option: (?P<what>\S+)(?: \(Possible options: (?P<near>.*)\))?", "Option inconnue : « {what} »."),
    (r"Missing argument '(?P<what>.*)'\.", "Il manque l'argument « {what} »."),
    (r"Missing option '(?P<what>.*?)'.*", "Il manque l'option « {what} »."),
    (r"Option '?(?P<what>[^']*?)'? requires an argument\.", "L'option « {what} » attend une valeur."),
    (r"Got unexpected extra arguments?\(?s?\)? \((?P<what>.*)\)", "Argument de trop : « {what} »."),
    (rf"{_VALUE}\w+ '(?P<found>.*?)' does not exist\.", "{what} : « {found} » n'existe pas."),
    (rf"{_VALUE}\w+ '(?P<found>.*?)' is a directory\.", "{what} : « {found} » est un dossier ; donnez un fichier."),
    (rf"{_VALUE}\w+ '(?P<found>.*?)' is a file\.", "{what} : « {found} » est un fichier ; donnez un dossier."),
    (rf"{_VALUE}\w+ '(?P<found>.*?)' is not readable\.", "{what} : « {found} » ne peut pas être lu."),
    (rf"{_VALUE}\w+ '(?P<found>.*?)' is not writable\.", "{what} : « {found} » ne peut pas être écrit."),
    (rf"{_VALUE}Input should be less than or equal to (?P<found>.*)", "{what} : au plus {found}."),
    (rf"{_VALUE}Input should be greater than or equal to (?P<found>.*)", "{what} : au moins {found}."),
    (rf"{_VALUE}Input should be a valid integer.*", "{what} : un nombre entier est attendu."),
    (rf"{_VALUE}Input should be a valid (?:date|datetime).*", "{what} : une date est attendue, comme 2026-03-15."),
    (rf"{_VALUE}(?P<found>.*)", "{what} : {found}"),
    (r"Invalid value: (?P<found>.*)", "{found}"),
)


def run_in_french(app: typer.Typer) -> int:
    """Run the command that was typed; return its exit code (2 when it was typed wrong, and said so in French)."""
    for name, wording in _HEADINGS.items():
        setattr(rich_utils, name, wording)
    command = get_command(app)
    _explain_help(command)
    try:
        result = command.main(standalone_mode=False)
    except KeyboardInterrupt:
        return INTERRUPTED
    except typer.Abort:
        typer.echo("Interrompu.", err=True)
        return INTERRUPTED
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        _show(error)
        return USAGE_ERROR
    return result if isinstance(result, int) else 0


def sentence(message: str) -> str:
    """The French of one of Typer's messages; a message of our own, or one that is not known, as it stands."""
    for pattern, wording in _SENTENCES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            said = {name: found for name, found in match.groupdict().items() if found}
            near = said.pop("near", "").replace("'", "")
            return wording.format(**said) + (f" Vouliez-vous dire : {near} ?" if near else "")
    return message


def _show(error: Exception) -> None:
    if type(error).__name__ == "NoArgsIsHelpError":  # Its message is the help page, shown already.
        return
    context = getattr(error, "ctx", None)
    typer.echo(sentence(error.format_message()), err=True)  # type: ignore[attr-defined]
    if context is not None:
        typer.echo(f"« {context.command_path} {context.help_option_names[0]} » donne l'aide.", err=True)


def _explain_help(command: object, names: tuple[str, ...] = ("-h", "--help")) -> None:
    """Put French words in the help option of the command and of those below it."""
    context = command.context_class(command, help_option_names=list(names))  # type: ignore[attr-defined]
    option = command.get_help_option(context)  # type: ignore[attr-defined]
    if option is not None:
        option.help = _HELP
    for below in getattr(command, "commands", {}).values():
        command.subcommand_metavar = _COMMAND_METAVAR  # type: ignore[attr-defined]
        _explain_help(below, names)
