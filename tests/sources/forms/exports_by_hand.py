"""Exports of forms as their tools write them, made by hand: KoboToolbox and ODK, Microsoft Forms.

Belongs here: the shapes of these files. Does not: what is expected of reading them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import openpyxl

LYON = "690781810"
FIRST, SECOND = "0f8fad5b-d9cb-469f-a165-708677289501", "7c9e6679-7425-40de-944b-e07fc1f90ae7"

Table = Sequence[Sequence[Any]]

MAIN = ("start", "etablissement/etablissement_organisation", "etablissement/etablissement_campagne",
        "etablissement/etablissement_date", "_id", "_uuid", "_submission_time", "_index")  # fmt: skip
USE_CASES = ("cas_usage/cas_usage_cas_usage", "cas_usage/cas_usage_cas_usage_autre", "cas_usage/cas_usage_nom",
             "cas_usage/cas_usage_fonctions", "_index", "_parent_index")  # fmt: skip
ASSESSMENTS = ("evaluations/evaluations_evaluateur", "evaluations/evaluations_role",
               "evaluations/evaluations_cas_usage", "evaluations/evaluations_cas_usage_autre",
               "evaluations/IMP_1/evaluations_IMP_1_1", "_index",
               "_parent_index")  # fmt: skip


def kobo_tables(
    answer: str = "FORT", campaign: str = "2026-1", responses: Iterable[str] = (FIRST, SECOND)
) -> dict[str, Table]:
    """Two responses: the first describes a use case of its own and assesses two, the second assesses one."""
    main: list[Sequence[Any]] = [MAIN]
    use_cases: list[Sequence[Any]] = [USE_CASES]
    assessments: list[Sequence[Any]] = [ASSESSMENTS]
    for index, uuid in enumerate(responses, start=1):
        main.append(("2026-11-02", LYON, campaign, "2026-11-02", 100 + index, uuid, "2026-11-02T09:00:00", index))
        if uuid == FIRST:
            use_cases.append(("autre", f"{LYON}-1", "Tri des courriers", "GENERATIVE PREDICTIVE", 1, index))
            assessments.append(("MED-01", "medecin", "CAT-001", "", answer, len(assessments), index))
            assessments.append(("MED-01", "medecin", "autre", f"{LYON}-1", "NON_EVALUE", len(assessments), index))
        else:
            assessments.append((f"MED-{uuid[:4]}", "medecin", "CAT-001", "", "MOYEN", len(assessments), index))
    return {"Cartographie": main, "cas_usage": use_cases, "evaluations": assessments}


def as_xlsx(tables: dict[str, Table]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in tables.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def as_csv(rows: Table) -> bytes:
    return "\n".join(",".join(str(cell) for cell in row) for row in rows).encode("utf-8-sig")


def renamed(rows: Table, separator: str) -> Table:
    """The same table, its group paths written with another separator."""
    return [[str(heading).replace("/", separator) for heading in rows[0]], *rows[1:]]


def odk_zip() -> bytes:
    """ODK Central's export: a CSV a repeat, linked by KEY and PARENT_KEY, group paths with « - »."""
    tables = kobo_tables()
    key = {1: f"uuid:{FIRST}", 2: f"uuid:{SECOND}"}
    main = [
        ["SubmissionDate", "etablissement-etablissement_organisation", "etablissement-etablissement_campagne", "KEY"]
    ]
    main += [["2026-11-02", row[1], row[2], key[row[7]]] for row in tables["Cartographie"][1:]]
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("cartographie.csv", as_csv(main))
        for name in ("cas_usage", "evaluations"):
            rows = [list(row) for row in renamed(tables[name], "-")]
            own, parent = len(rows[0]) - 2, len(rows[0]) - 1
            rows[0][own], rows[0][parent] = "KEY", "PARENT_KEY"
            for row in rows[1:]:
                row[own], row[parent] = f"{key[row[parent]]}/{name}[{row[own]}]", key[row[parent]]
            archive.writestr(f"cartographie-{name}.csv", as_csv(rows))
    return stream.getvalue()


MICROSOFT = ("ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom", "Établissement", "Campagne",
             "Cas d'usage", "Nom du cas d'usage", "Fonctions IA", "Évaluateur", "Rôle",
             "Amélioration du parcours patient")  # fmt: skip


def microsoft_tables(answer: str = "Fort") -> dict[str, Table]:
    """Two responses: one assesses a use case of the catalogue by its name, the other describes its own."""
    who = ("marie.martin@chu-lyon.fr", "Marie Martin")
    return {
        "Sheet1": [
            MICROSOFT,
            (1, "2026-11-02 09:00:00", "2026-11-02 09:10:00", *who, LYON, "Campagne 2026",
             "Détection de lésions sur images radiologiques", "", "", "MED-01", "Médecin", answer),
            (2, "2026-11-02 10:00:00", "2026-11-02 10:10:00", *who, LYON, "Campagne 2026",
             f"{LYON}-1", "Tri des courriers", "Générative;Prédictive;", "MED-01", "Médecin", "Non évalué"),
        ]
    }  # fmt: skip
