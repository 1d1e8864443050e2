"""The data dictionary: what each published table and column means, generated from the YAML of the dbt project.

``reading`` knows the tables, ``of_release`` their types in a home, ``page`` writes them as one HTML page, ``sheet`` as
one sheet of a workbook. Nothing is described here: the words stand beside the models.
"""

from pipelines.products.dictionary.of_release import dictionary_of, types_of
from pipelines.products.dictionary.page import write_page
from pipelines.products.dictionary.reading import ColumnEntry, Dictionary, TableEntry, read_dictionary
from pipelines.products.dictionary.sheet import write_sheet

__all__ = [
    "ColumnEntry",
    "Dictionary",
    "TableEntry",
    "dictionary_of",
    "read_dictionary",
    "types_of",
    "write_page",
    "write_sheet",
]
