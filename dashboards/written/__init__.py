"""How a document stands in the repository: it says only what is particular to it.

Belongs here: the way from the short form of a file to the whole document that Superset imports, and back. What all
charts of a kind, all columns, all filters and all pages share is said once, in ``defaults.yaml``; what a mart's column
is called, in ``columns.yaml``, which is generated from the glossary. Does not: the normal form of a whole document
(``dashboards.files.normalise``).
"""
