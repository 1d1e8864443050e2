"""What keeps one bad delivery from stopping all others: set aside, named, and taken again once it is mended.

Belongs here: submissions, registers and inventories that break a model. Does not: rows that a rule refuses
(``quality``).
"""
