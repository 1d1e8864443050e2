"""The FINESS register of French health establishments: its numbers, its files, the extract that is shipped.

Belongs here: reading the register into the lake. Does not: which organisation belongs to which sector or to the GCS
(the referential says so, SQL joins them).
"""
