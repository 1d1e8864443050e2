"""The lake: Parquet files of what was validated, with a schema each.

Belongs here: the tables and their types, their parts on disk. Does not: what fills them (``quality``).
"""
