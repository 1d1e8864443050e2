"""The server of the pages: its environment, its processes, its accounts and roles, pictures of its pages.

Belongs here: making Superset run. Does not: what runs inside it (``superset``), the pages (``files``).
"""
