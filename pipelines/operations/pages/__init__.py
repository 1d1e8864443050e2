"""The pages as `up` keeps them on its Superset.

Belongs here: when they are published, and with which sentence they are not. Does not: publishing them
(``products.dashboards``).
"""
