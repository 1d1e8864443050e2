"""Whatever is chosen in the page of exports of KoboToolbox or ODK Central, the form's answers come back the same."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from sources.forms.exports import FormExport, read_export, recognise
from sources.forms.mapping import form_mappings
from sources.forms.response import read_response
from sources.forms.xlsform import write_xlsform
from sources.referential.loader import Referential, load_referential
from sources.workbook.reading import read_workbook
from sources.workbook.template.layout import Column, workbook_layout
from tests.sources.forms.exports_by_hand import FIRST, LYON, SECOND
from tests.sources.forms.exports_by_rule import Answers, KoboOptions, kobo_xlsx, odk_central_zip

OWN = f"{LYON}-1"
RESPONSES: list[Answers] = [
    {
        "_uuid": FIRST,
        "_id": 101,
        "etablissement_organisation": LYON,
        "etablissement_campagne": "2026-1",
        "etablissement_date": "2026-11-02",
        "cas_usage": [
            {
                "cas_usage_cas_usage": "autre",
                "cas_usage_cas_usage_autre": OWN,
                "cas_usage_nom": "Tri des courriers",
                "cas_usage_axe": "AXE_5",
                "cas_usage_fonctions": "PREDICTIVE GENERATIVE",
                "cas_usage_techniques": "TALN_LLM IA_GENERATIVE",
                "cas_usage_apprentissages": "SUPERVISE AUTO_SUPERVISE",
                "cas_usage_minutes_jour": "12.5",
                "cas_usage_confidentiel": "non",
            },
            {
                "cas_usage_cas_usage": "autre",
                "cas_usage_cas_usage_autre": f"{LYON}-2",
                "cas_usage_nom": "Lettres de liaison",
                "cas_usage_fonctions": "DESCRIPTIVE AGENTIQUE",
                "cas_usage_techniques": "APPRENTISSAGE_AUTOMATIQUE",
            },
        ],
        "objectifs": [
            {"objectifs_cas_usage": "autre", "objectifs_cas_usage_autre": OWN, "objectifs_indicateur": "Délai"}
        ],
        "evaluations": [
            {
                "evaluations_evaluateur": "MED-01",
                "evaluations_role": "medecin",
                "evaluations_cas_usage": code,
                "evaluations_cas_usage_autre": other,
                "evaluations_IMP_1_1": "FORT",
                "evaluations_IMP_1_2": "NON_EVALUE",
                "evaluations_IMP_1_4": "PARTIEL",
                "evaluations_EFF_4_3": "FAIBLE",
                "evaluations_PA_1": "MOYEN",
            }
            for code, other in (("autre", OWN), ("CAT-001", ""))
        ],
    },
    {
        "_uuid": SECOND,
        "_id": 102,
        "etablissement_organisation": LYON,
        "etablissement_campagne": "2026-1",
        "evaluations": [
            {"evaluations_evaluateur": "DSI-01", "evaluations_role": "dsi", "evaluations_cas_usage": "CAT-009",
             "evaluations_EFF_2_1": "FORT"}
        ],
    },
]  # fmt: skip

Meant = dict[str, dict[str, list[dict[str, str]]]]


@pytest.fixture(scope="module")
def referential() -> Referential:
    return load_referential()


@pytest.fixture(scope="module")
def form(referential: Referential, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_xlsform(tmp_path_factory.mktemp("form") / "formulaire.xlsx", referential)


def export_of(content: bytes, referential: Referential) -> FormExport:
    sheets = read_workbook(content)
    mapping = recognise(sheets, form_mappings())
    assert mapping is not None
    export = read_export(sheets, mapping, referential)
    assert export is not None
    return export


def meant(export: FormExport, referential: Referential) -> Meant:
    """Response → sheet → its rows, codes in place of labels."""
    by_label = {sheet.label: sheet for sheet in workbook_layout(referential)}
    organisations = {label: code for code, label in referential.labels("organisations").items()}
    return {
        response.response_id: {
            sheet.name: [
                {
                    code: organisations.get(text, _codes(by_label[sheet.name].column(code), text))
                    for code, text in row.items()
                    if code != "dossier"
                }
                for row in sheet.answers()
            ]
            for sheet in read_response(response.content)
        }
        for response in export.responses
    }


def _codes(column: Column, text: str) -> str:
    codes = {label: code for code, label in column.choices.items()}
    if column.kind == "choices":
        return " ".join(sorted(codes.get(piece, piece) for piece in text.split(" ; ")))
    return codes.get(text, text).lower() if column.kind == "boolean" else codes.get(text, text)


EXPECTED: Meant = {
    FIRST: {
        "Établissement": [{"organisation": LYON, "campagne": "2026-1", "date": "2026-11-02"}],
        "Cas d'usage": [
            {
                "cas_usage": OWN,
                "nom": "Tri des courriers",
                "axe": "AXE_5",
                "fonctions": "GENERATIVE PREDICTIVE",
                "techniques": "IA_GENERATIVE TALN_LLM",
                "apprentissages": "AUTO_SUPERVISE SUPERVISE",
                "minutes_jour": "12.5",
                "confidentiel": "non",
            },
            {
                "cas_usage": f"{LYON}-2",
                "nom": "Lettres de liaison",
                "fonctions": "AGENTIQUE DESCRIPTIVE",
                "techniques": "APPRENTISSAGE_AUTOMATIQUE",
            },
        ],
        "Objectifs": [{"cas_usage": OWN, "indicateur": "Délai"}],
        "Évaluations": [
            {
                "evaluateur": "MED-01",
                "role": "medecin",
                "cas_usage": code,
                "IMP_1_1": "FORT",
                "IMP_1_4": "PARTIEL",
                "EFF_4_3": "FAIBLE",
                "PA_1": "MOYEN",
            }
            for code in (OWN, "CAT-001")
        ],
    },
    SECOND: {
        "Établissement": [{"organisation": LYON, "campagne": "2026-1"}],
        "Évaluations": [{"evaluateur": "DSI-01", "role": "dsi", "cas_usage": "CAT-009", "EFF_2_1": "FORT"}],
    },
}


@pytest.mark.parametrize(
    ("labels", "separator", "groups", "several"),
    list(product([False, True], ["/", ".", " - ", " : ", ":"], [False, True], ["both", "summary", "details"])),
)
def test_every_choice_of_kobotoolbox_gives_the_same(
    labels: bool, separator: str, groups: bool, several: str, form: Path, referential: Referential
) -> None:
    content = kobo_xlsx(form, RESPONSES, KoboOptions(labels, separator, groups, several))
    export = export_of(content, referential)
    assert meant(export, referential) == EXPECTED
    assert (export.without_id, export.orphans, export.flattened, export.unknown) == ([], [], [], [])


@pytest.mark.parametrize(
    ("group_paths", "split", "delimiter"), list(product([True, False], [True, False], [",", ";", "\t"]))
)
def test_every_choice_of_odk_central_gives_the_same(
    group_paths: bool, split: bool, delimiter: str, form: Path, referential: Referential
) -> None:
    export = export_of(odk_central_zip(form, RESPONSES, group_paths, split, delimiter), referential)
    assert meant(export, referential) == EXPECTED
    assert (export.without_id, export.orphans, export.flattened, export.unknown) == ([], [], [], [])
