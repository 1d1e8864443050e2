"""The assets, a module a layer: réception, lac, entrepôt, publication, tableaux de bord.

Belongs here: what Dagster shows and runs; each asset calls one function of a lower layer and reports counts and
durations, never the content of a cell. Does not: the work itself. No ``from __future__ import annotations`` in these
modules: Dagster reads the annotations of its functions as they stand.
"""
