"""The warehouse: built by dbt from the lake, published as a release, built again and compared.

Belongs here: building, stamping, publishing, what changed in the lake. Does not: what is computed from a release
(``products``), when it runs (``orchestration``).
"""
