"""What runs inside the Superset server: its settings, what is asked of it from outside it, and what we change in it.

Belongs here: the two commands that are run with its environment (`prepare_metadata.py`, `manage_accounts.py`), its
settings, and a room for each part. Does not: starting the server (``dashboards/serving``), the pages as files. A room
imports nothing of the project beside these rooms; the project imports what needs no Superset (roles, cells).
"""
