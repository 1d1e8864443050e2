"""What is never sent back: macros, what else runs or fetches by itself, and the properties of a file that held personal
data.

Belongs here: taking such parts away, or refusing to return the file. Does not: cells.
"""

from __future__ import annotations

from quality.answers.annotated.parts.markup import NotPatchableError
from quality.answers.annotated.parts.package import Package, Relation
from quality.answers.annotated.parts.workbook_part import WorkbookPart

_MACRO_PARTS = ("vbaProject", "attachedToolbars")
_ACTIVE = {
    "xlmacrosheet": "feuille de macros",
    "xlintlmacrosheet": "feuille de macros",
    "dialogsheet": "feuille de macros",
    "control": "contrôles actifs",
    "oleobject": "objet incorporé ou lié",
    "package": "objet incorporé ou lié",
    "connections": "connexion à des données",
}
"""Kinds of relations, of any part, whose part runs or fetches something and cannot be told from the cells."""

_LINKS_THAT_RUN = (b"ddeLink", b"oleLink")
_PACKAGE_EXTRAS = ("extensibility", "origin", "ui/userCustomization", "webextensiontaskpanes")
"""Ribbons that call macros, panes that fetch a page, and a signature that our changes break."""

_PROPERTIES = ("core-properties", "extended-properties", "custom-properties", "thumbnail")


def make_inert(package: Package, workbook: WorkbookPart) -> bool:
    """Take macros away; returns whether there were any.

    Raises:
        NotPatchableError: what runs cannot be told from the cells (macro sheets, active controls, objects, DDE).
    """
    for part in ("", *package.names):
        for relation in package.relations(part):
            _refuse_active(package, relation)
    if any(name.lower().startswith("xl/activex/") for name in package.names):
        raise NotPatchableError("contrôles actifs")
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


def _refuse_active(package: Package, relation: Relation) -> None:
    """By its kind, however it is written, and by what a link's part says, whatever its encoding."""
    kind = relation.type.rpartition("/")[2].lower()
    if kind in _ACTIVE:
        raise NotPatchableError(_ACTIVE[kind])
    if kind == "externallink" and not relation.is_external:
        link = package.xml(relation.target)
        if any(name in link for name in _LINKS_THAT_RUN):
            raise NotPatchableError("lien DDE ou OLE")


def remove_properties(package: Package) -> None:
    """Take away who wrote the file, its title, its picture: any of them may repeat what is masked."""
    for relation in package.relations(""):
        if any(relation.is_a(kind) for kind in _PROPERTIES):
            package.unrelate("", relation)
            package.remove(relation.target)
