"""What we take of Dagster and dbt below their public doors: the instance, the launcher of runs, the event log.

Belongs here: every private name of theirs that we use. Does not: what runs on them. Imports no other room.
"""
