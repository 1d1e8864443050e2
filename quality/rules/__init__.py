"""The rules as data and the words of problems: what everything else in ``quality`` may import.

Belongs here: the list of rules, a problem, its grouping and wording. Does not: the checks (``checks``).
"""
