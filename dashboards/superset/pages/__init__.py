"""How Superset looks and speaks: its French, the entrance, charts' looks, received texts in cells and files.

Belongs here: what a reader sees that no file of a page can say. Does not: the pages themselves (``dashboards/files``).
"""
