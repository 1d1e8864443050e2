"""``xl/workbook.xml``: the list of sheets, to which ours is added in front.

Belongs here: names, order and parts of the sheets. Does not: what a sheet holds (``marking``).
"""

from __future__ import annotations

import re

from quality.answers.annotated.parts.markup import (
    Element,
    NotPatchableError,
    attribute,
    attribute_text,
    child,
    children_of,
    prefix,
    root,
    with_attribute,
)
from quality.answers.annotated.parts.package import Package
from quality.privacy.guard import shown_name
from sources.text.characters import visible

_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_RELATION_ID = re.compile(rb"""\s[\w.-]+:id\s*=\s*["']([^"']+)["']""")


class WorkbookPart:
    """The workbook of a package; ``sheets`` maps the name of each worksheet → its part, in order."""

    def __init__(self, package: Package) -> None:
        self._package = package
        name = next((r.target for r in package.relations("") if r.is_a("officeDocument")), None)
        if name is None:
            raise NotPatchableError("classeur introuvable")
        self.name = name
        self._xml = package.xml(name)
        if _MAIN not in self._xml[:4000]:
            raise NotPatchableError("classeur d'une autre norme")
        self._prefix = prefix(self._xml)
        targets = {r.id: r.target for r in package.relations(name) if r.is_a("worksheet")}
        self.sheets: dict[str, str] = {}
        for sheet in children_of(self._xml, self._part(b"sheets")):
            found = _RELATION_ID.search(sheet.attributes)
            target = targets.get(found[1].decode()) if found else None
            name, is_personal = shown_name(visible(attribute(sheet.attributes, b"name") or ""))
            if is_personal:
                raise NotPatchableError("le nom d'une feuille contient une donnée personnelle")
            if target:
                self.sheets[name] = target

    def related(self, kind: str) -> str:
        """The part that the workbook names as its styles, its strings…"""
        part = self.related_or_none(kind)
        if part is None:
            raise NotPatchableError("partie absente")
        return part

    def related_or_none(self, kind: str) -> str | None:
        return next((r.target for r in self._package.relations(self.name) if r.is_a(kind)), None)

    def forget(self, kind: str) -> bool:
        """Take the parts of a kind away; returns whether there were any."""
        found = [relation for relation in self._package.relations(self.name) if relation.is_a(kind)]
        for relation in found:
            self._package.unrelate(self.name, relation)
            self._package.remove(relation.target)
        return bool(found)

    def declare_without_macros(self) -> None:
        """State the content type of a workbook without macros (a template's and a macro workbook's are others)."""
        self._package.declare(self.name, _CONTENT_TYPE)

    def put_first(self, name: str, part: str) -> None:
        """Name a new sheet before all others; another of the same name keeps it, and ours is numbered."""
        taken = {
            (attribute(sheet.attributes, b"name") or "").casefold()
            for sheet in children_of(self._xml, self._part(b"sheets"))
        }
        number, free = 1, name
        while free.casefold() in taken:
            number += 1
            free = f"{name} {number}"
        sheets = self._part(b"sheets")
        identifiers = [int(attribute(s.attributes, b"sheetId") or 0) for s in children_of(self._xml, sheets)]
        added = b'<%ssheet xmlns:r="%s" name="%s" sheetId="%d" r:id="%s"/>' % (
            self._prefix,
            _OFFICE,
            attribute_text(free),
            max(identifiers, default=0) + 1,
            self._package.relate(self.name, "worksheet", part).encode(),
        )
        self._shift_local_names()
        self._xml = self._xml[: sheets.inside] + added + self._xml[sheets.inside :]

    def show_first(self) -> None:
        """Open the workbook on its first sheet."""
        views = child(self._xml, root(self._xml), b"bookViews")
        if views is None:
            return
        for view in reversed(list(children_of(self._xml, views))):
            attributes = view.attributes
            for name in (b"activeTab", b"firstSheet"):
                attributes = with_attribute(attributes, name, None)
            start = view.start + 1 + len(view.name)
            self._xml = self._xml[:start] + attributes + self._xml[start + len(view.attributes) :]

    def save(self) -> None:
        self._package.write(self.name, self._xml)

    def _shift_local_names(self) -> None:
        """A name that belongs to one sheet tells it by its place in the list, which moves by one."""
        names = child(self._xml, root(self._xml), b"definedNames")
        if names is None:
            return
        for defined in reversed(list(children_of(self._xml, names))):
            place = attribute(defined.attributes, b"localSheetId")
            if place is None:
                continue
            attributes = with_attribute(defined.attributes, b"localSheetId", str(int(place) + 1))
            start = defined.start + 1 + len(defined.name)
            self._xml = self._xml[:start] + attributes + self._xml[start + len(defined.attributes) :]

    def _part(self, local: bytes) -> Element:
        found = child(self._xml, root(self._xml), local)
        if found is None:
            raise NotPatchableError("classeur sans feuilles")
        return found
