"""The glossary of columns: what each column name is called, means and counts, said once for all tables.

Belongs here: ``columns.csv``, a row a name; ``differences.csv``, a row where one table means or calls it otherwise,
with only what differs; ``sheets.yaml``, the columns of a submission, which may say there what they mean; reading them.
Does not: what is made of them (``pipelines.glossary`` writes it).

Labels are French, meanings English, as engineers read them in dbt's documentation and in the dictionary.
"""

from sources.glossary.reading import ColumnWords, Glossary, GlossaryError, read_glossary

__all__ = ["ColumnWords", "Glossary", "GlossaryError", "read_glossary"]
