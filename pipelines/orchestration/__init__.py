"""Dagster's definitions: assets, jobs, schedules, sensors, checks, resources. Each module is one of Dagster's ideas.

Belongs here: what runs, when, and what it is given. Does not: what is done (``warehouse``, ``products``,
``operations``).
"""
