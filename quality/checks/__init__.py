"""The checks of rows, as pandera schemas: cells, keys, dates, scales, catalogue.

Belongs here: what makes a row right or wrong. Does not: reading it (``reading``), the verdict on its file
(``verdicts``).
"""
