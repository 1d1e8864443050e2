"""The warehouse on DuckLake: catalog in PostgreSQL, Parquet files in a folder that hosts share.

Belongs here: reaching it, refusing what is unfit, one writer, what a release is copied from, what is thrown away. Does
not: the models, which are the same on both targets; what dbt attaches (``dbt_project/profiles.yml``).
"""
