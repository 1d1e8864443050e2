"""The first sheet: what this is, how many use cases in each quadrant, which come first, how to read the rest."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from pipelines.products.exports.committee.sheets import Book
from pipelines.products.report.figures import Figures

TITLE = "Comité IA : matrice de portefeuille"
_FIRST = 10
_HOW_TO_READ = (
    "Matrice : un point est un cas d'usage, son numéro est celui de toutes les feuilles.",
    "Classement : tous les cas d'usage, du plus prioritaire au moins prioritaire ; un clic sur un nom mène à sa fiche.",
    "Sélection : le portefeuille choisi sous un budget d'effort, quand il a été calculé.",
    "Décisions : ce que le comité a déjà décidé, et ce qui est à revoir.",
    "Fiches : une page par cas d'usage, avec de quoi noter la décision ; l'imprimer en entier, ou par numéro de page.",
    "Méthode : ce que veulent dire les nombres, et d'où ils viennent.",
)


def write_synthesis(book: Book, figures: Figures, subtitle: str) -> None:
    """Write the sheet « Synthèse »."""
    sheet = book.sheet("Synthèse", [7, 62, 22, 12, 12, 14])
    row = book.head(sheet, TITLE, subtitle, 5)
    counts = (
        f"{len(figures.use_cases)} cas d'usage, {figures.assessor_count} évaluateurs de "
        f"{figures.establishment_count} établissements. {figures.notice}"
    )
    sheet.write_string(row, 0, counts, book.look("text"))
    row = _quadrants(book, sheet, figures, row + 2)
    sheet.write_string(row + 1, 0, "Les premiers par indice de priorité", book.look("section"))
    ranked = [row for row in figures.use_cases if row["priority_rank"] is not None][:_FIRST]
    row = book.table(
        sheet, row + 2, 0, ["N°", "Cas d'usage", "Quadrant", "Impact", "Effort", "Priorité"],
        [
            [number, use_case["use_case_title"], (use_case["quadrant_label"], book.quadrant(use_case["quadrant_code"])),
             use_case["impact_score"], use_case["effort_score"], use_case["priority_score"]]
            for number, use_case in enumerate(ranked, start=1)
        ],
    )  # fmt: skip
    sheet.write_string(row + 1, 0, "Ce que contient ce classeur", book.look("section"))
    for offset, sentence in enumerate(_HOW_TO_READ):
        sheet.write_string(row + 2 + offset, 0, f"• {sentence}", book.look("text"))


def _quadrants(book: Book, sheet: Worksheet, figures: Figures, row: int) -> int:
    sheet.write_string(row, 0, "Répartition", book.look("section"))
    counts = [(quadrant, len(figures.in_quadrant(quadrant["quadrant_code"]))) for quadrant in figures.quadrants]
    for offset, (quadrant, count) in enumerate(counts, start=1):
        book.put(sheet, row + offset, 0, count)
        book.put(sheet, row + offset, 1, (quadrant["quadrant_label"], book.quadrant(quadrant["quadrant_code"])))
    return row + 1 + len(counts)
