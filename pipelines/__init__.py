"""Who runs what, when and again: the Dagster definitions, and the command line that calls what they call.

Belongs here: orchestration, publication, the supervision of processes. Does not: reading files (``sources``),
judging them (``quality``), computing numbers (``dbt_project``), showing them (``dashboards``).
"""
