"""What the operating system refuses, in French.

Belongs here: the reason behind an error's number. Does not: what to do about it
(``pipelines.operations.incidents.incidents``).
"""

from __future__ import annotations

import errno
import os

_REASONS = {
    errno.EACCES: "le droit manque",
    errno.EADDRINUSE: "un autre programme s'en sert",
    errno.EADDRNOTAVAIL: "cette adresse n'est pas celle de cette machine",
    errno.EBUSY: "un autre programme s'en sert",
    errno.ECONNREFUSED: "personne n'y répond",
    errno.EDQUOT: "le quota est atteint",
    errno.EEXIST: "ce nom est pris",
    errno.EFBIG: "le fichier serait trop gros",
    errno.EIO: "le disque ne répond pas comme il doit",
    errno.EISDIR: "c'est un dossier",
    errno.ELOOP: "trop de liens se suivent",
    errno.EMFILE: "trop de fichiers sont ouverts",
    errno.EMLINK: "trop de liens vers ce fichier",
    errno.ENAMETOOLONG: "le nom est trop long",
    errno.ENFILE: "trop de fichiers sont ouverts",
    errno.ENOENT: "rien ne porte ce nom",
    errno.ENOMEM: "la mémoire manque",
    errno.ENOSPC: "le disque est plein",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.ENOTEMPTY: "le dossier n'est pas vide",
    errno.EPERM: "le droit manque",
    errno.EROFS: "le disque est en lecture seule",
    errno.ESTALE: "le partage réseau a été remonté",
    errno.ETIMEDOUT: "pas de réponse à temps",
    errno.EXDEV: "les deux dossiers sont sur deux disques",
}


def system_reason(number: int | None) -> str:
    """Why the system refuses, by ``errno``; in its own words where the number is not a common one."""
    if number is None:
        return "sans raison donnée"
    return _REASONS.get(number) or os.strerror(number)
