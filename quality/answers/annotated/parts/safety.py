"""What is never sent back: macros and whatever else runs, and the properties of a file that held personal data.

Belongs here: taking such parts away, or refusing to return the file. Does not: cells.
"""

from __future__ import annotations

from quality.answers.annotated.parts.markup import NotPatchableError
from quality.answers.annotated.parts.package import Package
from quality.answers.annotated.parts.workbook_part import WorkbookPart

_MACRO_PARTS = ("vbaProject", "attachedToolbars")
_MACRO_SHEETS = ("xlMacrosheet", "xlIntlMacrosheet", "dialogsheet")
_PACKAGE_EXTRAS = ("extensibility", "origin", "ui/userCustomization")
"""Ribbons that call macros, and a signature that our changes break."""

_PROPERTIES = ("core-properties", "extended-properties", "custom-properties", "thumbnail")


def make_inert(package: Package, workbook: WorkbookPart) -> bool:
    """Take macros away; returns whether there were any.

    Raises:
        NotPatchableError: what runs cannot be told from the cells (macro sheets, active controls, DDE).
    """
    relations = package.relations(workbook.name)
    if any(relation.is_a(kind) for relation in relations for kind in _MACRO_SHEETS):
        raise NotPatchableError("feuille de macros")
    if any(name.lower().startswith("xl/activex/") for name in package.names):
        raise NotPatchableError("contrôles actifs")
    for relation in relations:
        if relation.is_a("externalLink") and b"ddeLink" in package.raw(relation.target):
            raise NotPatchableError("lien DDE")
    has_macros = False
    for kind in _MACRO_PARTS:
        has_macros |= workbook.forget(kind)
    for relation in package.relations(""):
        if any(relation.type.endswith(f"/{kind}") for kind in _PACKAGE_EXTRAS):
            package.unrelate("", relation)
            package.remove(relation.target)
    for name in package.names:
        lowered = name.lower()
        if "vbaproject" in lowered or lowered.endswith("vbadata.xml") or lowered.startswith("_xmlsignatures/"):
            package.remove(name)
    workbook.declare_without_macros()
    return has_macros


def remove_properties(package: Package) -> None:
    """Take away who wrote the file, its title, its picture: any of them may repeat what is masked."""
    for relation in package.relations(""):
        if any(relation.is_a(kind) for kind in _PROPERTIES):
            package.unrelate("", relation)
            package.remove(relation.target)
