"""What keeps an installation alive: servers started and watched, its state told, back-ups, alerts, upkeep.

Belongs here: what an engineer does to an installation, and what it does for itself. Does not: what it computes.
"""
