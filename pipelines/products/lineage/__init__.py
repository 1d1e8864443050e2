"""From a score of the matrix down to the cells it comes from.

``choice`` says which score is meant, ``reading`` reads it from the published release, ``tree`` shows it in a terminal.
Nothing is computed here: every number stands in the release.
"""

from pipelines.products.lineage.choice import NotPublished, UnknownChoice
from pipelines.products.lineage.reading import Explanation, explain
from pipelines.products.lineage.tree import as_lines

__all__ = ["Explanation", "NotPublished", "UnknownChoice", "as_lines", "explain"]
