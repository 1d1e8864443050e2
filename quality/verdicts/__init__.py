"""The verdict on a file: validated, beside what the lake knows already, in the place of an earlier one.

Belongs here: judging one submission. Does not: a batch of receptions (``batch``), telling it (``answers``).
"""
