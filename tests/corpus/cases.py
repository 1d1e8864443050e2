"""The files of the corpus, by name: formats, encodings, damage, layouts, cells, rules."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import openpyxl

from tests.corpus.make import (
    BASE,
    CSV_ROWS,
    OWN,
    by_sheetjs,
    by_xlwt,
    converted,
    put,
    tables,
    text,
    with_column,
    with_part,
    with_uncomputed_formula,
    workbook,
    zipped,
)
from tests.corpus.mistakes import mistakes

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def cases() -> dict[str, bytes]:
    """File name → content."""
    return formats() | texts() | zips() | damage() | layouts() | cells() | rules() | mistakes()


def formats() -> dict[str, bytes]:
    base = workbook(BASE)
    return {
        "format-openpyxl.xlsx": base,
        "format-macros.xlsm": _with_macros(base),
        "format-ancien-modele.xlsx": workbook({**BASE, "_modele": [["modele", "0"]]}),
        "format-libreoffice.xlsx": converted(base, "xlsx", "xlsx:Calc MS Excel 2007 XML"),
        "format-libreoffice.xls": converted(base, "xlsx", "xls:MS Excel 97"),
        "format-libreoffice.ods": converted(base, "xlsx", "ods"),
        "format-sheetjs.xlsb": by_sheetjs(base, "xlsb"),
        "format-sheetjs-textes-partages.xlsb": by_sheetjs(base, "xlsb", "shared"),
        "format-sheetjs.ods": by_sheetjs(base, "ods"),
        "format-sheetjs.xls": by_sheetjs(base, "xls"),
        "format-xls-renamed.xlsx": converted(base, "xlsx", "xls:MS Excel 97"),
        "format-xlsx-renamed.csv": base,
    }


def _with_macros(xlsx: bytes) -> bytes:
    return with_part(
        xlsx,
        "[Content_Types].xml",
        lambda xml: xml.replace(b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"),
    )


def _without_results(content_xml: bytes) -> bytes:
    """An ods whose formulas were never computed."""
    bare = rb"<table:table-cell\1/>"
    return re.sub(rb'<table:table-cell( table:formula="[^"]*")[^>]*>.*?</table:table-cell>', bare, content_xml)


def texts() -> dict[str, bytes]:
    sheet = workbook({"Évaluations": CSV_ROWS})
    made = {
        f"texte-{encoding}-{name}.csv": text(CSV_ROWS, delimiter, encoding)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
        for name, delimiter in (("point-virgule", ";"), ("virgule", ","), ("tabulation", "\t"))
    }
    options = {"utf-8": "59,34,76", "cp1252": "59,34,1252", "utf-16": "9,34,65535", "virgule": "44,34,76"}
    made |= {
        f"texte-libreoffice-{name}.csv": converted(sheet, "xlsx", f"csv:Text - txt - csv (StarCalc):{option},1")
        for name, option in options.items()
    }
    newline = [
        *CSV_ROWS,
        ["DSI-01", "DSI", "CAT-003", "Faible", "Deux\nlignes ; un point", "690781810", "Campagne 2026"],
    ]
    return (
        made
        | {
            "texte-utf-16-be-sans-marque.csv": text(CSV_ROWS, ";", "utf-16-be"),
            "texte-utf-16-le-sans-marque.csv": text(CSV_ROWS, "\t", "utf-16-le"),
            "texte-sep-annonce.csv": b"sep=;\r\n" + text(CSV_ROWS, ";", "cp1252"),
            "texte-fins-de-ligne-mac.csv": text(CSV_ROWS, ";", "utf-8", "\r"),
            "texte-retour-dans-une-cellule.csv": text(newline, ";", "utf-8"),
            "texte-titre-au-dessus.csv": text([["Nos réponses"], [], *CSV_ROWS], ";", "utf-8"),
            "texte-erreurs-de-tableur.csv": text(
                [*CSV_ROWS, ["DSI-01", "#N/D", "CAT-003", "#VALEUR !", "", "690781810", "Campagne 2026"]], ";", "utf-8"
            ),
            "texte-inconnu.csv": text([["nom", "âge"], ["a", "b"]], ";", "utf-8"),
            "texte-une-phrase.txt": "Bonjour, voici nos réponses.".encode(),
        }
        | doubtful_texts()
    )


def doubtful_texts() -> dict[str, bytes]:
    """What is read by proof, and what is refused row by row."""
    plain = text(CSV_ROWS, ";", "utf-8")
    twice = plain.decode().encode().decode("latin-1").encode()
    whole = "".join(f'"{line}"\r\n' for line in plain.decode().splitlines()).encode()
    return {
        "texte-mac-roman.csv": text(CSV_ROWS, ";", "mac_roman"),
        "texte-cp-850.csv": text(CSV_ROWS, ";", "cp850"),
        "texte-ecrit-deux-fois.csv": twice,
        "doute-accents-incertains.csv": b"evaluateur;role;cas_usage\r\nMED-01;Xv\x88zz;CAT-001\r\n",
        "doute-coupe-dans-une-lettre.csv": plain.replace("été".encode(), "ét".encode() + b"\xc3"),
        "doute-guillemet-ouvert.csv": plain.replace("Très utile".encode(), '"Très utile'.encode()),
        "doute-apres-un-guillemet.csv": plain.replace("Très utile".encode(), '"Très" utile'.encode()),
        "doute-guillemet-isole.csv": plain.replace("Très utile".encode(), 'écran 5"'.encode()),
        "doute-guillemets-a-barre.csv": plain.replace("Très utile, l'été".encode(), b'"dit \\"utile\\" ; oui"'),
        "texte-lignes-entre-guillemets.csv": whole,
        "doute-ligne-courte.csv": plain.replace(b"CAT-002;Moyen", b"CAT-002"),
        "doute-ligne-longue.csv": plain.replace(b"12,5 %", b"12;5 %"),
        "texte-sans-fin-de-ligne.csv": plain.rstrip(),
    }


def zips() -> dict[str, bytes]:
    base = workbook(BASE)
    sheets = {f"{name}.csv": text(rows, ";", "cp1252") for name, rows in BASE.items()}
    plain = {name.encode("ascii", "replace").decode().replace("?", "_"): content for name, content in sheets.items()}
    return {
        "zip-un-classeur.zip": zipped({"envoi/classeur.xlsx": base, "__MACOSX/._classeur.xlsx": b"\0\1"}),
        "zip-un-classeur-et-une-photo.zip": zipped({"envoi/classeur.xlsx": base, "envoi/tableau.jpg": b"\xff\xd8\xff"}),
        "zip-un-csv-par-feuille.zip": zipped(sheets),
        "zip-noms-abimes.zip": zipped(plain),
        "zip-deux-classeurs.zip": zipped({"a.xlsx": base, "b.xlsx": workbook(tables())}),
        "zip-deux-classeurs-et-un-csv.zip": zipped(
            {"a.xlsx": base, "../b.xlsx": b"\xff\xd8\xff", "évaluations.csv": text(CSV_ROWS, ";", "utf-8")}
        ),
        "zip-et-un-zip.zip": zipped({"a.csv": text(CSV_ROWS, ";", "utf-8"), "b.zip": zipped({"b.xlsx": base})}),
        "zip-dans-un-zip.zip": zipped({"a.xlsx": zipped({"b.xlsx": base})}),
        "zip-sans-classeur.zip": zipped({"lisez-moi.pdf": b"%PDF-1.7"}),
    }


def damage() -> dict[str, bytes]:
    base = workbook(BASE)
    xls = converted(base, "xlsx", "xls:MS Excel 97")
    ods = converted(base, "xlsx", "ods")
    half = with_part(base, "xl/worksheets/sheet2.xml", lambda xml: xml[: len(xml) // 2])
    return {
        "abime-vide.xlsx": b"",
        "abime-moitie.xlsx": base[: len(base) // 2],
        "abime-moitie.ods": ods[: len(ods) // 2],
        "abime-debut.xls": xls[:2048],
        "abime-feuille-coupee.xlsx": half,
        "abime-etiquette.xlsx": _OLE + b"\0" * 600 + "DRMEncryptedDataSpace".encode("utf-16-le") + b"\0" * 600,
        "abime-mot-de-passe.xlsx": _OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600,
        "autre-pdf.xlsx": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "autre-image.ods": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        "autre-page-web.xls": b"<html><body><table><tr><td>Code</td></tr></table></body></html>",
        "autre-traitement-de-texte.xlsx": zipped({"word/document.xml": b"<w/>"}),
        "autre-octets.csv": bytes(range(256)) * 4,
    }


def layouts() -> dict[str, bytes]:
    def reversed_sheet(rows: list[list[Any]]) -> None:
        rows[:] = [row[::-1] for row in rows]

    def lower(rows: list[list[Any]]) -> None:
        rows[0] = ["code de l evaluateur", "ROLE", "cas d’usage", "Date de l’evaluation", "imp_1_1", "eff 1 1"]

    def misspelt(rows: list[list[Any]]) -> None:
        rows[0][:3] = ["Code de l'évaluatuer", "Rôle", "Cas d'usages"]

    def former(rows: list[list[Any]]) -> None:
        rows[0][:4] = ["Code du cas d'usage", "Intitulé", "Besoin", "Axe stratégique"]

    def merge(book: openpyxl.Workbook) -> None:
        sheet = book["Évaluations"]
        sheet.insert_rows(1)
        for letter in "ABCD":
            sheet[f"{letter}1"] = sheet[f"{letter}2"].value
            sheet[f"{letter}2"] = None
            sheet.merge_cells(f"{letter}1:{letter}2")
        sheet["E1"] = "Réponses"
        sheet.merge_cells("E1:F1")

    def hide(book: openpyxl.Workbook) -> None:
        book["Objectifs"].sheet_state = "hidden"
        book["Évaluations"].row_dimensions[3].hidden = True
        book["Cas d'usage"].column_dimensions["F"].hidden = True

    renamed = {"ETABLISSEMENT": "Établissement", "Cas dusage": "Cas d'usage", "Objectif": "Objectifs"}
    renamed |= {"Grille d'évaluation": "Évaluations"}
    hidden = workbook(BASE, hide)
    merged = workbook(BASE, lambda book: book["Évaluations"].merge_cells("E2:E3"))
    return {
        "forme-titres-plus-bas.xlsx": workbook(tables(ev=lambda r: r.__setitem__(slice(0, 0), [["Titre"], [], []]))),
        "forme-colonnes-a-l-envers.xlsx": workbook(tables(ev=reversed_sheet, uc=reversed_sheet)),
        "forme-titres-sans-accents.xlsx": workbook(tables(ev=lower)),
        "forme-titres-mal-orthographies.xlsx": workbook(tables(ev=misspelt)),
        "forme-anciens-titres.xlsx": workbook(tables(uc=former)),
        "forme-titres-fusionnes.xlsx": workbook(BASE, merge),
        "forme-masque.xlsx": hidden,
        "forme-masque.ods": converted(hidden, "xlsx", "ods"),
        "forme-masque.xls": converted(hidden, "xlsx", "xls:MS Excel 97"),
        "forme-masque.xlsb": by_sheetjs(hidden, "xlsb"),
        "forme-feuilles-renommees.xlsx": workbook({new: BASE[old] for new, old in renamed.items()}),
        "forme-feuilles-a-l-envers.xlsx": workbook(dict(reversed(BASE.items()))),
        "forme-cellules-fusionnees.xlsx": merged,
        "forme-cellules-fusionnees.xls": converted(merged, "xlsx", "xls:MS Excel 97"),
        "forme-cellules-fusionnees.ods": converted(merged, "xlsx", "ods"),
        "forme-cellules-fusionnees.xlsb": by_sheetjs(merged, "xlsb"),
        "forme-feuille-copiee.xlsx": workbook(BASE | {"Copie pour le bloc": BASE["Évaluations"]}),
        "forme-feuille-sous-un-autre-nom.xlsx": workbook(
            {"Avis du bloc" if name == "Évaluations" else name: rows for name, rows in BASE.items()}
        ),
        "forme-feuille-en-trop.xlsx": workbook(BASE | {"Brouillon": [["a"], ["b"]]}),
        "forme-colonne-en-trop.xlsx": workbook(tables(ev=with_column("Notre avis", "bof"))),
        "forme-lignes-vides.xlsx": workbook(tables(ev=lambda rows: rows.insert(2, [None, "  "]))),
        "forme-exemple.xlsx": workbook(tables(ev=lambda r: r.insert(1, ["Exemple : X", "?", "?", "?", "?", "?"]))),
        "forme-colonne-absente.xlsx": workbook(tables(ev=put(0, 1, "Métier"))),
        "forme-sans-etablissement.xlsx": workbook({name: rows for name, rows in BASE.items() if name[0] != "É"}),
        "forme-deux-etablissements.xlsx": workbook(tables(et=lambda rows: rows.append(list(rows[1])))),
        "forme-sans-ligne.xlsx": workbook({name: rows if name[1] == "t" else rows[:1] for name, rows in BASE.items()}),
        "forme-rien-a-prendre.xlsx": workbook(
            {k: BASE[k] for k in ("Établissement",)}
            | {"Évaluations": [BASE["Évaluations"][0], ["Dr Jean Dupont", "Médecin", OWN]]}
        ),
    }


def cells() -> dict[str, bytes]:
    errors = workbook(tables(ev=put(1, 4, "=NA()"), uc=put(1, 5, "=1/0")))
    computed = converted(errors, "xlsx", "xlsx:Calc MS Excel 2007 XML")
    uncomputed = tables(ev=put(1, 4, '=IF(A2="","Fort","Moyen")'))
    return {
        "cellule-formule-sans-resultat.xlsx": errors,
        "cellule-erreurs.xlsx": computed,
        "cellule-erreurs.xlsm": _with_macros(computed),
        "cellule-erreurs.xlsb": by_sheetjs(computed, "xlsb"),
        "cellule-formule-sans-resultat.ods": with_part(
            converted(workbook(uncomputed), "xlsx", "ods"), "content.xml", _without_results
        ),
        "cellule-formule-sans-resultat.xls": by_xlwt(uncomputed),
        "cellule-formule-sans-resultat.xlsb": with_uncomputed_formula(
            by_sheetjs(workbook(BASE), "xlsb"), "sheet4", "Fort"
        ),
        "cellule-erreurs.ods": converted(errors, "xlsx", "ods"),
        "cellule-erreurs.xls": converted(errors, "xlsx", "xls:MS Excel 97"),
        "cellule-formule-calculee.ods": converted(workbook(tables(uc=put(1, 5, "=40000+5000"))), "xlsx", "ods"),
        "cellule-dates.xlsx": workbook(
            tables(ev=lambda r: [r[1].__setitem__(3, "15.03.2026"), r[2].__setitem__(3, 46096)])
        ),
        "cellule-nombre-en-texte.xlsx": workbook(tables(uc=put(1, 5, "45 000,50 €"))),
        "cellule-apostrophe-de-tableur.xlsx": workbook(tables(et=put(1, 0, "'690781810"), uc=put(1, 0, f"'{OWN}"))),
        "cellule-espaces-et-apostrophes.xlsx": workbook(tables(uc=put(1, 2, " Lire\u00a0moins d’avis "))),
        "cellule-libelles.xlsx": workbook(tables(uc=put(1, 3, "PILOTAGE ET GESTION"), ev=put(2, 1, "dsi "))),
        "cellule-oui-x-1.xlsx": workbook(tables(uc=with_column("Confidentiel", "X"), et=with_column("Retrait", "Non"))),
        "cellule-finess-nombre.xls": converted(workbook(tables(et=put(1, 0, 690781810))), "xlsx", "xls:MS Excel 97"),
        "cellule-finess-puissance.xlsx": workbook(tables(et=put(1, 0, "6,9078181E+08"))),
        "cellule-finess-arrondi.xlsx": workbook(tables(et=put(1, 0, "6,9078E+08"))),
        "cellule-pourcentage.xlsx": workbook(
            tables(uc=with_column("Minutes gagnées par personne et par jour", "50 %"))
        ),
        "cellule-dates.xlsb": by_sheetjs(workbook(tables(ev=put(1, 3, dt.date(2026, 3, 15)))), "xlsb"),
    }


def rules() -> dict[str, bytes]:
    minutes = with_column("Minutes gagnées par personne et par jour", 1600)
    ten = tables(
        uc=lambda rows: [
            rows[0].extend(["Personnes concernées", "Segment", "Confidentiel"]),
            rows[1].extend(["douze", "Énergie", "peut-être"]),
            rows.append([OWN, "ChatGPT", None, "Astrologie", "Divinatoire", 12]),
        ],
        ev=lambda rows: [
            rows[1].__setitem__(3, "31/02/2026"),
            rows[2].__setitem__(4, "Énorme"),
            rows.append(["Dr Dupont", "Chirurgien", "Tri des courriers", None, None, None]),
        ],
    )
    projects = [
        ["Cas d'usage", "Code de la solution", "Date : PoC", "Date : routine", "Date : abandonné"],
        [OWN, None, "2026-03-01", "2025-03-01", None],
        ["690781810-9", "SOL-9", None, None, "2026-01-01"],
        ["CAT-001", "SOL-1", None, None, None],
    ]
    same = [["Code de l'évaluateur", "Rôle", "Cas d'usage", *(f"IMP_{c}_{n}" for c in (1, 2) for n in (1, 2, 3))]]
    same += [["MED-01", "Médecin", code, *["Fort"] * 6] for code in ("CAT-001", "CAT-002", "CAT-001")]
    apart = tables(
        uc=lambda rows: [
            rows[0].append("Confidentiel"),
            rows.append(["CAT-006", "Tri des courriers", None, "Pilotage & Gestion", None, None, None]),
            rows.extend([None] * 6 + [False] for _ in range(3)),
        ],
        ev=lambda rows: [rows.insert(2, list(rows[0])), rows.append(["Total", None, None, None, 2, 2])],
    )
    characters = tables(
        uc=put(1, 2, "L\ufffdre moins"),
        ev=lambda rows: [
            rows[1].__setitem__(0, "MED\u00ad-01"),
            rows[2].__setitem__(2, "CAT-001 (Analyse de cohortes)"),
        ],
    )
    return {
        "regle-lignes-a-part.xlsx": workbook(apart),
        "regle-caracteres-et-noms.xlsx": workbook(characters),
        "regle-dix-fautes.xlsx": workbook(ten),
        "regle-dix-fautes.xlsb": by_sheetjs(workbook(ten), "xlsb"),
        "regle-projets.xlsx": workbook(
            BASE | {"Projets": projects, "Solutions": [["Code de la solution", "Nom de la solution"], ["SOL-1", "S"]]}
        ),
        "regle-reponses-identiques.xlsx": workbook(BASE | {"Évaluations": same}),
        "regle-minutes.xlsx": workbook(tables(uc=minutes)),
        "regle-sans-objectif.xlsx": workbook(tables(ob=put(1, 2, None))),
        "regle-cas-d-un-autre.xlsx": workbook(tables(uc=put(1, 0, "380780080-1"))),
    }
